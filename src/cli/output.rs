//! Everything that is printed: results on standard output, words for people on standard error.
//!
//! A reader that went away is no error: the command ends with 0.

use std::{
    env,
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use annotate_snippets::{Renderer, normalize_untrusted_str};
use clap::builder::StyledStr;
use doku_indodana::error::{ComponentError, CredentialsError};
use serde::Serialize;
use serde_json::Value;

use super::record::Record;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Internal = 1,
    Usage = 2,
    Violations = 3,
    Unverified = 4,
    Refused = 5,
    Unknown = 6,
    Unmet = 7,
    Unresolved = 8,
}

impl Exit {
    /// Returns the code of a failure that the library does not name.
    fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Internal => "internal",
            Self::Usage => "usage",
            Self::Violations => "violations",
            Self::Unverified => "unverified",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Unmet => "unmet",
            Self::Unresolved => "unresolved",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command ends early, and what to do about it. Printed once, by [`report`].
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    message: String,
    notes: Vec<(&'static str, String)>,
    record: Option<Box<Record>>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        let message = message.into();
        let record = Record::new(exit.code(), &message);
        Self { exit, message, notes: Vec::new(), record: Some(Box::new(record)) }
    }

    /// Sets what `--json` prints: more than that nothing was sent.
    pub(crate) fn with_record(self, record: Record) -> Self {
        Self { record: Some(Box::new(record)), ..self }
    }

    /// Returns what `--json` prints; `None` if standard output is what failed.
    pub(crate) fn record(&self) -> Option<&Record> {
        self.record.as_deref()
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Says that people were told of it already: it is not reported again.
    pub(crate) fn told(self) -> Self {
        Self { message: String::new(), ..self }
    }

    /// Returns what went wrong, and what to do next.
    pub(crate) fn words(&self) -> (&str, Option<&str>) {
        let help = self.notes.iter().find(|(kind, _)| *kind == "help");
        (&self.message, help.map(|(_, help)| help.as_str()))
    }

    /// Adds what to do next.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        self.with("help", help)
    }

    /// Adds what else is known.
    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        self.with("note", note)
    }

    fn with(mut self, kind: &'static str, text: impl Into<String>) -> Self {
        self.notes.push((kind, text.into()));
        self
    }
}

impl From<CredentialsError> for Failure {
    fn from(error: CredentialsError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<ComponentError> for Failure {
    fn from(error: ComponentError) -> Self {
        Self::usage(error.to_string())
    }
}

/// Prints why the command ends.
pub(crate) fn report(failure: &Failure) {
    if failure.message.is_empty() {
        return;
    }
    let mut text = format!("{}: {}", red("error"), failure.message);
    for (kind, note) in &failure.notes {
        text.push_str(&format!("\n{}: {note}", bold(kind)));
    }
    say(&text);
}

/// Prints a result.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let written = [text, newline].iter().try_for_each(|part| stdout.write_all(part.as_bytes()));
    match written.and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) => Err(Failure { record: None, ..unwritten(&error) }),
    }
}

fn unwritten(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::new(Exit::Done, ""),
        kind => Failure::new(Exit::Internal, format!("the result cannot be written: {kind}")),
    }
}

/// Prints a result as one JSON document.
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    match serde_json::to_string_pretty(value) {
        Ok(text) => print(&text),
        Err(error) => Err(Failure::new(Exit::Internal, format!("the result cannot be written as json: {error}"))),
    }
}

/// Prints a result as one JSON document on one line, for results that come one after the other.
pub(crate) fn print_json_line(value: &Value) -> Result<(), Failure> {
    print(&value.to_string())
}

/// Prints help.
pub(crate) fn print_styled(text: &StyledStr) -> Result<(), Failure> {
    print(&if is_coloured(&io::stdout()) { text.ansi().to_string() } else { text.to_string() })
}

/// Says something to people. Nobody may be listening.
pub(crate) fn say(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "{text}");
}

/// Says what is wrong with the arguments.
pub(crate) fn say_styled(text: &StyledStr) {
    let text = if is_coloured(&io::stderr()) { text.ansi().to_string() } else { text.to_string() };
    say(text.trim_end());
}

/// Returns what draws pieces of source, for standard error.
pub(crate) fn renderer() -> Renderer {
    if is_coloured(&io::stderr()) { Renderer::styled().hyperlink(false) } else { Renderer::plain() }.term_width(100)
}

/// Returns text from outside without characters that move the cursor, and not too long.
pub(crate) fn clean(text: &str) -> String {
    const LONGEST: usize = 300;
    let text = if text.chars().nth(LONGEST).is_some() {
        &text.chars().take(LONGEST).chain(['…']).collect::<String>()
    } else {
        text
    };
    normalize_untrusted_str(text).replace('\n', "␊")
}

/// Returns how a person runs this command: as an installed program, or by cargo if cargo started it.
pub(crate) fn program() -> &'static str {
    let by_cargo = env::var_os("CARGO_PKG_NAME").is_some_and(|name| name == env!("CARGO_PKG_NAME"));
    if by_cargo { "cargo run --quiet --package doku-cli --" } else { "doku" }
}

/// Returns a text that a POSIX shell reads as one word.
pub(crate) fn shell_word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Returns a heading of a result.
pub(crate) fn heading(text: &str) -> String {
    if is_coloured(&io::stdout()) { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}

fn red(text: &str) -> String {
    if is_coloured(&io::stderr()) { format!("\u{1b}[1;31m{text}\u{1b}[0m") } else { text.to_owned() }
}

fn bold(text: &str) -> String {
    if is_coloured(&io::stderr()) { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Source: no-color.org: present and not empty, regardless of its value.
fn is_coloured(stream: &impl IsTerminal) -> bool {
    let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
    stream.is_terminal() && !refused && !dumb
}
