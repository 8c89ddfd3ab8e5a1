//! Shapes of rows: indented, wrapped, and such as cannot be read.

use super::{FORMS, drift, read, sheet::Page};
use crate::{
    drift::Finding,
    page::{self, Form, Reading},
};

fn names(reading: &Reading) -> Vec<&str> {
    reading.sides[0].1.section("fields").iter().map(|entry| entry.name.as_str()).collect()
}

fn unread(page: &str) -> Vec<(usize, String)> {
    let reading = page::read(page.as_bytes(), page::Channel::Indodana).unwrap();
    reading.unread.into_iter().map(|unread| (unread.line, unread.reason)).collect()
}

fn line(page: &str, mark: &str) -> usize {
    page.lines().position(|line| line.contains(mark)).unwrap() + 1
}

#[test]
fn indented_rows_are_parts_of_the_row_above() {
    let row = |name: &str, kind: &str| [name, kind, "Mandatory", "A word"].map(str::to_owned).to_vec();
    for (indent, deeper) in
        [("\u{a0}\u{a0}", "\u{a0}\u{a0}\u{a0}\u{a0}"), ("\u{2003}", "\u{2003}\u{2003}"), ("↳ ", "↳ ↳ ")]
    {
        let mut page = Page::new();
        page.request = vec![
            row("order", "object"),
            row(&format!("{indent}number"), "string"),
            row(&format!("{indent}items[]"), "array"),
            row(&format!("{deeper}price"), "decimal"),
            row(&format!("{deeper}order.items.kind"), "string"),
            row(&format!("{indent}total"), "number"),
            row("buyer", "object"),
            row("buyer.email", "string"),
        ];
        for form in FORMS {
            let reading = read(&page, form);
            let expect = [
                "order",
                "order.number",
                "order.items",
                "order.items.price",
                "order.items.kind",
                "order.total",
                "buyer",
                "buyer.email",
            ];
            assert_eq!(names(&reading), expect, "{} {indent:?}", form.name());
            assert_eq!(reading.unread, []);
        }
    }
}

#[test]
fn rows_may_be_wrapped_in_text() {
    let page = Page::new().write(Form::Text);
    let whole = page::read(page.as_bytes(), page::Channel::Indodana).unwrap().to_value();
    for (from, to) in [
        (
            "Your number of it Allowed chars: alphabetic, numeric Max length: 64",
            "Your number\n  of it Allowed chars:\nalphabetic, numeric\nMax length: 64",
        ),
        ("Your number of it Allowed chars", "Your number of it\n\nAllowed chars"),
        ("toys-and-games food other", "toys-and-games\nfood\nother"),
        (
            "Client-Id\n\nWho calls\n\nRequest-Id\n\nA key of yours (max 128 characters)\n\nSignature",
            "Client-Id\tWho calls\nRequest-Id\tA key of yours (max 128 characters)\nSignature\t",
        ),
        ("order.total\n\nnumber\n\nMandatory\n\nWhat", "order.total\tnumber\tMandatory\tWhat"),
    ] {
        let wrapped = page.replacen(from, to, 1);
        assert_ne!(wrapped, page);
        assert_eq!(page::read(wrapped.as_bytes(), page::Channel::Indodana).unwrap().to_value(), whole, "{to}");
    }
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    let page = Page::new().write(Form::Text).replace("order.total\n\nnumber\n\nMandatory", "order.total\n\nnumber");
    assert_eq!(unread(&page), [(line(&page, "order.total"), "a row without type and mandatory: order.total".into())]);
    for form in FORMS {
        let mut page = Page::new();
        page.request[2][0] = "Price of item".into();
        let text = page.write(form);
        let mark = if form == Form::Markdown { "<table" } else { "Price of item" };
        let found = unread(&text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].1, "a row whose name is no field: Price of item");
        assert!(line(&text, mark).abs_diff(found[0].0) <= 1, "{found:?}");
    }
    for form in [Form::Markdown, Form::Html] {
        let mut page = Page::new();
        page.request[2][2] = "Sometimes".into();
        let reason = "order.items.price is neither mandatory, optional nor conditional but `Sometimes`";
        assert_eq!(unread(&page.write(form))[0].1, reason);
    }
    let page = Page::new().write(Form::Markdown).replace("| As it was sent |", "| As it | was sent |");
    assert_eq!(unread(&page), [(line(&page, "| was sent"), "a row of 5 cells in a table of 4: order.number".into())]);
    let page = Page::new().write(Form::Markdown).replace("\"total\": 100,", "\"total\": 100");
    assert_eq!(unread(&page), [(line(&page, "\"items\""), "a sample that is not JSON from here on".into())]);
    let page =
        Page::new().write(Form::Markdown).replace("{% hint", "| Code | Meaning |\n|---|---|\n| 1 | one |\n\n{% hint");
    assert_eq!(unread(&page), [(line(&page, "| Code"), "a table with the columns Code, Meaning".into())]);
}

