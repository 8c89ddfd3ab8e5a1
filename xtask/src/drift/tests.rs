//! Each change of a page, in each form: reported, and nothing else; each bad page: refused with its line.

mod bad;
mod shapes;
mod sheet;

use std::sync::LazyLock;

use self::sheet::{Page, Rows};
use super::{finding::Finding, *};
use crate::page::{self, Entry, Form, SECTIONS, Side};

const FORMS: [Form; 3] = [Form::Text, Form::Markdown, Form::Html];

const CONTRACT: &str = r##"
servers:
  - url: https://sandbox.example
paths:
  /indodana/v2/order:
    post:
      x-source: 'page: 1'
      parameters:
        - name: Request-Id
          in: header
          schema: { type: string, maxLength: 128 }
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Request' } } } }
      responses:
        '200':
          content: { application/json: { schema: { $ref: '#/components/schemas/Response' } } }
components:
  securitySchemes:
    clientId: { type: apiKey, in: header, name: Client-Id }
    signature: { type: apiKey, in: header, name: Signature }
  schemas:
    Request:
      type: object
      required: [order, buyer]
      properties:
        order:
          $ref: '#/components/schemas/Order'
        buyer:
          $ref: '#/components/schemas/Buyer'
        more:
          type: object
          properties:
            notify_url: { type: string }
    Order:
      type: object
      required: [number, total, items]
      properties:
        number:
          type: string
          maxLength: 64
        total:
          type: integer
          maximum: 9999999999999999
        items:
          type: array
          items:
            $ref: '#/components/schemas/Item'
        back_url:
          type: string
    Item:
      type: object
      required: [price, kind]
      properties:
        price:
          type: number
          maximum: 100000000000000
          x-decimal-places: 2
        kind:
          type: string
          enum: [toys-and-games, food, other]
    Buyer:
      type: object
      required: [email]
      properties:
        email:
          type: string
          maxLength: 128
        phone:
          type: string
          maxLength: 16
    Response:
      type: object
      required: [order, payment]
      properties:
        order:
          type: object
          required: [number]
          properties:
            number: { type: string }
        payment:
          type: object
          required: [state]
          properties:
            state:
              type: string
              x-extensible-enum: [OPEN, SHUT]
            due:
              type: string
"##;

const LEDGER: &str = r#"
[[deviation]]
id = "D-01"
reads = [{ pointer = "/request/fields/buyer.email/max", value = "16" }]

[[deviation]]
id = "D-02"
reads = [{ pointer = "/request/fields/order.back_url/pattern", value = '^[a-z()\-=\.\?:&_ %]$#' }]

[[deviation]]
id = "D-03"
reads = [{ pointer = "/response/endpoint/result", value = "SUCCESS" }]

[[deviation]]
id = "D-04"
"#;

fn read(page: &Page, form: Form) -> Reading {
    page::read(page.write(form).as_bytes())
        .unwrap_or_else(|fault| panic!("{}: {fault}\n{}", form.name(), page.write(form)))
}

fn drift(page: Reading, last: Option<&Value>) -> Drift {
    static KNOWN: LazyLock<(Contract, Ledger)> =
        LazyLock::new(|| (Contract::new(CONTRACT).unwrap(), Ledger::new(LEDGER).unwrap()));
    Drift::new(page, last, &KNOWN.0, &KNOWN.1)
}

/// Checks that a change is reported as expected, and nothing else, whatever form the last page and this one have.
#[track_caller]
fn check(change: impl Fn(&mut Page), expect: &[&str], expired: &[&str]) {
    static LAST: LazyLock<[Value; 3]> = LazyLock::new(|| FORMS.map(|form| read(&Page::new(), form).to_value()));
    for form in FORMS {
        let mut page = Page::new();
        change(&mut page);
        let read = read(&page, form);
        for (last, before) in FORMS.iter().zip(&*LAST) {
            let drift = drift(read.clone(), Some(before));
            let say = |finding: &Finding| {
                let [_, name, change, .., breaks, _] = report::row(finding);
                format!("{}: {name}: {change}: {breaks}", finding.class.name())
            };
            let found: Vec<_> = drift.changes.iter().chain(&drift.unexplained).map(say).collect();
            assert_eq!(found, expect, "{} after {}", form.name(), last.name());
            let ids: Vec<_> = drift.expired.iter().map(|expired| expired.id.as_str()).collect();
            assert_eq!(ids, expired, "{} after {}", form.name(), last.name());
            assert_eq!(drift.unread(), [], "{} after {}", form.name(), last.name());
            assert_eq!(drift.is_any(), !expect.is_empty());
            assert!(
                drift.changes.iter().all(|change| change.contract.is_some()),
                "{found:?} have no line of the contract"
            );
            let gone = |change: &&Finding| change.now.is_null() && change.fact.is_empty();
            assert!(
                drift.changes.iter().filter(|change| !gone(change)).all(|change| change.page.is_some()),
                "{found:?}"
            );
        }
    }
}

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
fn the_same_page_has_no_drift_in_any_form() {
    check(|_| {}, &[], &[]);
}

