//! `doku store`, `doku doctor` and `doku order create` on PostgreSQL: what they print and end with on SQLite, and what they
//! say of a database that cannot be used.

use std::{fs, sync::OnceLock};

use serde_json::{Value, json};

use super::{
    SIMULATOR, closed_port,
    cluster::{self, Cluster, LOCKED},
    doku,
    store::{ORDER, Shop, conforms},
    without_ports,
};

/// The password of the user who has to give one. It is printed nowhere.
const PASSWORD: &str = "hunter2";

/// Runs something that waits.
fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A server, and a user who has to give a password; `None` where no server is installed.
fn server() -> Option<&'static Cluster> {
    static MADE: OnceLock<()> = OnceLock::new();
    let cluster = wait(cluster::shared())?;
    MADE.get_or_init(|| {
        let role = format!("create role {LOCKED} superuser login password '{PASSWORD}'");
        wait(cluster.execute("postgres", &role));
    });
    Some(cluster)
}

/// Returns the address of a new database, and the same with a password in it.
fn database(cluster: &Cluster) -> (String, String) {
    let address = wait(cluster.database());
    let with_password = address.replacen("//doku@", &format!("//{LOCKED}:{PASSWORD}@"), 1);
    (address, with_password)
}

/// What a command printed and ended with, without what differs from run to run or from engine to engine.
type Outcome = (String, i32, Vec<Value>, String);

/// Each command, on an order that is paid and one whose answer is missing.
fn script(shop: &Shop) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let mut note = |name: &str, run: &super::Run| {
        let (stdout, stderr) = (run.stdout(), &run.stderr);
        assert!(!stdout.contains(PASSWORD) && !stderr.contains(PASSWORD), "{name}: {run:?}");
        let documents = serde_json::Deserializer::from_str(stdout).into_iter().map(|document| plain(document.unwrap()));
        outcomes.push((name.to_owned(), run.code(), documents.collect(), without_ports(stderr)));
    };
    note("create", &shop.create("INV-1", &["--json"]));
    note("create again", &shop.create("INV-1", &["--json"]));
    shop.fail_next("signature-wrong");
    note("create without an answer", &shop.create("INV-2", &["--json"]));
    shop.pay("INV-1");
    for arguments in [
        &["check"][..],
        &["list"],
        &["list", "--unresolved"],
        &["show", "INV-2"],
        &["show", "INV-9"],
        &["reconcile", "INV-1"],
        &["show", "INV-1"],
        &["deliver", "1"],
        &["deliver", "99"],
        &["reconcile"],
        &["reconcile", "INV-9"],
        &["close", "INV-2", "--reason", " "],
        &["close", "INV-2", "--reason", "nobody came"],
        &["prune", "--older-than", "1"],
        &["migrate"],
        &["export"],
        &["list"],
        &["check"],
    ] {
        let run = shop.doku(&[&["store"], arguments, &["--json"]].concat());
        let name = arguments.join(" ");
        if arguments[0] != "export" && [0, 8].contains(&run.code()) {
            conforms(arguments[0], &run.json());
        }
        note(&name, &run);
    }
    note("doctor", &shop.doku(&["doctor", "--simulator", &shop.simulator.url, "--json"]));
    outcomes
}

/// Returns a document without times, ids, and what an engine says of itself.
fn plain(document: Value) -> Value {
    match document {
        Value::Object(members) => {
            let of_engine = ["engine", "engine_version", "settings", "bytes"];
            let kept = members.into_iter().filter(|(name, _)| !of_engine.contains(&name.as_str()));
            let member = |(name, value): (String, Value)| {
                let varies = name.ends_with("_at") || ["request_id", "payment_url", "due"].contains(&name.as_str());
                let value = if varies && !value.is_null() { json!("…") } else { plain(value) };
                (name, value)
            };
            kept.map(member).collect()
        }
        Value::Array(elements) => {
            // The checks of `doctor` that are about an engine.
            let of_engine = ["store", "store.durable", "store.mode", "store.log", "store.oldest_xmin"];
            let kept = elements.into_iter().filter(|element| !of_engine.iter().any(|name| element["name"] == *name));
            kept.map(plain).collect()
        }
        Value::String(text) => without_ports(&text).into(),
        other => other,
    }
}

#[test]
fn each_command_does_the_same_on_either_engine() {
    let Some(cluster) = server() else { return };
    let (_, location) = database(cluster);
    let (sqlite, postgres) = (script(&Shop::open()), script(&Shop::at(&location)));
    let codes: Vec<_> = postgres.iter().map(|(name, code, ..)| (name.as_str(), *code)).collect();
    assert_eq!(
        codes,
        [
            ("create", 0),
            ("create again", 0),
            ("create without an answer", 6),
            ("check", 8),
            ("list", 8),
            ("list --unresolved", 8),
            ("show INV-2", 8),
            ("show INV-9", 2),
            ("reconcile INV-1", 0),
            ("show INV-1", 0),
            ("deliver 1", 0),
            ("deliver 99", 2),
            ("reconcile", 0),
            ("reconcile INV-9", 2),
            ("close INV-2 --reason  ", 2),
            ("close INV-2 --reason nobody came", 0),
            ("prune --older-than 1", 0),
            ("migrate", 0),
            ("export", 0),
            ("list", 0),
            ("check", 0),
            ("doctor", 0),
        ]
    );
    for (on_sqlite, on_postgres) in sqlite.iter().zip(&postgres) {
        assert_eq!(on_sqlite, on_postgres);
    }
    assert_eq!(sqlite.len(), postgres.len());
}

