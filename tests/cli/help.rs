//! The help of every command, and what is said of wrong arguments.

use super::doku;

#[test]
fn every_command_has_help() {
    for command in [
        "",
        "demo",
        "order",
        "order create",
        "order status",
        "check",
        "sign",
        "verify",
        "explain",
        "simulator",
        "sidecar",
        "listen",
        "doctor",
        "trigger",
        "events",
        "events list",
        "events tail",
        "events resend",
        "run",
        "store",
        "store check",
        "store list",
        "store show",
        "store reconcile",
        "store deliver",
        "store close",
        "store prune",
        "store backup",
        "store migrate",
        "store export",
        "store schema",
        "new",
        "spec",
        "spec openapi",
        "spec schema",
        "spec fields",
        "spec example",
        "completions",
    ] {
        let arguments: Vec<_> = command.split_whitespace().chain(["--help"]).collect();
        let run = doku(&arguments, &[("DOKU_CLIENT_ID", "MCH-NOT-IN-THE-HELP")], b"");
        assert_eq!((run.code(), run.stderr.as_str()), (0, ""), "{command}");
        let name = if command.is_empty() { "doku".to_owned() } else { command.replace(' ', "_") };
        insta::assert_snapshot!(format!("help_{name}"), run.stdout());
    }
}

#[test]
fn version_is_the_packages() {
    let run = doku(&["--version"], &[], b"");
    assert_eq!((run.code(), run.stdout()), (0, concat!("doku ", env!("CARGO_PKG_VERSION"), "\n")));
}

/// Wrong arguments end with 2, say why on standard error and print no result.
fn refuse(arguments: &[&str], reason: &str) {
    let run = doku(arguments, &[], b"");
    assert_eq!((run.code(), run.stdout()), (2, ""), "{arguments:?}");
    assert!(run.stderr.contains(reason), "{arguments:?}: {}", run.stderr);
    assert!(run.stderr.starts_with("error: ") || arguments.is_empty(), "{arguments:?}: {}", run.stderr);
}

#[test]
fn wrong_arguments_are_usage_errors() {
    let order = "spec/examples/generate_order.request.minimal.json";
    let sign = ["sign", "--client-id", "MCH-1", "--request-id", "1", "--timestamp", "2021-07-07T08:45:42Z"];
    let sign = |more: &[&'static str]| [&sign[..], more].concat();
    refuse(&[], "Usage: doku");
    refuse(&["pay"], "unrecognized subcommand 'pay'");
    refuse(&["check", "invoice", order], "invalid value 'invoice'");
    refuse(&["check", "request"], "<FILE>");
    refuse(&["order", "create", order], "no environment is named");
    refuse(&["order", "create", order, "--sandbox", "--live"], "cannot be used with");
    refuse(&["order", "create", order, "--simulator", "http://doku.example"], "must begin with https://");
    refuse(&["order", "create", order, "--sandbox", "--request-id", "a b"], "1 to 128 visible ascii characters");
    refuse(
        &["order", "create", order, "--simulator", "http://127.0.0.1:9", "--curl", "--dry-run=1"],
        "unexpected value",
    );
    refuse(&sign(&["--target", "https://doku.example/x", "--method", "GET"]), "must be a path that begins with /");
    let verify = ["verify", "--kind", "response", "--headers", "/dev/null", "--target", "x"];
    refuse(&verify, "must be a path that begins with /");
    refuse(&sign(&["--target", "/x", "--method", "PATCH"]), "invalid value 'PATCH'");
    refuse(&["spec", "schema", "Orders"], "the contract has no component Orders");
    refuse(&["spec", "openapi", "--version", "2.0"], "invalid value '2.0'");
    refuse(&["completions", "tcl"], "invalid value 'tcl'");
    for command in
        [&["check"][..], &["list"], &["export"], &["show", "INV-1"], &["deliver", "1"], &["backup", "copy.db"]]
    {
        let arguments = [&["store"], command, &["doku.db"]].concat();
        refuse(&arguments, "tip: name the store by --store FILE, or by the variable DOKU_STORE");
    }
    refuse(&["simulator", "--notification-url", "https://shop.example/n"], "not on this machine");
}

#[test]
fn the_environment_may_come_from_a_variable() {
    let order = "spec/examples/generate_order.request.minimal.json";
    for (variable, code, reason) in [
        ("sandbox", 2, "DOKU_CLIENT_ID is not set"),
        ("production", 2, "add --live each time"),
        ("http://127.0.0.1:1", 0, "the simulator's own credentials are used"),
        ("staging", 2, "DOKU_ENVIRONMENT names no environment"),
        ("", 2, "DOKU_ENVIRONMENT names no environment"),
    ] {
        let run = doku(&["order", "create", order, "--dry-run"], &[("DOKU_ENVIRONMENT", variable)], b"");
        assert_eq!(run.code(), code, "{variable}: {run:?}");
        assert!(run.stderr.contains(reason), "{variable}: {}", run.stderr);
    }
}

#[test]
fn completions_are_printed_for_each_shell() {
    for (shell, part) in [("bash", "_doku()"), ("zsh", "#compdef doku"), ("fish", "complete -c doku")] {
        let run = doku(&["completions", shell], &[], b"");
        assert_eq!((run.code(), run.stderr.as_str()), (0, ""));
        assert!(run.stdout().contains(part), "{shell}");
    }
}

#[test]
fn the_contract_is_inside() {
    insta::assert_snapshot!("fields", doku(&["spec", "fields"], &[], b"").stdout());
    for (version, part) in [("3.0", "3.0.3"), ("3.1", "3.1")] {
        let contract = doku(&["spec", "openapi", "--version", version], &[], b"").json();
        assert!(contract["openapi"].as_str().is_some_and(|version| version.starts_with(part)), "{version}");
    }
    let names = doku(&["spec", "schema"], &[], b"");
    assert!(names.stdout().lines().any(|name| name == "Category"));
    let category = doku(&["spec", "schema", "Category"], &[], b"").json();
    let values = category["$defs"]["Category"]["enum"].as_array();
    assert!(values.is_some_and(|values| values.iter().any(|value| value == "others")), "{category}");
    for options in [&["spec", "example"][..], &["spec", "example", "--full"]] {
        let order = doku(options, &[], b"");
        let checked = doku(&["check", "request", "-"], &[], order.stdout().as_bytes());
        assert_eq!((order.code(), checked.code()), (0, 0), "{}", checked.stderr);
    }
    let request = doku(&["spec", "schema", "request"], &[], b"").json();
    assert_eq!(request["title"], "GenerateOrderRequest");
}
