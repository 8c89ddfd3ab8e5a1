//! `doku run`: a scenario of steps and expectations, against a simulator and a shop.

mod body;
mod call;
mod expect;
mod place;
mod scenario;
mod shop;
mod stage;
mod step;
mod values;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use self::{
    place::Source,
    scenario::{Scenario, Step},
    stage::Stage,
    step::{Difference, Outcome},
};
use super::{
    input,
    output::{self, Exit, Failure, clean, heading},
    simulator::stop_signal,
};

/// Run a scenario: orders, payments, time, faults and notifications, and what is expected of them
///
/// A scenario is a YAML file; the simulator of its own that it runs on lives in this process and nothing leaves this
/// machine. The first step that does not go as expected ends it. Examples are in examples/scenarios.
///
/// Exit codes: 0 all as expected; 2 the file is no scenario; 6 a simulator is not there; 7 an expectation is not met.
#[derive(Args)]
pub(crate) struct RunArgs {
    /// The file, or - for standard input; files that it names are beside it
    #[arg(required_unless_present = "schema")]
    file: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// Print the JSON Schema of scenarios, with which editors complete them, and end
    #[arg(long, conflicts_with = "file")]
    schema: bool,
}

impl RunArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let Some(file) = self.file.as_ref().filter(|_| !self.schema) else {
            return output::print_json(&schemars::schema_for!(Scenario)).map(|()| Exit::Done);
        };
        let input = input::read(file)?;
        let source = Source::new(&input, file)?;
        let (steps, scenario) = source.scenario()?;
        super::block_on(self.play(&source, &scenario, &steps))
    }

    async fn play(&self, source: &Source<'_>, scenario: &Scenario, steps: &[Step]) -> Result<Exit, Failure> {
        let mut stopped = Box::pin(stop_signal()?);
        let mut stage = Stage::new(source, scenario).await?;
        if !self.json {
            output::print(&heading(&clean(scenario.name.as_deref().unwrap_or(source.name))))?;
        }
        let mut outcomes = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            let outcome = tokio::select! {
                outcome = stage.step(step) => outcome?,
                signal = &mut stopped => return Err(Failure::new(Exit::Unknown, format!("stopped by {signal}"))),
            };
            if !self.json {
                output::print(&show(at + 1, &outcome))?;
            }
            let failed = !outcome.is_met();
            outcomes.push((step.line, outcome));
            if failed {
                break;
            }
        }
        stage.end().await?;
        self.end(source, scenario, steps.len() - outcomes.len(), &outcomes)
    }

    fn end(
        &self,
        source: &Source<'_>,
        scenario: &Scenario,
        skipped: usize,
        outcomes: &[(u64, Outcome)],
    ) -> Result<Exit, Failure> {
        let failed = outcomes.iter().find(|(_, outcome)| !outcome.is_met());
        if self.json {
            let steps = outcomes.iter().enumerate().map(|(at, (line, outcome))| record(at + 1, *line, outcome));
            output::print_json(&json!({
                "file": source.name,
                "name": scenario.name,
                "met": failed.is_none(),
                "skipped": skipped,
                "steps": steps.collect::<Vec<_>>(),
            }))?;
        }
        let Some((line, _)) = failed else {
            let (count, s) = (outcomes.len(), if outcomes.len() == 1 { "" } else { "s" });
            output::say(&format!("{}: {count} step{s}, all as expected", source.name));
            return Ok(Exit::Done);
        };
        let rest = if skipped == 0 { String::new() } else { format!("; steps not run after it: {skipped}") };
        let failure = Failure::new(
            Exit::Unmet,
            format!("{}:{line}: step {} is not as expected{rest}", source.name, outcomes.len()),
        );
        output::report(&failure);
        Ok(Exit::Unmet)
    }
}

/// Returns a step as a line, and a line for each difference.
fn show(number: usize, outcome: &Outcome) -> String {
    let verdict = if outcome.is_met() { "ok    " } else { "failed" };
    let mut text = format!("  {verdict} {number:>2}  {}", clean(&outcome.text));
    if let Some(error) = outcome.error.as_ref().filter(|_| !outcome.is_met()) {
        text.push_str(&format!("\n             {}", clean(error)));
    }
    for Difference { path, expected, actual } in &outcome.differences {
        text.push_str(&format!(
            "\n             {}: expected {}, met {}",
            clean(path),
            clean(&expected.to_string()),
            actual.as_ref().map_or_else(|| "nothing".to_owned(), |actual| clean(&actual.to_string()))
        ));
    }
    text
}

fn record(number: usize, line: u64, outcome: &Outcome) -> Value {
    let differences = outcome
        .differences
        .iter()
        .map(|Difference { path, expected, actual }| json!({ "path": path, "expected": expected, "actual": actual }));
    json!({
        "step": number,
        "line": line,
        "text": outcome.text,
        "met": outcome.is_met(),
        "error": outcome.error,
        "differences": differences.collect::<Vec<_>>(),
        "result": outcome.result,
    })
}
