//! One check and all of them: [`Check`], [`Report`].

use serde_json::{Value, json};

use super::super::output::{self, Exit, Failure, heading};

/// What is said of one thing.
pub(super) struct Check {
    name: String,
    verdict: Verdict,
    message: String,
    help: Option<String>,
    /// The exit code of the command, if this check failed.
    exit: Exit,
}

/// From best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Skipped,
    Ok,
    Warning,
    Failed,
}

impl Verdict {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

impl Check {
    pub(super) fn ok(name: &str, message: impl Into<String>) -> Self {
        Self::new(name, Verdict::Ok, message, Exit::Done)
    }

    pub(super) fn warning(name: &str, message: impl Into<String>) -> Self {
        Self::new(name, Verdict::Warning, message, Exit::Done)
    }

    pub(super) fn failed(name: &str, exit: Exit, message: impl Into<String>) -> Self {
        Self::new(name, Verdict::Failed, message, exit)
    }

    pub(super) fn skipped(name: &str, message: impl Into<String>) -> Self {
        Self::new(name, Verdict::Skipped, message, Exit::Done)
    }

    fn new(name: &str, verdict: Verdict, message: impl Into<String>, exit: Exit) -> Self {
        Self { name: name.to_owned(), verdict, message: message.into(), help: None, exit }
    }

    /// Adds what to do.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Says of what it is.
    pub(super) fn name(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Returns of what it is.
    pub(super) fn subject(&self) -> &str {
        &self.name
    }

    pub(super) fn is_passed(&self) -> bool {
        self.verdict != Verdict::Failed
    }
}

/// All checks. Without JSON each is printed as it comes, because the next one may take seconds.
pub(super) struct Report {
    checks: Vec<Check>,
    json: bool,
}

impl Report {
    pub(super) fn new(json: bool) -> Self {
        Self { checks: Vec::new(), json }
    }

    pub(super) fn add(&mut self, check: Check) -> Result<(), Failure> {
        if !self.json {
            let Check { name, verdict, message, help, .. } = &check;
            let help = help.as_ref().map(|help| format!("\n         help: {help}")).unwrap_or_default();
            let verdict = heading(&format!("{:8}", verdict.as_str()));
            output::print(&format!("{verdict} {name}: {message}{help}"))?;
        }
        self.checks.push(check);
        Ok(())
    }

    pub(super) fn extend(&mut self, checks: impl IntoIterator<Item = Check>) -> Result<(), Failure> {
        checks.into_iter().try_for_each(|check| self.add(check))
    }

    /// Returns the worst verdict.
    pub(super) fn verdict(&self) -> Verdict {
        self.checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Ok)
    }

    /// Returns the exit code of the first check that failed.
    pub(super) fn exit(&self) -> Exit {
        self.checks.iter().find(|check| !check.is_passed()).map_or(Exit::Done, |check| check.exit)
    }

    /// Returns one line: how many there are of each verdict.
    pub(super) fn summary(&self) -> String {
        let count = |verdict| self.checks.iter().filter(|check| check.verdict == verdict).count();
        let count = |verdict: Verdict| format!("{} {}", count(verdict), verdict.as_str());
        [Verdict::Ok, Verdict::Warning, Verdict::Failed, Verdict::Skipped].map(count).join(", ")
    }

    pub(super) fn to_json(&self) -> Value {
        let record = |check: &Check| {
            json!({
                "name": check.name.replace(", ", ".").replace(' ', "_"),
                "verdict": check.verdict.as_str(),
                "message": check.message,
                "help": check.help,
            })
        };
        self.checks.iter().map(record).collect()
    }
}
