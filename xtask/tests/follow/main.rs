//! `cargo xtask follow` as a maintainer runs it, on copies of this tree: each class of change of the page, and all at once.
//!
//! The page is written from the stored reading, with words of our own, because DOKU's are not in this repository.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod page;
mod tree;

use self::{page::Page, tree::Tree};

/// What is replaced by what on the page.
type Edit = (&'static str, &'static str);

const LONGER: Edit = (
    "About order.invoice_number. Allowed chars: alphabetic, numeric, special chars Max length: #",
    "About order.invoice_number. Allowed chars: alphabetic, numeric, special chars Max length: 1000",
);
const VALUE: Edit = ("gifts-and-flowers ", "gifts-and-flowers zeppelin-rides ");
const FIELD: Edit = (
    "| customer.email ",
    "| customer.star_sign | string | Optional | The star sign Max length: 16 |\n| customer.email ",
);
const HEADER: Edit = (
    "| Signature | About it. |\n\nHere is the sample of the request body",
    "| Signature | About it. |\n| Weather-Today | About it. (max 32 characters) |\n\nHere is the sample of the request body",
);
const ADDRESS: Edit = ("/indodana-peer-to-peer/v#/generate-order", "/indodana-peer-to-peer/v99/generate-order");

/// Checks what is said of edits of the page that was read last, and what becomes of the contract.
#[track_caller]
fn check(name: &str, edits: &[Edit], decisions: &[&str]) {
    let page = Page::new().write();
    let tree = Tree::new(name);
    tree.known(&page);
    let options: Vec<_> = decisions.iter().flat_map(|decision| ["--decide", decision]).collect();
    let said = tree.follow(&page::edited(&page, edits), &options);
    insta::assert_snapshot!(name, said.in_short());
}

#[test]
fn limits_values_and_words() {
    let edits = [
        (
            "About order.line_items.name. Allowed chars: alphabetic, numeric, special chars Max length: 128",
            "About order.line_items.name. Allowed chars: alphabetic, numeric, special chars No more than 100 characters",
        ),
        LONGER,
        VALUE,
        (" baby ", " "),
        ("(max 128 characters)", "(up to 64 characters)"),
        ("\"name\": \"Ayam\"", "\"name\": \"Bebek\""),
        ("About order.amount.", "All about order.amount."),
        ("About customer.email. Max length: 16", "About customer.email. Max length: 128"),
        ("About billing_address.city.", "About billing_address.city. Max length: 64"),
    ];
    check("values", &edits, &["D-01=delete", "billing_address.city=all"]);
}

#[test]
fn rows_that_come_go_and_have_other_names() {
    let edits = [
        FIELD,
        (
            "| order.amount | number | Mandatory | About order.amount. ",
            "| order.voucher | string | Mandatory | A code Max length: 20 |\n| order.amount | number | Mandatory | About order.amount. ",
        ),
        ("| order.line_items.type | string | Optional | About order.line_items.type. |\n", ""),
        ("| order.line_items.image_url ", "| order.line_items.picture_url "),
        ("| peer_to_peer_info.expired_time ", "| order.expired_time "),
    ];
    check("rows", &edits, &["order.line_items.type=remove"]);
}

#[test]
fn types_and_presence() {
    let edits = [
        (
            "| order.line_items.type | string | Optional | About order.line_items.type. |",
            "| order.line_items.type | number | Optional | About order.line_items.type. Max length: 8 |",
        ),
        (
            "| peer_to_peer_info.expired_time | number | Optional ",
            "| peer_to_peer_info.expired_time | number | Mandatory ",
        ),
        ("| order.callback_url_cancel | string | Mandatory ", "| order.callback_url_cancel | string | Optional "),
        ("| order.line_items.url | string | Optional ", "| order.line_items.url | string | Conditional "),
    ];
    check("presence", &edits, &[]);
}

#[test]
fn what_many_vectors_and_examples_rest_on() {
    let edits = [
        ("| order.line_items.url | string | Optional ", "| order.line_items.url | string | Mandatory "),
        ("| order.callback_url_cancel | string | Mandatory ", "| order.callback_url_cancel | string | Optional "),
        ("| shipping_address | json | Optional ", "| shipping_address | json | Mandatory "),
        (" beauty-and-fragrances ", " "),
        ("About customer.email. Max length: 16", "About customer.email. Max length: 64"),
        (
            r"About customer.phone. Format: \{calling_code\}\{phone_number\}. Allowed chars: numeric Max",
            r"About customer.phone. Format: \{calling_code\}\{phone_number\}. Allowed chars: numeric, special chars Max",
        ),
        ("Format in minute Max length: #", "Format in minute Min length: 2 Max length: 5"),
        ("About billing_address.city.", "About billing_address.city. Mandatory for goods."),
    ];
    check("many", &edits, &[]);
}

#[test]
fn headers_and_addresses() {
    let edits = [
        HEADER,
        ("| Request-Timestamp | About it. In ISO8601 UTC+0 format |\n", ""),
        ("https://api-sandbox.doku.com/", "https://sandbox-api.doku.com/"),
        ADDRESS,
        ("| HTTP Method | POST |", "| HTTP Method | PUT |"),
        ("| HTTP Status | 200 |", "| HTTP Status | 201 |"),
        (
            "| Response-Timestamp | About it. In ISO8601 UTC+0 format |\n",
            "| Response-Timestamp | About it. In ISO8601 UTC+0 format |\n| Trace-Id | About it. |\n",
        ),
        ("| Request-Id | About it. |\n| Response-Timestamp", "| Response-Timestamp"),
    ];
    check("headers", &edits, &["Weather-Today=hand", "Request-Id=remove"]);
}

