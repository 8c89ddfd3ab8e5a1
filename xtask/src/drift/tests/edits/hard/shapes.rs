//! Sentences with a rule, footnotes and remarks, columns that nobody knows, and rows that are none.

use serde_json::Value;

use super::super::{
    Edit,
    expect::{Expect, Line, MAY_READERS, MAY_SENDERS, NOBODY, Place},
    fields::cell,
};
use crate::{drift::tests::sheet::Page, page::Form};

/// Sentences that say a rule.
pub(super) fn rules() -> Vec<Edit> {
    let mut edits = Vec::new();
    for sentence in [
        "Mandatory if there is no mailbox.",
        "Required when the buyer is new.",
        "Wajib diisi jika tidak ada alamat.",
        "Must not be empty.",
        "Deprecated.",
        "Only digits.",
        "Case sensitive.",
        "No longer used.",
        "Never with a space.",
        "For 24 hours.",
        "As in ISO 3166-1.",
    ] {
        let words = format!("A phone. {sentence}");
        let expect = Expect::row("text only", MAY_SENDERS, "request", "buyer.phone", "text");
        edits.push(
            Edit::new(format!("rule in words: {sentence}"), cell("request", "buyer.phone", "A phone.", &words))
                .expect(expect),
        );
        let words = format!("As it was sent. {sentence}");
        let expect = Expect::row("text only", MAY_READERS, "response", "order.number", "text");
        edits.push(
            Edit::new(
                format!("rule in words, answer: {sentence}"),
                cell("response", "order.number", "As it was sent", &words),
            )
            .expect(expect),
        );
    }
    for (sentence, breaks) in [
        ("If the order waits, the status will be IN_REVIEW.", "may break those who send and those who read"),
        ("The HTTP status may be 202 as well.", "may break those who send and those who read"),
        ("From July on order.number is limited to 32 characters.", "may break those who send and those who read"),
        ("From now on buyer.phone is mandatory.", "may break those who send and those who read"),
        ("From now on nobody knows.", NOBODY),
    ] {
        let change = move |page: &mut Page| page.end[0] = sentence.into();
        let expect = Expect::row("text only", breaks, "page", "", "text").section("texts");
        edits.push(
            Edit::new(format!("rule in a paragraph: {sentence}"), change)
                .expect(expect.at(Place::Words(sentence.into())).line(Line::Words("    post:"))),
        );
    }
    edits
}

/// Footnotes and remarks at names, types and presences.
pub(super) fn marks() -> Vec<Edit> {
    let mut edits = Vec::new();
    for (at, from, to, breaks) in [
        (1, "string", "string*", MAY_SENDERS),
        (1, "string", "string¹", MAY_SENDERS),
        (2, "Mandatory", "Mandatory*", MAY_SENDERS),
        (2, "Mandatory", "Mandatory²", MAY_SENDERS),
        (0, "order.number", "order.number*", MAY_SENDERS),
        (0, "order.number", "order.number (new)", NOBODY),
    ] {
        let change = move |page: &mut Page| {
            assert_eq!(page.request[0][at], from);
            page.request[0][at] = to.into();
        };
        let expect = Expect::row("text only", breaks, "request", "order.number", "text");
        // The row is found by the name that it has on the page.
        let heading = "Request Body Explanation";
        let name = if at == 0 { to } else { "order.number" };
        edits.push(
            Edit::new(format!("footnote or remark: {to}"), change).expect(expect.at(Place::Row(heading, name.into()))),
        );
    }
    for (to, breaks) in [("Request-Id*", MAY_SENDERS), ("Request-Id (optional)", MAY_SENDERS)] {
        let change = move |page: &mut Page| page.headers[1][0] = to.into();
        let expect = Expect::row("text only", breaks, "request", "Request-Id", "text").section("headers");
        let expect = expect.at(Place::Row("Request Header Explanation", to.into()));
        edits.push(
            Edit::new(format!("footnote of a header: {to}"), change)
                .expect(expect.line(Line::Words("name: Request-Id"))),
        );
    }
    let change = |page: &mut Page| page.headers[1][0] = "Request-ID".into();
    let expect = Expect::row("header changed", NOBODY, "request", "Request-Id", "name")
        .section("headers")
        .values("Request-Id", "Request-ID")
        .at(Place::Row("Request Header Explanation", "Request-ID".into()));
    edits.push(Edit::new("header in capitals:", change).expect(expect.line(Line::Words("name: Request-Id"))));
    let change = |page: &mut Page| page.header_sample = page.header_sample.replace("Request-Id", "request-id");
    let expect = Expect::row("sample changed", NOBODY, "request", "Request-Id", "name")
        .section("header_sample")
        .values("Request-Id", "request-id")
        .at(Place::Words("request-id: 77".into()));
    edits.push(
        Edit::new("header of a sample in small letters:", change).expect(expect.line(Line::Words("name: Request-Id"))),
    );
    edits
}

