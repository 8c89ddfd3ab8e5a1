//! `doku check`: the contract over a body, with places in its source.

use std::{ops::Range, path::PathBuf};

use annotate_snippets::{AnnotationKind, Level, Origin, Snippet};
use clap::{Args, ValueEnum};
use doku_indodana::{
    check::{self, Kind},
    error::{Code, Language, SyntaxError, Violation},
    json::Document,
};
use serde::Serialize;

use super::{
    contract::Contract,
    input::{self, Input},
    output::{self, Exit, Failure, clean},
    source::{Masked, places, spans},
};

/// Check a body against the contract, all violations at once
///
/// Points into the source at each violation and each advisory, with personal values masked. Violations are errors;
/// advisories are limits that DOKU's page states and contradicts.
#[derive(Args)]
pub(crate) struct CheckArgs {
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

impl CheckArgs {
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
    contract: Contract,
    masked: Masked,
    findings: Vec<Finding>,
}

/// A violation or an advisory.
struct Finding {
    is_violation: bool,
    title: String,
    record: FindingRecord,
    /// Its place in the source.
    source: Range<usize>,
    /// Its place in the masked source.
    span: Range<usize>,
}

/// A finding as JSON.
#[derive(Serialize)]
struct FindingRecord {
    #[serde(flatten)]
    rule: Rule,
    message: String,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Rule {
    Violation(Violation),
    Syntax { pointer: &'static str, code: &'static str, rule: &'static str, limit: Option<()>, met: Option<()> },
}

/// The code of a body that is not JSON.
const SYNTAX: &str = "syntax";

impl Rule {
    fn code(&self) -> &'static str {
        match self {
            Self::Violation(violation) => violation.code().as_str(),
            Self::Syntax { code, .. } => code,
        }
    }
}

/// So many findings are shown with their line; the others with their place alone.
const MOST_SNIPPETS: usize = 50;

/// A longer line is not shown, in bytes.
const LONGEST_LINE: usize = 64 * 1024;

impl<'i> Inspection<'i> {
    pub(crate) fn new(input: &'i Input, kind: Kind, language: Language, deny_advisories: bool) -> Self {
        let document = match Document::parse(&input.bytes) {
            Ok(document) => document,
            Err(error) => return Self::broken(input, kind, language, &error),
        };
        let mut report = check::check_document(kind, &document);
        if deny_advisories {
            report = report.deny_advisories();
        }
        let contract = Contract::new(kind);
        let masked = Masked::document(kind, &contract, &document);
        let all: Vec<_> = report.violations().iter().chain(report.advisories()).collect();
        let spans = spans(&all, &document);
        let places = places(&input.bytes, spans.iter().map(|span| span.start));
        let findings = all.into_iter().zip(spans).zip(places).enumerate().map(|(at, ((violation, span), place))| {
            let message = violation.message(language);
            let title = format!("{} {message}", subject(violation.pointer(), language));
            let record =
                FindingRecord { rule: Rule::Violation(violation.clone()), message, line: place.0, column: place.1 };
            let shown = masked.locate(&span);
            Finding { is_violation: at < report.violations().len(), title, record, source: span, span: shown }
        });
        let findings = findings.collect();
        Self { input, language, contract, masked, findings }
    }

    fn broken(input: &'i Input, kind: Kind, language: Language, error: &SyntaxError) -> Self {
        let masked = Masked::broken(&input.bytes, error);
        let message = error.kind().to_string();
        let rule = Rule::Syntax { pointer: "", code: SYNTAX, rule: "json", limit: None, met: None };
        let source = error.offset()..error.offset();
        let span = masked.locate(&source);
        let title = message.clone();
        let record = FindingRecord { rule, message, line: error.line(), column: error.column() };
        let findings = vec![Finding { is_violation: true, title, record, source, span }];
        Self { input, language, contract: Contract::new(kind), masked, findings }
    }

    pub(crate) fn is_valid(&self) -> bool {
        !self.findings.iter().any(|finding| finding.is_violation)
    }

    /// Returns what `--json` prints.
    pub(crate) fn to_json(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct Findings<'f> {
            valid: bool,
            violations: Vec<&'f FindingRecord>,
            advisories: Vec<&'f FindingRecord>,
        }
        let list = |is_violation| {
            self.findings.iter().filter(|f| f.is_violation == is_violation).map(|finding| &finding.record).collect()
        };
        Findings { valid: self.is_valid(), violations: list(true), advisories: list(false) }
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
        let title = level.primary_title(finding.title.as_str()).id(finding.record.rule.code());
        let text = &self.masked.text;
        let start = text[..finding.span.start].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[finding.span.start..].find('\n').map_or(text.len(), |length| finding.span.start + length);
        let group = if with_source && end - start <= LONGEST_LINE {
            let marked = finding.span.start - start..finding.span.end.min(end) - start;
            let group = title.element(
                Snippet::source(&text[start..end])
                    .path(self.input.name.as_str())
                    .line_start(finding.record.line)
                    .annotation(AnnotationKind::Primary.span(marked)),
            );
            match self.help(finding) {
                Some(help) => group.element(Level::HELP.message(help)),
                None => group,
            }
        } else {
            let FindingRecord { line, column, .. } = finding.record;
            title.element(Origin::path(self.input.name.as_str()).line(line).char_column(column))
        };
        output::renderer().render(&[group])
    }

    /// Returns which value was probably meant and where all are, for a value that is not in its list.
    fn help(&self, finding: &Finding) -> Option<String> {
        let Rule::Violation(violation) = &finding.record.rule else { return None };
        if violation.code() != Code::NotListed {
            return None;
        }
        let place = self.contract.at(violation.pointer())?;
        let text = serde_json::from_slice::<String>(self.input.bytes.get(finding.source.clone())?).ok();
        let nearest = text.as_deref().and_then(|text| place.nearest(text));
        let list = format!("`doku spec schema {}`", place.component);
        Some(match (nearest, self.language) {
            (Some(value), Language::Indonesian) => {
                format!("nilai terdekat dalam daftar: `{value}`; {list} mencetak semua")
            }
            (Some(value), _) => format!("the nearest value in the list is `{value}`; {list} prints all"),
            (None, Language::Indonesian) => format!("{list} mencetak semua nilai dalam daftar"),
            (None, _) => format!("{list} prints the list"),
        })
    }
}

/// Returns what a message speaks of.
fn subject(pointer: &str, language: Language) -> String {
    match (pointer, language) {
        ("", Language::Indonesian) => "seluruh body".to_owned(),
        ("", _) => "the whole body".to_owned(),
        _ => clean(pointer),
    }
}