#[test]
fn limits_and_characters() {
    let row = "request order.number";
    cell(request, "order.number", "64", "70", &[&format!("loosened: {row}: max 64 → 70: harmless")], &[]);
    cell(
        request,
        "order.number",
        "64",
        "60",
        &[&format!("tightened: {row}: max 64 → 60: breaks merchants who send")],
        &[],
    );
    cell(
        request,
        "order.number",
        " Max length: 64",
        "",
        &[&format!("loosened: {row}: max 64 → nothing: harmless")],
        &[],
    );
    cell(
        request,
        "order.total",
        "16",
        "12",
        &["tightened: request order.total: max 16 → 12: breaks merchants who send"],
        &[],
    );
    cell(
        request,
        "order.items.price",
        "16.2",
        "18.2",
        &["loosened: request order.items.price: max 16.2 → 18.2: harmless"],
        &[],
    );
    cell(
        request,
        "order.items.price",
        "16.2",
        "16.0",
        &["tightened: request order.items.price: max 16.2 → 16.0: breaks merchants who send"],
        &[],
    );
    cell(request, "buyer.email", "16", "128", &["loosened: request buyer.email: max 16 → 128: harmless"], &["D-01"]);
    cell(
        request,
        "order.number",
        "alphabetic, numeric",
        "alphabetic",
        &[&format!("tightened: {row}: characters alphabetic, numeric → alphabetic: breaks merchants who send")],
        &[],
    );
    cell(
        request,
        "order.back_url",
        "()",
        "()~",
        &[
            r"tightened: request order.back_url: pattern ^[a-z()\-=\.\?:&_ %]$# → ^[a-z()~\-=\.\?:&_ %]$#: breaks merchants who send",
        ],
        &["D-02"],
    );
    cell(
        response,
        "order.number",
        "sent",
        "sent Max length: 64",
        &["tightened: response order.number: max nothing → 64: harmless"],
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
        &["retyped: request buyer.phone: type string → number: breaks merchants who send"],
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
        &[&format!("made mandatory: {sent} → mandatory: breaks merchants who send")],
        &[],
    );
    cell(
        request,
        "buyer.phone",
        "Optional",
        "Conditional",
        &[&format!("made conditional: {sent} → conditional: breaks merchants who send")],
        &[],
    );
    cell(
        request,
        "buyer.email",
        "Mandatory",
        "Optional",
        &["made optional: request buyer.email: mandatory mandatory → optional: harmless"],
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
        &["made mandatory: response payment.due: mandatory conditional → mandatory: harmless"],
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
        &[&format!("enum value added: {row} nothing → fee: harmless")],
        &[],
    );
    cell(
        request,
        "order.items.kind",
        " food",
        "",
        &[&format!("enum value removed: {row} food → nothing: breaks merchants who send")],
        &[],
    );
    cell(
        request,
        "order.items.kind",
        "toys-and-games",
        "toys games",
        &[
            &format!("enum value added: {row} nothing → toys: harmless"),
            &format!("enum value added: {row} nothing → games: harmless"),
            &format!("enum value removed: {row} toys-and-games → nothing: breaks merchants who send"),
        ],
        &[],
    );
    cell(
        response,
        "payment.state",
        "SHUT",
        "SHUT, TORN",
        &["enum value added: response payment.state: enum nothing → TORN: breaks those who read"],
        &[],
    );
}

