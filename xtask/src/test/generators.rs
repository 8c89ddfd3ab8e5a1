//! Types that other generators make of the artifacts.

use super::{Outcome, shown};
use crate::{
    export::Mode,
    generators::{self, Failure},
};

/// Compares what the generated types accept and refuse with `spec/generated/generators.md`.
pub(super) fn generated_types() -> Result<Outcome, String> {
    let mut lacking = None;
    let result = shown("generators --check", || match generators::run(Mode::Compare) {
        Ok(()) => Ok(()),
        Err(Failure::Lacking(reason)) => {
            lacking = Some(reason);
            Ok(())
        }
        Err(Failure::Wrong(reason)) => Err(reason),
    });
    result.map(|()| lacking.map_or(Outcome::Passed, Outcome::Skipped))
}
