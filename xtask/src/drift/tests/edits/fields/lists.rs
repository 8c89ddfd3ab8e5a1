//! Edits of what a field may hold: listed values, characters, patterns.

use serde_json::{Value, json};

use super::{
    super::{
        Edit, Seed,
        expect::{Expect, MAY_READERS, MAY_SENDERS, NOBODY, READERS, SENDERS},
    },
    cell,
};

/// Values that nobody would add.
const ODD: [&str; 4] = ["zz-unlikely", "qx-nothing", "zz-7-moons", "wholly-made-up"];

pub(super) fn lists(seed: &mut Seed) -> Vec<Edit> {
    let mut edits = Vec::new();
    let kind = |class, breaks| Expect::row(class, breaks, "request", "order.items.kind", "enum");
    for place in ["toys-and-games", "food", "other"] {
        let new = *seed.of(&ODD);
        for hint in ["", " (new)"] {
            let change = cell("request", "order.items.kind", &format!("{place} "), &format!("{place} {new}{hint} "));
            let expect = kind("enum value added", NOBODY).values(Value::Null, new);
            edits.push(Edit::new(format!("value added: behind {place}{hint}"), change).expect(expect));
        }
        let change = cell("request", "order.items.kind", &format!(" {place} "), " ");
        edits.push(
            Edit::new(format!("value gone: {place}"), change)
                .expect(kind("enum value removed", SENDERS).values(place, Value::Null)),
        );
        let upper = place.to_uppercase();
        let change = cell("request", "order.items.kind", &format!(" {place} "), &format!(" {upper} "));
        let edit = Edit::new(format!("value in capitals: {place}"), change);
        edits.push(
            edit.expect(kind("enum value added", NOBODY).values(Value::Null, upper))
                .expect(kind("enum value removed", SENDERS).values(place, Value::Null)),
        );
    }
    let state = |class, breaks| Expect::row(class, breaks, "response", "payment.state", "enum");
    for same in ["OPEN or SHUT", "OPEN and SHUT", "OPEN; SHUT", "OPEN / SHUT", "`OPEN`, `SHUT`"] {
        edits.push(Edit::new(
            format!("values in other words: {same}"),
            cell("response", "payment.state", "OPEN, SHUT", same),
        ));
    }
    for label in [
        "Possible values are: ",
        "Possible values are ",
        "Possible values ",
        "The possible values are: ",
        "The possible values are as follows: ",
        "Allowed values: ",
        "Valid statuses are one of the following: ",
        "One of: ",
    ] {
        let change = cell("response", "payment.state", "Possible value: ", label);
        edits.push(Edit::new(format!("values under another label: {label}"), change));
    }
    for new in ["ZZ_TORN", "QX-LOST"] {
        for list in [
            format!("OPEN, SHUT, {new}"),
            format!("{new}, OPEN, SHUT"),
            format!("OPEN, {new} or SHUT"),
            format!("- OPEN - SHUT - {new}"),
        ] {
            let expect = state("enum value added", MAY_READERS).values(Value::Null, new);
            edits.push(
                Edit::new(format!("state added: {list}"), cell("response", "payment.state", "OPEN, SHUT", &list))
                    .expect(expect),
            );
        }
    }
    for new in ["ZZ_TORN", "QX-LOST"] {
        let more = format!("OPEN, SHUT or {new} since May");
        let words = Expect::row("text only", NOBODY, "response", "payment.state", "text");
        edits.push(
            Edit::new(
                format!("state added, and words: {more}"),
                cell("response", "payment.state", "OPEN, SHUT", &more),
            )
            .expect(state("enum value added", MAY_READERS).values(Value::Null, new))
            .expect(words),
        );
        let beside = format!("OPEN, SHUT. Since May also {new}");
        let change = cell("response", "payment.state", "OPEN, SHUT", &beside);
        edits.push(Edit::new(format!("state that is not read: {beside}"), change).unread("payment.state: something"));
    }
    let expect = state("enum value removed", READERS).values("SHUT", Value::Null);
    edits.push(Edit::new("state gone: SHUT", cell("response", "payment.state", "OPEN, SHUT", "OPEN")).expect(expect));
    let chars = |class, breaks| Expect::row(class, breaks, "request", "order.number", "characters");
    let both = json!(["alphabetic", "numeric"]);
    for (to, now, class, breaks) in [
        ("alphabetic", json!(["alphabetic"]), "tightened", SENDERS),
        ("numeric", json!(["numeric"]), "tightened", SENDERS),
        ("alphabetic, numeric, special chars", json!(["alphabetic", "numeric", "special chars"]), "loosened", NOBODY),
        ("alphabetic, numeric except #", json!(["alphabetic", "numeric", "except #"]), "tightened", SENDERS),
    ] {
        let expect = chars(class, breaks).values(both.clone(), now);
        edits.push(
            Edit::new(format!("characters: {to}"), cell("request", "order.number", "alphabetic, numeric", to))
                .expect(expect),
        );
    }
    let old = r"^[a-z()\-=\.\?:&_ %]$#";
    for (from, to, now) in [
        ("()", "()~", r"^[a-z()~\-=\.\?:&_ %]$#"),
        ("_ %", "_%", r"^[a-z()\-=\.\?:&_%]$#"),
        ("a-z", "az", r"^[az()\-=\.\?:&_ %]$#"),
        ("]$#", "]+$#", r"^[a-z()\-=\.\?:&_ %]+$#"),
    ] {
        let expect = Expect::row("tightened", MAY_SENDERS, "request", "order.back_url", "pattern").values(old, now);
        edits.push(
            Edit::new(format!("pattern: {from} → {to}"), cell("request", "order.back_url", from, to))
                .expect(expect)
                .expired(Some("D-02")),
        );
    }
    edits.push(Edit::new("pattern with fewer backslashes:", cell("request", "order.back_url", r"\\\\.\\?", r"\\.\?")));
    edits
}
