//! `spec/generated/generators.md`: what the types accept and refuse that other generators make of the artifacts.

mod payload;
mod table;
mod trial;

use std::fs;

use crate::{
    export::{GENERATORS, Mode, settle},
    generators::{payload::payloads, table::table, trial::TRIALS},
};

/// Why the table could not be made or compared.
pub(crate) enum Failure {
    /// This machine lacks something.
    Lacking(String),
    /// Something is wrong.
    Wrong(String),
}

/// Runs every generator on every artifact that it reads, tries every payload, and writes the table or compares it.
///
/// # Errors
///
/// Where a generator is not to be had, fails, or, in [`Mode::Compare`], the table is another one.
pub(crate) fn run(mode: Mode) -> Result<(), Failure> {
    let payloads = payloads().map_err(Failure::Wrong)?;
    let folder = trial::folder();
    fs::create_dir_all(&folder)
        .map_err(|error| Failure::Wrong(format!("cannot make {}: {error}", folder.display())))?;
    let list = folder.join("payloads.json");
    fs::write(&list, payload::list(&payloads))
        .map_err(|error| Failure::Wrong(format!("cannot write {}: {error}", list.display())))?;
    let mut rows = Vec::<table::GeneratorRow>::new();
    for trial in TRIALS {
        for input in trial.inputs {
            let result = (trial.run)(input, &folder.join(trial.slug(input)), &list)?;
            if let Ok(accepted) = &result
                && accepted.len() != payloads.len()
            {
                return Err(Failure::Wrong(format!("{} answered {} payloads", trial.generator, accepted.len())));
            }
            let row = table::GeneratorRow { trial, inputs: vec![input], result };
            println!("{}", row.summary(&payloads));
            match rows.last_mut() {
                Some(last) if last.is_same(&row) => last.inputs.push(input),
                _ => rows.push(row),
            }
        }
    }
    let difference = settle(GENERATORS.as_ref(), Some(&table(&rows, &payloads)), mode).map_err(Failure::Wrong)?;
    match (difference, mode) {
        (Some(line), Mode::Compare) => Err(Failure::Wrong(format!(
            "{line}\nrun `cargo xtask generators`, read what changed, and commit the result"
        ))),
        (line, _) => {
            println!("{}", line.unwrap_or_else(|| format!("{GENERATORS} is up to date")));
            Ok(())
        }
    }
}