/// Columns, rows that are none, and rows of the endpoint.
pub(super) fn tables() -> Vec<Edit> {
    let mut edits = Vec::new();
    for names in [
        "Field|Format|Presence|Meaning",
        "Parameter|Type|Required|Rules",
        "Parameter|Data|Mandatory?|Description",
        "Attribute|Data Type|M/O|Constraints",
    ] {
        edits.push(Edit::new(format!("columns that nobody knows: {names}"), move |page| page.columns = names.into()));
    }
    for (name, cell) in [("Example", "zz-odd"), ("Since", "1.4"), ("Example", "")] {
        let change = move |page: &mut Page| {
            page.columns += &format!("|{name}");
            page.request.iter_mut().chain(&mut page.response).for_each(|row| row.push(cell.into()));
        };
        let edit = Edit::new(format!("column more: {name}: {cell}"), change);
        let column = format!("a column that is not known, {name}");
        // Where no cell has a border, an empty column is one that may hold the end of each description.
        edits.push(if cell.is_empty() { edit.marked_only() } else { edit.unread(column.clone()).unread(column) });
    }
    for (note, forms) in [
        ("Note: all of it is in rupiah", vec![Form::Text, Form::Window, Form::Markdown, Form::Html]),
        ("About the price", vec![Form::Window, Form::Markdown, Form::Html]),
    ] {
        let change = move |page: &mut Page| {
            let mut row = vec![String::new(); 4];
            row[0] = note.into();
            page.request.insert(2, row);
        };
        let mut edit = Edit::new(format!("note between rows: {note}"), change).unread("a row whose name is no field");
        edit.forms = forms;
        edits.push(edit);
    }
    for name in ["order→total", "order.total / order.sum"] {
        let change = move |page: &mut Page| page.request[1][0] = name.into();
        edits.push(Edit::new(format!("name that is none: {name}"), change).unread("a row whose name is no field"));
    }
    let status = |name: &str, now: &str| {
        Expect::row("endpoint changed", NOBODY, "response", name, "").section("endpoint").values(Value::Null, now)
    };
    let change = |page: &mut Page| page.status.push(["HTTP Status".to_owned(), "400".to_owned()].to_vec());
    let mut edit = Edit::new("status more:", change)
        .expect(status("http status (2)", "400").at(Place::Last("400")).line(Line::Words("responses:")));
    edit.forms = vec![Form::Markdown, Form::Html, Form::Text, Form::Window];
    edits.push(edit);
    for (at, same) in [(0, "200 OK"), (0, "200 (OK)")] {
        edits.push(Edit::new(format!("status in other words: {same}"), move |page| page.status[at][1] = same.into()));
    }
    for (at, same) in [(0, "post"), (1, "https://SANDBOX.example/indodana/v2/order")] {
        edits.push(Edit::new(format!("address in other letters: {same}"), move |page| {
            page.endpoint[at][1] = same.into();
        }));
    }
    edits
}
