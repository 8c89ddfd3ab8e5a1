//! Who may know whom: each room of a package imports from the rooms below it alone, generated code included.

mod files;
mod names;
mod root;
mod types;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use self::{
    files::{files, parse},
    names::names,
    root::Root,
};

/// The rooms of the library from the lowest to the highest, and those that each may import. `error` stands on the rooms
/// whose errors it gathers, and below those that return it. `testing` makes messages as DOKU does.
const LIBRARY: [(&str, &[&str]); 8] = [
    ("message", &[]),
    ("contract", &["message"]),
    ("check", &["contract", "message"]),
    ("error", &["check", "contract", "message"]),
    ("notification", &["check", "contract", "error", "message"]),
    ("order", &["check", "contract", "error", "message", "notification"]),
    ("client", &["check", "contract", "error", "message", "notification", "order"]),
    ("testing", &["contract", "message", "notification"]),
];

/// The rooms of the simulator, as [`LIBRARY`].
const SIMULATOR: [(&str, &[&str]); 8] = [
    ("error", &[]),
    ("time", &[]),
    ("serial", &["time"]),
    ("doku", &["error", "serial", "time"]),
    ("told", &["doku", "error", "serial", "time"]),
    ("net", &["doku", "error", "serial", "time", "told"]),
    ("run", &["doku", "error", "net", "serial", "time", "told"]),
    ("face", &["doku", "error", "net", "run", "serial", "time", "told"]),
];

/// The floors of the sidecar from the lowest to the highest. A room may import from the floors below its own, and from no
/// room beside it.
const SIDECAR: [&[&str]; 6] = [
    &["error", "listener", "metrics", "outgoing", "problem", "secret_file", "span", "time"],
    &["body", "server", "tls", "token"],
    &["forward", "gate", "notifications"],
    &["config", "page", "traces"],
    &["api"],
    &["sidecar"],
];

/// The floors of the store, as [`SIDECAR`].
const STORE: [&[&str]; 12] = [
    &["alert", "bucket", "error", "handled", "rank"],
    &["news", "schedule"],
    &["settings", "verdict"],
    &["record"],
    &["engine", "entry", "settle", "telemetry"],
    &["call", "postgres", "sqlite"],
    &["order"],
    &["opening"],
    &["store"],
    &["orders"],
    &["place", "receive", "run"],
    &["builder", "handout"],
];

/// The floors of the command, as [`SIDECAR`].
const CLI: [&[&str]; 6] = [
    &["contract", "fields", "receiver", "record", "transport"],
    &["output", "source"],
    &["confirmation", "control", "environment", "input", "outcome", "secret"],
    &["check", "new", "signature", "simulator", "spec", "store"],
    &["explain", "listen", "order", "sidecar", "trigger"],
    &["demo", "doctor", "events", "run"],
];

#[test]
fn no_room_of_the_library_knows_one_above_it() {
    let out = Path::new(env!("OUT_DIR"));
    House {
        src: "src",
        rooms: rooms(&LIBRARY),
        top: &["lib"],
        root: &[],
        elsewhere: &["simulator", "cli", "store", "sidecar", "contract/codegen"],
        generated: &[("contract", out.join("types.rs")), ("client", out.join("client.rs"))],
    }
    .check();
}

#[test]
fn no_room_of_the_simulator_knows_one_above_it() {
    House {
        src: "src/simulator",
        rooms: rooms(&SIMULATOR),
        top: &["lib", "builder"],
        root: &["CLIENT_ID", "SECRET_KEY", "Simulator"],
        elsewhere: &[],
        generated: &[],
    }
    .check();
}

#[test]
fn no_room_of_the_store_knows_one_above_it() {
    House { src: "src/store", rooms: floors(&STORE), top: &["lib"], root: &[], elsewhere: &[], generated: &[] }.check();
}

#[test]
fn no_room_of_the_sidecar_knows_one_above_it() {
    House { src: "src/sidecar", rooms: floors(&SIDECAR), top: &["lib"], root: &[], elsewhere: &[], generated: &[] }
        .check();
}

#[test]
fn no_room_of_the_command_knows_one_above_it() {
    House {
        src: "src/cli",
        rooms: floors(&CLI),
        top: &["main"],
        root: &["block_on", "now"],
        elsewhere: &["new/shops"],
        generated: &[],
    }
    .check();
}

