//! Line items from what a shop adds up: the sum is the amount, whatever the cart.

use doku_indodana::{
    Category, LineItems, Rupiah, Totals, TotalsError,
    check::{Kind, check},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::violations::{Change, payload};

/// Makes line items of totals as JSON; a line for each, and the request that they make.
fn lines(totals: &Value) -> Result<(Vec<String>, String), TotalsError> {
    let totals = Totals::from_json(totals.to_string().as_bytes()).expect("totals");
    let items = LineItems::from_totals(&totals)?;
    let text = |item: &doku_indodana::LineItem| format!("{} {} × {}", *item.id, item.quantity, item.price);
    Ok((items.iter().map(text).collect(), serde_json::to_string(&items).expect("json")))
}

fn item(price: &str, quantity: u64) -> Value {
    json!({ "id": "K", "name": "Kaos", "category": "clothing", "quantity": quantity, "price": price })
}

#[test]
fn totals_become_these_lines() {
    let cases = [
        // Thirds of a hundred thousand.
        (json!({ "amount": 100_000, "items": [item("33333.333333333", 3)] }), "K 2 × 33333.33, K-R 1 × 33333.34"),
        (json!({ "amount": 100_000, "items": [item("33333.33", 3)] }), "K 2 × 33333.33, K-R 1 × 33333.34"),
        // A discount lowers each price by its share.
        (json!({ "amount": 13_450_000, "items": [item("13950000", 1)], "discount": "500000" }), "K 1 × 13450000"),
        (json!({ "amount": 70, "items": [item("75", 1), item("25", 1)], "discount": 30 }), "K 1 × 52.50, K 1 × 17.50"),
        // Fees are items.
        (
            json!({ "amount": 131_000, "items": [item("50000", 2)], "shipping": "20000", "tax": "11000" }),
            "K 2 × 50000, SHIPPING 1 × 20000, TAX 1 × 11000",
        ),
        // What rounding adds is an item, what it takes away lowers a price.
        (json!({ "amount": 101, "items": [item("100.4", 1)], "rounding": "0.6" }), "K 1 × 100.40, ROUNDING 1 × 0.60"),
        (json!({ "amount": 100, "items": [item("100.4", 1)], "rounding": "-0.4" }), "K 1 × 100"),
        // Items that are given away cost nothing.
        (json!({ "amount": 5000, "items": [item("0", 3)], "shipping": 5000 }), "K 3 × 0, SHIPPING 1 × 5000"),
        (
            json!({ "amount": 1, "items": [item("0", 1)], "shipping": "0.6" }),
            "K 1 × 0, SHIPPING 1 × 0.60, ROUNDING 1 × 0.40",
        ),
    ];
    for (totals, expected) in cases {
        assert_eq!(lines(&totals).expect("line items").0.join(", "), expected, "{totals}");
    }
}

#[test]
fn totals_that_do_not_fit_are_refused_with_the_numbers() {
    let cases = [
        (
            json!({ "amount": 100_000, "items": [item("33333.33", 2)] }),
            "items, shipping and tax, less the discount, make 66666.66 and the amount is 100000: correct one of them, or \
             give the rounding",
        ),
        (
            json!({ "amount": 1000, "items": [item("1000", 1)], "discount": "1" }),
            "items, shipping and tax, less the discount, make 999 and the amount is 1000: correct one of them, or give \
             the rounding",
        ),
        (
            json!({ "amount": 1000, "items": [item("1000", 1)], "shipping": "2000", "discount": "2000" }),
            "shipping and tax are more than the amount: take the discount of a fee from the fee itself",
        ),
        (
            json!({ "amount": 1000, "items": [item("2000", 1)], "discount": "-1000" }),
            "discount is negative: give it as a positive number; a discount lowers prices by itself",
        ),
        (
            json!({ "amount": 1000, "items": [item("9999999999999999", 99_999_999)] }),
            "price is larger than any amount that doku takes",
        ),
    ];
    for (totals, expected) in cases {
        assert_eq!(lines(&totals).expect_err("no line items").to_string(), expected, "{totals}");
    }
    let typed = Totals::new(Rupiah::try_from(1000).expect("an amount"));
    let cases = [
        (typed.clone().item("", "Kaos", Category::Clothing, 1, "1"), "id: "),
        (typed.clone().item("K", "Kaos", Category::Clothing, 0, "1"), "quantity: "),
        (typed.clone().item("K", "Kaos", Category::Clothing, 1, "Rp 1.000"), "price is not a decimal number"),
        (typed.clone().item("K", "Kaos", Category::Clothing, 1, "-1"), "price is negative"),
        (typed.clone().shipping("1,5"), "shipping is not a decimal number"),
        (typed.rounding("1e40"), "rounding is not a decimal number"),
    ];
    for (result, expected) in cases {
        let text = result.expect_err(expected).to_string();
        assert!(text.starts_with(expected), "{text}");
    }
}

#[test]
fn totals_as_json_are_read_by_their_digits() {
    for written in ["33333.333333333333333333", r#""33333.333333333333333333""#, "3.3333333333333333e4"] {
        let text = format!(
            r#"{{"amount":100000,"items":[{{"id":"K","name":"Kaos","category":"clothing","quantity":3,"price":{written}}}]}}"#
        );
        let items = LineItems::from_totals(&Totals::from_json(text.as_bytes()).expect("totals")).expect("line items");
        assert_eq!(
            items.iter().map(|item| item.price.hundredths()).collect::<Vec<_>>(),
            [3_333_333, 3_333_334],
            "{written}"
        );
    }
    for (text, expected) in [
        (r#"{"amount":1,"items":[],"tax":"1,5"}"#, "a price, a fee or the rounding is not a decimal number"),
        (r#"{"amount":1,"items":[],"tax":null}"#, "the totals cannot be read: tax: expected a number"),
        (r#"{"amount":1,"items":[],"taxes":1}"#, "there is a field that the contract does not have"),
        (r#"{"items":[]}"#, "amount"),
        (r#"{"amount":1.5,"items":[]}"#, "fraction of a rupiah"),
        ("[]", "expected"),
    ] {
        let error = Totals::from_json(text.as_bytes()).expect_err(text).to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

/// A price with up to eight decimals.
fn price() -> impl Strategy<Value = String> {
    (0_u64..=20_000_000, 0_u64..100_000_000, 0_usize..=8)
        .prop_map(|(whole, fraction, places)| format!("{whole}.{:0>8}", fraction)[..].to_owned() + &"0".repeat(places))
}

proptest! {
    #[test]
    fn the_sum_is_the_amount_whatever_the_cart(
        cart in prop::collection::vec((price(), 1_u64..=1000), 1..=12),
        shipping in price(),
        tax in price(),
        discount in 0_u64..=100,
        rounding in -99_i64..=99,
    ) {
        // The amount is what the parts make, rounded to a rupiah; the discount is a share of the goods.
        let millionths = |text: &str| {
            let (whole, fraction) = text.split_once('.').unwrap();
            whole.parse::<i128>().unwrap() * 1_000_000 + fraction[..6].parse::<i128>().unwrap()
        };
        let goods: i128 = cart.iter().map(|(price, quantity)| millionths(price) * i128::from(*quantity)).sum();
        let discount = goods / 1_000_000 * i128::from(discount) / 100;
        let parts = goods + millionths(&shipping) + millionths(&tax) - discount * 1_000_000 + i128::from(rounding) * 10_000;
        let amount = (parts + 500_000) / 1_000_000;
        prop_assume!(amount > 0);
        let sign = if rounding < 0 { "-" } else { "" };
        let totals = json!({
            "amount": u64::try_from(amount).unwrap(),
            "items": cart.iter().map(|(price, quantity)| item(price, *quantity)).collect::<Vec<_>>(),
            "shipping": shipping, "tax": tax, "discount": discount.to_string(),
            "rounding": format!("{sign}0.{:02}", rounding.abs()),
        });
        match lines(&totals) {
            Ok((lines, items)) => {
                prop_assert!(lines.len() <= 2 * cart.len() + 3);
                let body = payload(&[Change::put("/order/amount", u64::try_from(amount).unwrap()), Change::raw("/order/line_items", &items)]);
                let report = check(Kind::Request, body.as_bytes()).unwrap();
                prop_assert!(report.violations().is_empty(), "{:?}", report.violations());
            }
            // Only where the fees alone are more than what is paid.
            Err(error) => prop_assert!(
                error == TotalsError::NothingLeft && millionths(&shipping) + millionths(&tax) + 1_000_000 > amount * 1_000_000,
                "{error}"
            ),
        }
    }
}
