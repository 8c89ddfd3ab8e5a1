//! The schemas in draft-07, loaded by the libraries that they are for, and judged by the violation vectors.

use std::process::Command;

use super::Outcome;
use crate::tool::{debian, packages, run};

const AJV: &str = "ajv@8.20.0";

/// An argument of PHP's that fails without justinrainbow/json-schema.
const LOADS: &str = "-rrequire 'JsonSchema/autoload.php'; mb_strlen('');";

/// Checks with ajv in strict mode, then with justinrainbow/json-schema of PHP.
pub(super) fn draft_07() -> Result<Outcome, String> {
    let tools = match packages("ajv", &[AJV]) {
        Ok(tools) => tools,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    run(Command::new("node").arg("xtask/src/test/schemas.mjs").arg(&tools))?;
    if let Err(reason) = debian("php", LOADS, &["php-cli", "php-json-schema", "php-mbstring"]) {
        return Ok(Outcome::PassedWithout(format!("justinrainbow: {reason}")));
    }
    run(Command::new("php").arg("xtask/src/test/schemas.php"))?;
    Ok(Outcome::Passed)
}