#[test]
fn a_store_in_postgresql_says_what_it_is_and_is_copied_by_its_own_tools() {
    let Some(cluster) = server() else { return };
    let (address, _) = database(cluster);
    let shop = Shop::at(&address);
    // An address without a password may be an argument.
    let order = ["order", "create", "-", "--simulator", &shop.simulator.url, "--store", &address];
    let placed = doku(&order, &[], ORDER.as_bytes());
    assert_eq!(placed.code(), 0, "{}", placed.stderr);
    assert!(placed.stdout().starts_with(&format!("{}/pay/", shop.simulator.url)), "{placed:?}");
    let checked = shop.doku(&["store", "check", "--json"]).json();
    assert_eq!(checked["engine"], "postgresql");
    assert_eq!(checked["settings"], json!({"fsync": "on", "synchronous_commit": "on"}));
    let doctor = shop.doku(&["doctor", "--simulator", &shop.simulator.url]);
    for line in ["fsync on, synchronous_commit on: each commit waits for the disk", "store, oldest xmin"] {
        assert!(doctor.stdout().contains(line), "{doctor:?}");
    }

    let copy = shop.path("copy.db");
    let run = shop.doku(&["store", "backup", copy.to_str().unwrap(), "--json"]);
    let text = "a store in postgresql is copied by its own tools, for example pg_dump --schema=doku";
    assert_eq!((run.code(), run.stderr.as_str()), (2, &*format!("error: {text}\n")));
    assert_eq!((&run.json()["error"]["code"], &run.json()["error"]["message"]), (&"not_possible".into(), &text.into()));
    assert!(!copy.exists());
}

#[test]
fn a_database_that_cannot_be_used_is_left_as_it_is() {
    let Some(cluster) = server() else { return };
    let shop = Shop::open();
    let (empty, _) = database(cluster);
    let (alien, _) = database(cluster);
    wait(cluster.execute(alien.rsplit_once('/').unwrap().1, "create schema doku; create table doku.carts (id text)"));
    let wrong_password = empty.replacen("//doku@", &format!("//{LOCKED}:{PASSWORD}-wrong@"), 1);
    let missing = format!("postgres://doku:{PASSWORD}@127.0.0.1:{}/no_such_shop", cluster.port);
    let closed = format!("postgres://doku:{PASSWORD}@127.0.0.1:{}/shop", closed_port());
    let garbled = format!("postgres://doku:{PASSWORD}@127.0.0.1:port/shop");
    let unreadable = "the address of postgresql cannot be read; it looks like postgres://user@host/database";
    let another = "the schema doku of this database is another program's; name another database";
    for (location, code, kind, text) in [
        (&*garbled, 2, "unusable", unreadable),
        (&closed, 6, "unavailable", "no connection to postgresql: it cannot be reached; is it running, "),
        (
            &wrong_password,
            2,
            "unusable",
            "no connection to postgresql: it refused the user or the password; correct them",
        ),
        (&missing, 2, "unusable", "no connection to postgresql: it has no database of this name; make it first"),
        (&alien, 2, "unusable", another),
        (&empty, 2, "unusable", "there is none in this database; name the database of a store"),
    ] {
        let order = ["order", "create", "-", "--simulator", &shop.simulator.url];
        for command in [
            &["store", "check"][..],
            &["store", "list"],
            &["store", "show", "INV-1"],
            &["store", "reconcile"],
            &["store", "deliver", "1"],
            &["store", "close", "INV-1", "--reason", "paid in cash"],
            &["store", "prune", "--older-than", "1"],
            &["store", "backup", "/no/such/folder/copy.db"],
            &["store", "migrate"],
            &["store", "export"],
            &order,
            &["doctor", "--simulator", &shop.simulator.url],
        ] {
            if location == empty && command == order {
                // The one that makes a store where there is none.
                continue;
            }
            let variables = [&SIMULATOR[..], &[("DOKU_STORE", location)]].concat();
            let run = doku(&[command, &["--json"]].concat(), &variables, ORDER.as_bytes());
            assert_eq!(run.code(), code, "{command:?}: {run:?}");
            let printed = format!("{}{}", run.stdout(), run.stderr);
            assert!(!printed.contains(PASSWORD), "{command:?}: {printed}");
            let document = run.json();
            let (said, of_kind) = if command[0] == "doctor" {
                let mut checks = document["checks"].as_array().unwrap().iter();
                let check = checks.find(|check| check["name"] == "store").unwrap();
                (&check["message"], check["verdict"] == "failed")
            } else {
                (&document["error"]["message"], document["error"]["code"] == kind)
            };
            assert!(of_kind && said.as_str().is_some_and(|said| said.contains(text)), "{command:?}: {document}");
        }
    }
    assert_eq!(shop.made(), 0);
    let tables = "select count(*)::text from pg_class where relnamespace = to_regnamespace('doku') and relkind = 'r'";
    for (location, count) in [(&alien, "1"), (&empty, "0")] {
        assert_eq!(wait(cluster.told(location.rsplit_once('/').unwrap().1, tables)), count);
    }
}

