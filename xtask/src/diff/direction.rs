//! Where each operation and each component goes: to DOKU, to the merchant, or both ways.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::Flow;
use crate::export::reachable;

/// An operation of the API, or of a callback.
pub(super) struct Operation<'a> {
    /// Who calls it, the method and the path.
    pub(super) target: String,
    pub(super) value: &'a Value,
    /// Where its request goes; its answers go the other way.
    pub(super) flow: Flow,
}

/// Returns the operations by their `operationId`, with those of callbacks.
pub(super) fn operations(contract: &Value) -> BTreeMap<&str, Operation<'_>> {
    let mut found = BTreeMap::new();
    collect(&contract["paths"], "", Flow::SENT, &mut found);
    found
}

fn collect<'a>(paths: &'a Value, prefix: &str, flow: Flow, found: &mut BTreeMap<&'a str, Operation<'a>>) {
    for (path, item) in paths.as_object().into_iter().flatten() {
        for (method, value) in item.as_object().into_iter().flatten() {
            let Some(id) = value["operationId"].as_str() else { continue };
            let target = format!("{prefix}{} {path}", method.to_uppercase());
            found.insert(id, Operation { target, value, flow });
            for (name, paths) in value["callbacks"].as_object().into_iter().flatten() {
                collect(paths, &format!("callback {name}: "), flow.flipped(), found);
            }
        }
    }
}

/// What is reached from requests and from answers, as references: `#/components/schemas/Order`.
pub(super) struct Directions {
    sent: BTreeSet<String>,
    received: BTreeSet<String>,
}

impl Directions {
    /// Returns the directions in a contract.
    pub(super) fn of(contract: &Value) -> Self {
        let mut directions = Self { sent: BTreeSet::new(), received: BTreeSet::new() };
        for Operation { value, flow, .. } in operations(contract).values() {
            for (member, flow) in [("parameters", *flow), ("requestBody", *flow), ("responses", flow.flipped())] {
                let found = reachable(contract, &value[member]);
                if flow.sent {
                    directions.sent.extend(found);
                } else {
                    directions.received.extend(found);
                }
            }
        }
        directions
    }

    /// Returns where a component goes, as a request or an answer refers to it.
    pub(super) fn flow(&self, reference: &str) -> Flow {
        Flow { sent: self.sent.contains(reference), received: self.received.contains(reference) }
    }
}
