//! Each change of a page, in each form: reported, and nothing else; each bad page: refused with its line.

mod accept;
mod bad;
mod changes;
mod edits;
mod shapes;
mod sheet;
mod texts;

use std::{collections::HashMap, sync::LazyLock};

use self::sheet::Page;
use super::{finding::Finding, *};
use crate::page::{self, Entry, Form, SECTIONS, Scope, Side};

const FORMS: [Form; 4] = [Form::Text, Form::Window, Form::Markdown, Form::Html];

const CONTRACT: &str = include_str!("tests/contract.yaml");

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
    page::read(page.write(form).as_bytes(), Channel::Indodana)
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
    static LAST: LazyLock<[Value; 4]> = LazyLock::new(|| FORMS.map(|form| read(&Page::new(), form).to_value()));
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

#[test]
fn the_same_page_has_no_drift_in_any_form() {
    check(|_| {}, &[], &[]);
}

#[test]
fn the_last_reading_and_the_contract_differ_in_what_deviations_explain() {
    let last: Value = serde_json::from_str(include_str!("../../../spec/page/indodana.json")).unwrap();
    let entries = |section: &Value| {
        let entry = |(name, value): (&String, &Value)| Entry { name: name.clone(), line: 0, value: value.clone() };
        section.as_object().unwrap().iter().map(entry).collect()
    };
    let side = |name| (name, Side(SECTIONS.map(|section| entries(&last[name][section]))));
    let links =
        last["page"]["links"].as_array().unwrap().iter().map(|hash| hash.as_str().unwrap().to_owned()).collect();
    let page = Reading {
        form: Form::Text,
        title: None,
        sides: [side("request"), side("response")],
        texts: entries(&last["page"]["texts"]),
        links,
        linked: entries(&last["page"]["linked"]),
        lost: vec![],
        unread: vec![],
        prose: HashMap::new(),
        doubts: vec![],
        rules: vec![],
    };
    let contract = Contract::new(include_str!("../../../spec/openapi.yaml")).unwrap();
    let ledger = Ledger::new(include_str!("../../../spec/deviations.toml")).unwrap();
    let drift = Drift::new(page, Some(&last), &contract, &ledger);
    assert!(!drift.is_any(), "{}", report::table(&[("spec/page/indodana.json", drift)]));
    assert_eq!(drift.explained.len(), 22);
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
fn a_row_that_was_not_understood_is_not_gone() {
    let mut page = Page::new();
    let last = read(&page, Form::Html).to_value();
    page.request[6][2] = "Mandatory if asked".into();
    for form in FORMS {
        let drift = drift(read(&page, form), Some(&last));
        assert_eq!(drift.unread().len(), 1);
        assert!(drift.unread()[0].scope == Scope::Row("buyer.email".into()), "{:?}", drift.unread());
        assert!(drift.changes.is_empty() && drift.unexplained.is_empty() && drift.expired.is_empty());
        assert!(drift.is_any());
    }
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
