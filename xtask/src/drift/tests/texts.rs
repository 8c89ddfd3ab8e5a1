//! What stands outside of tables: changed, added, removed; and descriptions with links, which the window's text has at its end.

use super::{FORMS, check, drift, read, sheet::Page};
use crate::page::Form;

/// Checks what is said of a change in the same form; another form may name the heading above otherwise.
#[track_caller]
fn check_each(change: impl Fn(&mut Page), expect: &[&str]) {
    for form in FORMS {
        for last in FORMS {
            let mut page = Page::new();
            let last_reading = read(&page, last).to_value();
            change(&mut page);
            let drift = drift(read(&page, form), Some(&last_reading));
            let found: Vec<_> = drift.changes.iter().map(|finding| super::report::row(finding)[2].clone()).collect();
            assert_eq!(found, expect, "{} after {}", form.name(), last.name());
            assert!(drift.changes.iter().all(|change| change.contract.is_some() && change.class.name() == "text only"));
        }
    }
}

#[test]
fn paragraphs_change_come_and_go() {
    check(
        |page| page.note = page.note.replace("parts", "sides"),
        &["text only: page below API Request (2): other words: breaks nobody"],
        &[],
    );
    check_each(|page| page.end[0] = "That is nearly all.".into(), &["other words"]);
    check_each(|page| page.end.insert(1, "Mind the gap.".into()), &["a new text"]);
    check_each(|page| page.end.push("Mind the gap.".into()), &["a new text"]);
    check_each(|page| drop(page.end.remove(0)), &["a text less"]);
    check_each(|page| page.end = vec!["This is new.".into(), "So is this.".into()], &["other words", "other words"]);
}

#[test]
fn a_description_with_a_link_changes() {
    let change = |page: &mut Page| page.headers[2][1] = "A sign. See [this part] of it.".into();
    for form in FORMS {
        for last in FORMS {
            let mut page = Page::new();
            let last_reading = read(&page, last).to_value();
            change(&mut page);
            let drift = drift(read(&page, form), Some(&last_reading));
            let found: Vec<_> = drift.changes.iter().map(|finding| (finding.side, finding.name.as_str())).collect();
            // In two texts of the window nothing tells whose description it is.
            let expect = if (form, last) == (Form::Text, Form::Text) {
                ("page", "2. Show the payment page (4)")
            } else {
                ("request", "Signature")
            };
            assert_eq!(found, [expect], "{} after {}", form.name(), last.name());
        }
    }
}

#[test]
fn the_words_of_the_site_are_none_of_the_page() {
    let text = Page::new().write(Form::Text);
    let last = read(&Page::new(), Form::Text).to_value();
    let other = text
        .replace("API Reference\n", "API Reference\n  • Another page\n")
        .replace("6 months", "7 months")
        .replace("\n{\n", "\nCopy\n{\n");
    let page = crate::page::read(
        (other + "\nPrevious\nNext\nPowered by GitBook\n").as_bytes(),
        crate::page::Channel::Indodana,
    )
    .unwrap();
    assert_eq!(page.to_value(), last);
}

#[test]
fn the_section_for_programs_is_none_of_the_page() {
    let page = Page::new().write(Form::Markdown);
    let last = read(&Page::new(), Form::Markdown).to_value();
    let other = format!(
        "> For all pages see [llms.txt](/llms.txt).\n\n{page}\n---\n\n# Agent Instructions: Asking\n\nAsk.\n\n```\nGET /a.md?ask=<question>\n```\n"
    );
    let reading = crate::page::read(other.as_bytes(), crate::page::Channel::Indodana).unwrap();
    assert_eq!((reading.to_value(), reading.unread), (last, vec![]));
}

#[test]
fn a_paragraph_may_go_over_lines() {
    let sentence = "One sentence that is long enough to be broken by whatever shows the page, and another.";
    let mut page = Page::new();
    page.end[0] = sentence.into();
    let last = read(&page, Form::Markdown).to_value();
    let text = page.write(Form::Text).replace("shows the", "shows\nthe");
    let drift = drift(crate::page::read(text.as_bytes(), crate::page::Channel::Indodana).unwrap(), Some(&last));
    assert!(!drift.is_any(), "{}", super::report::table(&[("page.txt", drift)]));
}
