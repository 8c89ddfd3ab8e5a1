//! What keeps a reading from being stored, and pages of siblings.

use super::{
    super::{Contract, Drift, Ledger},
    CONTRACT, LEDGER, drift, read,
    sheet::Page,
};
use crate::page::{self, Channel, Form, LIMIT};

/// Returns what a change of the page has that the contract lacks.
fn lacks(change: impl Fn(&mut Page)) -> Vec<String> {
    let last = read(&Page::new(), Form::Text).to_value();
    let mut page = Page::new();
    change(&mut page);
    let (contract, ledger) = (Contract::new(CONTRACT).unwrap(), Ledger::new(LEDGER).unwrap());
    let drift = drift(read(&page, Form::Html), Some(&last));
    drift.lacks(&contract, &ledger).into_iter().map(|(pointer, _)| pointer).collect()
}

#[test]
fn a_reading_is_stored_when_the_contract_has_what_it_says() {
    assert_eq!(lacks(|_| {}), [""; 0]);
    // Words and values of samples ask nothing of the contract.
    assert_eq!(lacks(|page| page.end[0] = "That is new.".into()), [""; 0]);
    assert_eq!(lacks(|page| page.sample = page.sample.replace("A-1", "ZZ-9")), [""; 0]);
}

#[test]
fn a_reading_is_not_stored_while_the_contract_lacks_a_change() {
    let limit = |page: &mut Page| page.request[0][3] = page.request[0][3].replace("64", "70");
    assert_eq!(lacks(limit), ["/request/fields/order.number/max"]);
    let row = ["order.zz_code", "string", "Optional", "Odd"].map(str::to_owned).to_vec();
    assert_eq!(lacks(|page| page.request.insert(0, row.clone())), ["/request/fields/order.zz_code"]);
    let address = |page: &mut Page| page.endpoint[1][1] = page.endpoint[1][1].replace("v2", "v3");
    assert_eq!(lacks(address), ["/request/endpoint/api endpoint (sandbox)"]);
    // What a deviation rests on is gone.
    let email = |page: &mut Page| page.request[6][3] = page.request[6][3].replace("16", "128");
    assert_eq!(lacks(email), ["D-01"]);
}

#[test]
fn what_the_contract_cannot_show_is_named_on_purpose() {
    let unit = |page: &mut Page| page.response[3][3] = page.response[3][3].replace("in minutes", "in hours");
    assert_eq!(lacks(unit), ["/response/fields/payment.note/format"]);
}

#[test]
fn a_large_file_is_refused_at_once() {
    let page = vec![b'a'; usize::try_from(LIMIT).unwrap() + 1];
    let fault = page::read(&page, Channel::Indodana).unwrap_err().to_string();
    assert_eq!(fault, "line 1: the file has more than 5 MB; save the page alone");
}

#[test]
fn a_page_of_a_sibling_is_read_as_that_alone() {
    for form in super::FORMS {
        let page = Page::new().write(form);
        let fault = page::read(page.as_bytes(), Channel::Akulaku).unwrap_err().to_string();
        assert!(
            fault.contains("not DOKU's page on Akulaku: one called Indodana, with an endpoint of something else"),
            "{fault}"
        );
        let sibling = page.replace("/indodana/", "/akulaku/").replace("Indodana", "Akulaku");
        let last = page::read(sibling.as_bytes(), Channel::Akulaku).unwrap().to_value();
        let changed = sibling.replacen("64", "70", 1);
        let drift = Drift::alone(page::read(changed.as_bytes(), Channel::Akulaku).unwrap(), Some(&last));
        let found: Vec<_> = drift.changes.iter().map(|change| (change.pointer(), change.now.clone())).collect();
        assert_eq!(found, [("/request/fields/order.number/max".to_owned(), "70".into())], "{}", form.name());
    }
}

#[test]
fn a_table_that_is_not_understood_is_one_finding() {
    let last = read(&Page::new(), Form::Markdown).to_value();
    // Without the column that says what must be there, nobody knows any row.
    let text = Page::new().write(Form::Markdown).replace(
        "| Parameter | Type | Mandatory | Description |\n| --- | --- | --- | --- |",
        "| Parameter | Type | Rule | Description |\n| --- | --- | --- | --- |",
    );
    let text = text
        .replace("| Mandatory | As", "| see below | As")
        .replace("| Mandatory | How", "| see below | How")
        .replace("| Conditional | Due", "| see below | Due")
        .replace("| Optional | Time", "| see below | Time");
    let drift = drift(page::read(text.as_bytes(), Channel::Indodana).unwrap(), Some(&last));
    let unread: Vec<_> = drift.unread().iter().map(|unread| unread.reason.as_str()).collect();
    assert_eq!(unread, ["a table with the columns Parameter, Type, Rule, Description"]);
    assert_eq!((drift.changes.len(), drift.unexplained.len(), drift.expired.len()), (0, 0, 0));
}

#[test]
fn a_table_inside_of_a_cell_is_one_finding() {
    let last = read(&Page::new(), Form::Html).to_value();
    let inner = "A phone. <table><tr><td>order.number</td><td>string</td><td>Mandatory</td><td>No</td></tr></table>";
    let text = Page::new().write(Form::Html).replacen("A phone.", inner, 1);
    let drift = drift(page::read(text.as_bytes(), Channel::Indodana).unwrap(), Some(&last));
    let unread: Vec<_> = drift.unread().iter().map(|unread| unread.reason.as_str()).collect();
    assert_eq!(unread, ["a table inside a cell of buyer.phone"]);
    assert_eq!((drift.changes.len(), drift.unexplained.len(), drift.expired.len()), (0, 0, 0));
}

#[test]
fn cells_that_run_together_are_one_finding() {
    let last = read(&Page::new(), Form::Text).to_value();
    let text = Page::new().write(Form::Text).replace("Client-Id\n\nWho calls", "Client-IdWho calls");
    let text = text.replace("Request-Id\n\nA key", "Request-IdA key");
    let drift = drift(page::read(text.as_bytes(), Channel::Indodana).unwrap(), Some(&last));
    let unread: Vec<_> = drift.unread().iter().map(|unread| unread.reason.as_str()).collect();
    assert_eq!(unread, ["cells that run together, in a table with the columns Parameter, Description"]);
    assert_eq!((drift.changes.len(), drift.unexplained.len(), drift.expired.len()), (0, 0, 0));
}
