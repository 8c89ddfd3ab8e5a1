//! `cargo xtask diff`: what differs between two contracts, whom it breaks, and which version it asks for.
//!
//! What counts is what goes over the wire and what the builders take. A limit that gets tighter breaks those who send;
//! one that gets looser breaks those who read, because values come that did not come before.

mod change;
mod compare;
mod direction;
mod grammar;
mod report;
mod verify;
mod version;
mod words;

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
};

use serde_json::Value;

use crate::{codegen::CONTRACT, tool::read};
pub(crate) use change::{Breaks, Level};
use compare::compare;
pub(crate) use report::Report;
pub(crate) use verify::verify;

/// The exit code where the contracts differ.
const DIFFERENT: u8 = 6;
/// The exit code where there is nothing to compare: a wrong option, an unreadable contract, an unknown keyword.
const UNUSABLE: u8 = 2;

const HELP: &str = "usage: cargo xtask diff [--base REV|FILE] [FILE] [--json]";

/// Compares two contracts and prints the differences.
///
/// `arguments` are `[--base REV|FILE] [FILE] [--json]`. The base is a file, or else the contract in a revision of git,
/// `HEAD` unless named; it is compared with a file, the contract in the working tree unless named. Paths are relative
/// to `folder`. Exit codes: 0 no difference, 6 differences, 2 nothing to compare.
pub(crate) fn run(arguments: &[&str], folder: &Path) -> ExitCode {
    match differences(arguments, folder) {
        Ok((report, json)) => {
            print!("{}", if json { report.json() } else { report.text() });
            if report.is_empty() { ExitCode::SUCCESS } else { DIFFERENT.into() }
        }
        Err(message) => {
            eprintln!("error: {message}");
            UNUSABLE.into()
        }
    }
}

fn differences(arguments: &[&str], folder: &Path) -> Result<(Report, bool), String> {
    let DiffArguments { base, file, json } = parse(arguments)?;
    let (before, before_name) = base_contract(base.unwrap_or("HEAD"), folder)?;
    let after_path = file.map_or_else(|| Path::new(CONTRACT).to_owned(), |file| folder.join(file));
    let after = contract_file(&after_path)?;
    let after_name = after_path.display().to_string();
    verify(&before).map_err(|error| format!("{before_name}: {error}"))?;
    verify(&after).map_err(|error| format!("{after_name}: {error}"))?;
    Ok((Report::new(compare(&before, &after), &before, &after)?, json))
}

/// Judges a change of the contract: what differs, whom it breaks, the version, the changelog.
///
/// # Errors
///
/// Where one of the two has what cannot be compared, or the first has no version of three numbers.
pub(crate) fn judge(before: &Value, after: &Value) -> Result<Report, String> {
    verify(before)?;
    verify(after)?;
    Report::new(compare(before, after), before, after)
}

#[derive(Debug, Default, PartialEq)]
struct DiffArguments<'a> {
    base: Option<&'a str>,
    file: Option<&'a str>,
    json: bool,
}

fn parse<'a>(arguments: &[&'a str]) -> Result<DiffArguments<'a>, String> {
    let mut parsed = DiffArguments::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--json" => parsed.json = true,
            "--base" if parsed.base.is_none() => {
                parsed.base = Some(rest.next().ok_or_else(|| format!("--base needs a revision or a file\n{HELP}"))?);
            }
            file if !file.starts_with('-') && parsed.file.is_none() => parsed.file = Some(file),
            other => return Err(format!("`{other}` is not expected here\n{HELP}")),
        }
    }
    Ok(parsed)
}

/// Reads a file where there is one of this name, and the contract in a revision of git otherwise.
fn base_contract(base: &str, folder: &Path) -> Result<(Value, String), String> {
    let path = folder.join(base);
    if path.is_file() {
        return Ok((contract_file(&path)?, path.display().to_string()));
    }
    if base.starts_with('-') {
        return Err(format!("{base} is neither a file nor a revision"));
    }
    let name = format!("{base}:{CONTRACT}");
    let text = read(Command::new("git").args(["show", &name]))
        .map_err(|error| format!("{base} is no file, and no revision that has a contract: {error}"))?;
    Ok((contract(&text, &name)?, name))
}

fn contract_file(path: &Path) -> Result<Value, String> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {name}: {error}"))?;
    contract(&text, &name)
}

fn contract(text: &str, name: &str) -> Result<Value, String> {
    serde_saphyr::from_str(text).map_err(|error| format!("{name} is not YAML: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        assert_eq!(parse(&[]).unwrap(), DiffArguments::default());
        let all = DiffArguments { base: Some("v0.1.0"), file: Some("new.yaml"), json: true };
        assert_eq!(parse(&["--base", "v0.1.0", "new.yaml", "--json"]).unwrap(), all);
        for (arguments, expect) in [
            (&["--base"][..], "--base needs a revision or a file"),
            (&["--jsno"], "`--jsno` is not expected here"),
            (&["one", "two"], "`two` is not expected here"),
        ] {
            assert_eq!(parse(arguments).unwrap_err(), format!("{expect}\n{HELP}"));
        }
    }

    #[test]
    fn what_is_no_contract_is_refused_with_its_name() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let check = |arguments: &[&str], expect: &str| {
            let error = differences(arguments, folder).err().unwrap_or_default();
            assert!(error.contains(expect), "{error}");
        };
        check(&["--base", "../spec/openapi.yaml", "no-such.yaml"], "no-such.yaml: No such file");
        check(&["--base", "../spec/openapi.yaml", "Cargo.toml"], "Cargo.toml");
        check(&["--base", "../spec/openapi.yaml", "../spec/examples/check_status.status.empty.json"], "has no openapi");
        check(&["--base", "no-such-revision", "../spec/openapi.yaml"], "no-such-revision is no file");
    }
}
