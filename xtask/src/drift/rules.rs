//! Other words with which people write a rule: they may break somebody, though nothing could be compared.

use serde_json::Value;

use super::finding::{Class, Finding};
use crate::{
    diff::{Breaks, Level},
    page::Reading,
};

/// Says of each change of words whom it may break: where such a word has come or, in an answer, gone.
pub(super) fn judge(changes: &mut [Finding], last: Option<&Value>, page: &Reading) {
    let empty = Value::Null;
    let stored = last.map_or(&empty, |last| &last["page"]["rules"]);
    for change in changes.iter_mut().filter(|change| change.class == Class::TextOnly && change.fact == "text") {
        let key = match change.side {
            "page" => change.name.clone(),
            side => format!("/{side}/{}/{}", change.section, change.name),
        };
        let words = |value: &Value| -> Vec<String> {
            value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let before = words(&stored[key.as_str()]);
        let at =
            |line| page.rules.iter().find(|entry| entry.name == key || change.side == "page" && entry.line == line);
        let now = change.page.and_then(at).map(|entry| words(&entry.value)).unwrap_or_default();
        // A paragraph that is compared with another has other words in any case.
        let before = if change.side == "page" && change.before.is_null() { vec![] } else { before };
        let (added, gone) = (is_more(&now, &before), is_more(&before, &now));
        // Where what was excepted is gone, more is ruled.
        let ruled = |words: &[String]| {
            words.iter().filter(|word| EXCEPTED.contains(&word.as_str())).cloned().collect::<Vec<_>>()
        };
        let added = added || change.side == "request" && is_more(&ruled(&before), &ruled(&now));
        let may = |is: bool| if is { Level::MayBreak } else { Level::Says };
        change.breaks = change.breaks.and(match change.side {
            "request" => Breaks { senders: may(added), ..Breaks::default() },
            "response" => Breaks { readers: may(added || gone), ..Breaks::default() },
            _ => Breaks { senders: may(added), readers: may(added) },
        });
    }
}

/// Words that take something out of a rule.
const EXCEPTED: [&str; 6] = ["except", "excluding", "unless", "kecuali", "optional", "opsional"];

/// Tells whether a list has a word, or one more often, than another has it.
fn is_more(list: &[String], than: &[String]) -> bool {
    let mut rest = than.to_vec();
    list.iter().any(|word| match rest.iter().position(|other| other == word) {
        Some(at) => {
            rest.remove(at);
            false
        }
        None => true,
    })
}
