//! Edits as people make them who do not think of a reader: numbers in words, footnotes, remarks, sentences with a rule.

mod shapes;

use serde_json::{Value, json};

use super::{
    Edit,
    expect::{Expect, MAY_READERS, MAY_SENDERS, NOBODY, READERS, SENDERS},
    fields::cell,
};
const LIMIT: &str = "Max length: 64";

pub(super) fn edits() -> Vec<Edit> {
    let mut edits = limits();
    edits.extend(amounts());
    edits.extend(forms());
    edits.extend(characters());
    edits.extend(values());
    edits.extend(shapes::rules());
    edits.extend(shapes::marks());
    edits.extend(shapes::tables());
    edits
}

fn limits() -> Vec<Edit> {
    let mut edits = Vec::new();
    for same in [
        "Max length: sixty-four",
        "maximum sixty four characters",
        "maksimal enam puluh empat karakter",
        "Max length: at most 64",
        "Maximum length must not exceed 64 characters",
        "Max\u{a0}length:\u{2009}64",
        "Max length: 6\u{200b}4",
    ] {
        edits.push(Edit::new(format!("limit in hard words: {same}"), cell("request", "order.number", LIMIT, same)));
    }
    for (words, now) in [
        ("Max length: fifty", "50"),
        ("maximum one hundred and twenty-eight characters", "128"),
        ("maksimal seratus dua puluh delapan karakter", "128"),
        ("maksimal lima belas karakter", "15"),
        ("up to two thousand characters", "2000"),
        ("Max length: at most 50", "50"),
        ("Max length: < 64", "63"),
        ("Max length: 1 000", "1000"),
        ("Max length: 1\u{202f}000", "1000"),
        ("Max length:\u{a0}5\u{200b}0", "50"),
    ] {
        let (class, breaks) =
            if now.parse::<u32>().unwrap() < 64 { ("tightened", SENDERS) } else { ("loosened", NOBODY) };
        let expect = Expect::row(class, breaks, "request", "order.number", "max").values("64", now);
        let edit = Edit::new(format!("limit in hard words: {words}"), cell("request", "order.number", LIMIT, words));
        edits.push(edit.expect(expect));
    }
    for words in [
        "Max length: 64 bytes",
        "Max length: 2⁶",
        "Max length: 64¹",
        "Max length: > 64",
        "Max length: 6 4",
        "Max length: 64 / 128",
        "Max length: TBD",
        "Max length:",
        "AN64",
    ] {
        let edit = Edit::new(format!("limit that is in doubt: {words}"), cell("request", "order.number", LIMIT, words));
        edits.push(edit.unread("order.number: max 64 is not read any more"));
    }
    for words in ["Max length: 64 (50 for some)", "Max length: 64 characters, 128 for some"] {
        let edit = Edit::new(format!("limit of some: {words}"), cell("request", "order.number", LIMIT, words));
        edits.push(edit.unread("order.number: something that looks like a limit"));
    }
    for words in ["Max length: 50 (previously 64)", "Max length: 50 (sebelumnya 64)"] {
        let expect = Expect::row("tightened", SENDERS, "request", "order.number", "max").values("64", "50");
        let edit = Edit::new(format!("limit and what it was: {words}"), cell("request", "order.number", LIMIT, words));
        edits.push(edit.expect(expect).expect(Expect::row("text only", NOBODY, "request", "order.number", "text")));
    }
    for kind in ["String(max 50)", "varchar(50)", "string (50)"] {
        let edit = Edit::new(format!("limit of the type: {kind}"), cell("request", "order.number", "string", kind));
        edits.push(edit.unread("order.number has two limits: 50 and 64"));
    }
    let price = "Max Length: 16.2";
    for same in ["Max Length: 16, 2 decimals", "Max Length: (16,2)", "16 digits and 2 decimal places max"] {
        edits.push(Edit::new(
            format!("decimals in other words: {same}"),
            cell("request", "order.items.price", price, same),
        ));
    }
    for (words, now) in [("Max Length: 16.4", "16.4"), ("Max Length: 16 digits with 3 decimals", "16.3")] {
        let expect = Expect::row("tightened", SENDERS, "request", "order.items.price", "max").values("16.2", now);
        let edit = Edit::new(format!("decimals: {words}"), cell("request", "order.items.price", price, words));
        edits.push(edit.expect(expect));
    }
    edits
}

