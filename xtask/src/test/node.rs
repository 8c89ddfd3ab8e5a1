//! The Node package: built as its users build it, but without optimisation, and tested.

use super::{Outcome, postgres};
use crate::tool::{npm, read, run};

const FOLDER: &str = "bindings/node";

/// Optimisation takes minutes, and shares nothing with the rest of the tests.
const UNOPTIMISED: (&str, &str) = ("DOKU_BUILD_PROFILE", "dev");

/// Installs the package with what its tests need, which builds the addon and tells its size; then runs its tests: the
/// vectors, bad arguments, a client against `doku simulator`, the example, panics, and `tsc --strict`.
pub(super) fn package() -> Result<Outcome, String> {
    // From the registry first, so that a machine that has no Node or no registry is told from a build that fails.
    if let Err(reason) = read(npm(FOLDER).args(["ci", "--ignore-scripts", "--loglevel=error"])) {
        return Ok(Outcome::Skipped(reason));
    }
    let (name, value) = UNOPTIMISED;
    run(npm(FOLDER).env(name, value).args(["install", "--foreground-scripts", "--loglevel=error"]))?;
    let mut tests = npm(FOLDER);
    tests.env(name, value).args(["test"]);
    let server = postgres::server();
    if server.is_ok() {
        tests.env("DOKU_STORE_POSTGRES", "required");
    }
    run(&mut tests)?;
    Ok(postgres::without(server))
}
