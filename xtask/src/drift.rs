//! DOKU's page against its last reading and against the contract.

mod compare;
mod contract;
mod differences;
mod finding;
mod ledger;
mod report;
#[cfg(test)]
mod tests;

use std::{fs, path::Path, process::ExitCode};

use serde_json::Value;

use crate::{
    amend,
    codegen::CONTRACT,
    page::{self, Reading, Unread},
};
pub(crate) use contract::{Contract, Place};
pub(crate) use differences::limit;
#[cfg(test)]
pub(crate) use finding::Breaks;
pub(crate) use finding::{Class, Finding, plain};
use ledger::{Expired, Ledger};

/// The last reading: field tables and hashes, no prose.
const LAST: &str = "spec/page/indodana.json";
const LEDGER: &str = "spec/deviations.toml";
const DRIFT: u8 = 6;
const BAD_INPUT: u8 = 2;

/// What a page says otherwise, with all that a maintainer needs to follow it.
struct Drift {
    /// The page, as it was read.
    page: Reading,
    /// What changed since the last reading.
    changes: Vec<Finding>,
    /// Where page and contract differ, and no change and no deviation says why.
    unexplained: Vec<Finding>,
    /// Where they differ, and a deviation says why.
    explained: Vec<Finding>,
    expired: Vec<Expired>,
}

impl Drift {
    /// Compares a page with the last reading, if there is one, with the contract and with the ledger.
    fn new(page: Reading, last: Option<&Value>, contract: &Contract, ledger: &Ledger) -> Self {
        let now = page.to_value();
        let mut changes = last.map_or_else(Vec::new, |last| compare::changes(last, &page));
        for change in &mut changes {
            change.contract = contract.line_of(change);
            change.deviations = ledger.about(&change.pointer());
            // Where the contract can follow, the contract says whom it breaks.
            if let Ok(Some(breaks)) = amend::breaks(contract, &now, change) {
                change.breaks = breaks.into();
            }
        }
        let mut differences = contract.differences(&page);
        let is_unread = |name: &str| page.unread.iter().any(|unread| unread.is_about(name));
        differences.retain(|difference| {
            !changes.iter().any(|change| change.covers(difference)) && !is_unread(&plain(&difference.name))
        });
        for difference in &mut differences {
            let pointers = [Some(difference.pointer()), difference.row_pointer()];
            let mut ids: Vec<_> = pointers.iter().flatten().flat_map(|pointer| ledger.explain(pointer, &now)).collect();
            ids.dedup();
            difference.deviations = ids;
        }
        let (explained, unexplained) =
            differences.into_iter().partition(|difference| !difference.deviations.is_empty());
        let expired = ledger.expired(&now, is_unread);
        Self { changes, unexplained, explained, expired, page }
    }

    /// Tells whether anything is left to follow.
    fn is_any(&self) -> bool {
        let Self { changes, unexplained, expired, .. } = self;
        !changes.is_empty() || !unexplained.is_empty() || !expired.is_empty() || !self.unread().is_empty()
    }

    fn unread(&self) -> &[Unread] {
        &self.page.unread
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Output {
    Table,
    Json,
    Markdown,
}

/// Reads pages, reports what each says otherwise, and stores the reading where that is asked for.
///
/// Files are named as from the folder `started`. Returns 0 without drift, 6 with drift, 2 for a page that cannot be read; then nothing is stored.
pub(crate) fn run(arguments: &[&str], started: &Path) -> ExitCode {
    match report(arguments, started) {
        Ok((text, drift)) => {
            print!("{text}");
            ExitCode::from(if drift { DRIFT } else { 0 })
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(BAD_INPUT)
        }
    }
}

fn report(arguments: &[&str], started: &Path) -> Result<(String, bool), String> {
    let (flags, files): (Vec<&str>, Vec<&str>) = arguments.iter().partition(|argument| argument.starts_with("--"));
    let (mut output, mut accept) = (Output::Table, false);
    for flag in flags {
        match flag {
            "--accept" => accept = true,
            "--json" if output == Output::Table => output = Output::Json,
            "--markdown" if output == Output::Table => output = Output::Markdown,
            _ => return Err(format!("`{flag}` is no option here; there are --json or --markdown, and --accept")),
        }
    }
    if files.is_empty() {
        return Err("no file; save DOKU's page on Indodana and name the file".into());
    }
    if accept && files.len() > 1 {
        return Err("--accept stores the reading of one file; name the one to keep".into());
    }
    let contract = Contract::new(&read(CONTRACT)?).map_err(|error| format!("{CONTRACT}: {error}"))?;
    let ledger = Ledger::new(&read(LEDGER)?).map_err(|error| format!("{LEDGER}: {error}"))?;
    let last = Path::new(LAST).exists().then(|| read(LAST)).transpose()?;
    let last: Option<Value> =
        last.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| format!("{LAST}: {error}"))?;
    let mut drifts = Vec::new();
    for file in files {
        let bytes = fs::read(started.join(file)).map_err(|error| format!("cannot read {file}: {error}"))?;
        let page = page::read(&bytes).map_err(|fault| format!("{file}: {fault}"))?;
        drifts.push((file, Drift::new(page, last.as_ref(), &contract, &ledger)));
    }
    let mut text = match output {
        Output::Table => report::table(&drifts),
        Output::Json => report::json(&drifts),
        Output::Markdown => report::markdown(&drifts),
    };
    let mut drift = drifts.iter().any(|(_, drift)| drift.is_any());
    if let [(file, found)] = &drifts[..]
        && accept
    {
        if let Some(Unread { line, reason }) = found.unread().first() {
            return Err(format!("{file}: line {line}: {reason}; what was not read is not stored"));
        }
        store(&found.page.to_value())?;
        if output == Output::Table {
            text += &format!("stored in {LAST}\n");
        }
        // What changed is known from now on; what the contract says otherwise is still to be followed.
        drift = !found.unexplained.is_empty() || !found.expired.is_empty();
    }
    Ok((text, drift))
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))
}

/// Writes the reading to a file of its own first, so that the last one is never half written.
fn store(reading: &Value) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot write {LAST}: {error}");
    let text = serde_json::to_string_pretty(reading).map_err(|error| error.to_string())?;
    fs::create_dir_all(Path::new(LAST).parent().unwrap_or(Path::new("."))).map_err(failed)?;
    let new = format!("{LAST}.new");
    fs::write(&new, text + "\n").map_err(failed)?;
    fs::rename(&new, LAST).map_err(failed)
}
