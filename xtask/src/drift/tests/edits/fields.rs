//! Edits of rows of fields.

use serde_json::{Value, json};

use super::{
    Edit, Seed,
    expect::{Expect, Line, MAY_READERS, MAY_SENDERS, NOBODY, Place, READERS, SENDERS},
};
use crate::drift::tests::sheet::{Page, Rows};

/// What the small page says of a field with a limit: side, name, the words of the limit, the number, and who rests on it.
const LIMITS: [(&str, &str, &str, &str, Option<&str>); 6] = [
    ("request", "order.number", "Max length: 64", "64", None),
    ("request", "order.total", "Max length: 16", "16", None),
    ("request", "order.items.price", "Max Length: 16.2", "16.2", None),
    ("request", "buyer.email", "Max Length: 16", "16", Some("D-01")),
    ("request", "buyer.phone", "Max Length: 16", "16", None),
    ("response", "payment.note", "Max length: 40", "40", None),
];
/// Ways of writing a limit; `#` is the number.
const WAYS: [&str; 33] = [
    "Max length: #",
    "Maximum length is # characters",
    "(max # characters)",
    "up to # characters",
    "# characters max",
    "# characters maximum",
    "not more than # characters",
    "no longer than # chars",
    "at most # characters long",
    "maximum: #",
    "Must not exceed # characters",
    "cannot be longer than # characters",
    "limited to # characters",
    "≤ # characters",
    "<= # chars",
    "Length: #",
    "# characters or fewer",
    "Panjang maksimal: #",
    "maksimal # karakter",
    "paling banyak # karakter",
    "tidak lebih dari # karakter",
    "hingga # karakter",
    "# symbols at the most",
    "Character limit: #",
    "maxLength #",
    "Max length – #",
    "Max length (characters): #",
    "# char maximum length",
    "no longer than #",
    "sebanyak-banyaknya # karakter",
    "sampai # karakter",
    "batas # karakter",
    "berisi maksimal # huruf",
];
/// What each row says first: name, type, and whether it must be there.
const REQUEST: [(&str, &str, &str); 9] = [
    ("order.number", "string", "mandatory"),
    ("order.total", "number", "mandatory"),
    ("order.items.price", "decimal", "mandatory"),
    ("order.items.kind", "enum", "mandatory"),
    ("order.back_url", "string", "optional"),
    ("buyer", "json", "mandatory"),
    ("buyer.email", "string", "mandatory"),
    ("buyer.phone", "string", "optional"),
    ("more.notify_url", "string", "optional"),
];
const RESPONSE: [(&str, &str, &str); 4] = [
    ("order.number", "string", "mandatory"),
    ("payment.state", "string", "mandatory"),
    ("payment.due", "string", "conditional"),
    ("payment.note", "string", "optional"),
];

fn table<'a>(page: &'a mut Page, side: &str) -> &'a mut Rows {
    if side == "request" { &mut page.request } else { &mut page.response }
}

