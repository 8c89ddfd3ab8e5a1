//! The fields that one component describes.

use serde_json::Value;

use crate::drift::{Class, Contract, Finding, Place};

/// Returns the other fields that a component describes, and of which the page does not say the same.
pub(super) fn others(
    contract: &Contract,
    page: &Value,
    place: &Place<'_>,
    finding: &Finding,
    name: &str,
) -> Vec<String> {
    let member = name.rsplit('.').next().unwrap_or_default();
    let found = if finding.fact == "mandatory" {
        let objects = users(contract, &place.parent).into_iter();
        let path = |object: String| if object.is_empty() { member.to_owned() } else { format!("{object}.{member}") };
        objects.map(|(side, object)| (side, path(object))).collect()
    } else {
        users(contract, &place.at)
    };
    let same = |side: &str, path: &str| {
        let row = &page[side]["fields"][path];
        match finding.class {
            Class::EnumValueAdded => row["enum"].as_array().is_some_and(|values| values.contains(&finding.now)),
            Class::EnumValueRemoved => row["enum"].as_array().is_some_and(|values| !values.contains(&finding.before)),
            _ => row[&*finding.fact] == finding.now,
        }
    };
    let others = found.into_iter().filter(|(side, path)| (*side, &**path) != (finding.side, name) && !same(side, path));
    others.map(|(_, path)| path).collect()
}

/// Returns the fields that are described at a place.
pub(in crate::amend) fn users(contract: &Contract, at: &[String]) -> Vec<(&'static str, String)> {
    fn walk(
        contract: &Contract,
        object: Place<'_>,
        side: &'static str,
        path: &str,
        wanted: &[String],
        found: &mut Vec<(&'static str, String)>,
    ) {
        let object = contract.element(object);
        if object.at == wanted {
            found.push((side, path.to_owned()));
        }
        for (name, _) in object.schema["properties"].as_object().into_iter().flatten() {
            let Some(member) = contract.member(&object, name) else { continue };
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            // No body of this API is deeper, and none is inside of itself.
            if path.split('.').count() > 8 {
                continue;
            }
            if member.at == wanted && member.schema.get("items").is_some() {
                found.push((side, path.clone()));
            }
            walk(contract, member, side, &path, wanted, found);
        }
    }
    let mut found = Vec::new();
    for side in ["request", "response"] {
        if let Some(root) = contract.place(side, "") {
            walk(contract, root, side, "", at, &mut found);
        }
    }
    found
}
