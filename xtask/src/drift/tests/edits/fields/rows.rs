//! Edits of whole rows: new, gone, renamed, at another place.

use serde_json::{Value, json};

use super::{
    super::{
        Edit, Seed,
        expect::{Expect, Line, MAY_SENDERS, NOBODY, Place, READERS, SENDERS},
    },
    REQUEST, RESPONSE, table,
};
use crate::drift::tests::sheet::Page;

pub(super) fn rows(seed: &mut Seed) -> Vec<Edit> {
    let mut edits = Vec::new();
    let new = [
        ("request", "order.zz_code", "Order:"),
        ("request", "order.items.zz_size", "Item:"),
        ("request", "buyer.zz_tax", "Buyer:"),
        ("request", "zz_gift.zz_note", "Request:"),
        ("response", "payment.zz_fee", "payment:"),
        ("response", "zz_extra.zz_id", "Response:"),
    ];
    for (side, name, object) in new {
        for presence in ["Mandatory", "Optional", "Conditional"] {
            for rule in ["", "Max length: 20", "up to 20 characters"] {
                let limit = if rule.is_empty() { json!({}) } else { json!({ "max": "20" }) };
                let mut facts = json!({ "type": "string", "mandatory": presence.to_lowercase() });
                facts.as_object_mut().unwrap().extend(limit.as_object().unwrap().clone());
                let breaks = match (side, presence) {
                    ("request", "Mandatory") => SENDERS,
                    ("request", "Conditional") => MAY_SENDERS,
                    _ => NOBODY,
                };
                let count = if side == "request" { REQUEST.len() } else { RESPONSE.len() };
                // A last row without a description and a text below it look alike in two forms.
                let at = seed.next(count);
                let row = [name, "string", presence, &format!("Some odd thing. {rule}")]
                    .map(|cell| cell.trim().to_owned())
                    .to_vec();
                let change = move |page: &mut Page| table(page, side).insert(at, row.clone());
                let expect = Expect::row("field added", breaks, side, name, "")
                    .values(Value::Null, facts)
                    .line(Line::Below(object, "properties:"));
                edits.push(
                    Edit::new(format!("field added: {side} {name} at {at}: {presence} {rule}"), change).expect(expect),
                );
            }
        }
    }
    for (side, name, facts) in [
        (
            "request",
            "buyer.phone",
            json!({ "type": "string", "mandatory": "optional", "max": "16", "format": ["{country}{number}"] }),
        ),
        (
            "request",
            "order.total",
            json!({ "type": "number", "mandatory": "mandatory", "characters": ["numeric"], "max": "16" }),
        ),
        (
            "response",
            "payment.due",
            json!({ "type": "string", "mandatory": "conditional", "format": ["yyyyMMddHHmmss"] }),
        ),
        ("response", "order.number", json!({ "type": "string", "mandatory": "mandatory" })),
    ] {
        let breaks = if side == "request" { SENDERS } else { READERS };
        let change = move |page: &mut Page| table(page, side).retain(|row| row[0] != name);
        let expect = Expect::row("field removed", breaks, side, name, "").values(facts, Value::Null).at(Place::Gone);
        edits.push(Edit::new(format!("field removed: {side} {name}"), change).expect(expect));
    }
    for (side, rows) in [("request", &REQUEST[..]), ("response", &RESPONSE[..])] {
        let breaks = if side == "request" { SENDERS } else { READERS };
        for (name, ..) in rows
            .iter()
            .copied()
            .filter(|(name, ..)| !matches!(*name, "buyer" | "more.notify_url" | "buyer.email" | "order.back_url"))
        {
            let (object, last) = name.rsplit_once('.').unwrap();
            let renamed = [format!("{object}.zz_{last}"), format!("zz_other.{last}")];
            for new in renamed {
                let to = new.clone();
                let change = move |page: &mut Page| {
                    table(page, side).iter_mut().find(|row| row[0] == name).unwrap()[0].clone_from(&to)
                };
                let place = Expect::row("", "", side, &new, "").place;
                let expect =
                    Expect::row("field renamed", breaks, side, name, "name").values(name, new.clone()).at(place);
                edits.push(Edit::new(format!("field renamed: {side} {name}: {new}"), change).expect(expect));
            }
        }
        for (at, (name, ..)) in rows.iter().copied().enumerate().filter(|(_, (name, ..))| *name != "more.notify_url") {
            let to = seed.next(rows.len() - 1);
            let change = move |page: &mut Page| {
                let row = table(page, side).remove(at);
                table(page, side).insert(to, row);
            };
            edits.push(Edit::new(format!("row at another place: {side} {name}: {to}"), change));
        }
    }
    edits
}
