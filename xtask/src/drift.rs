//! DOKU's page against its last reading and against the contract.

mod compare;
mod contract;
mod cover;
mod differences;
mod finding;
mod ledger;
mod options;
pub(crate) mod report;
mod rules;
#[cfg(test)]
mod tests;

use std::{fs, io::Read as _, path::Path, process::ExitCode};

use serde_json::Value;

use crate::{
    amend,
    codegen::CONTRACT,
    page::{self, Channel, Reading, Unread},
};
pub(crate) use contract::{Contract, Place};
use cover::{Covers, Hidden};
pub(crate) use differences::limit;
pub(crate) use finding::{Class, Finding, plain};
use ledger::{Expired, Ledger};
use options::{Options, Output};

/// The last reading: field tables and hashes, no prose.
pub(crate) const LAST: &str = "spec/page/indodana.json";
pub(crate) const LEDGER: &str = "spec/deviations.toml";
const DRIFT: u8 = 6;
const BAD_INPUT: u8 = 2;

/// What a page says otherwise, with all that a maintainer needs to follow it.
pub(crate) struct Drift {
    /// The page, as it was read.
    pub(crate) page: Reading,
    /// What changed since the last reading.
    pub(crate) changes: Vec<Finding>,
    /// Where page and contract differ, and no change and no deviation says why.
    pub(crate) unexplained: Vec<Finding>,
    /// Where they differ, and a deviation says why.
    explained: Vec<Finding>,
    expired: Vec<Expired>,
}

impl Drift {
    /// Compares a page with the last reading, if there is one, with the contract and with the ledger.
    fn new(page: Reading, last: Option<&Value>, contract: &Contract, ledger: &Ledger) -> Self {
        let now = page.to_value();
        let compare::Changes { findings: mut changes, unread } =
            last.map_or_else(compare::Changes::default, |last| compare::changes(last, &page));
        // A page with more changes than the contract has fields is another page; nobody needs a judgement of each.
        let judged = changes.len() <= 1000;
        for change in &mut changes {
            change.contract = contract.line_of(change);
            change.deviations = ledger.about(&change.pointer());
            // Where the contract can follow, the contract says whom it breaks.
            // It cannot send another header before somebody teaches the client, so the page says that.
            let header = change.section == "headers" && change.side == "request" && change.fact.is_empty();
            if judged
                && !header
                && let Ok(Some(breaks)) = amend::breaks(contract, &now, change)
            {
                change.breaks = breaks;
            }
            change.breaks = change.breaks.and(change.condition());
        }
        rules::judge(&mut changes, last, &page);
        let mut page = page;
        page.unread.extend(unread);
        page.unread.sort_by_key(|unread| unread.line);
        let hidden = Hidden::new(&page.unread);
        let mut differences = contract.differences(&page);
        let covers = Covers::new(&changes);
        differences.retain(|difference| !covers.covers(difference) && !hidden.hides(difference));
        for difference in &mut differences {
            let pointers = [Some(difference.pointer()), difference.row_pointer()];
            let mut ids: Vec<_> = pointers.iter().flatten().flat_map(|pointer| ledger.explain(pointer, &now)).collect();
            ids.dedup();
            difference.deviations = ids;
        }
        let (explained, unexplained) =
            differences.into_iter().partition(|difference| !difference.deviations.is_empty());
        let expired = ledger.expired(&now, |pointer| hidden.hides_pointer(pointer));
        Self { changes, unexplained, explained, expired, page }
    }

    /// Compares a page with the last reading alone.
    fn alone(page: Reading, last: Option<&Value>) -> Self {
        let compare::Changes { findings: changes, unread } =
            last.map_or_else(compare::Changes::default, |last| compare::changes(last, &page));
        let (mut page, mut changes) = (page, changes);
        rules::judge(&mut changes, last, &page);
        page.unread.extend(unread);
        Self { changes, unexplained: vec![], explained: vec![], expired: vec![], page }
    }