#[test]
fn an_arrow_up_is_found_wherever_it_stands() {
    for (code, expected) in [
        ("use crate::client::Client;", "client"),
        ("use crate::{message::json, order::request::PreparedOrder};", "order"),
        ("pub(crate) use crate::{error::{Error, Outcome}};", "error"),
        ("use super::super::order::life;", "order"),
        ("use super::{verifier, super::{client::Client, error}};", "client"),
        ("fn f() -> crate::client::Client { todo!() }", "client"),
        ("fn f() -> super::super::client::Client { todo!() }", "client"),
        ("mod inner { fn f() { let _ = crate::order::retry::wait; } }", "order"),
        ("mod inner { use super::super::super::order::retry; }", "order"),
        ("fn f<T: Into<crate::error::Error>>(_: T) {}", "error"),
        ("fn f() { println!(\"{}\", crate::order::retry::WAIT); }", "order"),
        ("use crate::*;", "*"),
    ] {
        let found = names(&syn::parse_file(code).expect("rust"), 2);
        assert!(found.contains(expected), "{code}: {found:?}");
    }
}

#[test]
fn a_name_at_the_root_is_its_room() {
    let lib = "mod order; pub use crate::{error::{Error, Outcome as End}, types::*};
        pub use self::order::request::PreparedOrder;
        pub mod types { pub use crate::contract::generated::*; }";
    let root = Root::of(&syn::parse_file(lib).expect("rust"));
    for (name, room) in [
        ("Error", "error"),
        ("End", "error"),
        ("PreparedOrder", "order"),
        ("types", "contract"),
        ("Address", "contract"),
        ("order", "order"),
    ] {
        assert_eq!(root.room(name, &["contract", "error", "order"]), room, "{name}");
    }
}

/// A package, and what is said of it.
struct House<'a> {
    src: &'a str,
    /// Each room with those that it may know, from the lowest to the highest.
    rooms: Vec<(&'a str, Vec<&'a str>)>,
    /// Files that stand on top of all rooms.
    top: &'a [&'a str],
    /// What the root itself defines, and every room may use.
    root: &'a [&'a str],
    /// Folders that are no part of the package.
    elsewhere: &'a [&'a str],
    /// Files that the build makes, each with its room.
    generated: &'a [(&'a str, PathBuf)],
}

impl House<'_> {
    /// Fails with each arrow up, each file that is in no room, and each room that there is not.
    fn check(&self) {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join(self.src);
        let names_of_rooms: Vec<&str> = self.rooms.iter().map(|(room, _)| *room).collect();
        let root = ["lib.rs", "main.rs"].map(|name| src.join(name)).into_iter().find(|file| file.is_file());
        let root = Root::of(&parse(&root.expect("a package has a root")));
        let all = files(&src, self.elsewhere);
        let mut files: Vec<(String, PathBuf, usize)> = all.into_iter().map(|file| place(&src, file)).collect();
        // How deep generated code is included does not matter: it begins its paths with `crate`.
        files.extend(self.generated.iter().map(|(room, file)| ((*room).to_owned(), file.clone(), usize::MAX)));
        let mut wrong = Vec::new();
        let mut empty: BTreeSet<&str> = names_of_rooms.iter().copied().collect();
        for (room, file, depth) in files.iter().filter(|(room, ..)| !self.top.contains(&room.as_str())) {
            let Some((room, may)) = self.rooms.iter().find(|(known, _)| known == room) else {
                wrong.push(format!("{} is in no room", file.display()));
                continue;
            };
            empty.remove(room);
            for name in names(&parse(file), *depth) {
                let known = root.room(&name, &names_of_rooms);
                if known != *room && !may.contains(&known) && !self.root.contains(&known) {
                    wrong.push(format!("{} imports crate::{name}", file.display()));
                }
            }
        }
        wrong.extend(empty.into_iter().map(|room| format!("there is no room {room}")));
        for (at, (room, may)) in self.rooms.iter().enumerate() {
            let above = may.iter().filter(|known| !names_of_rooms[..at].contains(known));
            wrong.extend(above.map(|known| format!("{room} may know {known}, which does not stand before it")));
        }
        assert_eq!(wrong, [""; 0], "a room may import from those below it alone: see the table of the package");
    }
}

fn rooms<'a>(table: &[(&'a str, &[&'a str])]) -> Vec<(&'a str, Vec<&'a str>)> {
    table.iter().map(|(room, may)| (*room, may.to_vec())).collect()
}

fn floors<'a>(table: &[&[&'a str]]) -> Vec<(&'a str, Vec<&'a str>)> {
    let below = |floor: usize| table[..floor].concat();
    let floors = table.iter().enumerate();
    floors.flat_map(|(floor, rooms)| rooms.iter().map(move |room| (*room, below(floor)))).collect()
}

/// Returns the room of a file, and how many modules deep it stands below the root.
fn place(src: &Path, file: PathBuf) -> (String, PathBuf, usize) {
    let module = file.strip_prefix(src).expect("a file of the package").with_extension("");
    let mut names: Vec<_> = module.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names.len() > 1 && names.last().is_some_and(|name| name == "mod") {
        names.pop();
    }
    (names[0].clone(), file, names.len())
}