fn amounts() -> Vec<Edit> {
    let row = |fact, now: &str| {
        Expect::row("tightened", SENDERS, "request", "order.total", fact).values(Value::Null, now.to_owned())
    };
    let edit = |words: &str| {
        let words = format!("What it costs{words}");
        Edit::new(format!("amount: {words}"), cell("request", "order.total", "What it costs", &words))
    };
    vec![
        edit(", between Rp 10.000 and Rp 25.000.000").expect(row("least", "10000")).expect(row("most", "25000000")),
        edit(", antara Rp10.000 dan Rp25.000.000").expect(row("least", "10000")).expect(row("most", "25000000")),
        edit(", maks. Rp 25 juta").expect(row("most", "25000000")),
        edit(", max Rp 2.5 million").expect(row("most", "2500000")),
        edit(", minimum Rp10.000,00").expect(row("least", "10000")),
        edit(" in USD").expect(row("format", "").values(Value::Null, json!(["USD"]))),
    ]
}

/// Formats of times and of telephone numbers.
fn forms() -> Vec<Edit> {
    let mut edits = Vec::new();
    let due = |now: &str| {
        Expect::row("retyped", READERS, "response", "payment.due", "format")
            .values(json!(["yyyyMMddHHmmss"]), json!([now]))
    };
    for now in ["yyMMddHHmmss", "ddMMyyyyHHmmss", "dd/MM/yyyy", "dd-MM-yyyy HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ssZ"] {
        edits.push(
            Edit::new(format!("format of a time: {now}"), cell("response", "payment.due", "yyyyMMddHHmmss", now))
                .expect(due(now)),
        );
    }
    for (words, now) in [
        ("RFC 3339", "RFC3339"),
        ("Unix time", "epoch in seconds"),
        ("Unix timestamp in milliseconds", "epoch in milliseconds"),
    ] {
        edits.push(
            Edit::new(format!("format of a time: {words}"), cell("response", "payment.due", "yyyyMMddHHmmss", words))
                .expect(due(now)),
        );
    }
    let expect = Expect::row("text only", MAY_READERS, "response", "payment.due", "text");
    edits.push(
        Edit::new("zone of a time:", cell("response", "payment.due", "HHmmss.", "HHmmss in UTC+7.")).expect(expect),
    );
    for now in ["+{country}{number}", "{country}-{number}", "0{number}"] {
        let expect = Expect::row("retyped", SENDERS, "request", "buyer.phone", "format")
            .values(json!(["{country}{number}"]), json!([now]));
        edits.push(
            Edit::new(format!("format of a number: {now}"), cell("request", "buyer.phone", "{country}{number}", now))
                .expect(expect),
        );
    }
    let expect = Expect::row("retyped", READERS, "response", "payment.note", "format")
        .values(json!(["in minute"]), json!(["in millisecond"]));
    edits.push(Edit::new("unit: ms", cell("response", "payment.note", "in minutes", "in ms")).expect(expect));
    for (flag, place) in [("$#i", "$#"), ("]+$#", "]$#")] {
        let now = r"^[a-z()\-=\.\?:&_ %]$#".replace(place, flag);
        let expect = Expect::row("tightened", MAY_SENDERS, "request", "order.back_url", "pattern")
            .values(r"^[a-z()\-=\.\?:&_ %]$#", now);
        edits.push(
            Edit::new(format!("flag of a pattern: {flag}"), cell("request", "order.back_url", place, flag))
                .expect(expect)
                .expired(Some("D-02")),
        );
    }
    edits
}