#[test]
fn fields_of_the_answer() {
    let edits = [
        (
            "| payment.status ",
            "| payment.token | string | Optional | A token |\n| payment.fee | number | Mandatory | What it costs |\n| payment.status ",
        ),
        (
            "| peer_to_peer_info.created_date | string | Conditional ",
            "| peer_to_peer_info.created_date | string | Mandatory ",
        ),
        (
            "| order.amount | number | Mandatory | About order.amount of the answer.",
            "| order.amount | number | Optional | About order.amount of the answer.",
        ),
        ("Possible value: PENDING, FAILED", "Possible value: PENDING, FAILED, EXPIRED"),
        (
            "| peer_to_peer_info.expired_date_utc | string | Conditional | About peer_to_peer_info.expired_date_utc of the answer. In UTC format |\n",
            "",
        ),
        ("| peer_to_peer_info.created_date_utc ", "| peer_to_peer_info.made_date_utc "),
    ];
    check("answer", &edits, &["order.amount=keep", "peer_to_peer_info.expired_date_utc=remove"]);
}

#[test]
fn a_field_a_value_a_limit_a_header_and_an_address_at_once() {
    let page = Page::new().write();
    let tree = Tree::new("all");
    tree.known(&page);
    let edited = page::edited(&page, &[FIELD, VALUE, LONGER, HEADER, ADDRESS]);

    let open = tree.follow(&edited, &["--apply"]);
    assert_eq!(open.code, 6, "{}", open.text);
    assert_eq!(open.text.matches("--decide").count(), 2, "one question with two answers: {}", open.text);
    assert!(open.text.ends_with("nothing is applied as long as something is to be decided\n"), "{}", open.text);
    assert_eq!(tree.read("spec/openapi.yaml"), Tree::source("spec/openapi.yaml"));

    let done =
        tree.follow(&edited, &["--decide", "Weather-Today=optional", "--apply", "--pull-request", "target/body.md"]);
    assert_eq!(done.code, 0, "{}", done.text);
    insta::assert_snapshot!(done.in_short());
    let body = tree.read("target/body.md");
    for words in [
        "| field added | request customer.star_sign |",
        "## Whom it breaks",
        "+pub struct CustomerStarSign",
        "- [x] the page lists a header Weather-Today",
    ] {
        assert!(body.contains(words), "no {words} in\n{body}");
    }

    // What `cargo xtask test` asks of the files, without building them.
    tree.xtask(&["check"], 0);
    tree.xtask(&["export", "--check"], 0);
    tree.vectors();
    let said = tree.xtask(&["drift", "target/page.md"], 0);
    assert!(said.contains("no drift; "), "{said}");
    let said = tree.xtask(&["follow", "target/page.md", "--quick"], 0);
    assert!(said.ends_with("says what the contract says; nothing to follow\n"), "{said}");
}

#[test]
fn a_sibling_is_compared_with_its_own_last_reading() {
    let ours = Page::new().write();
    let tree = Tree::new("sibling");
    let drift = |options: &[&str], code| {
        tree.xtask(&[&["drift", "--channel", "akulaku", "target/akulaku.md"], options].concat(), code)
    };
    tree.write("target/akulaku.md", &ours);
    drift(&["--accept"], 2);
    let page = ours.replace("indodana", "akulaku").replace("Indodana", "Akulaku");
    tree.write("target/akulaku.md", &page);

    // The first use compares with nothing, and says what to do.
    let said = drift(&[], 6);
    assert!(said.contains("nothing to compare with: there is no spec/page/akulaku.json yet"), "{said}");
    let command = "cargo xtask drift --channel akulaku target/akulaku.md --accept";
    assert!(said.ends_with(&format!("`{command}`\n")), "{said}");
    let said = drift(&["--accept"], 0);
    assert!(said.ends_with("stored in spec/page/akulaku.json\n"), "{said}");
    let said = drift(&[], 0);
    assert!(said.contains("no drift"), "{said}");

    let value = "gifts-and-flowers ";
    let edits =
        [LONGER, (value, "gifts-and-flowers zeppelin-rides "), ("About order.amount.", "All about order.amount.")];
    tree.write("target/akulaku.md", &page::edited(&page, &edits));
    let said = drift(&[], 6);
    let found: Vec<_> = said
        .lines()
        .filter_map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            let class = ["loosened", "enum value added", "text only"];
            class.into_iter().find(|class| words.join(" ").starts_with(class))
        })
        .collect();
    assert_eq!(found, ["loosened", "text only", "enum value added"], "{said}");
    assert!(said.contains("drift: 3 changes, 0 unexplained differences"), "{said}");
    drift(&["--accept"], 0);
    drift(&[], 0);

    // Neither the contract nor our own reading is a part of it.
    assert_eq!(tree.read("spec/openapi.yaml"), Tree::source("spec/openapi.yaml"));
    assert_eq!(tree.read("spec/page/indodana.json"), Tree::source("spec/page/indodana.json"));
    let said = tree.xtask(&["drift", "--channel", "kredivo", "target/akulaku.md"], 2);
    assert_eq!(said, "");
}
