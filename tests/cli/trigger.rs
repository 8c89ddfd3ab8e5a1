//! `doku trigger`: what is sent, and what the merchant's answer means.

use doku_simulator::TRIGGERS;

use super::{Simulator, closed_port, demo::merchant, doku};

/// Sends one kind to a merchant that answers with this status.
fn check(kind: &str, status: u16, code: i32, words: &str) {
    let statuses: &'static [u16] = match status {
        200 => &[200, 200],
        401 => &[401, 401],
        404 => &[404, 404],
        422 => &[422, 422],
        _ => &[500, 500],
    };
    let run = doku(&["trigger", kind, "--to", &merchant(statuses)], &[], b"");
    assert_eq!(run.code(), code, "{kind} {status}: {run:?}");
    assert!(run.stderr.contains(words), "{kind} {status}: {}", run.stderr);
}

#[test]
fn a_genuine_one_must_be_acknowledged() {
    for kind in ["success", "failed", "expired", "refunded", "duplicate", "late", "reordered"] {
        check(kind, 200, 0, "right: the merchant acknowledged it");
        check(kind, 401, 7, "error: the merchant did not acknowledge a genuine notification");
    }
    for (status, help) in [
        (401, "check the merchant's secret key, and the path that it verifies for"),
        (404, "check the path of the url, and that the merchant takes POST there"),
        (422, "answer 2xx to what the verifier accepts"),
        (500, "the merchant failed: look in its log"),
    ] {
        check("success", status, 7, help);
    }
    check("duplicate", 200, 0, "look in the shop: it must have delivered once\n");
    check("reordered", 200, 0, "look in the shop: the order must still be paid\n");
}

#[test]
fn a_forgery_must_be_refused() {
    for kind in ["reserialised", "tampered", "forged", "unsigned", "wrong-target"] {
        check(kind, 401, 0, "right: the merchant refused the forgery");
        check(kind, 200, 4, "error: the merchant acknowledged a forged notification: whoever finds its url can");
    }
}

/// Whoever asks for a notification that cannot be sent must not change the order by it.
#[test]
fn an_order_that_cannot_be_notified_is_unchanged() {
    let simulator = Simulator::start();
    let order = "spec/examples/generate_order.request.minimal.json";
    assert_eq!(doku(&["order", "create", order, "--simulator", &simulator.url], &[], b"").code(), 0);
    let number = "INV-20260105-0001";
    for (kind, message) in [
        ("success", "error: the order is unchanged: there is no notification url; give one to the simulator"),
        ("forged", "error: there is no notification url; give one to the simulator"),
    ] {
        let run = doku(&["trigger", kind, "--invoice-number", number, "--simulator", &simulator.url], &[], b"");
        assert_eq!((run.code(), run.stdout()), (2, ""), "{run:?}");
        assert!(run.stderr.starts_with(message), "{run:?}");
    }
    let status = doku(&["order", "status", number, "--simulator", &simulator.url], &[], b"");
    assert_eq!(status.stdout(), "PENDING\n");
}

#[test]
fn what_is_signed_and_wrong_may_be_answered_either_way() {
    for kind in ["wrong-amount", "unknown-invoice", "unreadable"] {
        for status in [200, 401] {
            check(kind, status, 0, "either answer is right, as long as the merchant delivers nothing for it");
        }
    }
}

#[test]
fn every_kind_is_in_the_help() {
    let help = doku(&["trigger", "--help"], &[], b"");
    for (kind, about) in TRIGGERS {
        assert!(help.stdout().contains(&format!("- {kind}:")) && help.stdout().contains(about), "{kind}");
    }
}

#[test]
fn fields_are_set_and_ids_are_printed() {
    let url = merchant(&[200]);
    let set =
        ["order.amount=250000", "order.invoice_number=INV-9", "peer_to_peer_info.note=late", "customer={\"x\":1}"];
    let set = set.iter().flat_map(|field| ["--set", field]);
    let arguments: Vec<_> = ["trigger", "success", "--to", &url, "--json"].into_iter().chain(set).collect();
    let run = doku(&arguments, &[], b"");
    let result = run.json();
    assert_eq!((run.code(), &result["verdict"]), (0, &"acknowledged".into()), "{run:?}");
    let attempt = &result["attempts"][0];
    assert_eq!((&attempt["invoice_number"], &attempt["status"]), (&"INV-9".into(), &200.into()));
    let body: serde_json::Value = serde_json::from_str(attempt["body"].as_str().expect("a body")).expect("json");
    assert_eq!(body["order"]["amount"], 250_000);
    assert_eq!((&body["peer_to_peer_info"]["note"], &body["customer"]["x"]), (&"late".into(), &1.into()));
    let text = doku(&["trigger", "success", "--to", &merchant(&[200])], &[], b"");
    assert!(text.stdout().starts_with("notification 1, attempt 1, order INV-NOBODY-"), "{text:?}");
    assert!(text.stdout().contains("/n: answered 200 ("), "{text:?}");
}