/// Checks that of a page whose cells run together one line is said, and nothing else.
#[track_caller]
fn check_together(form: Form, edits: &[(String, String)], expect: &str) {
    let page = Page::new().write(form);
    let last = page::read(page.as_bytes(), page::Channel::Indodana).unwrap().to_value();
    let glued = edits.iter().fold(page.clone(), |page, (from, to)| page.replacen(from, to, 1));
    assert_ne!(glued, page);
    let drift = drift(page::read(glued.as_bytes(), page::Channel::Indodana).unwrap(), Some(&last));
    let names: Vec<_> = drift.changes.iter().chain(&drift.unexplained).map(Finding::pointer).collect();
    assert_eq!(names, [""; 0], "{}\n{glued}", form.name());
    let unread: Vec<_> = drift.unread().iter().map(|unread| unread.reason.as_str()).collect();
    assert_eq!(unread, [expect], "{}", form.name());
}

#[test]
fn cells_that_run_together_are_one_finding() {
    let row = |row: &[String], form: Form, between: &str| {
        let cells = row.iter().map(|cell| cell.replace(" Allowed", "\nAllowed").replace(" Max ", "\nMax "));
        let cells: Vec<_> = if form == Form::Window { cells.collect() } else { row.to_vec() };
        let separator = if form == Form::Window { "\t" } else { "\n\n" };
        let together = format!("{}{}", cells[..3].join(between), cells[3]);
        (cells.join(separator).trim_end().to_owned(), together.trim_end().to_owned())
    };
    for form in [Form::Text, Form::Window] {
        let Page { request, response, .. } = Page::new();
        for between in ["", " "] {
            for at in [0, 1, 2, 6, 7] {
                let name = &request[at][0];
                let expect = format!("cells that run together, of {name}");
                check_together(form, &[row(&request[at], form, between)], &expect);
            }
            let all = "cells that run together, in a table with the columns Parameter, Type, Mandatory, Description";
            let edits: Vec<_> = request.iter().map(|cells| row(cells, form, between)).collect();
            check_together(form, &edits, all);
            check_together(form, &edits[..2], all);
            let edits: Vec<_> = response.iter().map(|cells| row(cells, form, between)).collect();
            check_together(form, &edits[2..], all);
        }
        let separator = if form == Form::Window { "\t" } else { "\n\n" };
        let header = |name: &str, text: &str| (format!("{name}{separator}{text}"), format!("{name}{text}"));
        let all = "cells that run together, in a table with the columns Parameter, Description";
        let rows = [header("Client-Id", "Who calls"), header("Request-Id", "A key of yours (max 128 characters)")];
        for edits in [&rows[..], &rows[..1], &rows[1..]] {
            check_together(form, edits, all);
        }
        // A name without a hyphen is told apart where its row stands alone, and by a tab otherwise.
        if form == Form::Text {
            let (first, rest) = ("Who calls\n\n", "Signature");
            let channel = (first.to_owned(), format!("{first}ChannelWhich one\n\n"));
            check_together(form, &[channel], all);
            check_together(form, &[(format!("\n\n{rest}\n\nHere"), "\n\nSignatureA proof of it\n\nHere".into())], all);
        }
    }
}

