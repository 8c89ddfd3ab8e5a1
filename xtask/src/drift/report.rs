//! The report: a table for a terminal, JSON, and Markdown for a pull request.

use serde_json::{Value, json};

use super::{CONTRACT, Drift, LEDGER, finding::Finding, ledger::Expired};
use crate::page::Unread;

type Drifts<'a> = [(&'a str, Drift)];

/// Returns a fact in a few words.
pub(super) fn show(value: &Value) -> String {
    short(words(value))
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(facts) => {
            let facts = facts.iter().filter(|(fact, _)| *fact != "text");
            if facts.clone().next().is_none() {
                return "a row".into();
            }
            let word = |(fact, value): (&String, &Value)| match fact.as_str() {
                "type" | "mandatory" => words(value),
                fact => format!("{fact} {}", words(value)),
            };
            facts.map(word).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn short(text: String) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

fn change(finding: &Finding) -> String {
    let fact = match finding.fact.as_str() {
        "text" if finding.section == "texts" && finding.before.is_null() => return "a new text".into(),
        "text" if finding.section == "texts" && finding.now.is_null() => return "a text less".into(),
        "text" => return "other words".into(),
        "" => String::new(),
        fact => format!("{fact} "),
    };
    let (mut before, mut now) = (words(&finding.before), words(&finding.now));
    // A value of a sample with another type: `100 → "100"`.
    if before == now || finding.section == "sample" && finding.before.is_string() != finding.now.is_string() {
        let json = |value: &Value| if value.is_null() { words(value) } else { value.to_string() };
        (before, now) = (json(&finding.before), json(&finding.now));
    }
    // Of two addresses the end differs.
    let alike = before.chars().zip(now.chars()).take_while(|(one, other)| one == other).count();
    match alike.checked_sub(KEPT) {
        Some(cut @ KEPT..) => {
            let [before, now] = [before, now].map(|text| text.chars().skip(cut).collect::<String>());
            format!("{fact}…{} → …{}", short(before), short(now))
        }
        _ => format!("{fact}{} → {}", short(before), short(now)),
    }
}

/// How many letters stay of what two long texts have in common.
const KEPT: usize = 12;

fn place(finding: &Finding) -> [String; 2] {
    let line = |line: Option<usize>| line.map_or_else(|| "–".to_owned(), |line| line.to_string());
    [line(finding.page), finding.contract.map_or_else(|| "–".to_owned(), |line| format!("{CONTRACT}:{line}"))]
}

fn subject(finding: &Finding) -> String {
    let kind = match finding.section {
        "fields" => "",
        "endpoint" => "endpoint ",
        "headers" => "header ",
        "header_sample" => "header sample ",
        "texts" => "below ",
        _ => "sample ",
    };
    format!("{} {kind}{}", finding.side, short(finding.name.clone()))
}

pub(crate) const COLUMNS: [&str; 7] = ["what", "where", "before → now", "page line", "contract", "breaks", "deviation"];

pub(crate) fn row(finding: &Finding) -> [String; 7] {
    let [page, contract] = place(finding);
    let deviations = if finding.deviations.is_empty() { "–".into() } else { finding.deviations.join(" ") };
    [
        finding.class.name().into(),
        subject(finding),
        change(finding),
        page,
        contract,
        finding.breaks.text().into(),
        deviations,
    ]
}

fn summary(file: &str, drift: &Drift) -> String {
    let [(_, request), (_, response)] = &drift.page.sides;
    let [sent, answered] = [request, response].map(|side| side.section("fields").len());
    let count = |section| request.section(section).len() + response.section(section).len();
    let form = drift.page.form.name();
    let (headers, samples, unread) = (count("headers"), count("sample"), drift.unread().len());
    let texts = drift.page.texts.len();
    format!(
        "{file} ({form}): {sent} fields of the request, {answered} of the answer, {headers} headers, {samples} values of \
         samples, {texts} texts, {unread} unread"
    )
}

fn verdict(drift: &Drift) -> String {
    let explained = drift.explained.len();
    if !drift.is_any() {
        return format!("no drift; {explained} differences from the contract are explained by deviations");
    }
    let Drift { changes, unexplained, expired, .. } = drift;
    let (changes, unexplained, expired, unread) =
        (changes.len(), unexplained.len(), expired.len(), drift.unread().len());
    format!(
        "drift: {changes} changes, {unexplained} unexplained differences from the contract, {expired} expired deviations, {unread} unread"
    )
}

/// Returns the report for a terminal.
pub(super) fn table(drifts: &Drifts<'_>) -> String {
    let mut out = String::new();
    for (file, drift) in drifts {
        out += &format!("{}\n", summary(file, drift));
        let rows: Vec<_> = drift.changes.iter().chain(&drift.unexplained).map(row).collect();
        if !rows.is_empty() {
            let rows: Vec<_> = [COLUMNS.map(str::to_owned)].into_iter().chain(rows).collect();
            let widths: Vec<_> =
                (0..7).map(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0)).collect();
            for row in &rows {
                let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
                out += &format!("  {}\n", cells.collect::<Vec<_>>().join("  ").trim_end());
            }
        }
        for expired in &drift.expired {
            let Expired { id, line, reason, .. } = expired;
            out += &format!("{}: {id} ({LEDGER}:{line}): {reason}\n", state(expired));
        }
        for Unread { line, reason, .. } in drift.unread() {
            out += &format!("unread: line {line}: {reason}\n");
        }
        out += &format!("{}\n", verdict(drift));
    }
    out
}

fn state(expired: &Expired) -> &'static str {
    if expired.wholly { "expired" } else { "expired in part" }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('*', "\\*")
}

