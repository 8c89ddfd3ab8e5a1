//! What a finding says to do: the numbers of a sum, the nearest name or value, an example.

use doku_indodana::{
    check::{Kind, check},
    error::Language,
};
use serde_json::json;

use crate::violations::{Change, payload};

/// Checks the minimal request with a change; the text of each finding in English and in Indonesian.
fn texts(change: Change) -> Vec<[String; 2]> {
    let report = check(Kind::Request, payload(&[change]).as_bytes()).expect("json");
    let findings = report.violations().iter().chain(report.advisories());
    findings
        .map(|finding| [Language::English, Language::Indonesian].map(|language| finding.message(language)))
        .collect()
}

#[test]
fn findings_say_what_to_do() {
    let cases = [
        (
            Change::raw("/order/line_items/0/price", "33333.33"),
            "is not the sum of price × quantity: the items make 66666.66, 33333.34 less; fees are items, a discount \
             lowers prices, a remainder is an item",
            "tidak sama dengan total price × quantity: semua item berjumlah 66666.66, kurang 33333.34; biaya adalah item, \
             diskon menurunkan harga, sisa pembulatan adalah item",
        ),
        (
            Change::put("/order/invoicenumber", "INV-1"),
            "is not a field of this api: remove it or correct its name; did you mean invoice_number?",
            "bukan field API ini: hapus atau perbaiki namanya; maksudnya invoice_number?",
        ),
        (
            Change::put("/order/colour", "red"),
            "is not a field of this api: remove it or correct its name",
            "bukan field API ini: hapus atau perbaiki namanya",
        ),
        (
            Change::put("/order/line_items/0/category", "Food and Beverage"),
            "is not one of the values that the contract lists for it; the nearest is food-and-beverage",
            "bukan salah satu nilai yang tercantum dalam kontrak untuk field ini; yang terdekat food-and-beverage",
        ),
        (
            Change::put("/order/line_items/0/category", "x"),
            "is not one of the values that the contract lists for it",
            "bukan salah satu nilai yang tercantum dalam kontrak untuk field ini",
        ),
        (
            Change::put("/customer/phone", "+62 811"),
            "has a form or a character that is not allowed; for example 6281122334455",
            "memiliki bentuk atau karakter yang tidak diizinkan; contohnya 6281122334455",
        ),
        (
            Change::put("/order/line_items/0/id", "discount"),
            "is an id with a meaning of its own at Indodana, where an item `discount` lowers the total: use another id \
             (an advisory, see D-54)",
            "adalah id dengan arti khusus di Indodana, dan item `discount` di sana mengurangi total: pakai id lain (saran, \
             lihat D-54)",
        ),
        (
            Change::raw("/order/amount", "100000.00"),
            "is written with decimals or an exponent: write whole rupiah as digits alone (an advisory, see D-08)",
            "ditulis dengan desimal atau eksponen: tulis rupiah bulat dengan angka saja (saran, lihat D-08)",
        ),
    ];
    for (change, english, indonesian) in cases {
        let found = texts(change);
        assert_eq!(found[0], [english, indonesian].map(str::to_owned), "{found:?}");
    }
}

#[test]
fn sums_beyond_every_number_say_no_numbers() {
    let change = Change::raw(
        "/order/line_items",
        r#"[{"name":"x","price":99999999999999,"quantity":1e26,"id":"1","category":"others"}]"#,
    );
    let report = check(Kind::Request, payload(&[change]).as_bytes()).expect("json");
    let sum = report.violations().iter().find(|finding| finding.rule() == "x-sum").expect("a finding");
    assert_eq!(json!(sum.met()), json!({ "type": "number" }));
}

#[test]
fn fees_discounts_and_remainders_that_are_written_as_advised_pass() {
    let line = |id: &str, price: &str, quantity: u64| {
        format!(r#"{{"name":"{id}","price":{price},"quantity":{quantity},"id":"{id}","category":"others"}}"#)
    };
    let cases = [
        // A discount of 500,000 lowered the price.
        ("13450000", vec![line("288458", "13450000", 1)]),
        // Three for 100,000: the remainder is in a second line.
        ("100000", vec![line("K3", "33333.33", 2), line("K3-R", "33333.34", 1)]),
        // Or it is an item of its own.
        ("100000", vec![line("K3", "33333.33", 3), line("ROUNDING", "0.01", 1)]),
        // Shipping and tax are items.
        ("131000", vec![line("1002", "50000", 2), line("SHIPPING", "20000", 1), line("TAX", "11000", 1)]),
    ];
    for (amount, lines) in cases {
        let items = Change::raw("/order/line_items", &format!("[{}]", lines.join(",")));
        let body = payload(&[Change::raw("/order/amount", amount), items]);
        let report = check(Kind::Request, body.as_bytes()).expect("json");
        assert_eq!((report.violations(), report.advisories()), (&[][..], &[][..]), "{body}");
    }
}
