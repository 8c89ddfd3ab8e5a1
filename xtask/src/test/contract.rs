//! The contracts against what they describe: requests that they allow, and that they do not, made by schemathesis.

use std::{env, fs, process::Command};

use super::{Outcome, process, with};
use crate::tool::{python, target};

const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Runs the contract's own requests and broken ones against `doku simulator`, signed; every answer must be one that the
/// contract has. The seed is fixed, so that a failure comes again.
///
/// Left out is the check that a request without a signature gets 401: DOKU answers 400.
pub(super) fn simulator() -> Result<Outcome, String> {
    let program = python("schemathesis", &[SCHEMATHESIS]);
    if program.is_err() {
        return with(program, |schemathesis| schemathesis);
    }
    let (_simulator, url) = process::simulator(&[])?;
    // It leaves files where it runs.
    let root = env::current_dir().map_err(|error| error.to_string())?;
    let folder = root.join(target()).join("schemathesis");
    fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    with(program.map(|program| root.join(program)), |schemathesis: &mut Command| {
        schemathesis
            .current_dir(folder)
            .arg("run")
            .arg(root.join("spec/generated/openapi-3.0.json"))
            .args(["--url", &url])
            .args(["--checks", "all", "--exclude-checks", "ignored_auth", "--continue-on-failure"])
            .args(["--seed", "1", "--max-examples", "200", "--no-color", "--warnings", "off"])
            .env("SCHEMATHESIS_HOOKS", "hooks")
            .env("PYTHONPATH", root.join("tests/contract"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("DOKU_CLIENT_ID", "SIM-0001-0000000000001")
            .env("DOKU_SECRET_KEY", "SK-simulator-known-to-everyone")
    })
}

/// Runs the requests of the sidecar's own contract and broken ones against `doku sidecar`, which stands before a simulator.
pub(super) fn sidecar() -> Result<Outcome, String> {
    let program = python("schemathesis", &[SCHEMATHESIS]);
    if program.is_err() {
        return with(program, |schemathesis| schemathesis);
    }
    let (_simulator, simulator) = process::simulator(&[])?;
    let root = env::current_dir().map_err(|error| error.to_string())?;
    let folder = root.join(target()).join("schemathesis-sidecar");
    let (_sidecar, url) = process::sidecar(&folder, &simulator)?;
    with(program.map(|program| root.join(program)), |schemathesis: &mut Command| {
        schemathesis
            .current_dir(&folder)
            .arg("run")
            .arg(root.join("src/sidecar/openapi.yaml"))
            .args(["--url", &url, "--header", &format!("Authorization: Bearer {}", process::TOKEN)])
            .args(["--checks", "all", "--continue-on-failure"])
            .args(["--seed", "1", "--max-examples", "15", "--no-color", "--warnings", "off"])
            .env("SCHEMATHESIS_HOOKS", "sidecar")
            .env("PYTHONPATH", root.join("tests/contract"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("DOKU_ORDER", root.join("spec/examples/generate_order.request.minimal.json"))
    })
}