/// Replaces words of a cell of a row.
pub(super) fn cell(side: &'static str, name: &str, from: &str, to: &str) -> impl Fn(&mut Page) + 'static {
    let (name, from, to) = (name.to_owned(), from.to_owned(), to.to_owned());
    move |page| {
        let row = table(page, side).iter_mut().find(|row| row[0] == name).unwrap();
        let cell =
            row.iter_mut().skip(1).find(|cell| cell.contains(&from)).unwrap_or_else(|| panic!("{name} has no {from}"));
        *cell = cell.replacen(&from, &to, 1);
    }
}

fn title(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

pub(super) fn edits(seed: &mut Seed) -> Vec<Edit> {
    let mut edits = limits(seed);
    edits.extend(types_and_presence());
    edits.extend(lists(seed));
    edits.extend(rows(seed));
    edits
}

fn limits(seed: &mut Seed) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (side, name, words, number, deviation) in LIMITS {
        let written = |way: &str, number: &str| way.replace('#', number);
        for (at, way) in WAYS.iter().enumerate().filter(|(at, _)| (at + name.len()) % 2 == 0) {
            let whole: usize = number.split('.').next().unwrap().parse().unwrap();
            let other = if at % 4 < 2 { whole + 1 + seed.next(2000) } else { 1 + seed.next(whole - 1) };
            // The same number in other words says nothing else.
            edits.push(Edit::new(
                format!("limit in other words: {side} {name}: {way}"),
                cell(side, name, words, &written(way, number)),
            ));
            let (now, shown) = match number.split_once('.') {
                Some((_, places)) => (format!("{other}.{places}"), format!("{other}.{places}")),
                // Thousands have a point in Indonesian, and a comma in English.
                None if other > 999 && way.contains("k") => {
                    (other.to_string(), format!("{}.{:03}", other / 1000, other % 1000))
                }
                None if other > 999 && at % 3 == 0 => {
                    (other.to_string(), format!("{},{:03}", other / 1000, other % 1000))
                }
                None => (other.to_string(), other.to_string()),
            };
            let (class, breaks) = match (other < whole, side) {
                (true, "request") => ("tightened", SENDERS),
                (true, _) => ("tightened", NOBODY),
                (false, "request") => ("loosened", NOBODY),
                (false, _) => ("loosened", MAY_READERS),
            };
            let expect = Expect::row(class, breaks, side, name, "max").values(number, now);
            edits.push(
                Edit::new(
                    format!("limit changed: {side} {name}: {way} {shown}"),
                    cell(side, name, words, &written(way, &shown)),
                )
                .expect(expect)
                .expired(deviation),
            );
        }
        let (breaks, lost) = (
            if side == "request" { NOBODY } else { MAY_READERS },
            Expect::row("loosened", "", side, name, "max").values(number, Value::Null),
        );
        let gone = Expect { breaks, ..lost };
        edits.push(
            Edit::new(format!("limit gone: {side} {name}"), cell(side, name, words, ""))
                .expect(gone)
                .expired(deviation),
        );
        for odd in
            ["Keep it near # in all", "The rule of # stands as it was", "# is what it was", "between 1 and #", "(#)"]
        {
            let change = cell(side, name, words, &written(odd, number));
            edits.push(
                Edit::new(format!("limit that is not read: {side} {name}: {odd}"), change)
                    .unread(format!("{name}: max {number}")),
            );
        }
        let (breaks, min) = (if side == "request" { SENDERS } else { NOBODY }, 1 + seed.next(9));
        let expect = Expect::row("tightened", breaks, side, name, "min").values(Value::Null, min.to_string());
        let least = [
            format!("Min length: {min} {words}"),
            format!("At least {min} characters. {words}"),
            format!("minimal {min} karakter, {words}"),
        ];
        for least in least {
            edits.push(
                Edit::new(format!("least length added: {side} {name}: {least}"), cell(side, name, words, &least))
                    .expect(expect.clone()),
            );
        }
    }
    edits
}

fn types_and_presence() -> Vec<Edit> {
    let mut edits = Vec::new();
    for (side, rows) in [("request", &REQUEST[..]), ("response", &RESPONSE[..])] {
        for (name, kind, presence) in rows.iter().copied() {
            let breaks = if side == "request" { SENDERS } else { READERS };
            for other in
                ["boolean", "number", "array of strings"].into_iter().filter(|other| *other != kind && kind != "enum")
            {
                let change = move |page: &mut Page| {
                    table(page, side).iter_mut().find(|row| row[0] == name).unwrap()[1] = other.into()
                };
                let expect = Expect::row("retyped", breaks, side, name, "type").values(kind, other);
                edits.push(Edit::new(format!("retyped: {side} {name}: {other}"), change).expect(expect));
            }
            let synonym = match kind {
                "json" => "object",
                "string" => "String",
                "number" => "Number",
                _ => continue,
            };
            let change = move |page: &mut Page| {
                table(page, side).iter_mut().find(|row| row[0] == name).unwrap()[1] = synonym.into()
            };
            edits.push(Edit::new(format!("type in another word: {side} {name}: {synonym}"), change));
            for other in ["mandatory", "optional", "conditional"].into_iter().filter(|other| *other != presence) {
                let (from, to) = (presence == "mandatory", other == "mandatory");
                let (class, senders, readers) = match other {
                    "mandatory" => ("made mandatory", true, false),
                    "optional" => ("made optional", false, true),
                    _ => ("made conditional", !from, from),
                };
                assert!(!(from && to));
                let breaks = match side {
                    "request" if senders && other == "conditional" => MAY_SENDERS,
                    "request" if senders => SENDERS,
                    "response" if readers => READERS,
                    _ => NOBODY,
                };
                let word = title(other);
                let change = move |page: &mut Page| {
                    table(page, side).iter_mut().find(|row| row[0] == name).unwrap()[2].clone_from(&word)
                };
                let expect = Expect::row(class, breaks, side, name, "mandatory").values(presence, other);
                edits.push(Edit::new(format!("presence: {side} {name}: {other}"), change).expect(expect));
            }
        }
    }
    for (name, words, before) in [
        ("buyer.phone", "Format: {country}{number}.", "{country}{number}"),
        ("payment.due", "yyyyMMddHHmmss", "yyyyMMddHHmmss"),
    ] {
        let side = if name == "payment.due" { "response" } else { "request" };
        let breaks = if side == "request" { SENDERS } else { READERS };
        for (other, now) in
            [("yyyy-MM-dd", "yyyy-MM-dd"), ("ISO 8601", "ISO8601"), ("{area}{number}", "{area}{number}")]
        {
            let expect = Expect::row("retyped", breaks, side, name, "format").values(json!([before]), json!([now]));
            let to = if side == "request" { format!("Format: {other}.") } else { other.to_owned() };
            edits.push(Edit::new(format!("format: {name}: {other}"), cell(side, name, words, &to)).expect(expect));
        }
    }
    for (other, now) in [
        ("in hours", "in hour"),
        ("in seconds", "in second"),
        ("dalam jam", "in hour"),
        ("(hours)", "in hour"),
        ("Format: hour", "in hour"),
        ("given in days", "in day"),
    ] {
        let expect = Expect::row("retyped", READERS, "response", "payment.note", "format")
            .values(json!(["in minute"]), json!([now]));
        edits.push(
            Edit::new(format!("unit: {other}"), cell("response", "payment.note", "in minutes", other)).expect(expect),
        );
    }
    for same in ["in minute", "dalam menit", "(minutes)", "Format: minute"] {
        edits.push(Edit::new(
            format!("unit in another word: {same}"),
            cell("response", "payment.note", "in minutes", same),
        ));
    }
    edits
}

/// Values that nobody would add.
const ODD: [&str; 4] = ["zz-unlikely", "qx-nothing", "zz-7-moons", "wholly-made-up"];

fn lists(seed: &mut Seed) -> Vec<Edit> {
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

fn rows(seed: &mut Seed) -> Vec<Edit> {
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
