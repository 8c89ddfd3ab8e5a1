//! `doku check`: the contract over a body, with places in its source.

use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level, Origin, Snippet};
use clap::{Args, ValueEnum};
use doku_indodana::{
    error::{Language, SyntaxError, Violation},
    json::Document,
    schema::{self, Kind},
};
use serde_json::{Value, json};

use super::{
    input::{self, Input},
    output::{self, Exit, Failure, clean},
    source::{Masked, places, span},
};

/// Check a body against the contract, all violations at once
///
/// Points into the source at each violation and each advisory, with personal values masked. Violations are errors;
/// advisories are limits that DOKU's page states and contradicts.
#[derive(Args)]
pub(crate) struct Check {
    /// What the body is
    kind: BodyKind,
    /// The file, or - for standard input
    file: PathBuf,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
    /// Make advisories violations
    #[arg(long)]
    deny_advisories: bool,
    /// Language of the messages
    #[arg(long, value_enum, default_value = "en")]
    lang: Lang,
}

#[derive(Clone, Copy, ValueEnum)]
enum BodyKind {
    Request,
    Response,
    Notification,
    Status,
    Error,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    En,
    Id,
}

impl Check {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let kind = match self.kind {
            BodyKind::Request => Kind::Request,
            BodyKind::Response => Kind::Response,
            BodyKind::Notification => Kind::Notification,
            BodyKind::Status => Kind::Status,
            BodyKind::Error => Kind::Error,
        };
        let language = match self.lang {
            Lang::En => Language::English,
            Lang::Id => Language::Indonesian,
        };
        let input = input::read(&self.file)?;
        let inspection = Inspection::new(&input, kind, language, self.deny_advisories);
        if self.json {
            output::print_json(&inspection.to_json())?;
        } else {
            inspection.show();
            output::print(&inspection.summary())?;
        }
        Ok(if inspection.is_valid() { Exit::Done } else { Exit::Violations })
    }
}

/// What the check found in an input, ready to be shown.
pub(crate) struct Inspection<'i> {
    input: &'i Input,
    language: Language,
    masked: Masked,
    findings: Vec<Finding>,
}

/// A violation or an advisory, with its place.
struct Finding {
    is_violation: bool,
    code: String,
    message: String,
    /// The violation as JSON.
    record: Value,
    /// Its place in the masked source.
    span: std::ops::Range<usize>,
    line: usize,
    column: usize,
}

/// So many findings are shown with their line; the others with their place alone.
const MOST_SNIPPETS: usize = 50;

/// A longer line is not shown, in bytes.
const LONGEST_LINE: usize = 64 * 1024;

impl<'i> Inspection<'i> {
    pub(crate) fn new(input: &'i Input, kind: Kind, language: Language, deny_advisories: bool) -> Self {
        let document = match Document::parse(&input.bytes) {
            Ok(document) => document,
            Err(error) => return Self::broken(input, language, &error),
        };
        let mut report = schema::check_document(kind, &document);
        if deny_advisories {
            report = report.deny_advisories();
        }
        let masked = Masked::document(kind, &document);
        let violations = report.violations().iter().map(|violation| (violation, true));
        let all: Vec<_> = violations.chain(report.advisories().iter().map(|advisory| (advisory, false))).collect();
        let spans: Vec<_> = all.iter().map(|(violation, _)| span(violation, &document)).collect();
        let places = places(&input.bytes, spans.iter().map(|span| span.start));
        let findings =
            all.into_iter().zip(spans).zip(places).map(|(((violation, is_violation), span), (line, column))| {
                let message = violation.message(language);
                let record = record(violation, &message, line, column);
                let pointer = if violation.pointer().is_empty() { "the whole body" } else { violation.pointer() };
                let message = format!("{} {message}", clean(pointer));
                let code = violation.code().to_string();
                Finding { is_violation, code, message, record, span: masked.locate(&span), line, column }
            });
        let findings = findings.collect();
        Self { input, language, masked, findings }
    }

