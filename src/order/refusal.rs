//! What a refusal proves, and what to do about it: the table `spec/refusals.toml`.

use crate::error::Rejection;

/// An entry of the table.
pub(crate) struct Refusal {
    /// The code or the text, exactly; a text has at most one blank to be filled: `{field}` or `{path}`.
    name: &'static str,
    is_code: bool,
    /// Under which HTTP status it means what it says.
    statuses: &'static [u16],
    /// Whether a code proves by itself; else each text beside it must be listed.
    any_text: bool,
    /// Whether it proves that there is no order.
    proves: bool,
    advice: Option<&'static str>,
}

/// The table, as `build.rs` read it.
const TABLE: &[Refusal] = include!(concat!(env!("OUT_DIR"), "/refusals.rs"));

/// Returns whether a refusal proves that there is no order: it says what the table lists as proof, and nothing else that
/// could contradict it.
pub(crate) fn proves_absence(rejection: &Rejection) -> bool {
    let texts = || rejection.messages.iter().flat_map(|message| message.split("; "));
    let are_proof =
        || !rejection.messages.is_empty() && texts().all(|text| find(rejection.status, text, false).is_some());
    match rejection.code.as_deref().map(|code| find(rejection.status, code, true)) {
        // A text that is known to speak of an order is not outweighed by a code.
        Some(Some(code)) if code.any_text => !texts().any(speaks_of_an_order),
        Some(Some(_)) | None => are_proof(),
        Some(None) => false,
    }
}

/// Returns what the table advises on a refusal that proves something.
pub(crate) fn advice(rejection: &Rejection) -> Option<&'static str> {
    let code = rejection.code.as_deref().and_then(|code| find(rejection.status, code, true));
    let texts = rejection.messages.iter().filter_map(|text| find(rejection.status, text, false));
    code.into_iter().chain(texts).find_map(|entry| entry.advice)
}

/// Returns whether a text has in it what the table lists as proof of nothing, in small letters or capitals.
fn speaks_of_an_order(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    TABLE.iter().any(|entry| !entry.proves && text.contains(&entry.name.to_ascii_lowercase()))
}

/// Returns the proof that the table lists under this name.
fn find(status: u16, name: &str, is_code: bool) -> Option<&'static Refusal> {
    TABLE.iter().find(|entry| {
        entry.proves
            && entry.is_code == is_code
            && entry.statuses.contains(&status)
            && is_same(entry.name, name, is_code)
    })
}

/// Returns whether a text is what the table has; the blank in it is filled by the name of a field or by a path.
fn is_same(listed: &str, met: &str, is_code: bool) -> bool {
    let Some((before, rest)) = listed.split_once('{').filter(|_| !is_code) else { return listed == met };
    let Some((_, after)) = rest.split_once('}') else { return false };
    let filled = met.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    filled.is_some_and(|name| !name.is_empty() && name.bytes().all(is_part_of_a_name))
}

fn is_part_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_.-/[]".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(status: u16, code: Option<&str>, messages: &[&str]) -> Rejection {
        let messages = messages.iter().map(|&message| message.to_owned()).collect();
        Rejection { status, code: code.map(str::to_owned), messages, verified: false, advice: None }
    }

    #[track_caller]
    fn check(status: u16, code: Option<&str>, messages: &[&str], expect: bool) {
        assert_eq!(proves_absence(&rejection(status, code, messages)), expect, "{status} {code:?} {messages:?}");
    }

    #[test]
    fn every_entry_proves_what_it_says_and_under_its_status_alone() {
        for entry in TABLE {
            let name = entry.name.replace("{field}", "order.line_items[0].name").replace("{path}", "a/b-1");
            for status in 100..=599 {
                let (code, texts) = if entry.is_code { (Some(&*name), vec![]) } else { (None, vec![&*name]) };
                let proves = entry.proves && entry.statuses.contains(&status);
                check(status, code, &texts, proves && (!entry.is_code || entry.any_text));
                if let Some(code) = code {
                    check(status, Some(code), &["order must be filled"], proves);
                    check(status, Some(code), &["nomor invoice sudah digunakan"], proves && entry.any_text);
                    check(status, Some(code), &["INVOICE ALREADY USED"], false);
                    check(status, Some(code), &["order must be filled; INVOICE ALREADY USED"], false);
                    check(status, None, &[code], false);
                } else {
                    check(status, Some(&name), &[], false);
                    check(status, None, &[&name, "being processed"], false);
                }
                let advice = advice(&rejection(status, code, &texts));
                assert_eq!(advice, entry.advice.filter(|_| entry.statuses.contains(&status)), "{name}");
            }
        }
    }

    #[test]
    fn what_is_not_listed_proves_nothing() {
        for status in [400, 401, 402, 403, 404, 408, 409, 410, 422, 423, 425, 429, 451, 499] {
            for text in
                ["sudah digunakan", "being processed", "SYSTEM ERROR", "invalid_signature", "", "must be filled"]
            {
                check(status, None, &[text], false);
                check(status, Some(text), &[], text == "invalid_signature" && matches!(status, 400 | 401));
                check(status, Some("INVALID_PARAMETER"), &[text], false);
            }
            check(status, None, &[], false);
        }
    }

    #[test]
    fn a_code_that_proves_by_itself_stands_beside_other_proofs() {
        check(400, Some("invalid_signature"), &["AMOUNT NOT MATCH"], true);
        check(400, Some("invalid_signature"), &["order.amount must be filled"], true);
    }

    #[test]
    fn blanks_are_filled_by_names_alone() {
        check(400, None, &["order.amount must be filled; customer must be filled"], true);
        check(400, None, &["order.amount must be filled; it is being processed"], false);
        check(400, None, &[" must be filled"], false);
        check(400, None, &["the order is there, what must be filled"], false);
        check(404, None, &["No static resource orders/v9."], true);
        check(404, None, &["No static resource orders/v9"], false);
        check(404, None, &["No static resource ."], false);
    }
}
