//! Edits of headers, samples, addresses, columns, and of what is struck through.

use serde_json::{Value, json};

use super::{
    Edit, Seed,
    expect::{Expect, Line, NOBODY, Place, READERS, SENDERS},
};
use crate::drift::tests::sheet::{Page, Rows};

pub(super) fn edits(seed: &mut Seed) -> Vec<Edit> {
    let mut edits = headers(seed);
    edits.extend(samples());
    edits.extend(addresses());
    edits.extend(columns());
    edits.extend(struck());
    edits
}

const TABLES: [(&str, &str); 2] =
    [("request", "Request Header Explanation"), ("response", "Response Header Explanation")];

fn table<'a>(page: &'a mut Page, side: &str) -> &'a mut Rows {
    if side == "request" { &mut page.headers } else { &mut page.answer_headers }
}

fn header(
    side: &'static str,
    heading: &'static str,
    name: &str,
    class: &'static str,
    breaks: &'static str,
    fact: &'static str,
) -> Expect {
    let expect = Expect::row(class, breaks, side, name, fact).section("headers").at(Place::Row(heading, name.into()));
    match side {
        "request" => expect.line(Line::Words("parameters:")),
        _ => expect.line(Line::Words("headers:")),
    }
}

fn headers(seed: &mut Seed) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (side, heading) in TABLES {
        let breaks = if side == "request" { SENDERS } else { NOBODY };
        for name in ["Zz-Odd-Name", "X-Zz-Key", "Zz-Id"] {
            for text in ["Some odd thing", "Some odd thing (max 20 characters)", "An odd text. Another sentence of it."]
            {
                let facts = if text.contains("20") { json!({ "max": "20" }) } else { json!({}) };
                let at = seed.next(2);
                let change = move |page: &mut Page| table(page, side).insert(at, vec![name.into(), text.into()]);
                let expect = header(side, heading, name, "header changed", breaks, "").values(Value::Null, facts);
                edits.push(Edit::new(format!("header added: {side} {name} at {at}: {text}"), change).expect(expect));
            }
        }
        let known = if side == "request" { "Request-Id" } else { "Response-Timestamp" };
        let facts = if side == "request" { json!({ "max": "128" }) } else { json!({ "format": ["ISO8601"] }) };
        let line = if side == "request" { Line::Words("name: Request-Id") } else { Line::Words("Response-Timestamp:") };
        let gone = if side == "request" { NOBODY } else { READERS };
        let change = move |page: &mut Page| table(page, side).retain(|row| row[0] != known);
        let expect = header(side, heading, known, "header changed", gone, "")
            .values(facts, Value::Null)
            .at(Place::Gone)
            .line(line.clone());
        edits.push(Edit::new(format!("header gone: {side} {known}"), change).expect(expect));
        for new in ["Zz-Request-Id", "Zz-Timestamp"] {
            let change = move |page: &mut Page| {
                table(page, side).iter_mut().find(|row| row[0] == known).unwrap()[0] = new.into()
            };
            let breaks = if side == "request" { SENDERS } else { READERS };
            let expect = header(side, heading, known, "header changed", breaks, "name").values(known, new);
            let expect = expect.at(Place::Row(heading, new.into())).line(line.clone());
            edits.push(Edit::new(format!("header renamed: {side} {new}"), change).expect(expect));
        }
    }
    for (number, breaks) in [("64", SENDERS), ("12", SENDERS), ("256", NOBODY)] {
        for way in ["(max # characters)", "up to # characters", "maksimal # karakter"] {
            let to = way.replace('#', number);
            let change = move |page: &mut Page| {
                let cell = &mut page.headers.iter_mut().find(|row| row[0] == "Request-Id").unwrap()[1];
                *cell = cell.replace("(max 128 characters)", &to);
            };
            let expect =
                header("request", TABLES[0].1, "Request-Id", "header changed", breaks, "max").values("128", number);
            edits.push(
                Edit::new(format!("header limit: {way} {number}"), change)
                    .expect(expect.line(Line::Words("name: Request-Id"))),
            );
        }
    }
    let change =
        |page: &mut Page| page.answer_headers[1][1] = page.answer_headers[1][1].replace("ISO 8601", "yyyyMMdd");
    let expect = header("response", TABLES[1].1, "Response-Timestamp", "header changed", READERS, "format")
        .values(json!(["ISO8601"]), json!(["yyyyMMdd"]));
    edits.push(Edit::new("header format:", change).expect(expect.line(Line::Words("Response-Timestamp:"))));
    edits
}

