//! A limit that moved, in all vectors.

use serde_json::Value;

use super::{blocks, path, write::literal};
use crate::amend::restated;

/// Moves the vectors of a limit with it, and the limit wherever a vector lists it.
pub(super) fn moved(
    text: &mut String,
    rule: &str,
    keyword: &str,
    limits: [&Value; 2],
    paths: &[&str],
) -> Result<(), String> {
    let [was, is] = limits;
    let own = format!("{rule}.{keyword}.");
    let list = if rule.ends_with(".x-advisory") { "advisories" } else { "violations" };
    for (bytes, vector) in blocks(text)?.into_iter().rev() {
        let id = vector["id"].as_str().unwrap_or_default();
        let mut block = text[bytes.clone()].to_owned();
        let mut broken = Vec::new();
        for finding in vector[list].as_array().into_iter().flatten() {
            let pointer = finding["pointer"].as_str().unwrap_or_default();
            if finding["rule"] == keyword && finding["limit"] == *was && paths.contains(&&*path(pointer)) {
                let found = |limit: &Value| {
                    let (code, limit) = (&finding["code"], literal(limit));
                    format!("\"pointer\": \"{pointer}\", \"code\": {code}, \"rule\": \"{keyword}\", \"limit\": {limit}")
                };
                block = block.replace(&found(was), &found(is));
                broken.push(pointer.to_owned());
            }
        }
        let is_own = id.starts_with(&own);
        if is_own || !broken.is_empty() {
            match (keyword, was.as_u64(), is.as_u64()) {
                ("minLength" | "maxLength", Some(was), Some(is)) => {
                    block = stretched(&block, &vector, paths, &broken, [was, is], is_own);
                }
                ("minimum" | "maximum" | "exclusiveMaximum", Some(was), Some(is)) => {
                    // The edge, and what is just over it.
                    for (was, is) in [(was, is), (was + 1, is + 1), (was.saturating_sub(1), is.saturating_sub(1))] {
                        block = restated(&block, &was.to_string(), &is.to_string()).unwrap_or(block);
                    }
                }
                _ => {}
            }
        }
        if is_own {
            let comment = vector["comment"].as_str().unwrap_or_default();
            let mut restated_comment = comment.to_owned();
            for over in [0, 1] {
                let [was, is] = [was, is].map(|limit| limit.as_u64().map(|limit| (limit + over).to_string()));
                if let (Some(was), Some(is)) = (was, is) {
                    restated_comment = restated(&restated_comment, &was, &is).unwrap_or(restated_comment);
                }
            }
            block = block.replacen(&literal(&comment.into()), &literal(&restated_comment.into()), 1);
        }
        text.replace_range(bytes, &block);
    }
    Ok(())
}

/// Makes the texts of a vector longer or shorter: those at the edge, and those just over it.
fn stretched(block: &str, vector: &Value, paths: &[&str], broken: &[String], limits: [u64; 2], is_own: bool) -> String {
    let [was, is] = limits;
    let mut block = block.to_owned();
    for change in vector["changes"].as_array().into_iter().flatten() {
        let pointer = change["path"].as_str().unwrap_or_default();
        let Some(text) = change["value"].as_str().filter(|_| paths.contains(&&*path(pointer))) else { continue };
        let length = text.chars().count() as u64;
        let over = broken.iter().any(|broken| broken == pointer);
        // How far from the limit it stands, it stands from the new one.
        let near = length.abs_diff(was) <= 1;
        if near && (is_own || over) {
            let wanted = (is + length).saturating_sub(was) as usize;
            let marked = |text: &str| format!("\"path\": \"{pointer}\", \"value\": {}", literal(&text.into()));
            block = block.replace(&marked(text), &marked(&resized(text, wanted)));
        }
    }
    block
}

/// Returns a text with another number of characters: what repeats goes on, or else the longest run of one of them.
fn resized(text: &str, wanted: usize) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let repeats = |period: &usize| letters.iter().skip(*period).zip(&letters).all(|(next, letter)| next == letter);
    if let Some(period) = (1..=letters.len() / 2).take(8).find(repeats) {
        return letters[..period].iter().cycle().take(wanted).collect();
    }
    while letters.len() != wanted {
        let (mut at, mut run) = (0, 0);
        let mut start = 0;
        for end in 1..=letters.len() {
            if end == letters.len() || letters[end] != letters[start] {
                if end - start > run {
                    (at, run) = (start, end - start);
                }
                start = end;
            }
        }
        if letters.len() > wanted {
            letters.remove(at);
        } else {
            letters.insert(at, letters.get(at).copied().unwrap_or('x'));
        }
    }
    letters.into_iter().collect()
}