#[test]
fn wrong_arguments_say_why() {
    let nobody = format!("http://127.0.0.1:{}", closed_port());
    let to = ["--to", "http://127.0.0.1:9/n"];
    let exact = "this number cannot be sent digit by digit; write amounts as whole rupiah, or as a text in quotes, or set \
                 the simulator's switch amount-format";
    for (arguments, code, message) in [
        (&["success"][..], 2, "name where it goes: --to URL, or --simulator URL for a running simulator"),
        (&["succes", to[0], to[1]], 2, "invalid value 'succes' for '<KIND>'"),
        (&["success", to[0], to[1], "--set", "order.amount"], 2, "write it as PATH=VALUE, such as order.amount=50000"),
        (&["success", to[0], to[1], "--set", "=1"], 2, "the path has an empty name; write it as order.invoice_number"),
        (&["success", to[0], to[1], "--set", "order.amount=1.10"], 2, exact),
        (&["success", to[0], to[1], "--set", "order.amount=99999999999999999999"], 2, exact),
        (&["success", to[0], to[1], "--set", "order.x=[1.5]"], 2, exact),
        (
            &["success", to[0], to[1], "--set", "order.amount.x=1"],
            2,
            "the path `order.amount.x` goes through what is no object; write it as order.invoice_number",
        ),
        (&["success", "--to", "http://shop.example/n"], 2, "the notification url is not on this machine"),
        (&["success", "--to", "shop"], 2, "the notification url is not a url such as"),
        (&["success", "--to", &format!("{nobody}/n")], 6, "the merchant did not answer"),
        (&["success", "--simulator", &nobody], 6, &format!("there is no answer from {nobody}")),
        (&["success", "--simulator", "http://shop.example"], 2, "the simulator's url must begin with https://"),
        (
            &["success", "--simulator", &nobody, "--allow-host", "shop"],
            2,
            "the argument '--simulator <URL>' cannot be used with '--allow-host <HOST>'",
        ),
        (&["success", to[0], to[1], "--credentials-from-env"], 2, "the environment variable DOKU_CLIENT_ID is not set"),
    ] {
        let run = doku(&[&["trigger"], arguments].concat(), &[], b"");
        assert_eq!(run.code(), code, "{arguments:?}: {run:?}");
        assert!(run.stderr.contains("error: ") && run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
        let json = doku(&[&["trigger"], arguments, &["--json"]].concat(), &[], b"").json();
        let told = json["error"]["message"].is_string() || json["verdict"].is_string();
        assert!(told, "{arguments:?}: {json}");
    }
}

#[test]
fn a_running_simulator_changes_its_order() {
    let simulator = Simulator::with(&["--notification-url", &merchant(&[200, 200])]);
    let order = "spec/examples/generate_order.request.minimal.json";
    assert_eq!(doku(&["order", "create", order, "--simulator", &simulator.url], &[], b"").code(), 0);
    let trigger = |kind, invoice_number| {
        doku(&["trigger", kind, "--simulator", &simulator.url, "--invoice-number", invoice_number], &[], b"")
    };
    let paid = trigger("success", "INV-20260105-0001");
    assert_eq!(paid.code(), 0, "{}", paid.stderr);
    let status = doku(&["order", "status", "INV-20260105-0001", "--simulator", &simulator.url], &[], b"");
    assert_eq!(status.stdout(), "SUCCESS\n");
    let refused = trigger("failed", "INV-20260105-0001");
    let message = "error: the order has status SUCCESS and cannot become FAILED; generate a new one\n";
    assert_eq!((refused.code(), refused.stderr.as_str()), (5, message));
    let unknown = trigger("success", "INV-2");
    let message = "error: the simulator has no order with this invoice number; generate it first\n";
    assert_eq!((unknown.code(), unknown.stderr.as_str()), (5, message));
}
