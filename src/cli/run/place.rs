//! A scenario file as text: reading it, and where in it something is wrong.

use std::{collections::BTreeSet, path::Path};

use doku_indodana::RequestId;
use doku_simulator::{Fault, SimulatorError, Switch, TRIGGERS};
use serde_saphyr::{Location, Spanned};

use super::{
    body::text_of,
    expect::duration,
    scenario::{ACTIONS, Action, Expectation, Number, OrderStep, Scenario, Step, WrittenStep},
    step::shop_answer,
    values::references,
};
use crate::{
    input::Input,
    output::{Failure, clean},
};

/// A scenario file.
pub(super) struct Source<'i> {
    /// What messages call it.
    pub(super) name: &'i str,
    /// Where the files are that it names.
    pub(super) directory: &'i Path,
    text: &'i str,
}

/// Names that every scenario has.
const GIVEN: [&str; 2] = ["simulator", "shop"];

impl<'i> Source<'i> {
    pub(super) fn new(input: &'i Input, path: &'i Path) -> Result<Self, Failure> {
        let text = std::str::from_utf8(&input.bytes)
            .map_err(|_| Failure::usage(format!("{}: the file is not utf-8", input.name)))?;
        Ok(Self { name: &input.name, directory: path.parent().unwrap_or(Path::new("")), text })
    }

    /// Reads the scenario and its steps, and checks what can be checked before anything is done.
    pub(super) fn scenario(&self) -> Result<(Vec<Step>, Scenario), Failure> {
        let mut scenario: Scenario = serde_saphyr::from_str(self.text).map_err(|error| self.unreadable(&error))?;
        for fault in &scenario.faults {
            let parsed: Result<Fault, _> = fault.value.parse();
            parsed.map_err(|error| self.refuse(&fault.referenced, &error.to_string()))?;
        }
        if scenario.steps.is_empty() {
            let text = "the scenario has no steps, so it shows nothing; give it at least one".to_owned();
            return Err(Failure::usage(format!("{}: {text}", self.name)));
        }
        self.names(&scenario)?;
        let steps = std::mem::take(&mut scenario.steps).into_iter().map(|step| self.step(step));
        Ok((steps.collect::<Result<_, _>>()?, scenario))
    }

    /// Returns a step that does one thing, and names nothing that would be refused later.
    fn step(&self, Spanned { value: step, referenced: place, .. }: Spanned<WrittenStep>) -> Result<Step, Failure> {
        let refuse = |text: String| self.refuse(&place, &text);
        let names: Vec<_> = step.actions.iter().map(|(name, _)| *name).collect();
        let wrong = match names.as_slice() {
            [] => "the step does nothing".to_owned(),
            several => format!("the step has {}", several.join(" and ")),
        };
        let one: Result<[_; 1], _> = step.actions.try_into();
        let Ok([(_, action)]) = one else {
            return Err(refuse(format!("{wrong}; give it exactly one of {}", ACTIONS.join(", "))));
        };
        known(&action).and_then(|()| self.file(&action)).map_err(refuse)?;
        Ok(Step { line: place.line(), name: step.name, action, result: step.result, save: step.save })
    }

    /// Checks that the file of an order can be read.
    fn file(&self, action: &Action) -> Result<(), String> {
        let Action::Order(order) = action else { return Ok(()) };
        if order.file.is_some() && order.body.is_some() {
            return Err("an order has a file or a body, not both".to_owned());
        }
        let file = order.file.as_ref().filter(|file| references(&file.to_string_lossy()).next().is_none());
        file.map_or(Ok(()), |file| text_of(&self.directory.join(file)).map(drop))
    }

