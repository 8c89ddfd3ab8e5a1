//! What has another name now: addresses and fields.

use serde_json::Value;

use crate::drift::{Class, Drift, plain};

/// Returns the fields that have another name now: side, before and now.
pub(super) fn fields(drift: &Drift) -> Vec<(&'static str, String, String)> {
    let renamed = drift.changes.iter().filter(|change| change.class == Class::FieldRenamed);
    renamed.filter_map(|change| Some((change.side, plain(&change.name), plain(change.now.as_str()?)))).collect()
}

/// Returns the addresses of the API that have another path now.
pub(super) fn addresses(old: &Value, new: &Value) -> Vec<(String, String)> {
    let paths = |contract: &Value| -> Vec<(String, String)> {
        let items = contract["paths"].as_object().into_iter().flatten();
        let ids = items.flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.filter_map(|(_, operation)| Some((operation["operationId"].as_str()?.to_owned(), path.clone())))
        });
        ids.collect()
    };
    let now = paths(new);
    let pairs = paths(old).into_iter().filter_map(|(id, was)| {
        let (_, is) = now.iter().find(|(known, _)| *known == id)?;
        (*is != was).then(|| (was, is.clone()))
    });
    pairs.collect()
}

/// Returns the pointer into the reading with the name that its field has now, or an object around it.
pub(super) fn of_row(pointer: &str, fields: &[(&str, String, String)]) -> String {
    let mut parts: Vec<_> = pointer.splitn(5, '/').map(str::to_owned).collect();
    let [_, side, section, name, ..] = &mut parts[..] else { return pointer.to_owned() };
    for (_, was, is) in fields.iter().filter(|(of, ..)| of == side && matches!(section.as_str(), "fields" | "sample")) {
        let rest = name.strip_prefix(was.as_str()).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        if let Some(rest) = rest {
            *name = format!("{is}{rest}");
        }
    }
    parts.join("/")
}

/// Returns the pointer into the contract with the name that a property has now, where the contract took that over.
pub(super) fn of_property(pointer: &str, fields: &[(&str, String, String)], contract: &Value) -> String {
    if contract.pointer(pointer).is_some() {
        return pointer.to_owned();
    }
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let renamed = fields.iter().map(|(_, was, is)| {
        let marked = |name: &str| format!("/properties/{}/", last(name));
        format!("{pointer}/").replace(&marked(was), &marked(is)).trim_end_matches('/').to_owned()
    });
    let mut known = renamed.filter(|renamed| renamed != pointer && contract.pointer(renamed).is_some());
    known.next().unwrap_or_else(|| pointer.to_owned())
}