#[test]
fn rows() {
    let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    let added = row(["buyer.tax_id", "string", "Optional", "For the invoice Max length: 20"]);
    check(
        |page| page.request.insert(7, added.clone()),
        &["field added: request buyer.tax_id: nothing → string, optional, max 20: harmless"],
        &[],
    );
    let added = row(["order.currency", "string", "Mandatory", ""]);
    check(
        |page| page.request.push(added.clone()),
        &["field added: request order.currency: nothing → string, mandatory: breaks merchants who send"],
        &[],
    );
    let added = row(["payment.fee", "number", "Optional", "What it cost"]);
    check(
        |page| page.response.push(added.clone()),
        &["field added: response payment.fee: nothing → number, optional: harmless"],
        &[],
    );
    let removed = |page: &mut Page| page.request.retain(|row| row[0] != "buyer.phone");
    check(
        removed,
        &[
            "field removed: request buyer.phone: string, optional, max 16, format {country}{number} → nothing: breaks merchants who send",
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
    cell(request, "order.number", "Your", "Our", &["text only: request order.number: other words: harmless"], &[]);
    let sample = |page: &mut Page| page.sample = page.sample.replace("A-1", "C-3");
    check(sample, &["sample changed: request sample order.number: A-1 → C-3: harmless"], &[]);
    let header = |page: &mut Page| page.header_sample = page.header_sample.replace("77", "78");
    check(header, &["sample changed: request header sample Request-Id: 77 → 78: harmless"], &[]);
    cell(
        |page| &mut page.headers,
        "Request-Id",
        "128",
        "64",
        &["header changed: request header Request-Id: max 128 → 64: breaks merchants who send"],
        &[],
    );
    let added = |page: &mut Page| page.headers.insert(1, vec!["Idempotency-Key".into(), "One for each call".into()]);
    check(added, &["header changed: request header Idempotency-Key: nothing → : breaks merchants who send"], &[]);
    let change = "request endpoint api endpoint (sandbox): https://sandbox.example/indodana/v2/order → https://sandbox.example/indodana/v3/order";
    cell(
        |page| &mut page.endpoint,
        "API endpoint (Sandbox)",
        "v2",
        "v3",
        &[&format!("endpoint changed: {change}: breaks merchants who send")],
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

#[test]
fn the_last_reading_and_the_contract_differ_in_what_deviations_explain() {
    let last: Value = serde_json::from_str(include_str!("../../../spec/page/indodana.json")).unwrap();
    let entries = |section: &Value| {
        let entry = |(name, value): (&String, &Value)| Entry { name: name.clone(), line: 0, value: value.clone() };
        section.as_object().unwrap().iter().map(entry).collect()
    };
    let side = |name| (name, Side(SECTIONS.map(|section| entries(&last[name][section]))));
    let page = Reading { form: Form::Text, sides: [side("request"), side("response")], unread: vec![] };
    let contract = Contract::new(include_str!("../../../spec/openapi.yaml")).unwrap();
    let ledger = Ledger::new(include_str!("../../../spec/deviations.toml")).unwrap();
    let drift = Drift::new(page, Some(&last), &contract, &ledger);
    assert!(!drift.is_any(), "{}", report::table(&[("spec/page/indodana.json", drift)]));
    assert_eq!(drift.explained.len(), 23);
}

#[test]
fn differences_from_the_contract_need_a_deviation() {
    let ledger = LEDGER.replace("16\"", "17\"");
    let drift = Drift::new(
        read(&Page::new(), Form::Text),
        None,
        &Contract::new(CONTRACT).unwrap(),
        &Ledger::new(&ledger).unwrap(),
    );
    let lines = report::table(&[("page.txt", drift)]);
    assert!(lines.contains("contract differs       request buyer.email         max 128 → 16"), "{lines}");
    assert!(
        lines.contains("expired: D-01 (spec/deviations.toml:3): /request/fields/buyer.email/max was 17 and is 16"),
        "{lines}"
    );
    assert!(
        lines.ends_with(
            "drift: 0 changes, 2 unexplained differences from the contract, 1 expired deviations, 0 unread\n"
        ),
        "{lines}"
    );
}

#[test]
fn a_difference_names_the_line_to_edit() {
    let line = |mark: &str| CONTRACT.lines().position(|line| line.trim() == mark).unwrap() + 1;
    for (name, from, to, expect) in [
        ("buyer.phone", "16", "17", line("phone:") + 2),
        ("buyer.phone", "string", "number", line("phone:") + 1),
        ("buyer.phone", "Optional", "Mandatory", line("required: [email]")),
        ("order.items.kind", " food", " food fee", line("enum: [toys-and-games, food, other]")),
    ] {
        let mut page = Page::new();
        let last = read(&page, Form::Text).to_value();
        let row = page.request.iter_mut().find(|row| row[0] == name).unwrap();
        row.iter_mut().for_each(|cell| *cell = cell.replace(from, to));
        let drift = drift(read(&page, Form::Text), Some(&last));
        assert_eq!(drift.changes[0].contract, Some(expect), "{name} {from}");
        let text = page.write(Form::Text);
        let stands = text.lines().nth(drift.changes[0].page.unwrap() - 1).unwrap();
        assert_eq!(stands, name);
    }
}

#[test]
fn a_field_that_is_new_belongs_to_the_object_around_it() {
    let mut page = Page::new();
    let last = read(&page, Form::Text).to_value();
    let row = ["order.items.size", "string", "Optional", "How big"].map(str::to_owned).to_vec();
    page.request.push(row);
    let drift = drift(read(&page, Form::Text), Some(&last));
    let item = CONTRACT.lines().position(|line| line == "    Item:").unwrap();
    assert_eq!(drift.changes[0].contract, Some(item + 4));
}

#[test]
fn reports_are_json_and_markdown_too() {
    let mut page = Page::new();
    let last = read(&page, Form::Html).to_value();
    page.request[0][3] = page.request[0][3].replace("64", "70");
    let drifts = [("page.md", drift(read(&page, Form::Markdown), Some(&last)))];
    let json: Value = serde_json::from_str(&report::json(&drifts)).unwrap();
    assert_eq!(json[0]["changes"][0]["pointer"], "/request/fields/order.number/max");
    assert_eq!(json[0]["changes"][0]["now"], "70");
    assert_eq!(json[0]["drift"], true);
    let markdown = report::markdown(&drifts);
    assert!(markdown.contains("| loosened | request order.number | max 64 → 70 | "), "{markdown}");
}
