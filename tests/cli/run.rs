//! `doku run`: the example scenarios, and what is said of others.

use std::{fs, path::Path};

use serde_json::Value;

use super::{Simulator, closed_port, demo::merchant, doku};

const DIRECTORY: &str = "examples/scenarios";

fn examples() -> Vec<(String, String)> {
    let directory = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(DIRECTORY);
    let mut examples: Vec<_> = fs::read_dir(directory)
        .expect("the examples")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            (name, fs::read_to_string(path).expect("a scenario"))
        })
        .collect();
    examples.sort();
    examples
}

#[test]
fn every_example_goes_as_expected() {
    let examples = examples();
    assert_eq!(examples.len(), 5);
    for (name, _) in examples {
        let run = doku(&["run", &format!("{DIRECTORY}/{name}")], &[], b"");
        assert_eq!(run.code(), 0, "{name}: {run:?}");
        insta::assert_snapshot!(format!("run_{}", name.trim_end_matches(".yaml")), run.to_text());
    }
}

#[test]
fn every_example_keeps_the_schema() {
    let schema = doku(&["run", "--schema"], &[], b"").json();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for (name, text) in examples() {
        let scenario: Value = serde_saphyr::from_str(&text).expect("yaml");
        let errors: Vec<_> = validator.iter_errors(&scenario).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{name}");
    }
    for wrong in [r#"{"steps":[{"pya":"INV-1"}]}"#, r#"{"steps":5}"#, r#"{"name":"x"}"#] {
        assert!(!validator.is_valid(&serde_json::from_str(wrong).expect("json")), "{wrong}");
    }
}

/// Runs a scenario from standard input and compares exit code and message.
fn check(scenario: &str, code: i32, message: &str) {
    let run = doku(&["run", "-"], &[], scenario.as_bytes());
    assert_eq!(run.code(), code, "{scenario}: {run:?}");
    let text = format!("{}{}", run.stdout(), run.stderr);
    assert!(text.contains(message), "{scenario}: {text}");
    assert!(!text.contains('\u{1b}'), "{text:?}");
}

#[test]
fn what_is_no_scenario_says_where() {
    for (scenario, message) in [
        ("", "error: <stdin>:1:1: the file ends before it has said anything"),
        ("steps: [ {", "error: <stdin>:1:10: unclosed bracket '{'"),
        ("steps: 5", "error: <stdin>:1:8: a list is expected here"),
        (
            "nam: x\nsteps: [{pay: A}]",
            "error: <stdin>:1:1: unknown field `nam`, expected one of name, about, simulator,",
        ),
        ("steps:\n- pay: A\n  pya: B", "error: <stdin>:3:3: unknown field `pya`, expected one of name, order, pay,"),
        ("steps:\n- name: x", "error: <stdin>:2:3: the step does nothing; give it exactly one of order, pay,"),
        ("steps:\n- pay: A\n  order: {}", "error: <stdin>:2:3: the step has pay and order; give it exactly one of"),
        ("steps:\n- resend: [3]", "error: <stdin>:2:11: a whole number or a text such as ${number} is expected here"),
        ("steps:\n- expect: {orders: {count: one}}", "error: <stdin>:2:28: a whole number is expected here"),
        ("steps: []", "error: <stdin>: the scenario has no steps, so it shows nothing; give it at least one"),
        ("steps:\n- advance: soon", "error: <stdin>:2:3: `soon` is no time; write it as 90s, 30m, 12h or 2d"),
        ("steps:\n- expect: {within: 2}", "error: <stdin>:2:"),
        ("steps:\n- expect: {within: 2h}", "error: <stdin>:2:3: `2h` is no time; write it as 2s or 500ms"),
        ("steps:\n- shop_answers: 99", "error: <stdin>:2:3: an HTTP status is from 200 to 999"),
        ("steps:\n- order: {file: no.json}", "error: <stdin>:2:3: no.json cannot be read: entity not found"),
        ("steps:\n- order: {file: a, body: {}}", "error: <stdin>:2:3: an order has a file or a body, not both"),
        ("steps:\n- order: {request_id: 'a b'}", "error: <stdin>:2:3: "),
        ("steps:\n- fail_next: foo", "error: <stdin>:2:3: `foo` is no fault; `doku simulator --list-faults` has all"),
        ("steps:\n- set_switch: {foo: x}", "error: <stdin>:2:3: there is no switch `foo`; `doku simulator --list-"),
        ("steps:\n- trigger: {kind: foo}", "error: <stdin>:2:3: `foo` is no trigger; it is one of success, failed,"),
        ("faults: [latency=1s, foo]\nsteps: [{pay: A}]", "error: <stdin>:1:22: `foo` is no fault; "),
        (
            "switches: {foo: x}\nsteps: [{pay: A}]",
            "error: <stdin>: there is no switch `foo`; `doku simulator --list-switches`",
        ),
        ("switches: {failed: x}\nsteps: [{pay: A}]", "error: <stdin>: the switch failed takes not-final, final"),
        ("shop: {}\nsteps: [{pay: A}]", "error: <stdin>: the shop has exactly one of listen and notification_url"),
        ("shop: {listen: x}\nsteps: [{pay: A}]", "error: <stdin>:1:16: true or a port is expected here"),
        ("shop: {listen: true, path: n}\nsteps: [{pay: A}]", "error: <stdin>: the shop's path begins with /"),
        (
            "shop: {notification_url: 'http://shop:1/'}\nsteps: [{pay: A}]",
            "error: <stdin>: the notification url is not on this",
        ),
        ("simulator: http://shop\nsteps: [{pay: A}]", "error: <stdin>: the simulator's url must begin with https://"),
        (
            "simulator: http://127.0.0.1:9\nseed: 1\nsteps: [{pay: A}]",
            "error: <stdin>: faults and seed are for a simulator of",
        ),
        (
            "values: {a: 1}\nsteps:\n# ${nothing}\n- pay: \"${a}\"\n  save: {b: x}\n- pay: 'é ${b} ${c}' # ${d}",
            "error: <stdin>:6:16: no earlier step saves `c`; there are a, b, shop, simulator",
        ),
    ] {
        check(scenario, 2, message);
    }
    let run = doku(&["run", "no.yaml", "--json"], &[], b"");
    let message = "no.yaml cannot be read: there is no such file";
    assert_eq!((run.code(), &run.json()["error"]["message"]), (2, &message.into()));
    let run = doku(&["run", "-"], &[], b"\xff");
    assert_eq!((run.code(), run.stderr.as_str()), (2, "error: <stdin>: the file is not utf-8\n"));
    let nobody = format!("http://127.0.0.1:{}", closed_port());
    let told = format!("error: there is no answer from {nobody}\n");
    check(&format!("simulator: {nobody}\nsteps: [{{pay: A}}]"), 6, &told);
}

