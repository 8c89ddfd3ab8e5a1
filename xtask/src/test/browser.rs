//! The pages of the local gateway in a real browser: Debian's Chromium, driven by Playwright.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Outcome, passed};
use crate::tool::{cargo, node, read, run as execute};

const PLAYWRIGHT: &str = "playwright-core@1.65.1";

/// The names that the browser has on the systems that were tried.
const BROWSERS: [&str; 2] = ["chromium", "chromium-browser"];

/// Plays customer and developer in a browser against a real gateway; keeps screenshots in `target/screenshots`.
pub(super) fn run() -> Result<Outcome, String> {
    let playwright = match node("playwright-core", PLAYWRIGHT) {
        Ok(program) => program,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let browser = match browser() {
        Ok(browser) => browser,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    execute(cargo().args(["build", "--features", "cli", "--bin", "doku"]))?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    // The program is in node_modules/.bin, and the library beside that.
    let library = playwright.parent().and_then(Path::parent).map(|modules| modules.join("playwright-core"));
    let mut command = Command::new("node");
    command.arg("tests/browser/run.mjs").arg(target.join("debug/doku")).arg(library.unwrap_or(playwright));
    passed(execute(command.arg(browser).arg(target.join("screenshots"))))
}

/// Returns the path of the browser, which is installed first where that is possible.
fn browser() -> Result<PathBuf, String> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    if read(Command::new("id").arg("-u"))?.trim() != "0" {
        return Err("there is no chromium; only root can install it: apt-get install chromium".to_owned());
    }
    let apt =
        |arguments: &[&str]| read(Command::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args(arguments));
    apt(&["update", "--quiet"])?;
    apt(&["install", "--quiet", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"])?;
    find().ok_or_else(|| "chromium was installed and is not to be found".to_owned())
}

fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<_> = env::split_paths(&path).collect();
    BROWSERS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
}
