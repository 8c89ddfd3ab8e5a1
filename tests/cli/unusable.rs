//! Stores that cannot be used: each is refused with a text that helps and the right exit code, by each command, and
//! left as it was to the byte.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt as _, chown},
    path::Path,
    process::{Command, Stdio},
};

use doku_store::rusqlite::Connection;

use super::{Run, closed_port, command, doku, store::Shop};

/// A user without rights.
const NOBODY: u32 = 65_534;

/// Each file of a folder with its bytes and its mode.
fn folder(path: &Path) -> BTreeMap<String, (Vec<u8>, u32)> {
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap());
    let entry = |entry: fs::DirEntry| {
        let mode = entry.metadata().unwrap().permissions().mode();
        (entry.file_name().into_string().unwrap(), (fs::read(entry.path()).unwrap_or_default(), mode))
    };
    entries.map(entry).collect()
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn execute(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

fn cut(path: &Path, length: usize) {
    let bytes = fs::read(path).unwrap();
    write(path, &bytes[..length]);
}

/// Runs every command that opens a store, on this one, and expects each to end with this code and these words.
fn refuse(shop: &Shop, name: &str, location: &str, code: i32, words: &str) {
    let before = folder(shop.path("").as_path());
    let variables = [("DOKU_STORE", location)];
    let order = include_bytes!("../../spec/examples/generate_order.request.minimal.json");
    let simulator = shop.simulator.url.as_str();
    let copy = shop.path("copy.db");
    for arguments in [
        &["store", "check"][..],
        &["store", "list"],
        &["store", "show", "INV-1"],
        &["store", "reconcile"],
        &["store", "deliver", "1"],
        &["store", "close", "INV-1", "--reason", "lost"],
        &["store", "prune", "--older-than", "1"],
        &["store", "backup", copy.to_str().unwrap()],
        &["store", "migrate"],
        &["store", "export"],
        &["listen", "--port", "0"],
        &["doctor", "--simulator", simulator],
        &["order", "create", "-", "--simulator", simulator],
    ] {
        // An order makes the store that is not there.
        if arguments[0] == "order" && words.contains("there is no such file") {
            continue;
        }
        let run = doku(arguments, &variables, order);
        assert_eq!(run.code(), code, "{name}, {arguments:?}: {run:?}");
        let text = format!("{}{}", run.stdout(), run.stderr);
        let text = if location.is_empty() { text } else { text.replace(location, "STORE") };
        assert!(text.contains(words), "{name}, {arguments:?}: {text}");
        if arguments[0] != "doctor" {
            assert_eq!(run.stdout(), "", "{name}, {arguments:?}");
        }
    }
    let json = doku(&["store", "list", "--json"], &variables, b"");
    assert_eq!(json.json()["error"]["outcome"], "nothing_sent", "{name}");
    assert!(folder(shop.path("").as_path()) == before, "{name}: something was changed");
    assert_eq!(shop.made(), 1, "{name}: something was sent");
}

/// Returns a shop whose store is sound, and of this simulator, with one order.
fn shop() -> Shop {
    let shop = Shop::open();
    let run = shop.create("INV-1", &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr);
    shop
}

/// What is done to a sound store, the exit code, and what is said.
type Case = (&'static str, fn(&Path), i32, &'static str);

#[test]
fn files_that_are_no_store_of_ours() {
    let cases: [Case; 13] = [
        ("missing", |path| fs::remove_file(path).unwrap(), 2, "there is no such file; name the file of a store"),
        ("empty", |path| write(path, b""), 2, "STORE cannot be used: it is empty, and a store never is"),
        ("text", |path| write(path, &[b'x'; 5_000]), 2, "STORE cannot be used: it is no sqlite database"),
        ("header alone", |path| cut(path, 50), 2, "it is no sqlite database; name the file of a store"),
        ("first page alone", |path| cut(path, 4_096), 2, "it is cut off: 4096 bytes of "),
        (
            "last byte missing",
            |path| cut(path, usize::try_from(fs::metadata(path).unwrap().len()).unwrap() - 1),
            2,
            "keep it, and restore a backup",
        ),
        (
            "another program's",
            |path| {
                write(path, b"");
                execute(path, "create table orders (id integer); insert into orders values (1)");
            },
            2,
            "STORE cannot be used: it is another program's database; name another file",
        ),
        (
            "another program's, with a log",
            |path| {
                write(path, b"");
                execute(path, "pragma journal_mode = wal; create table orders (id integer)");
            },
            2,
            "STORE cannot be used: it is another program's database; name another file",
        ),
        (
            "newer",
            |path| execute(path, "update doku_meta set version = 99"),
            2,
            "STORE cannot be used: a newer version of this library made it (schema 99, this one knows ",
        ),
        (
            "damaged",
            |path| {
                let mut bytes = fs::read(path).unwrap();
                bytes[4_096..].fill(0xAA);
                write(path, &bytes);
            },
            2,
            "the store is damaged",
        ),
        (
            "readable by all",
            |path| fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap(),
            2,
            "others may read it (mode 644), and it holds customers' data; run chmod 600 on it",
        ),
        (
            "a folder",
            |path| {
                fs::remove_file(path).unwrap();
                fs::create_dir(path).unwrap();
            },
            2,
            "it is no file; name a file",
        ),
        (
            "a link that leads nowhere",
            |path| {
                fs::remove_file(path).unwrap();
                std::os::unix::fs::symlink("/no/such/store", path).unwrap();
            },
            2,
            "it is a link that leads nowhere; correct the link",
        ),
    ];
    for (name, spoil, code, words) in cases {
        let shop = shop();
        spoil(&shop.path("doku.db"));
        refuse(&shop, name, &shop.location(), code, words);
    }
}

#[test]
fn places_where_no_store_can_be() {
    let shop = shop();
    let closed = format!("postgres://shop@127.0.0.1:{}/shop", closed_port());
    for (location, code, words) in [
        ("", 2, "a store needs a file: what is in memory does not survive a crash"),
        (":memory:", 2, "a store needs a file"),
        ("/no/such/folder/doku.db", 2, "its folder does not exist; make the folder first"),
        (
            "mysql://shop@127.0.0.1/shop",
            2,
            "a store cannot be at mysql://; name a file, or an address that begins with",
        ),
        (
            "postgres://shop@127.0.0.1:none/shop",
            2,
            "the address of postgresql cannot be read; it looks like postgres://",
        ),
        (closed.as_str(), 6, "no connection to postgresql: it cannot be reached; is it running"),
    ] {
        refuse(&shop, location, location, code, words);
    }
    // A password in the environment is used, and not shown.
    let address = format!("postgres://shop:hunter2@127.0.0.1:{}/shop", closed_port());
    let run = doku(&["store", "list"], &[("DOKU_STORE", &address)], b"");
    assert_eq!(run.code(), 6);
    assert!(!run.stderr.contains("hunter2") && run.stderr.contains("cannot be reached"), "{}", run.stderr);
}

#[test]
fn a_store_of_another_client_id_or_environment() {
    let shop = shop();
    let location = shop.location();
    let before = folder(shop.path("").as_path());
    let order = include_bytes!("../../spec/examples/generate_order.request.minimal.json");
    let theirs = [("DOKU_CLIENT_ID", "BRN-OTHER"), ("DOKU_SECRET_KEY", "SK-OTHER-0001"), ("DOKU_STORE", &location)];
    for (arguments, words) in [
        (&["store", "reconcile"][..], "it belongs to client id SIM-0001-0000000000001, and this client is BRN-OTHER"),
        (&["listen", "--port", "0"], "it belongs to client id SIM-0001-0000000000001, and this client is BRN-OTHER"),
        (
            &["order", "create", "-", "--simulator", &shop.simulator.url],
            "it belongs to client id SIM-0001-0000000000001, and this client is BRN-OTHER; name another store",
        ),
        (
            &["order", "create", "-", "--simulator", "http://127.0.0.1:9"],
            "and this client talks to http://127.0.0.1:9; name another store",
        ),
        (&["doctor", "--simulator", "http://127.0.0.1:9"], "and not to what is configured here"),
    ] {
        let run = doku(arguments, &theirs, order);
        let text = format!("{}{}", run.stdout(), run.stderr);
        assert!(text.contains(words), "{arguments:?}: {text}");
        assert!(!text.contains("SK-OTHER"), "{text}");
        // The doctor ends with its first finding: there is no simulator at that port.
        assert_eq!(run.code(), if arguments[0] == "doctor" { 6 } else { 2 }, "{arguments:?}: {text}");
    }
    assert!(folder(shop.path("").as_path()) == before, "something was changed");
    assert_eq!(shop.made(), 1);
}

/// A store whose folder this user may not write.
#[test]
fn a_folder_that_is_read_only() {
    let shop = shop();
    let (path, folder_path) = (shop.path("doku.db"), shop.path(""));
    let is_superuser = rustix::process::geteuid().is_root();
    if is_superuser {
        chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let before = folder(&folder_path);
    fs::set_permissions(&folder_path, fs::Permissions::from_mode(0o555)).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = if is_superuser {
            // The superuser may write everywhere. A folder above may be closed to others, so the program is copied.
            let mut command = Command::new("setpriv");
            let user = NOBODY.to_string();
            command.args(["--reuid", &user, "--regid", &user, "--clear-groups", "--", env!("CARGO_BIN_EXE_doku")]);
            command.args(arguments).env_clear().current_dir("/");
            command
        } else {
            command(arguments, &[])
        };
        let output = command.env("DOKU_STORE", shop.location()).stdin(Stdio::null()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        Run { code: output.status.code(), stdout: output.stdout, stderr }
    };
    for arguments in [&["store", "list"][..], &["store", "check"], &["store", "prune", "--older-than", "1"]] {
        let run = run(arguments);
        assert_eq!((run.code(), run.stdout()), (2, ""), "{arguments:?}: {}", run.stderr);
        let words = "give this user the right to write the file and its folder";
        assert!(run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
    }
    fs::set_permissions(&folder_path, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(folder(&folder_path) == before, "something was changed");
}

/// The limit of a file's length stands for a disk that is full: what is written beyond it fails.
#[test]
fn a_disk_that_is_full() {
    let shop = shop();
    let order = include_str!("../../spec/examples/generate_order.request.minimal.json");
    let mut large: serde_json::Value = serde_json::from_str(order).unwrap();
    let item = large["order"]["line_items"][0].clone();
    let items: Vec<_> = (0..1_000).map(|_| item.clone()).collect();
    let price = item["price"].as_f64().unwrap() * item["quantity"].as_f64().unwrap();
    large["order"]["amount"] = serde_json::json!(price * 1_000.0);
    large["order"]["line_items"] = items.into();
    write(&shop.path("small.json"), order.as_bytes());
    write(&shop.path("large.json"), large.to_string().as_bytes());
    let before = fs::read(shop.path("doku.db")).unwrap();
    for (limit, file, code, words) in [
        (1, "small.json", 6, "cannot be used: the store is full: nothing was written; make room on the disk"),
        (80, "large.json", 1, "the disk of the store failed: nothing more is taken; look at the disk"),
    ] {
        let output = Command::new("/bin/sh")
            .args(["-c", "trap '' XFSZ; ulimit -f $0; exec \"$@\"", &limit.to_string(), env!("CARGO_BIN_EXE_doku")])
            .args(["order", "create"])
            .arg(shop.path(file))
            .args(["--simulator", &shop.simulator.url])
            .env_clear()
            .env("DOKU_STORE", shop.location())
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{limit}: {stderr}");
        assert!(stderr.contains(words), "{limit}: {stderr}");
        assert!(fs::read(shop.path("doku.db")).unwrap() == before, "{limit}: the store was changed");
    }
    assert_eq!(shop.made(), 1, "what cannot be stored is not sent");
    let listed = shop.doku(&["store", "list"]);
    assert_eq!((listed.code(), listed.stdout().lines().count()), (0, 1), "{}", listed.stderr);
}