#[test]
fn a_title_without_the_name_of_a_channel_ends_the_frame_above_it() {
    for form in [Form::Text, Form::Window] {
        let last = read(&Page::new(), form).to_value();
        let buttons = if form == Form::Text { "\n\nLast updated" } else { "\n\nCopy page" };
        let text =
            Page::new().write(form).replacen(&format!("Indodana{buttons}"), &format!("Pay in parts{buttons}"), 1);
        let drift = drift(page::read(text.as_bytes(), page::Channel::Indodana).unwrap(), Some(&last));
        let found: Vec<_> = drift.changes.iter().map(|change| (change.name.as_str(), change.now.clone())).collect();
        assert_eq!(found, [("title", "Pay in parts".into())], "{}", form.name());
    }
}

/// Returns what is said of a page with one part of it replaced, in Markdown and in HTML.
fn said(from: &str, to: &str) -> Vec<Vec<String>> {
    let say = |form: Form| {
        let page = Page::new().write(form);
        let last = page::read(page.as_bytes(), page::Channel::Indodana).unwrap().to_value();
        assert!(page.contains(from), "{} has no {from}", form.name());
        let edited = page.replacen(from, to, 1);
        let drift = drift(page::read(edited.as_bytes(), page::Channel::Indodana).unwrap(), Some(&last));
        let found = drift.changes.iter().chain(&drift.unexplained).map(|finding| {
            let [class, subject, change, ..] = super::report::row(finding);
            format!("{class}: {subject}: {change}")
        });
        found.chain(drift.unread().iter().map(|unread| unread.reason.clone())).collect()
    };
    vec![say(Form::Markdown)]
}

#[test]
fn marks_of_html_are_no_letters() {
    // The request's table stands as HTML inside of the Markdown.
    let max = "<strong>Max</strong> length: 64";
    let unread = |raised: &str| {
        format!(
            "order.number: max 64 is not read any more, and still stands in: Your number of it Allowed chars: alphabetic, \
             numeric Max length: {raised}"
        )
    };
    let less = "tightened: request order.number: max 64 → 60".to_owned();
    let gone = "field removed: request buyer.phone: string, optional, max 16, format {country}{number} → nothing";
    let phone = "<tr><td><code>buyer.phone</code></td>";
    let total = "<td><code>order.total</code></td><td>number</td>";
    let price = "<td><code>order.items.price</code></td><td>decimal</td>";
    for (from, to, expect) in [
        (max.to_owned(), max.to_owned() + "<sup>1</sup>", unread("64¹")),
        (max.to_owned(), max.replace("64", "2<sup>6</sup>"), unread("2⁶")),
        (max.to_owned(), max.replace("64", "6&#8203;0"), less.clone()),
        (max.to_owned(), max.replace("64", "6<wbr>0"), less.clone()),
        (max.to_owned(), max.replace("64", "<s>64</s>&nbsp;60"), less.clone()),
        (max.to_owned(), max.replace("64", "<span style=\"text-decoration: line-through\">64</span> 60"), less),
        (phone.into(), phone.replace("<tr>", "<tr style=\"display: none\">"), gone.into()),
        (
            phone.into(),
            format!("<tr><td colspan=\"4\">Below are telephones</td></tr>{phone}"),
            "a row of 1 cells in a table of 4: Below are telephones".into(),
        ),
        (price.into(), price.replace("decimal", "number"), {
            "retyped: request order.items.price: type decimal → number".into()
        }),
    ] {
        assert_eq!(said(&from, &to), [[expect]], "{to}");
    }
    // A cell over two rows is the cell of each.
    let page = Page::new().write(Form::Markdown);
    let merged = page.replacen(total, &total.replace("<td>number", "<td rowspan=\"2\">number"), 1);
    let merged = merged.replacen(price, "<td><code>order.items.price</code></td>", 1);
    let last = page::read(page.as_bytes(), page::Channel::Indodana).unwrap().to_value();
    let drift = drift(page::read(merged.as_bytes(), page::Channel::Indodana).unwrap(), Some(&last));
    let found: Vec<_> = drift.changes.iter().map(|finding| (finding.name.as_str(), finding.now.clone())).collect();
    assert_eq!(found, [("order.items.price", "number".into())]);
    assert_eq!(drift.unread(), []);
}
