//! `doku store`, and orders and notifications that go through a store.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::PathBuf,
};

use serde_json::Value;

use super::{Run, SIMULATOR, Simulator, doku, without_ports};

pub(super) const ORDER: &str = include_str!("../../spec/examples/generate_order.request.minimal.json");

/// A simulator and the place of a store that belongs to it.
pub(super) struct Shop {
    pub(super) simulator: Simulator,
    location: String,
    folder: tempfile::TempDir,
}

impl Shop {
    pub(super) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = folder.path().join("doku.db").to_str().unwrap().to_owned();
        Self { simulator: Simulator::start(), location, folder }
    }

    /// With a store somewhere else.
    #[cfg(unix)]
    pub(super) fn at(location: &str) -> Self {
        Self { location: location.to_owned(), ..Self::open() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn location(&self) -> String {
        self.location.clone()
    }

    /// Runs a command with the store named by its variable.
    pub(super) fn doku(&self, arguments: &[&str]) -> Run {
        doku(arguments, &[("DOKU_STORE", &self.location())], b"")
    }

    pub(super) fn create(&self, invoice_number: &str, more: &[&str]) -> Run {
        let order = ORDER.replace("INV-20260105-0001", invoice_number);
        let arguments = [&["order", "create", "-", "--simulator", &self.simulator.url], more].concat();
        doku(&arguments, &[("DOKU_STORE", &self.location())], order.as_bytes())
    }

    /// Asks the simulator itself for something, and returns what it answers.
    fn control(&self, request: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.simulator.url.strip_prefix("http://").unwrap()).unwrap();
        let head = format!("{request} HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n");
        write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.split(' ').nth(1).is_some_and(|status| status.starts_with('2')), "{answer}");
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// Lets the simulator's next answer go wrong.
    pub(super) fn fail_next(&self, fault: &str) {
        self.control("POST /simulator/faults", &format!(r#"{{"fault": "{fault}"}}"#));
    }

    /// Pays an order. The simulator has no notification URL: only asking tells.
    pub(super) fn pay(&self, invoice_number: &str) {
        self.control(&format!("POST /simulator/orders/{invoice_number}/pay"), "");
    }

    /// Returns how many orders the simulator has.
    pub(super) fn made(&self) -> usize {
        let listed: Value = serde_json::from_str(&self.control("GET /simulator/orders", "")).unwrap();
        listed["orders"].as_array().unwrap().len()
    }

    /// An order whose answer is not proven to be DOKU's.
    fn unresolved(&self, invoice_number: &str) {
        self.fail_next("signature-wrong");
        let run = self.create(invoice_number, &[]);
        assert_eq!((run.code(), run.stdout()), (6, ""), "{}", run.stderr);
    }

    /// Replaces what differs from run to run.
    fn plain(&self, text: &str) -> String {
        let text = without_ports(text).replace(&self.location(), "STORE");
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let word = |word: &str| {
            let bare = word.trim_end_matches([',', ';', ')']);
            let end = &word[bare.len()..];
            if bare.len() == 20 && bare.ends_with('Z') && bare.as_bytes()[10] == b'T' && digits(&bare[..4]) {
                return format!("TIME{end}");
            }
            if bare.len() == 36 && bare.split('-').count() == 5 {
                return format!("ID{end}");
            }
            match word.split_once("/pay/") {
                Some((before, _)) => format!("{before}/pay/ID"),
                None => word.to_owned(),
            }
        };
        let line = |line: &str| {
            let mut words: Vec<_> = line.split(' ').map(word).collect();
            for at in 1..words.len() {
                // The clock is this machine's, and the schema has a new version now and then.
                if words[at] == "due" {
                    words[at - 1] = "N".to_owned();
                } else if words[at - 1] == "schema" {
                    words[at] = "N,".to_owned();
                }
            }
            words.join(" ")
        };
        text.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    fn text(&self, run: &Run) -> String {
        self.plain(&run.to_text())
    }
}

/// The shape of what a command prints is the published one.
#[track_caller]
pub(super) fn conforms(command: &str, document: &Value) {
    let schema = doku(&["store", "schema", command], &[], b"").json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<_> = validator.iter_errors(document).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{command}: {faults:?}\n{document}");
    // And nothing is printed that is not published.
    let published = schema.to_string();
    for key in document.as_object().unwrap().keys() {
        assert!(published.contains(&format!("\"{key}\"")), "{command}: {key}");
    }
}

#[test]
fn an_order_is_placed_once_through_a_store() {
    let shop = Shop::open();
    let location = shop.location();
    let first = shop.create("INV-1", &["--json"]);
    assert_eq!(first.code(), 0, "{}", first.stderr);
    let again = shop.create("INV-1", &["--json"]).json();
    let first = first.json();
    assert_eq!((&first["replayed"], &again["replayed"]), (&false.into(), &true.into()));
    assert_eq!(first["payment_url"], again["payment_url"]);
    assert_eq!(first["request_id"], again["request_id"]);
    assert_eq!(again["order"]["rank"], "PENDING");

    let other = ORDER.replace("INV-20260105-0001", "INV-1").replace("Ayam geprek", "Bebek goreng");
    let arguments = ["order", "create", "-", "--simulator", &shop.simulator.url, "--store", &location];
    let other = doku(&arguments, &[], other.as_bytes());
    assert_eq!((other.code(), other.stdout()), (2, ""));
    insta::assert_snapshot!("store_conflict", shop.plain(&other.stderr));
    insta::assert_snapshot!("store_create", shop.text(&shop.create("INV-2", &[])));
    insta::assert_snapshot!("store_create_again", shop.text(&shop.create("INV-2", &[])));
}

#[test]
fn what_is_not_resolved_is_listed_until_it_is() {
    let shop = Shop::open();
    assert_eq!(shop.create("INV-1", &[]).code(), 0);
    shop.fail_next("signature-wrong");
    insta::assert_snapshot!("store_unanswered", shop.text(&shop.create("INV-2", &[])));
    shop.fail_next("signature-wrong");
    let unknown = shop.create("INV-3", &["--json"]);
    let error = &unknown.json()["error"];
    assert_eq!((unknown.code(), &error["outcome"], &error["code"]), (6, &"unknown".into(), &"unknown".into()));

    for (arguments, code) in [
        (&["check"][..], 8),
        (&["list"], 8),
        (&["list", "--unresolved"], 8),
        (&["show", "INV-1"], 0),
        (&["show", "INV-2"], 8),
        (&["export"], 0),
        (&["close", "INV-3", "--reason", "the customer paid in cash"], 0),
        (&["list", "--unresolved"], 8),
    ] {
        let run = shop.doku(&[&["store"], arguments].concat());
        assert_eq!(run.code(), code, "{arguments:?}: {}", run.stderr);
    }
    insta::assert_snapshot!("store_list", shop.text(&shop.doku(&["store", "list"])));
    insta::assert_snapshot!(
        "store_check",
        shop.text(&shop.doku(&["store", "check"])).replace(&sqlite(&shop), "SQLITE")
    );
    insta::assert_snapshot!("store_show", shop.text(&shop.doku(&["store", "show", "INV-2"])));
    insta::assert_snapshot!("store_reconcile", shop.text(&shop.doku(&["store", "reconcile"])));
    for arguments in [&["check"][..], &["list"], &["show", "INV-2"], &["reconcile"]] {
        let run = shop.doku(&[&["store"], arguments].concat());
        assert_eq!(run.code(), 0, "{arguments:?}: {}", run.stderr);
    }
}

/// Returns the version of SQLite, which is another one with each range of the driver.
fn sqlite(shop: &Shop) -> String {
    let checked = shop.doku(&["store", "check", "--json"]).json();
    checked["engine_version"].as_str().unwrap().to_owned()
}

#[test]
fn every_command_prints_what_its_schema_says() {
    let shop = Shop::open();
    assert_eq!(shop.create("INV-1", &[]).code(), 0);
    shop.unresolved("INV-2");
    let copy = shop.path("copy.db");
    shop.pay("INV-1");
    for (command, more) in [
        ("check", &[][..]),
        ("list", &[]),
        ("list", &["--unresolved"]),
        ("show", &["INV-1"]),
        ("reconcile", &[]),
        ("reconcile", &["INV-1"]),
        ("show", &["INV-1"]),
        ("close", &["INV-2", "--reason", "nobody came"]),
        ("prune", &["--older-than", "1"]),
        ("backup", &[copy.to_str().unwrap()]),
        ("migrate", &[]),
    ] {
        let run = shop.doku(&[&["store", command, "--json"], more].concat());
        assert!([0, 8].contains(&run.code()), "{command}: {}", run.stderr);
        conforms(command, &run.json());
    }
    let lines = shop.doku(&["store", "export"]);
    let documents: Vec<Value> = lines.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    documents.iter().for_each(|document| conforms("export", document));
    let kinds: Vec<_> = documents.iter().map(|document| document["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["store", "order", "order", "effect"]);
    // The copy is a store, and is as private.
    let copied = doku(&["store", "list", "--store", copy.to_str().unwrap()], &[], b"");
    assert_eq!(copied.stdout().lines().count(), 2, "{}", copied.stderr);
}

#[test]
fn an_effect_is_delivered_by_its_id() {
    let shop = Shop::open();
    assert_eq!(shop.create("INV-1", &[]).code(), 0);
    shop.pay("INV-1");
    let asked = shop.doku(&["store", "reconcile", "INV-1", "--json"]);
    assert_eq!((asked.code(), &asked.json()["orders"][0]["rank"]), (0, &"SUCCESS".into()), "{}", asked.stderr);
    let shown = shop.doku(&["store", "show", "INV-1", "--json"]).json();
    let id = shown["effects"][0]["id"].as_i64().unwrap().to_string();
    assert_eq!((&shown["effects"][0]["status"], &shown["effects"][0]["done"]), (&"SUCCESS".into(), &false.into()));
    let delivered = shop.doku(&["store", "deliver", &id, "--json"]);
    assert_eq!(delivered.code(), 0, "{}", delivered.stderr);
    conforms("deliver", &delivered.json());
    let none = shop.doku(&["store", "deliver", "99"]);
    assert_eq!((none.code(), none.stderr.as_str()), (2, "error: no effect has this id\n"));
}

/// What looks needs no key; what calls DOKU does.
#[test]
fn looking_needs_no_secret_key() {
    let shop = Shop::open();
    assert_eq!(shop.create("INV-1", &[]).code(), 0);
    for arguments in [&["list"][..], &["check"], &["show", "INV-1"], &["export"]] {
        let run = shop.doku(&[&["store"], arguments].concat());
        assert_eq!(run.code(), 0, "{}", run.stderr);
        assert!(!run.stderr.contains("credentials"), "{}", run.stderr);
        for secret in ["Ayam", "081", doku_simulator::SECRET_KEY] {
            assert!(!run.stdout().contains(secret), "{arguments:?} shows {secret}");
        }
    }
    let variables = [("DOKU_STORE", shop.location()), ("DOKU_CLIENT_ID", "BRN-OTHER".to_owned())];
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let half = doku(&["store", "reconcile"], &variables, b"");
    assert_eq!(half.code(), 2);
    assert!(half.stderr.contains("no secret key: set the environment variable DOKU_SECRET_KEY"), "{}", half.stderr);
}

/// The store is named by an argument, a variable, or a file.
#[test]
fn where_the_store_is() {
    let shop = Shop::open();
    assert_eq!(shop.create("INV-1", &[]).code(), 0);
    let location = shop.location();
    let file = shop.path("location");
    fs::write(&file, format!("{location}\n")).unwrap();
    for (arguments, variables) in [
        (&["--store", location.as_str()][..], &[][..]),
        (&[], &[("DOKU_STORE", location.as_str())]),
        (&[], &[("DOKU_STORE_FILE", file.to_str().unwrap())]),
        (&["--store", location.as_str()], &[("DOKU_STORE", "/no/such/store")]),
    ] {
        let run = doku(&[&["store", "list"], arguments].concat(), variables, b"");
        assert_eq!((run.code(), run.stdout().lines().count()), (0, 1), "{}", run.stderr);
    }
    let none = doku(&["store", "list"], &[], b"");
    assert_eq!(none.stderr, "error: no store is named\nhelp: add --store LOCATION, or set DOKU_STORE\n");
    assert_eq!(none.code(), 2);
    for address in ["postgres://shop:hunter2@127.0.0.1/shop", "postgres://127.0.0.1/shop?password=hunter2"] {
        for command in [&["store", "list"][..], &["doctor"], &["listen", "--port", "0"]] {
            let run = doku(&[command, &["--store", address]].concat(), &SIMULATOR, b"");
            assert_eq!(run.code(), 2, "{command:?}");
            let text = format!("{}{}", run.stdout(), run.stderr);
            assert!(text.contains("--store holds a password, where other users can see it"), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}

/// Returns verdict, message and help of each check of the store.
fn doctor(shop: &Shop) -> (i32, Vec<String>) {
    let run = shop.doku(&["doctor", "--simulator", &shop.simulator.url, "--json"]);
    let document = run.json();
    let checks = document["checks"].as_array().unwrap().iter();
    let line = |check: &Value| {
        let text = |field: &str| check[field].as_str().unwrap_or("-").to_owned();
        shop.plain(&["name", "verdict", "message", "help"].map(text).join(" | "))
    };
    let of_store = checks.filter(|check| check["name"].as_str().unwrap().starts_with("store"));
    (run.code(), of_store.map(line).collect())
}

#[test]
fn the_doctor_looks_at_a_store() {
    let shop = Shop::open();
    assert_eq!(shop.create("INV-1", &[]).code(), 0);
    let (code, well) = doctor(&shop);
    assert_eq!(code, 0, "{well:#?}");
    shop.unresolved("INV-2");
    let (code, unresolved) = doctor(&shop);
    assert_eq!(code, 8);
    let text = [well, unresolved].concat().join("\n").replace(&sqlite(&shop), "SQLITE");
    insta::assert_snapshot!("store_doctor", without_sizes(&text));
    let none = doku(&["doctor", "--simulator", &shop.simulator.url], &[], b"");
    assert!(none.stdout().contains("skipped  store: none is named; add --store LOCATION to check it"), "{none:?}");
}

/// Replaces sizes, which depend on the version of SQLite and on when its log was emptied.
fn without_sizes(text: &str) -> String {
    let mut words: Vec<_> = text.split(' ').collect();
    for at in 1..words.len() {
        if words[at].starts_with("KiB") {
            words[at - 1] = "N";
        }
    }
    words.join(" ")
}