    /// Checks that every ${name} was kept by an earlier step.
    fn names(&self, scenario: &Scenario) -> Result<(), Failure> {
        let mut known: BTreeSet<&str> = GIVEN.into_iter().chain(scenario.values.keys().map(String::as_str)).collect();
        let starts: Vec<_> = scenario.steps.iter().map(|step| step.referenced.line()).collect();
        for (at, step) in scenario.steps.iter().enumerate() {
            let end = starts.get(at + 1).copied().unwrap_or(u64::MAX);
            for (number, line) in (1..).zip(self.text.lines()).filter(|(number, _)| (starts[at]..end).contains(number))
            {
                // A comment may speak of anything.
                let line = if line.trim_start().starts_with('#') { "" } else { line.split(" #").next().unwrap_or("") };
                for (offset, name) in references(line) {
                    if !known.contains(name) {
                        let column = line[..offset].chars().count() + 1;
                        let names = known.iter().copied().collect::<Vec<_>>().join(", ");
                        let text = format!(
                            "{}:{number}:{column}: no earlier step saves `{}`; there are {names}",
                            self.name,
                            clean(name)
                        );
                        return Err(Failure::usage(text));
                    }
                }
            }
            known.extend(step.value.save.keys().map(String::as_str));
        }
        Ok(())
    }

    fn refuse(&self, place: &Location, text: &str) -> Failure {
        Failure::usage(format!("{}:{}:{}: {text}", self.name, place.line(), place.column()))
    }

    fn unreadable(&self, error: &serde_saphyr::Error) -> Failure {
        let text = error.without_snippet().to_string();
        // The place is said at the beginning, as compilers do.
        let text = text.split(" at line ").next().unwrap_or(&text).trim_end_matches('.');
        let text = clean(plain(text));
        let help = "`doku run --schema` prints what a scenario may have; examples are in examples/scenarios";
        match error.location() {
            Some(place) => self.refuse(&place, &text),
            None => Failure::usage(format!("{}: {text}", self.name)),
        }
        .help(help)
    }
}

/// Checks names, times and numbers that would be refused later.
fn known(action: &Action) -> Result<(), String> {
    // What earlier steps save is known when it is there.
    let later = |text: &str| references(text).next().is_some();
    match action {
        Action::Advance(time) if !later(time) && doku_simulator::parse_duration(time).is_none() => {
            Err(format!("`{}` is no time; write it as 90s, 30m, 12h or 2d", clean(time)))
        }
        Action::Expect(Expectation { within: Some(time), .. }) if !later(time) && duration(time).is_none() => {
            Err(format!("`{}` is no time; write it as 2s or 500ms", clean(time)))
        }
        Action::FailNext(fault) if !later(fault) => fault.parse::<Fault>().map(drop).map_err(|error| error.to_string()),
        Action::SetSwitch(switches) => {
            let unknown = switches.keys().find(|name| !Switch::ALL.iter().any(|switch| switch.name == **name));
            unknown.map_or(Ok(()), |name| Err(SimulatorError::UnknownSwitch { name: clean(name) }.to_string()))
        }
        Action::Trigger(trigger)
            if !later(&trigger.kind) && !TRIGGERS.iter().any(|(kind, _)| *kind == trigger.kind) =>
        {
            let kinds = TRIGGERS.map(|(kind, _)| kind).join(", ");
            Err(format!("`{}` is no trigger; it is one of {kinds}", clean(&trigger.kind)))
        }
        Action::ShopAnswers(Number::Text(text)) if later(text) => Ok(()),
        Action::ShopAnswers(answer) => shop_answer(answer).map(drop).map_err(str::to_owned),
        Action::Order(OrderStep { request_id: Some(id), .. }) if !later(id) => {
            id.parse::<RequestId>().map(drop).map_err(|error| error.to_string())
        }
        _ => Ok(()),
    }
}

/// Returns what the reader of YAML says in words that do not name its insides.
fn plain(text: &str) -> &str {
    match text {
        "expected sequence start" => "a list is expected here",
        "expected mapping start" => "names and values are expected here",
        "invalid u64" | "invalid u32" | "invalid u16" => "a whole number is expected here",
        "unexpected end of input" => "the file ends before it has said anything",
        other => other,
    }
}
