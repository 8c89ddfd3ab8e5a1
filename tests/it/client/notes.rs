//! What does not fit in a verified answer costs nothing but itself, over a socket.

use doku_indodana::{NoteCode, Rupiah, TransactionStatus};

use super::*;

/// Returns pointer and code of each note.
fn told(notes: &[doku_indodana::Note]) -> Vec<(&str, NoteCode)> {
    notes.iter().map(|note| (note.pointer(), note.code())).collect()
}

#[tokio::test]
async fn an_answer_with_a_numeric_created_date_is_an_order() {
    let mut body: serde_json::Value = serde_json::from_str(&pending()).unwrap();
    body["peer_to_peer_info"] =
        serde_json::json!({ "created_date": 20_200_313_095_850_u64, "expired_date": "20200313155850" });
    body["additional_info"] = serde_json::json!([]);
    let (result, _) = send([signed(credentials(), 200, &body.to_string())]).await;
    let order = result.unwrap();
    assert_eq!(order.payment_url(), "https://sandbox01.indodana.com/payment?id=1");
    let wrong_type = NoteCode::WrongType;
    let mut notes = told(order.notes());
    notes.sort_unstable();
    assert_eq!(notes, [("/additional_info", wrong_type), ("/peer_to_peer_info/created_date", wrong_type)]);
    let details = order.response().peer_to_peer_info.as_ref().unwrap();
    assert_eq!((details.created_date.as_deref(), details.expired_date.as_deref()), (None, Some("20200313155850")));
    assert_eq!(order.verified().body(), body.to_string().as_bytes());
    let (plain, _) = send([good()]).await;
    assert_eq!(plain.unwrap().notes(), []);
}

#[tokio::test]
async fn an_answer_over_another_amount_by_a_hair_is_no_order() {
    for amount in ["99999.99999999999999999", "100000.5", "\"100.000\"", "\"1e5\"", "100000.000"] {
        let body = pending().replace("100000", amount);
        let (result, _) = send([signed(credentials(), 200, &body)]).await;
        let error = result.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{amount}");
        assert!(error.to_string().contains("/order/amount is no amount"), "{amount}: {error}");
    }
    for amount in ["100000.0", "100000.00", "\"100000\"", "\"100000.00\"", "1e5", "1.0E5"] {
        let (result, _) = send([signed(credentials(), 200, &pending().replace("100000", amount))]).await;
        assert_eq!(result.unwrap().response().order.amount, Rupiah::try_from(100_000).unwrap(), "{amount}");
    }
}

#[tokio::test]
async fn an_amount_of_16_digits_with_decimals_is_read() {
    let body = pending().replace("100000", "9999999999999999.00");
    let order = example("generate_order.request.minimal");
    let order = order.replace("100000", "9999999999999999").replace("50000", "99999999999999.99");
    // 100 units of 99,999,999,999,999.99 rupiah.
    let order = order.replace("\"quantity\": 2", "\"quantity\": 100");
    let invoice = serde_json::from_str::<serde_json::Value>(&order).unwrap()["order"]["invoice_number"].to_string();
    let order = order.replace(&invoice, &format!("\"{INVOICE}\""));
    let prepared = PreparedOrder::from_json(order, REQUEST_ID.parse().unwrap()).unwrap();
    let peer = Peer::start([signed(credentials(), 200, &body)]);
    let order = client(&peer).send(&prepared).await.unwrap();
    assert_eq!(order.response().order.amount, Rupiah::MAX);
}

#[tokio::test]
async fn a_status_with_side_fields_of_other_types_is_read() {
    let body = serde_json::json!({
        "order": { "invoice_number": INVOICE, "amount": "100000", "status": 7 },
        "transaction": { "status": "SUCCESS", "date": 1_625_647_722 },
        "refund": { "amount": "20.000" },
        "channel": [],
    });
    let peer = Peer::start([signed(credentials(), 200, &body.to_string()), unsigned(200, "", &body.to_string())]);
    let client = client(&peer);
    for verified in [true, false] {
        let status = client.check_status(INVOICE).await.unwrap();
        assert_eq!(status.is_verified(), verified);
        assert_eq!(status.transaction_status(), Some(&TransactionStatus::Success));
        assert_eq!(status.amount(), Rupiah::try_from(100_000).ok());
        let mut notes = told(status.notes());
        notes.sort_unstable();
        let expected = [
            ("/channel", NoteCode::WrongType),
            ("/order/status", NoteCode::WrongType),
            ("/refund/amount", NoteCode::NotAnAmount),
            ("/transaction/date", NoteCode::WrongType),
        ];
        assert_eq!(notes, expected);
    }
}
