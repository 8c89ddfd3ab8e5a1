//! Edits of words: in descriptions, and in paragraphs outside of tables.

use super::{
    Edit, Seed,
    expect::{Expect, Line, NOBODY, Place},
    fields::cell,
};
use crate::drift::tests::sheet::Page;

pub(super) fn edits(seed: &mut Seed) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (side, name, from, to) in [
        ("request", "order.number", "Your number", "Our number"),
        ("request", "order.total", "What it costs", "What it brings"),
        ("request", "order.items.price", "Price of one", "Price of +1"),
        ("request", "order.items.price", "Price of one", "Price > one"),
        ("request", "order.items.kind", "If unsure", "If sure"),
        ("request", "order.back_url", "Where to", "Rp 5 where to"),
        ("request", "buyer", "Who buys", "Who buys -"),
        ("request", "buyer.email", "A mailbox", "A mail-box"),
        ("request", "buyer.phone", "A phone", "No phone"),
        ("response", "order.number", "As it was sent", "As it was send"),
        ("response", "payment.due", "Due", "Previous and next"),
        ("response", "payment.note", "Time left", "Here is the time left"),
    ] {
        let expect = Expect::row("text only", NOBODY, side, name, "text");
        let expect = if to.ends_with('-') { vec![] } else { vec![expect] };
        let mut edit = Edit::new(format!("words: {side} {name}: {to}"), cell(side, name, from, to));
        if !expect.is_empty() {
            edit.expect = expect;
            edits.push(edit);
        }
    }
    for (side, name, from, to) in [
        ("request", "order.number", "Your number", "your number"),
        ("request", "buyer.email", "A mailbox.", "A mailbox"),
        ("request", "order.back_url", "Where to return", "Where to  return"),
        ("response", "payment.due", "Due,", "Due –"),
    ] {
        let edit = Edit::new(format!("shape of words: {side} {name}: {to}"), cell(side, name, from, to));
        edits.extend((!to.contains('–')).then_some(edit));
    }
    let text = |words: &str| {
        let expect = Expect::row("text only", NOBODY, "page", "", "text").section("texts");
        expect.at(Place::Words(words.into())).line(Line::Words("    post:"))
    };
    // Words with which the site's own frame begins, and those with which a table might be thought to end.
    let sentences = [
        "Previous orders stay as they are.",
        "Next time the rules of this page are others.",
        "Last updated values win over those before.",
        "Was this helpful to nobody, then it is gone.",
        "Copy the number into your books.",
        "Here is what nobody asked for.",
        "1. No such thing as a rule stands here",
        "Powered by wind, the shop is open.",
        "After hitting the wall, rest.",
        "Request more of it where you can.",
    ];
    for (at, sentence) in sentences.into_iter().enumerate() {
        for place in 0..3 {
            let change = move |page: &mut Page| page.end.insert(place, sentence.into());
            edits.push(Edit::new(format!("paragraph added: {place}: {sentence}"), change).expect(text(sentence)));
        }
        let which = seed.next(2);
        let change = move |page: &mut Page| page.end[which] = sentence.into();
        edits.push(Edit::new(format!("paragraph changed: {which}: {sentence}"), change).expect(text(sentence)));
        if at < 2 {
            let change = move |page: &mut Page| drop(page.end.remove(at));
            edits.push(Edit::new(format!("paragraph gone: {at}"), change).expect(text("").at(Place::Gone)));
        }
    }
    let change = |page: &mut Page| page.note = page.note.replace("parts", "sides");
    edits.push(Edit::new("paragraph with a link:", change).expect(text("count its sides")));
    edits
}