/// Returns the report as Markdown, for a pull request.
pub(super) fn markdown(drifts: &Drifts<'_>) -> String {
    let mut out = String::new();
    for (file, drift) in drifts {
        out += &format!("### Drift of DOKU's page\n\n{}\n\n", summary(file, drift));
        let rows: Vec<_> = drift.changes.iter().chain(&drift.unexplained).map(row).collect();
        if !rows.is_empty() {
            out += &format!("| {} |\n|{}\n", COLUMNS.join(" | "), "---|".repeat(COLUMNS.len()));
            for row in rows {
                let cells = row.map(|cell| escape(&cell));
                out += &format!("| {} |\n", cells.join(" | "));
            }
            out.push('\n');
        }
        for expired in &drift.expired {
            let Expired { id, line, reason, .. } = expired;
            out += &format!("- [ ] {}: {id} ({LEDGER}:{line}): {}\n", state(expired), escape(reason));
        }
        for Unread { line, reason, .. } in drift.unread() {
            out += &format!("- [ ] unread, line {line}: {reason}\n");
        }
        out += &format!("\n{}\n", verdict(drift));
    }
    out
}

/// Returns the report as JSON: a list with an object for each file.
pub(super) fn json(drifts: &Drifts<'_>) -> String {
    let finding = |finding: &Finding| {
        json!({
            "class": finding.class.name(),
            "breaks": finding.breaks.text(),
            "pointer": finding.pointer(),
            "side": finding.side,
            "section": finding.section,
            "name": finding.name,
            "fact": finding.fact,
            "before": finding.before,
            "now": finding.now,
            "page_line": finding.page,
            "contract": finding.contract.map(|line| format!("{CONTRACT}:{line}")),
            "deviations": finding.deviations,
        })
    };
    let list = |findings: &[Finding]| findings.iter().map(finding).collect::<Vec<_>>();
    let files = drifts.iter().map(|(file, drift)| {
        let expired = drift.expired.iter().map(|expired| {
            json!({ "id": expired.id, "state": state(expired), "line": format!("{LEDGER}:{}", expired.line), "reason": expired.reason })
        });
        let unread = drift.unread().iter().map(|unread| json!({ "line": unread.line, "reason": unread.reason }));
        json!({
            "file": file,
            "form": drift.page.form.name(),
            "drift": drift.is_any(),
            "changes": list(&drift.changes),
            "unexplained": list(&drift.unexplained),
            "explained": list(&drift.explained),
            "expired": expired.collect::<Vec<_>>(),
            "unread": unread.collect::<Vec<_>>(),
        })
    });
    format!("{:#}\n", Value::Array(files.collect()))
}
