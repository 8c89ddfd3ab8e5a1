//! The Postman and the Bruno collection: their scripts with the vectors, and the programs themselves with the simulator.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

use super::{Outcome, process};
use crate::tool::{packages, run};

const PACKAGES: [&str; 3] = ["@usebruno/cli@4.1.0", "crypto-js@4.2.0", "newman@6.2.2"];

const ARTIFACTS: &str = "spec/generated";

/// An invoice number that is written with percent signs in a path.
const ODD: &str = "INV 1/ä'()!*~:x%41";

/// Runs the scripts under node, then both collections against `doku simulator`.
///
/// The requests must be accepted and their answers verified; with a wrong key, they must not.
pub(super) fn collections() -> Result<Outcome, String> {
    let tools = match packages("collections", &PACKAGES) {
        Ok(tools) => tools,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    run(Command::new("node").arg("xtask/src/test/collections.mjs").arg(&tools))?;
    let (_simulator, url) = process::simulator(&[])?;
    for (name, program) in PROGRAMS {
        // Each program makes orders of its own.
        let variables = [format!("base_url={url}"), format!("invoice_number={name} {ODD}")];
        run(&mut program(&tools, &variables)?)?;
        let wrong = [variables[0].clone(), "secret_key=wrong".to_owned()];
        let output = program(&tools, &wrong)?.output().map_err(|error| format!("cannot start {name}: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        if output.status.success() || !text.contains("the signature of the answer is DOKU's") {
            return Err(format!("with a wrong secret key, {name} must fail to verify the answer; it says:\n{text}"));
        }
        println!("with a wrong secret key, {name} fails as it should");
    }
    Ok(Outcome::Passed)
}

/// Returns the command that runs a collection, with variables `name=value`.
type Program = fn(&Path, &[String]) -> Result<Command, String>;

const PROGRAMS: [(&str, Program); 2] = [("newman", newman), ("bruno", bruno)];

fn newman(tools: &Path, variables: &[String]) -> Result<Command, String> {
    let mut command = Command::new(tools.join("node_modules/.bin/newman"));
    command.arg("run").arg(format!("{ARTIFACTS}/postman/doku-indodana.postman_collection.json"));
    command.arg("-e").arg(format!("{ARTIFACTS}/postman/simulator.postman_environment.json"));
    command.args(["--color", "off", "--disable-unicode"]);
    Ok(with_variables(command, variables))
}

/// It takes the folder in which it is started for the collection.
fn bruno(tools: &Path, variables: &[String]) -> Result<Command, String> {
    let program = env::current_dir().map_err(|error| error.to_string())?.join(tools).join("node_modules/.bin/bru");
    let mut command = Command::new(program);
    command.current_dir(format!("{ARTIFACTS}/bruno")).args(["run", "--env", "simulator", "--noproxy"]);
    Ok(with_variables(command, variables))
}

fn with_variables(mut command: Command, variables: &[String]) -> Command {
    for variable in variables {
        command.args(["--env-var", variable]);
    }
    // Nothing goes anywhere but to this machine.
    command.env("NO_PROXY", "127.0.0.1").stdin(Stdio::null());
    command
}