    fn broken(input: &'i Input, language: Language, error: &SyntaxError) -> Self {
        let masked = Masked::broken(&input.bytes, error);
        let (line, column) = (error.line(), error.column());
        let message = error.kind().to_string();
        let record = json!({
            "pointer": "", "code": "syntax", "rule": "json", "limit": null, "met": null,
            "message": message, "line": line, "column": column,
        });
        let span = masked.locate(&(error.offset()..error.offset()));
        let finding = Finding { is_violation: true, code: "syntax".to_owned(), message, record, span, line, column };
        Self { input, language, masked, findings: vec![finding] }
    }

    pub(crate) fn is_valid(&self) -> bool {
        !self.findings.iter().any(|finding| finding.is_violation)
    }

    pub(crate) fn to_json(&self) -> Value {
        let list = |is_violation| -> Vec<&Value> {
            self.findings.iter().filter(|f| f.is_violation == is_violation).map(|finding| &finding.record).collect()
        };
        json!({ "valid": self.is_valid(), "violations": list(true), "advisories": list(false) })
    }

    /// Shows every finding in the order of the source, on standard error.
    pub(crate) fn show(&self) {
        let mut findings: Vec<_> = self.findings.iter().collect();
        findings.sort_by_key(|finding| finding.span.start);
        for (at, finding) in findings.into_iter().enumerate() {
            output::say(&format!("{}\n", self.render(finding, at < MOST_SNIPPETS)));
        }
    }

    /// Returns one line: how many violations and advisories there are.
    pub(crate) fn summary(&self) -> String {
        let count = |is_violation| self.findings.iter().filter(|f| f.is_violation == is_violation).count();
        let (violations, advisories) = (count(true), count(false));
        let name = &self.input.name;
        if self.language == Language::Indonesian {
            let verdict = if violations == 0 { "sah" } else { "tidak sah" };
            return format!("{name}: {verdict}, {violations} pelanggaran, {advisories} anjuran");
        }
        let verdict = if violations == 0 { "valid" } else { "not valid" };
        let (s, ies) = (if violations == 1 { "" } else { "s" }, if advisories == 1 { "y" } else { "ies" });
        format!("{name}: {verdict}, {violations} violation{s}, {advisories} advisor{ies}")
    }

    fn render(&self, finding: &Finding, with_source: bool) -> String {
        let level = if finding.is_violation { Level::ERROR } else { Level::WARNING };
        let title = level.primary_title(finding.message.as_str()).id(finding.code.as_str());
        let text = &self.masked.text;
        let start = text[..finding.span.start].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[finding.span.start..].find('\n').map_or(text.len(), |length| finding.span.start + length);
        let group = if with_source && end - start <= LONGEST_LINE {
            let marked = finding.span.start - start..finding.span.end.min(end) - start;
            title.element(
                Snippet::source(&text[start..end])
                    .path(self.input.name.as_str())
                    .line_start(finding.line)
                    .annotation(AnnotationKind::Primary.span(marked)),
            )
        } else {
            let origin = Origin::path(self.input.name.as_str()).line(finding.line).char_column(finding.column);
            title.element(origin)
        };
        output::renderer().render(&[group])
    }
}

/// Returns what a message speaks of.
fn subject(pointer: &str, language: Language) -> String {
    match (pointer, language) {
        ("", Language::Indonesian) => "seluruh isi".to_owned(),
        ("", _) => "the whole body".to_owned(),
        _ => clean(pointer),
    }
}

/// Returns a violation as JSON, with its text and its place.
fn record(violation: &Violation, message: &str, line: usize, column: usize) -> Value {
    let mut record = serde_json::to_value(violation).unwrap_or_default();
    for (name, value) in [("message", json!(message)), ("line", json!(line)), ("column", json!(column))] {
        record[name] = value;
    }
    record
}