fn samples() -> Vec<Edit> {
    let mut edits = Vec::new();
    let sample = |side, name: &str, words: &str, line| {
        let expect = Expect::row("sample changed", NOBODY, side, name, "").section("sample");
        expect.at(Place::Words(words.into())).line(line)
    };
    for (name, from, to, before, now) in [
        ("order.number", "\"A-1\"", "\"ZZ-9\"", json!("A-1"), json!("ZZ-9")),
        ("order.total", "100", "777", json!(100), json!(777)),
        ("order.items[0].price", "50.5", "51.25", json!(50.5), json!(51.25)),
        ("buyer.phone", "\"62811\"", "\"6277\"", json!("62811"), json!("6277")),
    ] {
        let change = move |page: &mut Page| page.sample = page.sample.replacen(from, to, 1);
        let last = name.rsplit('.').next().unwrap();
        let line = Line::Words(match last {
            "number" => "number:",
            "total" => "total:",
            "price" => "price:",
            _ => "phone:",
        });
        let expect = sample("request", name, &format!("\"{last}\": {to}"), line).values(before, now);
        edits.push(Edit::new(format!("sample: {name}"), change).expect(expect));
    }
    let change = |page: &mut Page| page.answer = page.answer.replace("OPEN", "SHUT");
    let expect =
        sample("response", "payment.state", "\"state\": \"SHUT\"", Line::Words("state:")).values("OPEN", "SHUT");
    edits.push(Edit::new("sample: payment.state", change).expect(expect));
    let change = |page: &mut Page| page.header_sample = page.header_sample.replace("77", "78");
    let expect =
        Expect::row("sample changed", NOBODY, "request", "Request-Id", "").section("header_sample").values("77", "78");
    let expect = expect.at(Place::Words("Request-Id: 78".into())).line(Line::Words("name: Request-Id"));
    edits.push(Edit::new("sample: of a header", change).expect(expect));
    for side in ["request", "response"] {
        let change = move |page: &mut Page| {
            let text = if side == "request" { &mut page.sample } else { &mut page.answer };
            *text = text.replacen("\": ", "\" ", 1);
        };
        edits.push(
            Edit::new(format!("sample that is no JSON: {side}"), change)
                .unread("a sample that is not JSON from here on"),
        );
    }
    edits
}

fn addresses() -> Vec<Edit> {
    let mut edits = Vec::new();
    let row = |class: &'static str, breaks, side: &'static str, name: &str, place: &str| {
        Expect::row(class, breaks, side, name, "").section("endpoint").at(Place::Words(place.into()))
    };
    let address = "https://sandbox.example/indodana/v2/order";
    for (to, line) in [
        ("https://sandbox.example/indodana/v3/order", Line::Words("/indodana/v2/order:")),
        ("https://sandbox.example/indodana/v2/orders", Line::Words("/indodana/v2/order:")),
        ("https://zz.example/indodana/v2/order", Line::Words("url: https://sandbox.example")),
        ("http://sandbox.example/indodana/v2/order", Line::Words("url: https://sandbox.example")),
    ] {
        let change = move |page: &mut Page| page.endpoint[1][1] = to.into();
        let expect = row("endpoint changed", SENDERS, "request", "api endpoint (sandbox)", to).values(address, to);
        edits.push(Edit::new(format!("address: {to}"), change).expect(row_line(expect, line)));
    }
    for method in ["PUT", "PATCH"] {
        let change = move |page: &mut Page| page.endpoint[0][1] = method.into();
        let expect = row("endpoint changed", SENDERS, "request", "http method", method).values("POST", method);
        edits.push(Edit::new(format!("method: {method}"), change).expect(row_line(expect, Line::Words("    post:"))));
    }
    for (at, name, before, now, expired) in
        [(0, "http status", "200", "201", None), (1, "result", "SUCCESS", "ZZ_DONE", Some("D-03"))]
    {
        let change = move |page: &mut Page| page.status[at][1] = now.into();
        let expect = row("endpoint changed", READERS, "response", name, now).values(before, now);
        edits.push(
            Edit::new(format!("status: {name}"), change)
                .expect(row_line(expect, Line::Words("responses:")))
                .expired(expired),
        );
    }
    edits
}