/// The file that `DOKU_STORE_FILE` names keeps a password off the command line and out of the environment.
#[test]
fn an_address_with_a_password_is_read_from_a_file() {
    let Some(cluster) = server() else { return };
    let (_, location) = database(cluster);
    let shop = Shop::at(&location);
    assert_eq!(shop.create("INV-1", &[]).code(), 0);
    let file = shop.path("location");
    fs::write(&file, format!("{location}\n")).unwrap();
    let run = doku(&["store", "list"], &[("DOKU_STORE_FILE", file.to_str().unwrap())], b"");
    assert_eq!((run.code(), run.stdout().lines().count()), (0, 1), "{run:?}");
    let argument = doku(&["store", "list", "--store", &location], &[], b"");
    assert_eq!(argument.code(), 2);
    assert!(argument.stderr.contains("--store holds a password, where other users can see it"), "{argument:?}");
    assert!(!argument.stderr.contains(PASSWORD), "{argument:?}");
}

/// What the data say is damage; what may lose them is refused by each command.
#[test]
fn damage_and_a_server_that_may_forget_are_told_apart() {
    let Some(cluster) = server() else { return };
    let (address, _) = database(cluster);
    let name = address.rsplit_once('/').unwrap().1;
    let shop = Shop::at(&address);
    assert_eq!(shop.create("INV-1", &[]).code(), 0);
    wait(cluster.execute(name, "update doku.orders set body_sha256 = sha256('')"));
    let run = shop.doku(&["store", "check", "--json"]);
    let damage = "the body of an order is not the one that was stored: INV-1";
    assert_eq!((run.code(), &run.json()["damage"]), (7, &json!([damage])), "{run:?}");
    let text = shop.doku(&["store", "check"]);
    assert_eq!(text.stdout().lines().last(), Some("damaged in 1 place"), "{text:?}");

    wait(cluster.execute(name, &format!("alter database {name} set synchronous_commit = off")));
    for command in [&["check"][..], &["list"], &["migrate"]] {
        let run = shop.doku(&[&["store"], command].concat());
        let refusal = "error: postgresql has synchronous_commit = off and may lose what it acknowledged; ";
        assert!(run.code() == 2 && run.stderr.starts_with(refusal), "{run:?}");
    }
}

#[test]
fn a_transaction_that_holds_others_up_is_a_warning() {
    let Some(cluster) = server() else { return };
    let (address, _) = database(cluster);
    let shop = Shop::at(&address);
    assert_eq!(shop.create("INV-1", &[]).code(), 0);
    let held = async {
        let (client, connection) = tokio_postgres::connect(&address, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let process: i32 = client.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
        // For whoever connects from now on it is an hour later.
        let name = address.rsplit_once('/').unwrap().1;
        let hour = "select pg_catalog.clock_timestamp() + interval '1 hour'";
        let later = format!(
            "create schema later;
             create function later.clock_timestamp() returns timestamptz language sql as $${hour}$$;
             alter database {name} set search_path = later, pg_catalog"
        );
        client.batch_execute(&later).await.unwrap();
        client.batch_execute("begin isolation level repeatable read; select count(*) from doku.orders").await.unwrap();
        let who = format!("(process {process}, user doku, idle in transaction)");
        let text = shop.doku(&["store", "check"]);
        let document = shop.doku(&["store", "check", "--json"]);
        let doctor = shop.doku(&["doctor", "--simulator", &shop.simulator.url, "--json"]);
        client.batch_execute("rollback").await.unwrap();
        (who, text, document, doctor)
    };
    let (who, text, document, doctor) = wait(held);
    let names = |said: &Value| said.as_str().is_some_and(|said| said.contains(&who));

    assert_eq!((text.code(), text.stdout().lines().last()), (0, Some("sound")), "{text:?}");
    let warning = text.stderr.lines().find(|line| line.contains(&who)).unwrap();
    assert!(warning.starts_with("warning: a transaction is open for 36"), "{warning}");
    let checked = document.json();
    assert_eq!((document.code(), &checked["damage"]), (0, &json!([])), "{checked}");
    assert!(checked["warnings"].as_array().unwrap().iter().any(names), "{checked}");
    conforms("check", &checked);
    let report = doctor.json();
    let mut checks = report["checks"].as_array().unwrap().iter();
    let held_up = checks.find(|check| check["name"] == "store.held_up" && names(&check["message"])).unwrap();
    assert_eq!((doctor.code(), &held_up["verdict"]), (0, &"warning".into()), "{report}");

    let free = shop.doku(&["store", "check"]);
    assert!(free.code() == 0 && !free.stderr.contains(&who), "{free:?}");
}
