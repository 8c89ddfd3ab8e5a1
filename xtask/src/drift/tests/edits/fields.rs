//! Edits of rows of fields.

mod lists;
mod rows;

use serde_json::{Value, json};

use self::{lists::lists, rows::rows};

use super::{
    Edit, Seed,
    expect::{Expect, MAY_READERS, MAY_SENDERS, NOBODY, READERS, SENDERS},
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
        for odd in [
            "Keep it near # in all",
            "The rule of # stands as it was",
            "# is what it was",
            "between 1 and # of them",
            "(#)",
        ] {
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
    // Without a unit it is a length where the field is a text; of a number nobody knows what it counts.
    for words in ["between 1 and 16", "antara 1 dan 16", "Between 1 and 16."] {
        let expect = Expect::row("tightened", SENDERS, "request", "buyer.phone", "min").values(Value::Null, "1");
        edits.push(
            Edit::new(
                format!("limit without a unit: {words}"),
                cell("request", "buyer.phone", "Max Length: 16", words),
            )
            .expect(expect),
        );
    }
    let change = cell("request", "order.total", "Max length: 16", "between 1 and 16");
    edits.push(
        Edit::new("limit without a unit: of a number", change).unread("order.total: max 16 is not read any more"),
    );
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
