//! Each class of change, in each form.

use super::{
    check,
    sheet::{Page, Rows},
};

/// Checks a change of one cell.
#[track_caller]
fn cell(table: fn(&mut Page) -> &mut Rows, name: &str, from: &str, to: &str, expect: &[&str], expired: &[&str]) {
    let change = |page: &mut Page| {
        let row = table(page).iter_mut().find(|row| row[0] == name).unwrap();
        let cell = row.iter_mut().find(|cell| cell.contains(from)).unwrap();
        *cell = cell.replacen(from, to, 1);
    };
    check(change, expect, expired);
}

fn request(page: &mut Page) -> &mut Rows {
    &mut page.request
}

fn response(page: &mut Page) -> &mut Rows {
    &mut page.response
}

#[test]
fn limits_and_characters() {
    let row = "request order.number";
    let least = &[&*format!("tightened: {row}: min nothing → 3: breaks those who send")];
    cell(request, "order.number", "Max length", "Min length: 3 Max length", least, &[]);
    cell(request, "order.number", "64", "70", &[&format!("loosened: {row}: max 64 → 70: breaks nobody")], &[]);
    cell(request, "order.number", "64", "60", &[&format!("tightened: {row}: max 64 → 60: breaks those who send")], &[]);
    cell(
        request,
        "order.number",
        " Max length: 64",
        "",
        &[&format!("loosened: {row}: max 64 → nothing: breaks nobody")],
        &[],
    );
    cell(
        request,
        "order.total",
        "16",
        "12",
        &["tightened: request order.total: max 16 → 12: breaks those who send"],
        &[],
    );
    cell(
        request,
        "order.items.price",
        "16.2",
        "18.2",
        &["loosened: request order.items.price: max 16.2 → 18.2: breaks nobody"],
        &[],
    );
    cell(
        request,
        "order.items.price",
        "16.2",
        "16.0",
        &["tightened: request order.items.price: max 16.2 → 16.0: breaks those who send"],
        &[],
    );
    cell(
        request,
        "buyer.email",
        "16",
        "128",
        &["loosened: request buyer.email: max 16 → 128: breaks nobody"],
        &["D-01"],
    );
    cell(
        request,
        "order.number",
        "alphabetic, numeric",
        "alphabetic",
        &[&format!("tightened: {row}: characters alphabetic, numeric → alphabetic: breaks those who send")],
        &[],
    );
    cell(
        request,
        "order.back_url",
        "()",
        "()~",
        &[
            r"tightened: request order.back_url: pattern ^[a-z()\-=\.\?:&_ %]$# → ^[a-z()~\-=\.\?:&_ %]$#: may break those who send",
        ],
        &["D-02"],
    );
    cell(
        response,
        "order.number",
        "sent",
        "sent Max length: 64",
        &["tightened: response order.number: max nothing → 64: breaks nobody"],
        &[],
    );
}

#[test]
fn types_and_formats() {
    cell(
        request,
        "buyer.phone",
        "string",
        "number",
        &["retyped: request buyer.phone: type string → number: breaks those who send"],
        &[],
    );
    cell(
        response,
        "payment.due",
        "string",
        "array of strings",
        &["retyped: response payment.due: type string → array of strings: breaks those who read"],
        &[],
    );
    cell(
        response,
        "payment.due",
        "yyyyMMddHHmmss",
        "yyyy-MM-dd",
        &["retyped: response payment.due: format yyyyMMddHHmmss → yyyy-MM-dd: breaks those who read"],
        &[],
    );
}

#[test]
fn mandatory_and_optional() {
    let sent = "request buyer.phone: mandatory optional";
    cell(
        request,
        "buyer.phone",
        "Optional",
        "Mandatory",
        &[&format!("made mandatory: {sent} → mandatory: breaks those who send")],
        &[],
    );
    cell(
        request,
        "buyer.phone",
        "Optional",
        "Conditional",
        &[&format!("made conditional: {sent} → conditional: may break those who send")],
        &[],
    );
    cell(
        request,
        "buyer.email",
        "Mandatory",
        "Optional",
        &["made optional: request buyer.email: mandatory mandatory → optional: breaks nobody"],
        &[],
    );
    cell(
        response,
        "order.number",
        "Mandatory",
        "Conditional",
        &["made conditional: response order.number: mandatory mandatory → conditional: breaks those who read"],
        &[],
    );
    cell(
        response,
        "payment.due",
        "Conditional",
        "Mandatory",
        &["made mandatory: response payment.due: mandatory conditional → mandatory: breaks nobody"],
        &[],
    );
}

