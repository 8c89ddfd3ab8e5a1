//! Who may know whom: each room of the library imports from the rooms below it alone, generated code included.

use std::{collections::BTreeSet, fs, path::Path};

use syn::{
    ItemUse, UseTree,
    visit::{self, Visit},
};

/// The rooms from the lowest to the highest, and those that each may import. `error` stands on the rooms whose errors it
/// gathers, and below those that return it. `testing` makes messages as DOKU does.
const ROOMS: [(&str, &[&str]); 8] = [
    ("message", &[]),
    ("contract", &["message"]),
    ("check", &["contract", "message"]),
    ("error", &["check", "contract", "message"]),
    ("notification", &["check", "contract", "error", "message"]),
    ("order", &["check", "contract", "error", "message", "notification"]),
    ("client", &["check", "contract", "error", "message", "notification", "order"]),
    ("testing", &["contract", "message", "notification"]),
];

#[test]
fn no_room_knows_one_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (room, may) in ROOMS {
        let mut files = Vec::new();
        collect(&src.join(room), &mut files);
        files.extend([src.join(format!("{room}.rs"))].into_iter().filter(|file| file.is_file()));
        assert!(!files.is_empty(), "there is no room {room}");
        let generated: &[&str] = match room {
            "contract" => &["types.rs"],
            "client" => &["client.rs"],
            _ => &[],
        };
        files.extend(generated.iter().map(|name| Path::new(env!("OUT_DIR")).join(name)));
        for file in files {
            seen.insert(file.clone());
            for known in imports(&file) {
                let fits =
                    known == room || may.contains(&known.as_str()) || !ROOMS.iter().any(|(room, _)| *room == known);
                if !fits {
                    wrong.push(format!("{} imports crate::{known}", file.display()));
                }
            }
        }
    }
    let mut all = Vec::new();
    collect(&src, &mut all);
    let outside = ["simulator", "cli", "store", "sidecar", "lib.rs"].map(|name| src.join(name));
    all.retain(|file| !seen.contains(file) && !outside.iter().any(|name| file.starts_with(name)));
    all.retain(|file| !file.starts_with(src.join("contract/codegen")));
    assert_eq!(all, [""; 0].map(std::path::PathBuf::from), "these files are in no room");
    assert_eq!(wrong, [""; 0], "a room may import from those below it alone: see ROOMS");
}

/// The floors of the simulator, from the lowest to the highest. `builder.rs` and `lib.rs` stand on top of all.
const FLOORS: [(&str, &[&str]); 8] = [
    ("error", &[]),
    ("time", &[]),
    ("serial", &["time"]),
    ("doku", &["error", "serial", "time"]),
    ("told", &["doku", "error", "serial", "time"]),
    ("net", &["doku", "error", "serial", "time", "told"]),
    ("run", &["doku", "error", "net", "serial", "time", "told"]),
    ("face", &["doku", "error", "net", "run", "serial", "time", "told"]),
];

#[test]
fn no_floor_of_the_simulator_knows_one_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/simulator");
    let mut all = Vec::new();
    collect(&src, &mut all);
    let mut wrong = Vec::new();
    for file in all {
        let path = file.strip_prefix(&src).expect("a file of the simulator").to_string_lossy().into_owned();
        let floor = path.split(['/', '\\', '.']).next().unwrap_or_default();
        if matches!(floor, "lib" | "builder") {
            continue;
        }
        let Some((_, may)) = FLOORS.iter().find(|(known, _)| *known == floor) else {
            wrong.push(format!("{path} is on no floor"));
            continue;
        };
        for known in imports(&file) {
            let is_floor = known == "builder" || FLOORS.iter().any(|(floor, _)| *floor == known);
            if is_floor && known != floor && !may.contains(&known.as_str()) {
                wrong.push(format!("{path} imports crate::{known}"));
            }
        }
    }
    assert_eq!(wrong, [""; 0], "a floor may import from those below it alone: see FLOORS");
}

#[test]
fn an_arrow_up_is_found_wherever_it_stands() {
    for (code, expected) in [
        ("use crate::client::Client;", "client"),
        ("use crate::{message::json, order::request::PreparedOrder};", "order"),
        ("pub(crate) use crate::{error::{Error, Outcome}};", "error"),
        ("fn f() -> crate::client::Client { todo!() }", "client"),
        ("mod inner { fn f() { let _ = crate::order::retry::wait; } }", "order"),
        ("fn f<T: Into<crate::error::Error>>(_: T) {}", "error"),
    ] {
        let found = of(&syn::parse_file(code).expect("rust"));
        assert!(found.contains(expected), "{code}: {found:?}");
    }
}

/// Appends the Rust files below a folder.
fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a folder of src").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Returns the rooms that a file imports or names.
fn imports(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    of(&syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
}

fn of(file: &syn::File) -> BTreeSet<String> {
    let mut found = Names(BTreeSet::new());
    found.visit_file(file);
    found.0
}

/// The first names of paths that begin with `crate`.
struct Names(BTreeSet<String>);

impl Names {
    fn first(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => drop(self.0.insert(path.ident.to_string())),
            UseTree::Name(name) => drop(self.0.insert(name.ident.to_string())),
            UseTree::Rename(name) => drop(self.0.insert(name.ident.to_string())),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.first(item)),
            UseTree::Glob(_) => {}
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        match &item.tree {
            UseTree::Path(path) if path.ident == "crate" => self.first(&path.tree),
            _ => {}
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments = path.segments.iter();
        if segments.next().is_some_and(|first| first.ident == "crate") {
            self.0.extend(segments.next().map(|second| second.ident.to_string()));
        }
        visit::visit_path(self, path);
    }
}
