//! Credentials: where they come from, and that they never come out.

use std::io::Write;

use super::{Run, SIMULATOR, Simulator, doku};

const SIGN: [&str; 9] = [
    "sign",
    "--method",
    "GET",
    "--target",
    "/orders/v1/status/1",
    "--request-id",
    "1",
    "--timestamp",
    "2021-07-07T08:45:42Z",
];

fn sign(variables: &[(&str, &str)]) -> Run {
    doku(&SIGN, variables, b"")
}

#[test]
fn credentials_that_cannot_be_used() {
    let id = ("DOKU_CLIENT_ID", "MCH-1");
    for (variables, reason) in [
        (&[id][..], "no secret key: set the environment variable DOKU_SECRET_KEY"),
        (&[id, ("DOKU_SECRET_KEY", "")], "the secret key is empty"),
        (&[id, ("DOKU_SECRET_KEY", " SK-1")], "the secret key has leading or trailing white space"),
        (&[id, ("DOKU_SECRET_KEY", "SK-1\n")], "the secret key has leading or trailing white space"),
        (&[id, ("DOKU_SECRET_KEY", "SK\t1")], "the secret key has a control character"),
        (&[id, ("DOKU_SECRET_KEY", "SK-1"), ("DOKU_SECRET_KEY_FILE", "/x")], "both DOKU_SECRET_KEY and"),
        (&[id, ("DOKU_SECRET_KEY_FILE", "/no/such/file")], "DOKU_SECRET_KEY_FILE cannot be read: entity not found"),
        (&[id, ("DOKU_SECRET_KEY_FILE", "spec")], "DOKU_SECRET_KEY_FILE cannot be read: is a directory"),
        (&[("DOKU_CLIENT_ID", ""), SIMULATOR[1]], "client"),
        (&[("DOKU_CLIENT_ID", "MCH 1"), SIMULATOR[1]], "1 to 128 visible ascii characters"),
        (&[SIMULATOR[1]], "DOKU_CLIENT_ID is not set; set it"),
    ] {
        let run = sign(variables);
        assert_eq!((run.code(), run.stdout()), (2, ""), "{reason}: {}", run.stderr);
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains(reason), "{reason}: {}", run.stderr);
    }
}

#[test]
fn a_file_of_the_secret_key_may_end_with_a_newline() {
    let expected = sign(&SIMULATOR);
    assert_eq!(expected.code(), 0, "{}", expected.stderr);
    for end in ["", "\n", "\r\n"] {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        write!(file, "{}{end}", SIMULATOR[1].1).expect("a key");
        let path = file.path().to_str().expect("a path");
        assert_eq!(sign(&[SIMULATOR[0], ("DOKU_SECRET_KEY_FILE", path)]).stdout(), expected.stdout());
    }
}

#[test]
fn no_output_holds_the_secret_key() {
    const CANARY: &str = "SK-canary-3f9d27";
    let simulator = Simulator::start();
    let variables = [SIMULATOR[0], ("DOKU_SECRET_KEY", CANARY), ("RUST_BACKTRACE", "1"), ("RUST_LOG", "trace")];
    let order = "spec/examples/generate_order.request.minimal.json";
    let message = ["--kind", "notification", "--target", "/n", "--headers", "/dev/null", order];
    let explain = [&["explain"], &SIGN[1..]].concat();
    let commands: &[&[&str]] = &[
        &["demo"],
        &["order", "create", order, "--simulator", &simulator.url],
        &["order", "create", order, "--simulator", &simulator.url, "--dry-run"],
        &["order", "create", order, "--simulator", &simulator.url, "--curl"],
        &["order", "status", "1", "--simulator", &simulator.url, "--json"],
        &["check", "request", order],
        &SIGN,
        &[&SIGN[..], &["--json"]].concat(),
        &explain,
        &[&["verify"], &message[..]].concat(),
        &[&["explain"], &message[..]].concat(),
        &["doctor", "--simulator", &simulator.url],
        &["doctor", "--simulator", &simulator.url, "--json"],
        &["spec", "fields"],
        &["sign", "--secret-key", CANARY],
        &["--help"],
    ];
    for arguments in commands {
        let run = doku(arguments, &variables, b"");
        for (name, text) in [("standard output", run.stdout()), ("standard error", &run.stderr)] {
            assert!(!text.contains("canary"), "{arguments:?}: {name} holds the secret key");
        }
    }
}
