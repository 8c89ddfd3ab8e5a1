//! The server that the store is tested with.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::Outcome;
use crate::tool::debian;

/// Makes sure of PostgreSQL's server, which is installed first where that is possible.
///
/// # Errors
///
/// Why it is not to be had on this machine.
pub(crate) fn server() -> Result<(), String> {
    if is_there() {
        return Ok(());
    }
    let installed = debian("initdb", "--version", &["postgresql"]);
    // Debian keeps the server's programs off the path.
    if is_there() { Ok(()) } else { installed.and(Err("initdb is not to be found".to_owned())) }
}

/// Returns how a step ended that is done without a server where there is none.
pub(super) fn without(server: Result<(), String>) -> Outcome {
    match server {
        Ok(()) => Outcome::Passed,
        Err(reason) => Outcome::PassedWithout(format!("the store on PostgreSQL: {reason}")),
    }
}

fn is_there() -> bool {
    let versions = Path::new("/usr/lib/postgresql").read_dir().into_iter().flatten().flatten();
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders = versions.map(|entry| entry.path().join("bin")).chain(env::split_paths(&path));
    folders.any(|folder: PathBuf| folder.join("initdb").exists() && folder.join("postgres").exists())
}
