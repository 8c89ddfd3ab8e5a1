//! The store with the oldest version of rusqlite that its manifest allows.

use std::fs;

use crate::tool::{self, cargo, run};

/// The ends of the range in `src/store/Cargo.toml`.
const RANGE: &str = r#"rusqlite = { version = ">=0.39, <0.44""#;
const OLDEST: &str = r#"rusqlite = { version = "=0.39.0""#;
const NEWEST: &str = "name = \"rusqlite\"\nversion = \"0.43.";

/// The workspace around the package: what it inherits, and how it is built, is that of ours.
const INHERITED: [&str; 3] = ["[workspace.package]", "[workspace.lints", "[profile."];

/// Builds the store with the oldest version. The lock file has the newest, which all other steps take.
///
/// The package is a manifest and a lock file below the target folder; its sources are ours.
///
/// # Errors
///
/// Where the ends are others, or the store cannot be built.
pub(super) fn lowest() -> Result<(), String> {
    let read = |path: &str| fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"));
    let (lock, ours, manifest) = (read("Cargo.lock")?, read("Cargo.toml")?, read("src/store/Cargo.toml")?);
    if !lock.contains(NEWEST) {
        return Err(
            "Cargo.lock does not have the newest rusqlite of the range; run cargo update -p rusqlite".to_owned()
        );
    }
    if !manifest.contains(RANGE) {
        return Err(
            "the range of rusqlite in src/store/Cargo.toml is another; change xtask/src/test/lowest.rs".to_owned()
        );
    }
    let root = std::env::current_dir().map_err(|error| format!("no current folder: {error}"))?;
    let target = std::path::absolute(tool::target()).map_err(|error| format!("no target folder: {error}"))?;
    let package = target.join("lowest");
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", package.display());
    fs::create_dir_all(&package).map_err(failed)?;
    let root = root.to_string_lossy();
    let manifest = manifest
        .replace(RANGE, OLDEST)
        .replace("\"../../", &format!("\"{root}/"))
        .replace("\"../..\"", &format!("\"{root}\""))
        .replace("\"../simulator\"", &format!("\"{root}/src/simulator\""))
        .replace("path = \"lib.rs\"", &format!("path = \"{root}/src/store/lib.rs\""))
        .replace("readme = \"README.md\"\n", "");
    let workspace = format!("\n[workspace]\nresolver = \"3\"\n\n{}", inherited(&ours));
    fs::write(package.join("Cargo.toml"), manifest + &workspace).map_err(failed)?;
    fs::write(package.join("Cargo.lock"), lock).map_err(failed)?;
    let mut build = cargo();
    build.current_dir(&package).env("CARGO_TARGET_DIR", &target);
    run(build.args(["build", "--lib"]))
}

/// Returns the tables of a manifest that the packages of a workspace share.
fn inherited(manifest: &str) -> String {
    let mut is_shared = false;
    let shared = |line: &&str| {
        if line.starts_with('[') {
            is_shared = INHERITED.iter().any(|table| line.starts_with(table));
        }
        is_shared
    };
    manifest.lines().filter(shared).fold(String::new(), |text, line| text + line + "\n")
}
