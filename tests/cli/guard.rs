//! Credentials and variables that are swapped, quoted, misplaced, damaged or missing, in every command: nothing is sent,
//! no secret is printed, and what to do is said.

use std::{
    io::Read,
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use super::{Run, doku};

const ORDER: &str = "spec/examples/generate_order.request.minimal.json";
const ID: &str = "BRN-0214-1714016624673";
const KEY: &str = "SK-canary-3f9d27";

/// What must not be printed: the part of the key that nothing else has.
const CANARY: &str = "canary";

/// A fault: its name, the variables, and what the command has to say.
struct Fault {
    name: &'static str,
    variables: Vec<(&'static str, String)>,
    says: &'static str,
}

fn faults() -> Vec<Fault> {
    let fault = |name, id: &str, key: &str, says| Fault {
        name,
        variables: vec![("DOKU_CLIENT_ID", id.to_owned()), ("DOKU_SECRET_KEY", key.to_owned())],
        says,
    };
    let mut faults = vec![
        fault("swapped", KEY, ID, "probably swapped: set each again"),
        fault("the key twice", KEY, KEY, "probably swapped: set each again"),
        fault("another key twice", "canary-of-another-form", "canary-of-another-form", "or is the secret key"),
        fault("the id twice", ID, ID, "the secret key begins as client ids do"),
        fault("empty id", "", KEY, "the client id must be 1 to 128 visible ascii characters; copy it"),
        fault("empty key", ID, "", "the secret key is empty; copy it"),
        fault("blank in the id", "BRN 1", KEY, "the client id must be 1 to 128 visible ascii characters"),
        fault("white space", ID, &format!(" {KEY}"), "leading or trailing white space; copy it again"),
        fault("line end in the id", &format!("{ID}\n"), KEY, "type it by hand, or copy it again"),
        fault("line end", ID, &format!("{KEY}\r\n"), "leading or trailing white space; copy it again"),
    ];
    for quote in ['"', '\''] {
        let quoted = |text| format!("{quote}{text}{quote}");
        faults.push(fault("quoted", ID, &quoted(KEY), "the secret key is in quotation marks"));
        faults.push(fault("quoted id", &quoted(ID), KEY, "the client id is in quotation marks"));
        faults.push(fault("swapped and quoted", &quoted(KEY), &quoted(ID), "the client id is in quotation marks"));
    }
    for damage in ["\u{feff}", "\u{200b}", "\u{1b}[31m"] {
        let (id, key) = (format!("{damage}{ID}"), format!("{damage}{KEY}"));
        faults.push(fault("damaged", ID, &key, "copy it again"));
        faults.push(fault("damaged id", &id, KEY, "type it by hand, or copy it again"));
        faults.push(fault("damaged and swapped", &key, &id, "type it by hand, or copy it again"));
    }
    let other = |name, variables: &[(&'static str, &str)], says| Fault {
        name,
        variables: variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        says,
    };
    faults.extend([
        other("no key", &[("DOKU_CLIENT_ID", ID)], "no secret key: set the environment variable DOKU_SECRET_KEY"),
        other("no id", &[("DOKU_SECRET_KEY", KEY)], "DOKU_CLIENT_ID is not set; set it"),
        other(
            "two keys",
            &[("DOKU_CLIENT_ID", ID), ("DOKU_SECRET_KEY", KEY), ("DOKU_SECRET_KEY_FILE", KEY)],
            "both DOKU_SECRET_KEY and DOKU_SECRET_KEY_FILE are set; unset one of them",
        ),
        other(
            "the key as its file",
            &[("DOKU_CLIENT_ID", ID), ("DOKU_SECRET_KEY_FILE", KEY)],
            "names no file; set DOKU_SECRET_KEY to the key",
        ),
        other(
            "no file",
            &[("DOKU_CLIENT_ID", ID), ("DOKU_SECRET_KEY_FILE", "/no/such/canary")],
            "cannot be read: entity not found; set it to the path",
        ),
    ]);
    faults
}

/// An address of this machine, and what was sent to it.
struct Listener {
    url: String,
    sent: Arc<Mutex<String>>,
}

impl Listener {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let sent = Arc::new(Mutex::new(String::new()));
        let all = Arc::clone(&sent);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut buffer = [0; 4096];
                let read = stream.read(&mut buffer).unwrap_or_default();
                all.lock().expect("the text").push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
        });
        Self { url, sent }
    }

    fn sent(&self) -> String {
        self.sent.lock().expect("the text").clone()
    }
}

#[track_caller]
fn prints_no_secret(run: &Run, what: &str) {
    assert!(!run.stdout().contains(CANARY), "{what}: standard output holds the secret key");
    assert!(!run.stderr.contains(CANARY), "{what}: standard error holds the secret key");
}