    /// Returns what the contract lacks of what the page says, or may lack: a pointer and why.
    fn lacks(&self, contract: &Contract, ledger: &Ledger) -> Vec<(String, String)> {
        // Without a last reading no change covers a difference.
        let Self { unexplained, expired, .. } = Self::new(self.page.clone(), None, contract, ledger);
        let differs = unexplained.into_iter().map(|finding| {
            let [what, subject, change, .., line, _, _] = report::row(&finding);
            let now = format!("{what}, {subject}: {change} ({line}); change the contract, or accept it with --despite");
            (finding.pointer(), now)
        });
        let expired = expired.into_iter().map(|expired| (expired.id, expired.reason));
        let unseen = self.changes.iter().filter(|change| !change.shows_in_contract()).map(|change| {
            let [what, subject, change_, ..] = report::row(change);
            let reason = "nobody can tell whether the contract has it; accept it with --despite";
            (change.pointer(), format!("{what}, {subject}: {change_}; {reason}"))
        });
        differs.chain(expired).chain(unseen).collect()
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

/// Reads pages, reports what each says otherwise, and stores the reading where that is asked for.
///
/// Files are named as from the folder `started`; `-` is standard input. Returns 0 without drift and for a reading that was
/// stored, 6 with drift and for one that was not, 2 for a page that cannot be read; then nothing is stored.
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
    let options = Options::new(arguments)?;
    let (output, channel) = (options.output, options.channel);
    let last = last_file(channel);
    let last_text = Path::new(&last).exists().then(|| read(&last)).transpose()?;
    let reading: Option<Value> =
        last_text.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| format!("{last}: {error}"))?;
    let known = (channel == Channel::Indodana)
        .then(|| {
            let contract = Contract::new(&read(CONTRACT)?).map_err(|error| format!("{CONTRACT}: {error}"))?;
            let ledger = Ledger::new(&read(LEDGER)?).map_err(|error| format!("{LEDGER}: {error}"))?;
            Ok::<_, String>((contract, ledger))
        })
        .transpose()?;
    let mut drifts = Vec::new();
    for file in &options.files {
        let page = page::read(&bytes(file, started)?, channel).map_err(|fault| format!("{file}: {fault}"))?;
        let drift = match &known {
            Some((contract, ledger)) => Drift::new(page, reading.as_ref(), contract, ledger),
            None => Drift::alone(page, reading.as_ref()),
        };
        drifts.push((*file, drift));
    }
    let mut text = match output {
        Output::Table => report::table(&drifts),
        Output::Json => report::json(&drifts),
        Output::Markdown => report::markdown(&drifts),
    };
    // What was compared with nothing is not the same as before.
    let compared = known.is_some() || reading.is_some();
    let drift = drifts.iter().any(|(_, drift)| drift.is_any()) || !compared;
    if reading.is_none() && !options.accept {
        let (name, file) = (channel.name(), options.files[0]);
        let line = format!(
            "nothing to compare with: there is no {last} yet; read the page once, and store its reading with \
             `cargo xtask drift --channel {name} {file} --accept`\n"
        );
        if output == Output::Table { text += &line } else { eprint!("{line}") }
    }
    let [(file, found)] = &drifts[..] else { return Ok((text, drift)) };
    if !options.accept {
        return Ok((text, drift));
    }
    if let Some(Unread { line, reason, .. }) = found.unread().first() {
        return Err(format!("{file}: line {line}: {reason}; what was not read is not stored"));
    }
    let lacks: Vec<_> = known.iter().flat_map(|(contract, ledger)| found.lacks(contract, ledger)).collect();
    let named = |pointer: &str| options.despite.contains(&pointer);
    let lacks: Vec<_> = lacks.iter().filter(|(pointer, _)| !named(pointer)).collect();
    if lacks.is_empty() {
        store(&found.page.to_value(), &last)?;
        if output == Output::Table {
            text += &format!("stored in {last}\n");
        }
        return Ok((text, false));
    }
    for (pointer, reason) in lacks {
        let line = format!("not stored: {pointer}: {reason}\n");
        if output == Output::Table { text += &line } else { eprint!("{line}") }
    }
    Ok((text, true))
}

/// Returns where the last reading of a channel's page is stored.
fn last_file(channel: Channel) -> String {
    LAST.replace(Channel::Indodana.name(), channel.name())
}

/// Reads a page of at most [`page::LIMIT`] bytes, and one more of a larger one.
fn bytes(file: &str, started: &Path) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("cannot read {file}: {error}");
    let mut bytes = Vec::new();
    if file == "-" {
        std::io::stdin().lock().take(page::LIMIT + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let file = fs::File::open(started.join(file)).map_err(failed)?;
        file.take(page::LIMIT + 1).read_to_end(&mut bytes).map_err(failed)?;
    }
    Ok(bytes)
}

/// Reads one page, named as from the folder `started`, and compares it.
///
/// # Errors
///
/// Where the page, or what it is compared with, cannot be read.
pub(crate) fn of_page(file: &str, started: &Path) -> Result<Drift, String> {
    let contract = Contract::new(&read(CONTRACT)?).map_err(|error| format!("{CONTRACT}: {error}"))?;
    let ledger = Ledger::new(&read(LEDGER)?).map_err(|error| format!("{LEDGER}: {error}"))?;
    let last = serde_json::from_str(&read(LAST)?).map_err(|error| format!("{LAST}: {error}"))?;
    let page = page::read(&bytes(file, started)?, Channel::Indodana).map_err(|fault| format!("{file}: {fault}"))?;
    Ok(Drift::new(page, Some(&last), &contract, &ledger))
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))
}

/// Writes the reading to a file of its own first, so that the last one is never half written.
pub(crate) fn store(reading: &Value, last: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot write {last}: {error}");
    let text = serde_json::to_string_pretty(reading).map_err(|error| error.to_string())?;
    fs::create_dir_all(Path::new(last).parent().unwrap_or(Path::new("."))).map_err(failed)?;
    let new = format!("{last}.new");
    fs::write(&new, text + "\n").map_err(failed)?;
    fs::rename(&new, last).map_err(failed)
}
