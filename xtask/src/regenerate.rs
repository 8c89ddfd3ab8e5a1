//! `cargo xtask regenerate`: everything that a changed contract needs, in order, and what is left to do by hand.

use std::{path::Path, process::Command};

use crate::{
    check, export,
    generators::{self, Failure},
    tool,
};

/// The packages whose tests have snapshots.
const PACKAGES: [&str; 3] = ["doku-indodana", "doku-simulator", "doku-cli"];

/// How much of a finding about a vector is shown; `check_violations.py` shows all of it.
const LONGEST: usize = 160;

/// How much is made anew.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Depth {
    /// What is generated from the contract and the vectors; nothing is compiled.
    Files,
    /// The snapshots of the tests too, and what other generators make of the contract.
    All,
}

/// Writes everything that is made of the contract and of the vectors: their twins, the generated files, the snapshots, and what
/// other generators make of the contract.
///
/// Returns what is left to do by hand. Files are those of the current folder; `target` is the folder to build in.
///
/// # Errors
///
/// Where something cannot be made: the contract generates no code, or the tests do not build.
pub(crate) fn run(depth: Depth, target: &Path) -> Result<Vec<String>, String> {
    let mut left = Vec::new();
    export::run(export::Mode::Write)?;
    // Python reads the generated contract, so the files come first; the tables tell which vectors there are, so they come again.
    let mut twins = Command::new("python3");
    twins.args(["spec/vectors/check_violations.py", "--write", "--no-jsonschema"]);
    match twins.output() {
        Err(error) => left.push(format!("spec/vectors: write the twins, python3 cannot be started: {error}")),
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout);
            let failures = text.lines().filter(|line| !line.ends_with(" failed"));
            let short = |line: &str| line.chars().take(LONGEST).collect::<String>();
            left.extend(failures.map(|line| format!("spec/vectors or spec/examples: {}", short(line))));
            if text.trim().is_empty() {
                let reason = last(&output.stderr);
                left.push(format!("spec/vectors: write the twins with check_violations.py; it says: {reason}"));
            }
        }
    }
    // The vectors of answers are signed for the address of the contract.
    let mut answers = Command::new("python3");
    answers.args(["spec/vectors/check_answers.py", "--write"]);
    match answers.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => left
            .push(format!("spec/vectors: make the answers with check_answers.py; it says: {}", last(&output.stderr))),
        Err(error) => left.push(format!("spec/vectors: make the answers, python3 cannot be started: {error}")),
    }
    export::run(export::Mode::Write)?;
    if let Err(broken) = check::run() {
        left.extend(broken.lines().skip(1).map(|line| line.trim().to_owned()));
    }
    const GENERATORS: &str = "what other generators make of the contract: `cargo xtask generators`";
    if depth == Depth::Files {
        left.push("the snapshots: `cargo xtask regenerate`".to_owned());
        left.push(format!("{GENERATORS}, which needs the network once"));
        return Ok(left);
    }
    snapshots(target, &mut left)?;
    println!("what other generators make of the contract, which takes minutes");
    if let Err(Failure::Lacking(reason) | Failure::Wrong(reason)) = generators::run(export::Mode::Write) {
        left.push(format!("{GENERATORS}; it says: {reason}"));
    }
    Ok(left)
}

/// Returns the last line that a program wrote.
fn last(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no reason given").to_owned()
}

/// Writes the snapshots anew, and names the tests that fail all the same: those are about what the contract said before.
fn snapshots(target: &Path, left: &mut Vec<String>) -> Result<(), String> {
    let packages = PACKAGES.map(|package| vec!["--all-features", "--package", package]);
    for options in packages.into_iter().chain([vec!["--package", "xtask"]]) {
        let mut command = tool::cargo();
        command.args(["test", "--no-fail-fast", "--quiet"]).args(&options).env("INSTA_UPDATE", "always");
        command.env("CARGO_TARGET_DIR", target);
        let name = options.last().copied().unwrap_or_default();
        println!("tests of {name}, with their snapshots written anew");
        let output = command.output().map_err(|error| format!("cannot start cargo: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let failed: Vec<_> =
            text.lines().filter_map(|line| line.strip_prefix("    ")).filter(|line| is_test(line)).collect();
        if !output.status.success() && failed.is_empty() {
            let errors = String::from_utf8_lossy(&output.stderr);
            let first = errors.lines().find(|line| line.starts_with("error")).unwrap_or("no reason given").to_owned();
            return Err(format!("{name}: the tests do not build: {first}"));
        }
        let mut failed: Vec<_> = failed.into_iter().map(|test| format!("{name}: the test {test} fails")).collect();
        failed.sort();
        failed.dedup();
        left.extend(failed);
    }
    Ok(())
}

fn is_test(line: &str) -> bool {
    line.contains("::") && line.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, ':' | '_'))
}