#[test]
fn credentials_that_cannot_be_used_in_every_command() {
    let listener = Listener::start();
    let url = listener.url.as_str();
    let parts = ["--target", "/orders/v1/status/1", "--request-id", "1", "--timestamp", "2021-07-07T08:45:42Z"];
    let received = ["--kind", "notification", "--target", "/n", "--headers", "/dev/null", ORDER];
    let signing: Vec<&str> = [&["sign", "--method", "GET"], &parts[..]].concat();
    let explaining: Vec<&str> = [&["explain", "--method", "GET"], &parts[..]].concat();
    let commands: &[&[&str]] = &[
        &["order", "create", ORDER, "--simulator", url],
        &["order", "create", ORDER, "--simulator", url, "--json"],
        &["order", "create", ORDER, "--simulator", url, "--dry-run"],
        &["order", "create", ORDER, "--simulator", url, "--curl"],
        &["order", "create", ORDER, "--sandbox"],
        &["order", "create", ORDER, "--live", "--yes"],
        &["order", "status", "INV-1", "--simulator", url],
        &["order", "status", "INV-1", "--live", "--json"],
        &signing,
        &[&signing[..], &["--json"]].concat(),
        &explaining,
        &[&["verify"], &received[..]].concat(),
        &[&["verify", "--json"], &received[..]].concat(),
        &[&["explain"], &received[..]].concat(),
        &["listen", "--port", "0"],
        &["listen", "--port", "0", "--json"],
        &["trigger", "success", "--to", url, "--credentials-from-env"],
        &["trigger", "success", "--to", url, "--credentials-from-env", "--json"],
        &["simulator", "--port", "0", "--credentials-from-env"],
        &["simulator", "--port", "0", "--credentials-from-env", "--json", "--log", "json"],
    ];
    for Fault { name, variables, says } in &faults() {
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for arguments in commands {
            // Without a key all but the signature is explained.
            if *name == "no key" && *arguments == explaining {
                continue;
            }
            let what = format!("{name}: {arguments:?}");
            let run = doku(arguments, &variables, b"");
            prints_no_secret(&run, &what);
            assert_eq!(run.code(), 2, "{what}: {run:?}");
            assert!(run.stderr.contains(says), "{what}: {}", run.stderr);
            if arguments.contains(&"--json") {
                let error = &run.json()["error"];
                assert_eq!((&error["code"], &error["outcome"]), (&"usage".into(), &"nothing_sent".into()), "{what}");
                assert!(error["message"].as_str().is_some_and(|text| text.contains(says)), "{what}: {error}");
            } else {
                assert_eq!(run.stdout(), "", "{what}");
            }
        }
    }
    assert_eq!(listener.sent(), "");
}

/// The doctor asks for the time all the same, without credentials.
#[test]
fn credentials_that_cannot_be_used_are_diagnosed() {
    let listener = Listener::start();
    for Fault { name, variables, says } in &faults() {
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let run = doku(&["doctor", "--simulator", &listener.url, "--json"], &variables, b"");
        prints_no_secret(&run, name);
        assert_eq!(run.code(), 2, "{name}: {run:?}");
        assert!(run.stdout().contains(says), "{name}: {}", run.stdout());
        assert!(run.json()["checks"].as_array().is_some_and(|checks| {
            checks.iter().any(|check| check["name"] == "signed_status" && check["verdict"] == "skipped")
        }));
    }
    let sent = listener.sent();
    for header in ["Signature", "Client-Id", CANARY, ID] {
        assert!(!sent.contains(header), "{header}: {sent}");
    }
}

