//! Money and quantities, as they are written and read.

use doku_indodana::{GenerateOrderRequest, Price, Rupiah, error::MoneyError, json, types};
use serde_json::Value;

use crate::violations::example;

#[test]
fn money() {
    for (text, expect) in [
        ("0", Ok(0)),
        ("100000", Ok(10_000_000)),
        ("19999.5", Ok(1_999_950)),
        ("19999.50", Ok(1_999_950)),
        ("1999950e-2", Ok(1_999_950)),
        ("0.00000", Ok(0)),
        ("1e13", Ok(1_000_000_000_000_000)),
        ("99999999999999.99", Ok(9_999_999_999_999_999)),
        ("100000000000000", Err(MoneyError::TooLarge)),
        ("1e400", Err(MoneyError::TooLarge)),
        ("0.005", Err(MoneyError::TooPrecise)),
        ("1e-400", Err(MoneyError::TooPrecise)),
        ("-1", Err(MoneyError::Negative)),
        ("", Err(MoneyError::NotANumber)),
        (".5", Err(MoneyError::NotANumber)),
        ("1,5", Err(MoneyError::NotANumber)),
        ("NaN", Err(MoneyError::NotANumber)),
        ("inf", Err(MoneyError::NotANumber)),
        ("٥", Err(MoneyError::NotANumber)),
        (" 1", Err(MoneyError::NotANumber)),
    ] {
        assert_eq!(text.parse::<Price>().map(Price::hundredths), expect, "{text:?}");
    }
    for (text, expect) in [
        ("100000.00", Ok(100_000)),
        ("9999999999999999", Ok(9_999_999_999_999_999)),
        ("10000000000000000", Err(MoneyError::TooLarge)),
        ("0.5", Err(MoneyError::Fraction)),
        ("0.0000000000000000000001", Err(MoneyError::Fraction)),
        ("20.000", Err(MoneyError::Ambiguous)),
        ("1.0E7", Ok(10_000_000)),
    ] {
        assert_eq!(text.parse::<Rupiah>().map(Rupiah::get), expect, "{text:?}");
    }
    assert_eq!(Price::try_from(50_000).unwrap().to_string(), "50000");
    assert_eq!(Rupiah::try_from(-1), Err(MoneyError::Negative));
    assert_eq!(Rupiah::try_from(u64::MAX), Err(MoneyError::TooLarge));
}

/// One verdict on each way that a number of money can be written, whoever reads it.
#[test]
fn money_through_serde_is_exact_or_refused() {
    let prices = [
        ("99999999999999.91", Some(9_999_999_999_999_991)),
        ("99999999999999.99", Some(9_999_999_999_999_999)),
        ("19.99", Some(1_999)),
        ("1.10", Some(110)),
        ("2.000", Some(200)),
        ("1999e-2", Some(1_999)),
        (" 5 ", Some(500)),
        ("0.005", None),
        ("1.00000000000000001", None),
        ("-1", None),
        ("\"1\"", None),
        ("null", None),
        ("true", None),
        ("[1]", None),
        ("{}", None),
    ];
    for (text, expect) in prices {
        let read = serde_json::from_str::<Price>(text).ok().map(Price::hundredths);
        assert_eq!(read, expect, "{text}");
        assert_eq!(json::from_slice::<Price>(text.as_bytes()).ok().map(Price::hundredths), expect, "{text}");
    }
    for (text, expect) in [
        ("100000", Some(100_000)),
        ("9999999999999999.00", Some(9_999_999_999_999_999)),
        ("1.0E7", Some(10_000_000)),
        ("\"100000.00\"", Some(100_000)),
        ("\"1\\u0030\"", Some(10)),
        ("99999.99999999999999999", None),
        ("20.000", None),
        ("\"20.000\"", None),
        ("\"1e5\"", None),
        ("false", None),
    ] {
        assert_eq!(serde_json::from_str::<Rupiah>(text).ok().map(Rupiah::get), expect, "{text}");
        assert_eq!(json::from_slice::<Rupiah>(text.as_bytes()).ok().map(Rupiah::get), expect, "{text}");
    }
    // A value has rounded its decimals already, and a reader may have: what was written is not known.
    for text in ["99999999999999.91", "0.5", "5e1"] {
        let value: Value = serde_json::from_str(text).unwrap();
        for error in [
            serde_json::from_value::<Price>(value).unwrap_err(),
            serde_json::from_reader::<_, Price>(text.as_bytes()).unwrap_err(),
        ] {
            assert!(error.to_string().contains("came as a binary float, which may be rounded"), "{text}: {error}");
        }
    }
    assert_eq!(serde_json::from_value::<Price>(5.into()).unwrap().hundredths(), 500);
    assert_eq!(serde_json::from_value::<Rupiah>(9_999_999_999_999_999_u64.into()).unwrap(), Rupiah::MAX);
    // In a request, text is no number; elsewhere an amount of DOKU's may be text.
    let body = example("generate_order.request.minimal");
    let body = body.replace("\"amount\": 100000", "\"amount\": \"100000\"");
    for error in [
        serde_json::from_str::<GenerateOrderRequest>(&body).unwrap_err().to_string(),
        json::from_slice::<GenerateOrderRequest>(body.as_bytes()).unwrap_err().to_string(),
    ] {
        assert!(error.contains("expected an amount of money as a number"), "{error}");
    }
}

/// Whole numbers count by their value, as in the schema.
#[test]
fn integers_are_read_by_their_value() {
    for (text, expect) in [
        ("2", Some(2)),
        ("2.0", Some(2)),
        ("2e0", Some(2)),
        ("0.2e1", Some(2)),
        ("2.5", None),
        ("0", None),
        ("-2", None),
        ("1e400", None),
        ("\"2\"", None),
    ] {
        let read = |quantity: types::Quantity| quantity.get();
        assert_eq!(serde_json::from_str(text).ok().map(read), expect, "{text}");
        assert_eq!(json::from_slice(text.as_bytes()).ok().map(read), expect, "{text}");
    }
}