#[test]
fn what_is_not_as_expected_is_shown() {
    let nobody = format!("http://127.0.0.1:{}", closed_port());
    for (steps, message) in [
        ("pay: A", "the simulator has no order with this invoice number; generate it first"),
        ("resend: 3", "the simulator has no notification 3; `doku events list` has their numbers"),
        ("shop_answers: 503", "no shop listens; give the scenario shop: {listen: true}"),
        (
            "trigger: {kind: success}",
            "there is no notification url; give one to the simulator, or override it in the order",
        ),
        (
            "trigger: {kind: success, to: 'http://127.0.0.1:9/'}",
            "the verdict is no_answer; expect it, if that is meant: result: {verdict: no_answer}",
        ),
        (
            "order: {set: {order.amount: 5}}",
            "/order/amount is not the sum of price × quantity: the items make 100000, 99995 more",
        ),
        ("order: {set: {order.x..y: 5}}", "the path `order.x..y` leads to nothing in the order"),
        ("order: {set: {order.amount: 1234567890123456.5}}", "a number with a fraction has more than 15 digits"),
        ("{order: {}, save: {a: b}}", "`a` cannot be saved: the result has no b"),
        (
            "{order: {}, result: {attempts: 2, x: 1}}",
            "attempts: expected 2, met 1\n             x: expected 1, met nothing",
        ),
        ("expect: {orders: {count: 1}, within: 1ms}", "orders.count: expected 1, met 0"),
        (
            "http: {url: 'http://shop.example/'}",
            "the url is not an http url on this machine; a scenario calls no other",
        ),
        (&format!("http: {{url: '{nobody}/'}}"), &format!("there is no answer from {nobody}/")),
        ("http: {url: '${simulator}/healthz', method: 'A B'}", "there is no such method"),
        ("http: {url: '${simulator}/healthz', headers: {'a b': c}}", "the header a b is none"),
        ("status: \"\\e[31m\"", "failed  1  status of "),
    ] {
        check(&format!("steps:\n- {steps}"), 7, message);
    }
    let scenario = "name: n\nsteps:\n- order: {}\n- {order: {}, result: {replayed: true}}\n- pay: INV-20260105-0001";
    let run = doku(&["run", "-", "--json"], &[], scenario.as_bytes());
    let result = run.json();
    assert_eq!((run.code(), &result["met"], &result["skipped"]), (7, &false.into(), &1.into()), "{run:?}");
    assert_eq!(result["steps"].as_array().map(Vec::len), Some(2));
    assert_eq!((&result["steps"][1]["line"], &result["steps"][1]["met"]), (&4.into(), &false.into()));
    assert_eq!(run.stderr, "error: <stdin>:4: step 2 is not as expected; steps not run after it: 1\n");
}

#[test]
fn a_scenario_can_use_a_running_simulator_and_an_order_of_a_file() {
    let simulator = Simulator::start();
    let directory = tempfile::tempdir().expect("a directory");
    let order = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .join("spec/examples/generate_order.request.minimal.json");
    fs::copy(order, directory.path().join("order.json")).expect("a copy");
    let scenario = format!(
        "simulator: {}\nswitches: {{replay-status: 200}}\nvalues: {{number: INV-7}}\nsteps:
- order: {{file: order.json, set: {{order.invoice_number: '${{number}}'}}}}\n  save: {{page: payment_url}}
- http: {{url: '${{page}}/pay', method: POST}}\n  result: {{status: 303}}
- status: ${{number}}\n  result: {{status: SUCCESS}}
- {{refund: '${{number}}'}}
- expect: {{invoice_number: '${{number}}', within: 5s, orders: {{statuses: [REFUNDED]}}, notifications: {{count: 2}}}}",
        simulator.url
    );
    let path = directory.path().join("s.yaml");
    fs::write(&path, scenario).expect("a file");
    let run = doku(&["run", path.to_str().expect("utf-8")], &[], b"");
    assert_eq!(run.code(), 0, "{run:?}");
}

#[test]
fn a_shop_of_ones_own_is_judged() {
    // It acknowledges whatever comes.
    let scenario = format!(
        "shop: {{notification_url: '{}'}}\nsteps:\n- {{trigger: {{kind: success}}}}\n- {{trigger: {{kind: forged}}}}",
        merchant(&[200, 200])
    );
    let message = "failed  2  trigger forged\n             the verdict is deceived; expect it, if that is meant";
    check(&scenario, 7, message);
}
