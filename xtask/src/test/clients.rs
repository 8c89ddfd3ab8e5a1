//! Clients in three languages, generated from the contract of the sidecar: each places an order at one.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Outcome, process};
use crate::tool::{debian, packages, python, read, run, target};

/// The generators, and what the code of the second needs.
const PYTHON: [&str; 4] =
    ["openapi-generator-cli==7.26.0", "openapi-python-client==0.29.1", "httpx==0.28.1", "attrs==26.1.0"];
const NODE: [&str; 4] =
    ["@types/node@24.10.1", "openapi-fetch@0.17.0", "openapi-typescript@7.13.0", "typescript@5.9.3"];

const CONTRACT: &str = "src/sidecar/openapi.yaml";
const PROGRAMS: &str = "tests/contract/clients";

/// What each program says of its order, and of one that breaks the contract.
const SAID: &str = "PENDING PENDING 422 violations /order/amount sum_mismatch";

/// Generates a client into a folder, checks its types, and returns the command that runs the program that uses it.
type Client = fn(&Path) -> Result<Command, Lacking>;

/// Why there is no client.
enum Lacking {
    /// This machine has no such language or generator.
    Tool(String),
    /// The generator or the compiler refuses the contract or the program.
    Failed(String),
}

const CLIENTS: [(&str, Client); 3] = [("typescript", typescript), ("python", python_client), ("ruby", ruby)];

/// Generates the clients anew, and has each place an order at `doku sidecar`, look at it, and meet a violation.
pub(super) fn clients() -> Result<Outcome, String> {
    let root = env::current_dir().map_err(|error| error.to_string())?;
    let folder = root.join(target()).join("clients");
    let _ = fs::remove_dir_all(&folder);
    let (_simulator, simulator) = process::simulator(&[])?;
    let (_sidecar, address) = process::sidecar(&folder.join("sidecar"), &simulator)?;
    let mut lacking = Vec::new();
    for (name, client) in CLIENTS {
        let mut program = match client(&folder.join(name)) {
            Ok(program) => program,
            Err(Lacking::Tool(reason)) => {
                lacking.push(format!("{name}: {reason}"));
                continue;
            }
            Err(Lacking::Failed(reason)) => return Err(reason),
        };
        program.env("SIDECAR", &address).env("TOKEN", process::TOKEN).env("NO_PROXY", "127.0.0.1");
        program.env("DOKU_ORDER", root.join("spec/examples/generate_order.request.minimal.json"));
        let said = read(&mut program)?;
        if said.trim() != SAID {
            return Err(format!("the client in {name} must say `{SAID}`, and says `{}`", said.trim()));
        }
        println!("{name}: {SAID}");
    }
    Ok(match lacking.join("; ") {
        reason if reason.is_empty() => Outcome::Passed,
        reason if lacking.len() == CLIENTS.len() => Outcome::Skipped(reason),
        reason => Outcome::PassedWithout(reason),
    })
}

/// Types by openapi-typescript, calls by openapi-fetch, checked by `tsc --strict`.
fn typescript(folder: &Path) -> Result<Command, Lacking> {
    let tools = packages("clients", &NODE).map_err(Lacking::Tool)?;
    let program = |name| Command::new(tools.join("node_modules/.bin").join(name));
    // Beside its packages, so that they are found.
    let folder = tools.join(folder.file_name().unwrap_or_default());
    made(&folder)?;
    failed(run(program("openapi-typescript").arg(CONTRACT).arg("--output").arg(folder.join("sidecar.d.ts"))))?;
    let source = folder.join("order.mts");
    failed(fs::copy(format!("{PROGRAMS}/order.ts"), &source).map_err(|error| error.to_string()))?;
    failed(run(program("tsc")
        .args(["--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck", "--types", "node"])
        .arg("--typeRoots")
        .arg(tools.join("node_modules/@types"))
        .arg(source)))?;
    let mut node = Command::new("node");
    node.arg(folder.join("order.mjs"));
    Ok(node)
}

/// By openapi-python-client.
fn python_client(folder: &Path) -> Result<Command, Lacking> {
    let program = python("openapi-python-client", &PYTHON).map_err(Lacking::Tool)?;
    made(folder)?;
    let package = folder.join("doku_sidecar");
    // It would format what it made by a program that is not needed here.
    let settings = folder.join("settings.yaml");
    failed(fs::write(&settings, "post_hooks: []\n").map_err(|error| error.to_string()))?;
    let mut generator = Command::new(&program);
    generator.args(["generate", "--meta", "none", "--path", CONTRACT, "--config"]).arg(settings);
    failed(read(generator.arg("--output-path").arg(package)))?;
    let mut command = Command::new(program.with_file_name("python"));
    command.arg(format!("{PROGRAMS}/order.py")).env("PYTHONPATH", folder).env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(command)
}

/// By openapi-generator, with the HTTP of Debian's Typhoeus.
fn ruby(folder: &Path) -> Result<Command, Lacking> {
    let program: PathBuf = python("openapi-generator-cli", &PYTHON).map_err(Lacking::Tool)?;
    debian("java", "-version", &["default-jre-headless"]).map_err(Lacking::Tool)?;
    debian("ruby", "-erequire 'typhoeus'", &["ruby", "ruby-typhoeus"]).map_err(Lacking::Tool)?;
    failed(read(
        Command::new(program)
            .args(["generate", "--input-spec", CONTRACT, "--generator-name", "ruby", "--output"])
            .arg(folder)
            .args(["--additional-properties", "gemName=doku_sidecar,moduleName=DokuSidecar"]),
    ))?;
    let mut command = Command::new("ruby");
    command.arg("-I").arg(folder.join("lib")).arg(format!("{PROGRAMS}/order.rb"));
    Ok(command)
}

fn made(folder: &Path) -> Result<(), Lacking> {
    failed(fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display())))
}

fn failed<T>(result: Result<T, String>) -> Result<T, Lacking> {
    result.map_err(Lacking::Failed)
}
