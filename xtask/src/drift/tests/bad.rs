//! Pages that cannot be read.

use super::{FORMS, sheet::Page};
use crate::page::{self, Form};

fn fault(bytes: &[u8]) -> String {
    match page::read(bytes, page::Channel::Indodana) {
        Ok(_) => "read".into(),
        Err(fault) => fault.to_string(),
    }
}

#[test]
fn an_empty_file() {
    for text in ["", " \n\n", "\u{feff}"] {
        assert_eq!(fault(text.as_bytes()), "line 1: the file is empty; save the page again");
    }
}

#[test]
fn another_encoding() {
    let text = Page::new().write(Form::Text);
    let wide: Vec<_> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(fault(&wide), "line 1: the file is UTF-16 or binary; save the page as UTF-8");
    assert_eq!(fault(&wide[2..]), "line 1: the file is UTF-16 or binary; save the page as UTF-8");
    let single: Vec<_> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(0x95)).collect();
    assert_eq!(fault(&single), "line 2: a byte that is not UTF-8; save the page as UTF-8");
    let twice = text.replace('•', "â€¢");
    assert_eq!(fault(twice.as_bytes()), "line 2: text that was saved in another encoding; save the page as UTF-8");
}

#[test]
fn a_page_of_something_else() {
    for form in FORMS {
        let mut page = Page::new();
        page.endpoint[1][1] = "https://sandbox.example/other/v2/order".into();
        let text = page.write(form);
        let expect = "not DOKU's page on Indodana: an endpoint of something else, https://sandbox.example/other/v2/order; save that page, all of it";
        let line = text.lines().position(|line| line.contains("/other/")).unwrap() + 1;
        let found = fault(text.as_bytes());
        assert!(found.ends_with(expect), "{found}");
        let at: usize = found.trim_start_matches("line ").split(':').next().unwrap().parse().unwrap();
        assert!(line.abs_diff(at) <= 3, "{found}, not line {line}");
    }
    for text in ["A letter.\n", "# A list\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "<html><body><p>No.</p></body></html>"]
    {
        let found = fault(text.as_bytes());
        assert!(
            found.contains("not DOKU's page on Indodana: ") && found.contains("no endpoint; save that page"),
            "{found}"
        );
    }
}

#[test]
fn a_truncated_page_at_any_line() {
    for form in FORMS {
        let text = Page::new().write(form);
        let end = text.find("2. Show the").unwrap();
        for (at, _) in text.match_indices('\n').filter(|(at, _)| *at < end) {
            let found = fault(&text.as_bytes()[..at]);
            assert!(found.starts_with("line "), "{} cut at {at}: {found}\n{}", form.name(), &text[..at]);
            assert!(found.contains("all of it") || found.contains("whole page") || found.contains("empty"), "{found}");
        }
    }
}

#[test]
fn merged_cells() {
    for (form, cell) in [(Form::Html, "<div class=\"c\" role=\"cell\">"), (Form::Markdown, "<td><code>order.number")] {
        let page = Page::new().write(form);
        let table = page.find("Request Body Explanation").unwrap();
        let at = table + page[table..].find(cell).unwrap();
        let text = format!(
            "{}{}",
            &page[..at],
            page[at..].replacen(' ', " rowspan=\"2\" ", 1).replacen("<td><", "<td rowspan=2><", 1)
        );
        let found = fault(text.as_bytes());
        assert!(found.ends_with("a cell that spans several rows or columns; write it out for each row"), "{found}");
    }
}

#[test]
fn the_same_field_twice() {
    for form in FORMS {
        let mut page = Page::new();
        let row = page.request[0].clone();
        page.request.push(row);
        let found = fault(page.write(form).as_bytes());
        assert!(found.contains("order.number is there twice in fields of the request, first in line "), "{found}");
        assert!(found.ends_with("; keep one"), "{found}");
    }
}

#[test]
fn what_is_no_text() {
    let binary = "line 1: the file is UTF-16 or binary; save the page as UTF-8";
    let wide: Vec<_> = [0xfe, 0xff]
        .into_iter()
        .chain(Page::new().write(Form::Html).encode_utf16().flat_map(u16::to_be_bytes))
        .collect();
    let archives: [(&str, &[u8]); 3] = [
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
        ("zip", b"PK\x03\x04\x14\0\0\0"),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0"),
    ];
    for (what, bytes) in archives.into_iter().chain([("UTF-16", &*wide)]) {
        assert_eq!(fault(bytes), binary, "{what}");
    }
    assert_eq!(fault(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "line 2: a byte that is not UTF-8; save the page as UTF-8");
    let large = "x\n".repeat(usize::try_from(page::LIMIT).unwrap() / 2 + 1);
    assert_eq!(fault(large.as_bytes()), "line 1: the file has more than 5 MB; save the page alone");
}

#[test]
fn a_page_without_its_content() {
    let text = Page::new().write(Form::Text);
    let end = text.find("1. Obtain").unwrap();
    for frame in [
        &text[..end],
        "<!DOCTYPE html><html><body><nav><a href=\"/i\">Indodana</a> <a href=\"/k\">Kredivo</a></nav></body></html>",
        "<html><head><title>Just a moment</title></head><body><h1>Checking the browser</h1></body></html>",
    ] {
        let found = fault(frame.as_bytes());
        assert!(
            found.contains("not DOKU's page on Indodana: ") && found.ends_with("; save that page, all of it"),
            "{found}"
        );
        assert!(found.contains("no endpoint"), "{found}");
    }
}

#[test]
fn two_pages_in_one_file() {
    for form in FORMS {
        let text = Page::new().write(form);
        let found = fault(format!("{text}\n{text}").as_bytes());
        assert!(found.contains(" is there twice in ") && found.ends_with("; keep one"), "{}: {found}", form.name());
    }
}

#[test]
fn two_pages_of_different_forms_in_one_file() {
    for first in FORMS {
        for second in FORMS.into_iter().filter(|second| *second != first) {
            let [one, other] = [first, second].map(|form| Page::new().write(form));
            let found = fault(format!("{one}\n{other}").as_bytes());
            let said = found.contains("a second page begins here, saved in another way; keep one")
                || found.contains(" is there twice in ") && found.ends_with("; keep one");
            assert!(said, "{} and {}: {found}", first.name(), second.name());
        }
    }
}

#[test]
fn a_page_of_another_product_is_named() {
    for form in FORMS {
        for (title, path) in [("Kredivo", "kredivo"), ("OVO", "ovo-emoney")] {
            let mut page = Page::new();
            page.endpoint[1][1] = format!("https://sandbox.example/{path}/v2/order");
            let text = page.write(form).replace("Kredivo", "Akulaku").replace("Indodana", title);
            let found = fault(text.as_bytes());
            let expect =
                format!("an endpoint of something else, https://sandbox.example/{path}/v2/order; save that page");
            assert!(found.contains(&expect), "{}: {found}", form.name());
            let named = title == "Kredivo" || matches!(form, Form::Markdown | Form::Html);
            assert!(!named || found.contains(&format!("one called {title}, with ")), "{}: {found}", form.name());
        }
    }
}
