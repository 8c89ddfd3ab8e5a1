//! The body of a pull request: what the page says now, what that makes of the contract, and what is left to tick.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::Followed;
use crate::{
    codegen, diff,
    drift::{Drift, report},
};

/// Returns the body as Markdown.
///
/// # Errors
///
/// Where one of the contracts cannot be compared.
pub(super) fn write(drift: &Drift, followed: &Followed) -> Result<String, String> {
    let [before, after] = &followed.contract;
    let judged = diff::judge(before, after)?;
    let mut out = String::from("DOKU changed its page on Indodana, and this change follows it.\n\n## The page\n\n");
    out += &format!("| {} |\n|{}\n", report::COLUMNS.join(" | "), "---|".repeat(report::COLUMNS.len()));
    for finding in drift.changes.iter().chain(&drift.unexplained) {
        let cells =
            report::row(finding).map(|cell| cell.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;"));
        out += &format!("| {} |\n", cells.join(" | "));
    }
    out += &format!(
        "\n## Whom it breaks\n\nAll together: {}. Version {}.\n{}",
        judged.breaks().text(),
        judged.version(),
        judged.entries()
    );
    out += "\n## On the wire\n\n";
    out += &wire(before, after);
    let [text_before, text_after] = &followed.texts;
    let difference = TextDiff::from_lines(text_before, text_after).unified_diff().header("before", "after").to_string();
    out += &section("The contract", "diff", &difference);
    out += &section("Public names", "diff", &names(before, after)?);
    let boxes = |title: &str, lines: &[String], mark: &str| {
        let lines: String = lines.iter().map(|line| format!("- [{mark}] {line}\n")).collect();
        if lines.is_empty() { String::new() } else { format!("\n## {title}\n\n{lines}") }
    };
    let Followed { decisions, left, .. } = followed;
    out += &boxes("Decided", &decisions.made, "x");
    out += &boxes("To decide", &decisions.open, " ");
    out += &boxes("Left", left, " ");
    out += "\n- [ ] the whole difference is read\n- [ ] `cargo xtask test` passes\n";
    Ok(out)
}

fn section(title: &str, kind: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("\n<details><summary>{title}</summary>\n\n```{kind}\n{text}```\n\n</details>\n")
}

/// Tells which orders are valid that were not, and the other way round.
fn wire(before: &Value, after: &Value) -> String {
    let [there, back] = [(before, after), (after, before)]
        .map(|(before, after)| diff::judge(before, after).map(|judged| judged.breaks().senders).unwrap_or_default());
    let say = |level: diff::Level, is: &str, was: &str| match level {
        diff::Level::Says => format!("- Every order that was {was} still is.\n"),
        diff::Level::MayBreak => format!("- An order that was {was} may be {is} now.\n"),
        diff::Level::Breaks => format!("- An order that was {was} can be {is} now.\n"),
    };
    let back = match back {
        diff::Level::Says => "- No order is valid that was not before.\n".to_owned(),
        level => say(level, "valid", "refused"),
    };
    say(there, "refused", "valid") + &back
}

/// Returns the public types and their members that come or go.
fn names(before: &Value, after: &Value) -> Result<String, String> {
    let [before, after] = [before, after].map(|contract| -> Result<String, String> {
        let generated = codegen::generate(&contract.to_string()).map_err(|error| error.to_string())?;
        let public = generated.types.lines().filter(|line| {
            let line = line.trim_start();
            line.starts_with("pub struct ")
                || line.starts_with("pub enum ")
                || line.starts_with("pub fn ")
                || line.starts_with("pub ") && line.ends_with(',')
        });
        Ok(public.map(|line| format!("{}\n", line.trim())).collect())
    });
    Ok(lines(&before?, &after?))
}

/// Returns the lines that differ.
fn lines(before: &str, after: &str) -> String {
    let difference = TextDiff::from_lines(before, after);
    let lines = difference.iter_all_changes().filter_map(|line| match line.tag() {
        ChangeTag::Equal => None,
        ChangeTag::Delete => Some(format!("-{}", line.value())),
        ChangeTag::Insert => Some(format!("+{}", line.value())),
    });
    lines.collect()
}
