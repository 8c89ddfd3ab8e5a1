//! The pages of the simulator and the sidecar in a real browser: Debian's Chromium, driven by Playwright.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Outcome, passed, process};
use crate::tool::{debian, node, run as execute, target};

const PLAYWRIGHT: &str = "playwright-core@1.65.1";

/// Plays customer and developer in a browser against a real simulator; keeps screenshots in `target/screenshots`.
pub(super) fn run() -> Result<Outcome, String> {
    let playwright = match node("playwright-core", PLAYWRIGHT) {
        Ok(program) => program,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let browser = match browser() {
        Ok(browser) => browser,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let doku = process::doku()?;
    // The program is in node_modules/.bin, and the library beside that.
    let library = playwright.parent().and_then(Path::parent).map(|modules| modules.join("playwright-core"));
    let mut command = Command::new("node");
    command.arg("tests/browser/run.mjs").arg(doku).arg(library.unwrap_or(playwright));
    passed(execute(command.arg(browser).arg(target().join("screenshots"))))
}

/// Returns the path of the browser, which is installed first where that is possible.
fn browser() -> Result<PathBuf, String> {
    debian("chromium", "--version", &["chromium", "fonts-dejavu-core"])?;
    let folders = env::var_os("PATH").unwrap_or_default();
    let mut programs = env::split_paths(&folders).map(|folder| folder.join("chromium"));
    programs.find(|program| program.is_file()).ok_or_else(|| "chromium is not on the path".to_owned())
}
