//! Which of two limits is tighter.

use std::cmp::Ordering;

use serde_json::Value;

use super::super::change::Effect::{self, Text, Tighter, Wider};

/// Returns the effect on a limit and on whether it is exclusive, judged as one.
pub(super) fn limit(name: &str, most: bool, old: &Value, new: &Value) -> Effect {
    let (limit, flag) = match name {
        "minimum" | "exclusiveMinimum" => ("minimum", Some("exclusiveMinimum")),
        "maximum" | "exclusiveMaximum" => ("maximum", Some("exclusiveMaximum")),
        other => (other, None),
    };
    let strict = |schema: &Value| flag.is_some_and(|flag| schema[flag] == true);
    let order = match (old.get(limit), new.get(limit)) {
        (None, None) => return Text,
        (None, Some(_)) => return Tighter,
        (Some(_), None) => return Wider,
        (Some(before), Some(after)) => number_order(before, after),
    };
    let order = if most { order } else { order.reverse() };
    match order.then(strict(new).cmp(&strict(old))) {
        Ordering::Less => Wider,
        Ordering::Greater => Tighter,
        Ordering::Equal => Text,
    }
}

/// Compares whole numbers exactly and others as doubles, in which a contract writes them.
fn number_order(before: &Value, after: &Value) -> Ordering {
    let whole = |value: &Value| value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    match (whole(before), whole(after)) {
        (Some(before), Some(after)) => before.cmp(&after),
        _ => before.as_f64().unwrap_or_default().total_cmp(&after.as_f64().unwrap_or_default()),
    }
}
