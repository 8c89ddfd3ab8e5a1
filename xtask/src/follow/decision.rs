//! What the page does not decide: answered on the command line, asked on a terminal, or listed.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, IsTerminal, Write},
};

use crate::amend::{Answer, Question};

/// Who decides.
pub(super) struct Decisions {
    given: BTreeMap<String, String>,
    asks: bool,
    /// What was decided, as lines of the report.
    pub(super) made: Vec<String>,
    /// What was not, as lines of the report.
    pub(super) open: Vec<String>,
}

impl Decisions {
    /// Takes the answers of the command line, `ID=WORD`.
    ///
    /// # Errors
    ///
    /// Where one is no answer.
    pub(super) fn new(given: &[&str]) -> Result<Self, String> {
        let pair = |text: &&str| {
            let (id, word) = text.split_once('=').ok_or_else(|| format!("`{text}` is no decision; write ID=WORD"))?;
            Ok((id.to_owned(), word.to_owned()))
        };
        let given = given.iter().map(pair).collect::<Result<_, String>>()?;
        let asks = io::stdin().is_terminal() && io::stderr().is_terminal();
        Ok(Self { given, asks, made: Vec::new(), open: Vec::new() })
    }

    /// Returns the answer to a question, if there is one.
    ///
    /// # Errors
    ///
    /// Where the answer that was given is none of those that there are.
    pub(super) fn decide<'q>(&mut self, question: &'q Question) -> Result<Option<&'q Answer>, String> {
        let Question { id, text, answers } = question;
        let words: Vec<_> = answers.iter().map(|answer| answer.word).collect();
        let find = |word: &str| answers.iter().find(|answer| answer.word == word);
        if let Some(word) = self.given.get(id) {
            let known = format!("{id} has no answer `{word}`; there are {}", words.join(", "));
            let answer = find(word).ok_or(known)?;
            self.made.push(format!("{text} {word}: {}", answer.text));
            return Ok(Some(answer));
        }
        if self.asks {
            let mut out = io::stderr();
            let failed = |error: io::Error| format!("cannot ask: {error}");
            loop {
                writeln!(out, "\n{text}").map_err(failed)?;
                for Answer { word, text, .. } in answers {
                    writeln!(out, "  {word:<9} {text}").map_err(failed)?;
                }
                write!(out, "{}? (nothing: leave it open) ", words.join(", "))
                    .and_then(|()| out.flush())
                    .map_err(failed)?;
                let mut line = String::new();
                if io::stdin().lock().read_line(&mut line).map_err(failed)? == 0 || line.trim().is_empty() {
                    break;
                }
                if let Some(answer) = find(line.trim()) {
                    self.made.push(format!("{text} {}: {}", answer.word, answer.text));
                    return Ok(Some(answer));
                }
            }
        }
        let choices = answers.iter().map(|answer| format!("\n    --decide {id}={:<9} {}", answer.word, answer.text));
        self.open.push(format!("{text}{}", choices.collect::<String>()));
        Ok(None)
    }

    /// Returns the decisions of the command line that nothing asked for.
    pub(super) fn unused(&self, asked: &[String]) -> Vec<String> {
        self.given.keys().filter(|id| !asked.contains(id)).cloned().collect()
    }
}
