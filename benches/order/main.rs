//! What this crate adds to what cannot be avoided, as ratios measured side by side in one run.
//!
//! `cargo bench`, best on an idle machine and pinned: `taskset -c 0 cargo bench …`.
//!
//! - `prepare` (serialise, check, sign) against SHA-256, HMAC and Base64 of the same bytes, for 1, 50 and 500 items;
//! - verifying and decoding a notification against verifying it alone;
//! - a call over loopback, in CPU time of the client's thread, against bare reqwest and bare hyper.

mod call;
mod fixture;
mod race;

use std::hint::black_box;

use base64::{Engine, engine::general_purpose::STANDARD};
use doku_indodana::{
    PreparedOrder, Verifier,
    signature::{Components, Time, digest, verify},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use fixture::{KEY, REQUEST_ID, TARGET, TIMESTAMP, credentials, id, notification_headers, request, timestamp};
use race::{race, row};

fn main() {
    for items in [1, 50, 500] {
        prepare(items);
    }
    notification();
    call::call();
}

fn prepare(items: u64) {
    let request = request(items);
    let (request_id, timestamp) = (id(), timestamp());
    let credentials = credentials();
    let body = PreparedOrder::new(&request, request_id.clone()).expect("a valid order").body().to_vec();
    let [limit, whole] = race(
        20_000 / items.max(10),
        [&mut || limit(&body), &mut || {
            let prepared = PreparedOrder::new(&request, request_id.clone()).expect("a valid order");
            black_box(prepared.sign(&credentials, &timestamp));
        }],
    );
    println!("prepare, {items} items, {} bytes", body.len());
    row("sha-256 + hmac + base64 (limit)", limit, limit);
    row("prepare: serialise, check, sign", whole, limit);
}

/// SHA-256, HMAC and Base64 of the same bytes, and nothing else.
fn limit(body: &[u8]) {
    let digest = STANDARD.encode(Sha256::digest(body));
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).expect("any key will do");
    for part in [
        "Client-Id:BRN-0000-1234567890123\nRequest-Id:",
        REQUEST_ID,
        "\nRequest-Timestamp:",
        TIMESTAMP,
        "\nRequest-Target:",
        TARGET,
        "\nDigest:",
        &digest,
    ] {
        mac.update(part.as_bytes());
    }
    black_box(STANDARD.encode(mac.finalize().into_bytes()));
}

fn notification() {
    let body = include_bytes!("../../spec/examples/payment_notification.notification.success.json");
    let body = serde_json::to_vec(&serde_json::from_slice::<serde_json::Value>(body).expect("the example is JSON"));
    let body = body.expect("a value is JSON");
    let headers = notification_headers(&body);
    let verifier = Verifier::new(credentials());
    let (client_id, request_id, timestamp) = (credentials().client_id().clone(), id(), timestamp());
    let target = "/payments/notifications".parse().expect("a target");
    let key = credentials().secret_key().clone();
    let signature = headers["signature"].to_str().expect("ascii").to_owned();
    let [bare, whole] = race(
        20_000,
        [
            &mut || {
                let digest = digest(&body);
                let components = Components {
                    client_id: &client_id,
                    request_id: &request_id,
                    time: Time::Request(&timestamp),
                    target: &target,
                    digest: Some(&digest),
                };
                black_box(verify([&key], &components, &signature)).expect("it is right");
            },
            &mut || {
                let notification = verifier.verify("/payments/notifications", &headers, &body).expect("it is right");
                black_box(notification.status());
            },
        ],
    );
    println!("notification, {} bytes", body.len());
    row("verify alone", bare, bare);
    row("verify and decode", whole, bare);
}
