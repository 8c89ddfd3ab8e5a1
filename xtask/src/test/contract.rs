//! The contracts against what they describe: requests that they allow, and that they do not, made by schemathesis.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Outcome,
    process::{self, Running},
    with,
};
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

/// The token that schemathesis calls the sidecar with.
const TOKEN: &str = "a-token-of-schemathesis";

/// Runs the requests of the sidecar's own contract and broken ones against `doku sidecar`, which stands before a simulator.
pub(super) fn sidecar() -> Result<Outcome, String> {
    let program = python("schemathesis", &[SCHEMATHESIS]);
    if program.is_err() {
        return with(program, |schemathesis| schemathesis);
    }
    let (_simulator, simulator) = process::simulator(&[])?;
    let root = env::current_dir().map_err(|error| error.to_string())?;
    let folder = root.join(target()).join("schemathesis-sidecar");
    // Each run has a store of its own.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let settings = settings(&folder, &simulator)?;
    let doku = root.join(target()).join("debug").join(format!("doku{}", env::consts::EXE_SUFFIX));
    let sidecar = Running::start(Command::new(doku).arg("sidecar").arg("--json").arg("--config").arg(settings))?;
    let line = sidecar.line("\"listening\"")?;
    let address = line.split('"').find(|word| word.starts_with("127.0.0.1:")).unwrap_or_default().to_owned();
    with(program.map(|program| root.join(program)), |schemathesis: &mut Command| {
        schemathesis
            .current_dir(&folder)
            .arg("run")
            .arg(root.join("src/sidecar/openapi.yaml"))
            .args(["--url", &format!("http://{address}"), "--header", &format!("Authorization: Bearer {TOKEN}")])
            .args(["--checks", "all", "--continue-on-failure"])
            .args(["--seed", "1", "--max-examples", "50", "--no-color", "--warnings", "off"])
            .env("SCHEMATHESIS_HOOKS", "sidecar")
            .env("PYTHONPATH", root.join("tests/contract"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("DOKU_ORDER", root.join("spec/examples/generate_order.request.minimal.json"))
    })
}

/// Writes the files of a sidecar, each for its owner alone, and returns the path of its settings.
fn settings(folder: &Path, simulator: &str) -> Result<PathBuf, String> {
    let shown = folder.display();
    let settings = format!(
        "environment = \"{simulator}\"\nclient_id = \"SIM-0001-0000000000001\"\nsecret_key_file = \"{shown}/key\"\n\
         store = \"{shown}/doku.db\"\n[api]\nlisten = \"127.0.0.1:0\"\ntokens_file = \"{shown}/tokens\"\n\
         [notifications]\nlisten = \"127.0.0.1:0\"\n"
    );
    for (name, text) in [("key", "SK-simulator-known-to-everyone"), ("tokens", TOKEN), ("sidecar.toml", &settings)] {
        let path = folder.join(name);
        let written = fs::write(&path, text).and_then(|()| {
            #[cfg(unix)]
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
            Ok(())
        });
        written.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(folder.join("sidecar.toml"))
}
