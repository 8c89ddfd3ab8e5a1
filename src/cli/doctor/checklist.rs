//! What a program cannot check before a merchant goes live.

use serde_json::{Value, json};

/// Code and text. Sources: DOKU, Notification (Setup, Best Practice, Retry, Override), Idempotency, Check Status.
const ITEMS: [(&str, &str); 13] = [
    (
        "url_per_channel",
        "The notification URL is set in the DOKU dashboard, for the channel itself: Settings, Payment \
      Settings, PayLater. An override in an order works only beside it, and with the same path.",
    ),
    ("public_url", "The notification URL can be reached from the internet, without login or VPN."),
    ("raw_body", "Notifications are verified over the raw body, before any JSON parser, for the path as DOKU has it."),
    ("store_first", "A notification is stored before it is answered with 2xx, and acted on afterwards."),
    (
        "keep_all",
        "A genuine notification that cannot be read, or that fits no order, is stored and answered with 2xx, \
      and somebody looks at it.",
    ),
    ("compare", "Invoice number and amount of a notification are compared with the order."),
    ("again", "The same payment reported twice changes nothing. FAILED is not final: a later SUCCESS wins."),
    (
        "reconcile",
        "A job asks for the status of each order that is not final, 60 seconds after the payment at the \
      earliest. \"Not found\" does not prove that there is no order.",
    ),
    (
        "resend",
        "Somebody knows how to have a notification sent again. DOKU repeats it three times, the last time 12 \
      hours later, and then only by hand: Back Office, Integration, HTTP Notification.",
    ),
    ("callback", "The customer's return to the callback URL is not taken for a payment."),
    (
        "same_request",
        "Request id and body of an order are stored before it is sent. After a lost answer the same is \
      sent again, and never a new order.",
    ),
    (
        "rotation",
        "Somebody knows how the secret key is changed. Meanwhile the verifier takes both keys, the old one and \
      the new one.",
    ),
    (
        "secrets",
        "Production has its own credentials. The secret key stands in no log, no repository and no program's \
      arguments, and customers' data in no log.",
    ),
];

/// Columns of the text.
const WIDTH: usize = 100;

pub(super) fn to_json() -> Value {
    ITEMS.iter().map(|(code, text)| json!({ "code": code, "text": text })).collect()
}

/// Returns the list for people.
pub(super) fn to_text() -> String {
    let mut text = "Before you go live, check by hand what no program can:".to_owned();
    for (_, item) in ITEMS {
        text.push_str("\n  [ ]");
        let mut column = 5;
        for word in item.split_whitespace() {
            if column + 1 + word.len() > WIDTH {
                text.push_str("\n     ");
                column = 5;
            }
            text.push(' ');
            text.push_str(word);
            column += 1 + word.len();
        }
    }
    text
}
