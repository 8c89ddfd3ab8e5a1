//! The library with a changed contract, as a package of its own below the target folder, and whether it builds.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use serde_json::Value;

use super::{CHANGES, TriedChange};
use crate::{codegen::CONTRACT, tool};

/// What the package is made of, but for its manifest and the contract.
const PARTS: [&str; 10] = [
    "Cargo.lock",
    "README.md",
    "benches",
    "bindings/java/Json.java",
    "build.rs",
    "examples",
    "spec/examples",
    "spec/refusals.toml",
    "src",
    "tests",
];

/// The façade, to which a change may add a method.
const FACADE: &str = "src/client/mod.rs";

/// Lines of the manifest, by their beginnings, and what stands in their place. The version keeps cargo from taking the
/// artifacts of the one for those of the other.
const MANIFEST: [(&str, &str); 2] =
    [("members = ", "members = [\"src/cli\", \"src/simulator\"]"), ("version = ", "version = \"0.0.0-changed\"")];

/// Compiles library and command with each changed contract. Only these packages are compiled anew.
///
/// Examples and tests are left out: they construct requests, and a new mandatory field is meant to break those.
///
/// # Errors
///
/// Which change does not build, or builds with warnings; the compiler's words go to our own output.
pub(crate) fn build() -> Result<(), String> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    let target = std::path::absolute(&target).map_err(|error| format!("{}: {error}", target.display()))?;
    let package = target.join("regeneration");
    let failed = |error: io::Error| format!("cannot write {}: {error}", package.display());
    make(&package).map_err(failed)?;
    let contract = fs::read_to_string(CONTRACT).map_err(|error| format!("cannot read {CONTRACT}: {error}"))?;
    let contract: Value = serde_saphyr::from_str(&contract).map_err(|error| format!("{CONTRACT}: {error}"))?;
    let facade = fs::read_to_string(FACADE).map_err(|error| format!("cannot read {FACADE}: {error}"))?;
    for change @ TriedChange { name, code, .. } in &CHANGES {
        let start = Instant::now();
        fs::write(package.join(CONTRACT), change.of(&contract).to_string()).map_err(failed)?;
        fs::write(package.join(FACADE), facade.clone() + code).map_err(failed)?;
        check(&package, &target).map_err(|error| format!("{}: {error}", words(name)))?;
        println!("{:<26} builds, {:.1} s", words(name), start.elapsed().as_secs_f64());
    }
    Ok(())
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn make(package: &Path) -> io::Result<()> {
    if package.exists() {
        fs::remove_dir_all(package)?;
    }
    for part in PARTS {
        copy(Path::new(part), &package.join(part))?;
    }
    let manifest = fs::read_to_string("Cargo.toml")?;
    let line = |line| MANIFEST.iter().find(|(begin, _)| str::starts_with(line, begin)).map_or(line, |(_, other)| other);
    let manifest: Vec<_> = manifest.lines().map(line).collect();
    fs::write(package.join("Cargo.toml"), manifest.join("\n"))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        to.parent().map_or(Ok(()), fs::create_dir_all)?;
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn check(package: &Path, target: &Path) -> Result<(), String> {
    let mut command: Command = tool::cargo();
    command.current_dir(package).env("CARGO_TARGET_DIR", target);
    command.args(["check", "--quiet", "--offline", "--workspace", "--lib", "--bins", "--all-features"]);
    let output = command.output().map_err(|error| format!("cannot start cargo: {error}"))?;
    let words = String::from_utf8_lossy(&output.stderr);
    if output.status.success() && words.trim().is_empty() {
        return Ok(());
    }
    eprint!("{words}");
    let what = if output.status.success() { "warnings" } else { "it does not build" };
    Err(format!("{what}; see above, and the package in {}", package.display()))
}