/// A row of two cells begins where its first cell stands.
fn row_line(expect: Expect, line: Line) -> Expect {
    let (heading, label) = match expect.name.as_str() {
        "http method" => ("API Request", "HTTP Method"),
        "http status" => ("API Response", "HTTP Status"),
        "result" => ("API Response", "Result"),
        _ => ("API Request", "API endpoint (Sandbox)"),
    };
    expect.at(Place::Row(heading, label.into())).line(line)
}

/// The columns' names and their order say nothing.
fn columns() -> Vec<Edit> {
    let mut edits = Vec::new();
    for names in [
        "Body Parameter|Data Type|Mandatory|Description",
        "Field Name|Type|Required|Explanation",
        "Name|Type|Mandatory/Optional|Remarks",
        "Nama Parameter|Tipe|Wajib|Keterangan",
        "Attribute|Data Type|M/O|Notes",
    ] {
        edits.push(Edit::new(format!("columns renamed: {names}"), move |page| page.columns = names.into()));
    }
    for order in [[0, 2, 1, 3], [1, 0, 2, 3], [0, 1, 3, 2]] {
        let change = move |page: &mut Page| {
            let names: Vec<String> = page.columns.split('|').map(str::to_owned).collect();
            page.columns = order.map(|at| names[at].clone()).join("|");
            for row in page.request.iter_mut().chain(page.response.iter_mut()) {
                *row = order.map(|at| row[at].clone()).to_vec();
            }
        };
        // A row that begins with another cell, or ends with another than its description, is told apart in a table alone.
        let edit = Edit::new(format!("columns in another order: {order:?}"), change);
        edits.push(if order == [0, 2, 1, 3] { edit } else { edit.marked_only() });
    }
    edits
}

fn struck() -> Vec<Edit> {
    let mut edits = Vec::new();
    let strike = |from: &'static str, name: &'static str| {
        move |page: &mut Page| {
            let row = page.request.iter_mut().find(|row| row[0] == name).unwrap();
            let cell = row.iter_mut().find(|cell| cell.contains(from)).unwrap();
            *cell = cell.replace(from, &format!("~~{from}~~"));
        }
    };
    for (name, words) in [("order.number", "Your number"), ("buyer.phone", "A phone"), ("buyer", "Who buys")] {
        let expect =
            Expect::row("struck through", SENDERS, "request", name, "struck").values(Value::Null, json!([words]));
        edits.push(Edit::new(format!("struck words: {name}"), strike(words, name)).expect(expect).marked_only());
    }
    let expect = Expect::row("loosened", NOBODY, "request", "order.number", "max").values("64", Value::Null);
    edits.push(Edit::new("struck limit:", strike("Max length: 64", "order.number")).expect(expect).marked_only());
    let expect =
        Expect::row("enum value removed", SENDERS, "request", "order.items.kind", "enum").values("food", Value::Null);
    edits.push(Edit::new("struck value:", strike("food", "order.items.kind")).expect(expect).marked_only());
    edits
}
