//! What a change of DOKU's page asks of the contract: edits, a question where the page alone does not say, or a reader.
//!
//! `drift` makes the edits in memory and has `diff` judge them; `follow` makes them in the text.

mod edit;
mod endpoint;
mod fact;
mod field;
mod header;
mod limit;
mod prose;
#[cfg(test)]
mod tests;
mod yaml;

use serde_json::Value;

pub(crate) use self::{edit::Edit, prose::restated, yaml::apply};
use crate::{
    diff::{Breaks, Level, judge},
    drift::{Class, Contract, Finding, plain},
};

/// What a change of the page asks for.
#[derive(Debug, Default)]
pub(crate) struct Amendment {
    /// Edits of the contract that the page decides.
    pub(crate) edits: Vec<Edit>,
    /// What the page does not decide.
    pub(crate) question: Option<Question>,
    /// What somebody has to read or to do by hand.
    pub(crate) left: Vec<String>,
}

/// A question, with the answers that there are.
#[derive(Debug)]
pub(crate) struct Question {
    /// What an answer is given by: `customer.middle_name`, `D-01`.
    pub(crate) id: String,
    /// The question in a sentence.
    pub(crate) text: String,
    /// Two answers at least.
    pub(crate) answers: Vec<Answer>,
}

/// An answer to a question.
#[derive(Debug)]
pub(crate) struct Answer {
    /// A word to answer with.
    pub(crate) word: &'static str,
    /// What it means.
    pub(crate) text: String,
    /// What it asks of the contract.
    pub(crate) edits: Vec<Edit>,
    /// What it leaves to be done by hand.
    pub(crate) left: Vec<String>,
}

impl Answer {
    /// Returns an answer that asks for edits.
    pub(crate) fn new(word: &'static str, text: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { word, text: text.into(), edits, left: Vec::new() }
    }

    /// Returns an answer that leaves something to be done.
    pub(crate) fn by_hand(word: &'static str, text: impl Into<String>, left: String) -> Self {
        Self { word, text: text.into(), edits: Vec::new(), left: vec![left] }
    }
}

impl Amendment {
    const fn is_nothing(&self) -> bool {
        self.edits.is_empty() && self.question.is_none() && self.left.is_empty()
    }

    fn edits(edits: Vec<Edit>) -> Self {
        Self { edits, ..Self::default() }
    }

    fn left(left: impl Into<String>) -> Self {
        Self { left: vec![left.into()], ..Self::default() }
    }

    fn ask(id: &str, text: impl Into<String>, answers: Vec<Answer>) -> Self {
        let question = Question { id: id.to_owned(), text: text.into(), answers };
        Self { question: Some(question), ..Self::default() }
    }

    /// Returns the edits that follow the page: those that it decides, or else those of the first answer.
    fn following(&self) -> &[Edit] {
        match &self.question {
            Some(Question { answers, .. }) if self.edits.is_empty() => {
                answers.first().map_or(&[], |first| &first.edits)
            }
            _ => &self.edits,
        }
    }
}

/// Returns what a finding asks of the contract; `page` is the reading that it is from.
pub(crate) fn amend(contract: &Contract, page: &Value, finding: &Finding) -> Amendment {
    let whole = finding.fact.is_empty();
    match (finding.section, finding.class) {
        (_, Class::Struck) => Amendment::left(format!("read {}: it is struck through", subject(finding))),
        ("fields", Class::FieldRenamed) => field::renamed(contract, finding),
        (_, Class::TextOnly) => {
            let may = if finding.breaks.level() == Level::Says { "" } else { ", and a rule may be among them" };
            Amendment::left(format!("read {}: other words{may}", subject(finding)))
        }
        ("fields", _) if whole && finding.now.is_null() => field::removed(contract, finding),
        ("fields", _) if whole => field::added(contract, page, finding),
        ("fields", _) => fact::changed(contract, page, finding),
        ("headers", _) => header::changed(contract, finding),
        ("endpoint", _) => endpoint::changed(contract, finding),
        ("sample" | "header_sample", Class::SampleChanged) => Amendment::default(),
        _ => Amendment::left(format!("read {}", subject(finding))),
    }
}

/// Returns whom a change of the page breaks, once the contract has followed it; nothing where no edit follows it.
///
/// # Errors
///
/// Where the contract cannot be compared with the changed one.
pub(crate) fn breaks(contract: &Contract, page: &Value, finding: &Finding) -> Result<Option<Breaks>, String> {
    let amendment = amend(contract, page, finding);
    let edits = amendment.following();
    if edits.is_empty() {
        return Ok(None);
    }
    let mut changed = contract.tree.clone();
    edits.iter().try_for_each(|edit| edit.apply(&mut changed))?;
    Ok(Some(judge(&contract.tree, &changed)?.breaks()))
}

/// Tells whether a finding is about a fact in which the contract deviated from the page, and which the page has corrected.
pub(crate) fn resolves(contract: &Contract, amendment: &Amendment, finding: &Finding) -> bool {
    amendment.is_nothing() && finding.section == "fields" && fact::is_corrected(contract, finding)
}

/// Returns what a finding is about, in words.
fn subject(finding: &Finding) -> String {
    let line = finding.page.map_or_else(String::new, |line| format!("line {line} of the page, "));
    match finding.side {
        "page" => format!("{line}below `{}`", finding.name),
        side => format!("{line}{side} {} {}", finding.section, plain(&finding.name)),
    }
}

fn set(at: &[String], key: &str, value: impl Into<Value>, after: Option<&str>) -> Edit {
    Edit::Set { at: at.to_vec(), key: key.to_owned(), value: value.into(), after: after.map(str::to_owned) }
}

fn remove(at: &[String], key: &str) -> Edit {
    Edit::Remove { at: at.to_vec(), key: key.to_owned() }
}

fn below(at: &[String], keys: &[&str]) -> Vec<String> {
    at.iter().cloned().chain(keys.iter().map(|key| (*key).to_owned())).collect()
}