/// Commands that need no credentials do what they do, and print nothing of them.
#[test]
fn commands_without_credentials_ignore_them() {
    let variables = [("DOKU_CLIENT_ID", KEY), ("DOKU_SECRET_KEY", ID), ("DOKU_ENVIRONMENT", KEY)];
    let commands: [&[&str]; 8] = [
        &["demo"],
        &["check", "request", ORDER],
        &["spec", "fields"],
        &["spec", "example"],
        &["completions", "bash"],
        &["simulator", "--list-switches"],
        &["run", "examples/scenarios/happy-path.yaml"],
        &["--help"],
    ];
    for arguments in commands {
        let run = doku(arguments, &variables, b"");
        prints_no_secret(&run, &format!("{arguments:?}"));
        assert_eq!(run.code(), 0, "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn an_environment_that_cannot_be_used_in_every_command() {
    let commands: [&[&str]; 5] = [
        &["order", "create", ORDER],
        &["order", "create", ORDER, "--dry-run", "--json"],
        &["order", "create", ORDER, "--yes"],
        &["order", "status", "INV-1"],
        &["doctor"],
    ];
    let set = "set it to sandbox or a URL such as http://127.0.0.1:4000; production is named by --live";
    for (value, says) in [
        (None, "add --sandbox, --live or --simulator URL, or set DOKU_ENVIRONMENT to sandbox or a URL"),
        (Some(""), set),
        (Some(KEY), set),
        (Some(ID), set),
        (Some("\"sandbox\""), set),
        (Some("'production'"), set),
        (Some("\u{feff}sandbox"), set),
        (Some("sandbox\n"), set),
        (Some("SANDBOX"), set),
        (Some("live"), set),
        (Some("https://"), "is not a url such as http://127.0.0.1:4000"),
        (Some("http://shop.example"), "must begin with https://"),
        (Some("https://canary:x@shop.example"), "must begin with https://"),
        (Some("production"), "add --live each time that production is meant"),
        (Some("https://api.doku.com"), "add --live each time that production is meant"),
        (Some("https://API.doku.com.:443/"), "add --live each time that production is meant"),
    ] {
        for arguments in commands {
            let mut variables = vec![("DOKU_CLIENT_ID", ID), ("DOKU_SECRET_KEY", KEY)];
            variables.extend(value.map(|value| ("DOKU_ENVIRONMENT", value)));
            let what = format!("{value:?}: {arguments:?}");
            let run = doku(arguments, &variables, b"");
            prints_no_secret(&run, &what);
            assert_eq!(run.code(), 2, "{what}: {run:?}");
            assert!(format!("{}{}", run.stdout(), run.stderr).contains(says), "{what}: {run:?}");
        }
    }
    for arguments in commands {
        let run = doku(
            &[arguments, &["--simulator", "https://api.doku.com"]].concat(),
            &[("DOKU_CLIENT_ID", ID), ("DOKU_SECRET_KEY", KEY)],
            b"",
        );
        assert_eq!(run.code(), 2, "{arguments:?}");
        let said = format!("{}{}", run.stdout(), run.stderr);
        assert!(said.contains("--simulator names doku's production, where orders are real"), "{said}");
    }
}

/// The simulator's credentials are known to everyone: they never go to DOKU.
#[test]
fn credentials_of_the_simulator_are_refused_for_doku() {
    let simulators = super::SIMULATOR;
    for (id, key) in [(simulators[0].1, simulators[1].1), (ID, simulators[1].1), (simulators[0].1, KEY)] {
        let variables = [("DOKU_CLIENT_ID", id), ("DOKU_SECRET_KEY", key)];
        for environment in [&["--sandbox"][..], &["--live", "--yes"], &["--simulator", "https://api-sandbox.doku.com"]]
        {
            for more in [&[][..], &["--json"], &["--dry-run"], &["--curl"]] {
                let run = doku(&[&["order", "create", ORDER], environment, more].concat(), &variables, b"");
                assert_eq!(run.code(), 2, "{environment:?} {more:?}: {run:?}");
                assert!(run.stderr.contains("these credentials are the simulator's"), "{}", run.stderr);
                prints_no_secret(&run, "the simulator's");
            }
        }
        for environment in ["--sandbox", "--live"] {
            let run = doku(&["order", "status", "INV-1", environment], &variables, b"");
            assert_eq!(run.code(), 2, "{environment}: {run:?}");
            assert!(run.stderr.contains("these credentials are the simulator's"), "{}", run.stderr);
        }
    }
}

/// An argument is seen by others, and kept by the shell; what is said of it must not repeat it.
#[test]
fn a_secret_key_as_an_argument() {
    let listener = Listener::start();
    let commands: [&[&str]; 9] = [
        &["order", "status", KEY, "--simulator", &listener.url],
        &["order", "create", KEY, "--simulator", &listener.url],
        &["order", "create", ORDER, "--simulator", &listener.url, "--request-id", KEY],
        &["order", "create", ORDER, "--simulator", KEY],
        &["sign", "--client-id", KEY],
        &["sign", "--secret-key=SK-canary-3f9d27"],
        &["explain", KEY],
        &["check", "request", KEY],
        &[KEY],
    ];
    for arguments in commands {
        for variables in [&[("DOKU_CLIENT_ID", ID), ("DOKU_SECRET_KEY", KEY)][..], &[]] {
            // Nothing tells what it is where the variable is not set: an id may be of any form.
            if variables.is_empty() && arguments.iter().any(|argument| ["status", "--request-id"].contains(argument)) {
                continue;
            }
            let run = doku(arguments, variables, b"");
            prints_no_secret(&run, &format!("{arguments:?}"));
            assert_eq!(run.code(), 2, "{arguments:?}: {run:?}");
            if !variables.is_empty() {
                assert!(run.stderr.contains("an argument holds the secret key"), "{arguments:?}: {}", run.stderr);
            }
        }
    }
    assert_eq!(listener.sent(), "");
}