#[test]
fn values_of_enums() {
    let row = "request order.items.kind: enum";
    cell(
        request,
        "order.items.kind",
        " food",
        " food fee",
        &[&format!("enum value added: {row} nothing → fee: breaks nobody")],
        &[],
    );
    cell(
        request,
        "order.items.kind",
        " food",
        "",
        &[&format!("enum value removed: {row} food → nothing: breaks those who send")],
        &[],
    );
    cell(
        request,
        "order.items.kind",
        "toys-and-games",
        "toys games",
        &[
            &format!("enum value added: {row} nothing → toys: breaks nobody"),
            &format!("enum value added: {row} nothing → games: breaks nobody"),
            &format!("enum value removed: {row} toys-and-games → nothing: breaks those who send"),
        ],
        &[],
    );
    cell(
        response,
        "payment.state",
        "SHUT",
        "SHUT, TORN",
        &["enum value added: response payment.state: enum nothing → TORN: may break those who read"],
        &[],
    );
}

#[test]
fn rows() {
    let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    let added = row(["buyer.tax_id", "string", "Optional", "For the invoice Max length: 20"]);
    check(
        |page| page.request.insert(7, added.clone()),
        &["field added: request buyer.tax_id: nothing → string, optional, max 20: breaks nobody"],
        &[],
    );
    let added = row(["order.currency", "string", "Mandatory", ""]);
    check(
        |page| page.request.push(added.clone()),
        &["field added: request order.currency: nothing → string, mandatory: breaks those who send"],
        &[],
    );
    let added = row(["payment.fee", "number", "Optional", "What it cost"]);
    check(
        |page| page.response.push(added.clone()),
        &["field added: response payment.fee: nothing → number, optional: breaks nobody"],
        &[],
    );
    let removed = |page: &mut Page| page.request.retain(|row| row[0] != "buyer.phone");
    check(
        removed,
        &[
            "field removed: request buyer.phone: string, optional, max 16, format {country}{number} → nothing: breaks those who send",
        ],
        &[],
    );
    let removed = |page: &mut Page| page.response.retain(|row| row[0] != "payment.due");
    check(
        removed,
        &[
            "field removed: response payment.due: string, conditional, format yyyyMMddHHmmss → nothing: breaks those who read",
        ],
        &[],
    );
}

#[test]
fn texts_samples_headers_and_endpoints() {
    cell(request, "order.number", "Your", "Our", &["text only: request order.number: other words: breaks nobody"], &[]);
    let sample = |page: &mut Page| page.sample = page.sample.replace("A-1", "C-3");
    check(sample, &["sample changed: request sample order.number: A-1 → C-3: breaks nobody"], &[]);
    let header = |page: &mut Page| page.header_sample = page.header_sample.replace("77", "78");
    check(header, &["sample changed: request header sample Request-Id: 77 → 78: breaks nobody"], &[]);
    cell(
        |page| &mut page.headers,
        "Request-Id",
        "128",
        "64",
        &["header changed: request header Request-Id: max 128 → 64: breaks those who send"],
        &[],
    );
    let added = |page: &mut Page| page.headers.insert(1, vec!["Idempotency-Key".into(), "One for each call".into()]);
    check(added, &["header changed: request header Idempotency-Key: nothing → a row: breaks those who send"], &[]);
    let change = "request endpoint api endpoint (sandbox): …e/indodana/v2/order → …e/indodana/v3/order";
    cell(
        |page| &mut page.endpoint,
        "API endpoint (Sandbox)",
        "v2",
        "v3",
        &[&format!("endpoint changed: {change}: breaks those who send")],
        &[],
    );
    let change = "response endpoint result: SUCCESS → DONE";
    cell(
        |page| &mut page.status,
        "Result",
        "SUCCESS",
        "DONE",
        &[&format!("endpoint changed: {change}: breaks those who read")],
        &["D-03"],
    );
}