fn characters() -> Vec<Edit> {
    let mut edits = Vec::new();
    let list = "alphabetic, numeric";
    for same in ["alphanumeric", "a-z, A-Z, 0-9", "letters, digits", "numeric and alphabetic"] {
        edits
            .push(Edit::new(format!("characters in other words: {same}"), cell("request", "order.number", list, same)));
    }
    for (words, now, class, breaks) in [
        (
            "alphabetic, numeric, special chars (-_.)",
            json!(["alphabetic", "numeric", "special chars (-_.)"]),
            "loosened",
            NOBODY,
        ),
        (
            "alphabetic, numeric, except spaces.",
            json!(["alphabetic", "numeric", "except spaces"]),
            "tightened",
            SENDERS,
        ),
        ("uppercase alphabetic, numeric", json!(["uppercase alphabetic", "numeric"]), "tightened", SENDERS),
        (
            "alphabetic (uppercase only), numeric",
            json!(["alphabetic (uppercase only)", "numeric"]),
            "tightened",
            SENDERS,
        ),
    ] {
        let expect = Expect::row(class, breaks, "request", "order.number", "characters")
            .values(json!(["alphabetic", "numeric"]), now);
        edits.push(
            Edit::new(format!("characters in hard words: {words}"), cell("request", "order.number", list, words))
                .expect(expect),
        );
    }
    let whole = "Allowed chars: alphabetic, numeric";
    for words in ["No special characters", "Disallowed chars: #", "Letters and digits"] {
        edits.push(
            Edit::new(format!("characters that are not read: {words}"), cell("request", "order.number", whole, words))
                .unread("order.number: characters alphabetic, numeric is not read any more"),
        );
    }
    edits
}

fn values() -> Vec<Edit> {
    let mut edits = Vec::new();
    let list = "toys-and-games food other";
    let words = || Expect::row("text only", NOBODY, "request", "order.items.kind", "text");
    for explained in [
        "toys-and-games: Toys, food: Food, other: All else",
        "toys-and-games = Toys; food = Food; other = All else",
        "toys-and-games (for children) food (to eat) other (all else)",
    ] {
        edits.push(
            Edit::new(format!("values explained: {explained}"), cell("request", "order.items.kind", list, explained))
                .expect(words()),
        );
    }
    for same in [
        "other food toys-and-games",
        "1. toys-and-games 2. food 3. other",
        "\"toys-and-games\", \"food\", \"other\"",
        "toys-and-games|food|other",
    ] {
        edits.push(Edit::new(
            format!("values in another order or form: {same}"),
            cell("request", "order.items.kind", list, same),
        ));
    }
    edits.push(
        Edit::new("values and so on:", cell("request", "order.items.kind", list, &format!("{list} etc.")))
            .expect(Expect { breaks: MAY_SENDERS, ..words() }),
    );
    for beside in ["other. New since June: zz-odd. If", "other (and zz-odd). If", "other. Baru: zz-odd. If"] {
        edits.push(
            Edit::new(
                format!("value beside the list: {beside}"),
                cell("request", "order.items.kind", "other If", beside),
            )
            .unread("order.items.kind: something"),
        );
    }
    for states in ["OPEN, SHUT, IN PROGRESS", "IN PROGRESS, OPEN, SHUT"] {
        let expect = Expect::row("enum value added", MAY_READERS, "response", "payment.state", "enum");
        edits.push(
            Edit::new(format!("state of two words: {states}"), cell("response", "payment.state", "OPEN, SHUT", states))
                .expect(expect.values(Value::Null, "IN PROGRESS")),
        );
    }
    edits.push(
        Edit::new(
            "state in a remark:",
            cell("response", "payment.state", "OPEN, SHUT", "OPEN (waiting), SHUT (was ZZ_DONE)"),
        )
        .unread("payment.state: something"),
    );
    edits.push(Edit::new("type in other words: enum", cell("request", "order.items.kind", "enum", "Enum (string)")));
    edits
}
