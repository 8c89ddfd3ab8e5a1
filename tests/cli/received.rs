//! `doku listen --store`: each genuine notification is on the disk before it is answered.

use doku_indodana::{
    Credentials, NotificationEndpoint,
    testing::{SignedNotification, signed_notification},
};
use doku_store::rusqlite::Connection;
use serde_json::Value;

use super::{
    listener::{Listener, handler},
    store::{Shop, conforms},
};

/// The path of the notification URL.
const TARGET: &str = "/payments/notifications";

/// A notification of the simulator's merchant, about an order over 100,000 rupiah.
fn message(invoice_number: &str, status: &str, request_id: &str) -> SignedNotification {
    let credentials =
        Credentials::new(doku_simulator::CLIENT_ID.parse().unwrap(), doku_simulator::SECRET_KEY.parse().unwrap());
    signed_notification()
        .with_credentials(credentials)
        .with_target(TARGET.parse().unwrap())
        .with_request_id(request_id.parse().unwrap())
        .with_invoice_number(invoice_number)
        .with_amount(100_000_u64.try_into().unwrap())
        .with_status(status)
}

fn shop() -> Shop {
    let shop = Shop::open();
    let run = shop.create("INV-1", &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr);
    shop
}

fn counts(shop: &Shop) -> Value {
    shop.doku(&["store", "check", "--json"]).json()["counts"].clone()
}

#[test]
fn what_is_genuine_is_stored_before_it_is_answered() {
    let shop = shop();
    let location = shop.location();
    let mut listener = Listener::with(&["--json", "--store", &location], &[]);
    let forged = message("INV-1", "SUCCESS", "n-9").tampered();
    // The time of these messages is long ago, so check status has to confirm what they say.
    for (message, status, stored) in [
        (message("INV-1", "SUCCESS", "n-1"), 200, Value::from("unconfirmed")),
        (message("INV-1", "SUCCESS", "n-1"), 200, "repeated".into()),
        (message("INV-404", "SUCCESS", "n-2"), 200, "unknown_invoice".into()),
        (message("INV-1", "SUCCESS", "n-3").with_body("{}"), 200, "unreadable".into()),
        (forged, 401, Value::Null),
    ] {
        let answer = listener.notify(TARGET, &message, "");
        let document = listener.document();
        assert_eq!((answer.status, &document["stored"]), (status, &stored), "{document}");
        if status == 200 {
            assert_eq!(answer.body, NotificationEndpoint::ACKNOWLEDGEMENT);
        }
    }
    // What was answered survives the end of the process, whatever it is.
    listener.child.kill().unwrap();
    listener.child.wait().unwrap();
    let counts = counts(&shop);
    assert_eq!((&counts["notifications"], &counts["quarantined"]), (&3.into(), &2.into()), "{counts}");
    let shown = shop.doku(&["store", "show", "INV-1", "--json"]).json();
    assert_eq!(shown["notifications"][0]["verdict"], "unconfirmed");
    conforms("show", &shown);
    let exported = shop.doku(&["store", "export"]);
    let lines = exported.stdout().lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert_eq!(lines.inspect(|line| conforms("export", line)).filter(|line| line["kind"] == "notification").count(), 3);
}

#[test]
fn the_words_say_what_was_stored() {
    let shop = shop();
    let listener = Listener::with(&["--store", &shop.location()], &[]);
    assert_eq!(listener.notify(TARGET, &message("INV-404", "SUCCESS", "n-1"), "").status, 200);
    let words = listener.stop("-TERM");
    assert!(
        words.contains("verifies for the path /payments/notifications, stores what verifies, answers 200"),
        "{words}"
    );
    assert!(words.contains("\n   stored and set aside: unknown_invoice\n"), "{words}");
}

/// Another path is the one that `--target` names; what is signed for another one is not genuine.
#[test]
fn the_path_is_that_of_the_notification_url() {
    let shop = shop();
    let mut listener = Listener::with(&["--json", "--store", &shop.location(), "--target", "/n"], &[]);
    let elsewhere = message("INV-1", "SUCCESS", "n-1");
    assert_eq!(listener.notify("/n", &elsewhere, "").status, 401);
    assert_eq!(listener.document()["stored"], Value::Null);
    assert_eq!(listener.notify("/rewritten", &elsewhere.with_target("/n".parse().unwrap()), "").status, 200);
    assert_eq!(listener.document()["stored"], "unconfirmed");
}

#[test]
fn what_cannot_be_stored_is_neither_acknowledged_nor_passed_on() {
    let shop = shop();
    let (address, received) = handler("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let forward = format!("http://{address}");
    let mut listener = Listener::with(&["--json", "--store", &shop.location(), "--forward-to", &forward], &[]);
    assert_eq!(listener.notify(TARGET, &message("INV-1", "SUCCESS", "n-1"), "").status, 200);
    assert_eq!(listener.document()["stored"], "unconfirmed");
    assert!(received.recv().is_ok(), "what is stored is passed on");
    let path = shop.path("doku.db");
    Connection::open(path).unwrap().execute_batch("alter table doku_notifications rename to gone").unwrap();
    let answer = listener.notify(TARGET, &message("INV-1", "SUCCESS", "n-2"), "");
    let document = listener.document();
    assert_eq!((answer.status, &document["stored"], &document["forwarded"]), (503, &Value::Null, &Value::Null));
    assert!(document["message"].as_str().is_some_and(|why| why.contains("the store")), "{document}");
    assert!(received.try_recv().is_err(), "what is not stored is not passed on");
}
