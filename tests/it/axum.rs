//! The extractor for axum 0.8: what reaches a handler, and what is answered without it.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, FromRef, FromRequest},
    routing::post,
};
use bytes::Bytes;
use doku_indodana::{
    Credentials, NotificationEndpoint, VerificationError, Verifier,
    axum_0_8::{Acknowledgement, LONGEST_BODY, NotificationRejection, VerifiedNotification},
    error::ComponentError,
    signature::{self, Components, Time},
};
use http::{Request, StatusCode};
use hyper::body::Frame;
use tower::ServiceExt;

use crate::signature::vectors;

const PATH: &str = "/payments/notifications";

/// The state of a shop, as users write it.
#[derive(Clone)]
struct Shop {
    notifications: NotificationEndpoint,
}

impl FromRef<Shop> for NotificationEndpoint {
    fn from_ref(shop: &Shop) -> Self {
        shop.notifications.clone()
    }
}

fn credentials() -> Credentials {
    Credentials::new("BRN-0000-1234567890123".parse().unwrap(), "SK-not-a-real-key".parse().unwrap())
}

fn endpoint() -> NotificationEndpoint {
    NotificationEndpoint::new(Verifier::new(credentials()), PATH).unwrap()
}

/// Returns a request that is signed for this target.
fn signed(target: &str, body: Bytes) -> Request<Body> {
    let credentials = credentials();
    let timestamp = "2026-01-05T08:48:43Z".parse().unwrap();
    let components = Components {
        client_id: credentials.client_id(),
        request_id: &"450ec2b0-5631-4876-a3ee-33a93ee39daa".parse().unwrap(),
        time: Time::Request(&timestamp),
        target: &target.parse().unwrap(),
        digest: Some(&signature::digest(&body)),
    };
    Request::post(PATH)
        .header("Client-Id", credentials.client_id().as_str())
        .header("Request-Id", components.request_id.as_str())
        .header("Request-Timestamp", timestamp.as_str())
        .header("Signature", signature::sign(credentials.secret_key(), &components).to_string())
        .body(body.into())
        .unwrap()
}

/// A body of chunks, the last of which may be a broken connection.
struct Chunks(std::vec::IntoIter<std::io::Result<&'static [u8]>>);

impl hyper::body::Body for Chunks {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        Poll::Ready(self.0.next().map(|chunk| chunk.map(|bytes| Frame::data(Bytes::from_static(bytes)))))
    }
}

fn chunks(chunks: Vec<std::io::Result<&'static [u8]>>) -> Body {
    Body::new(Chunks(chunks.into_iter()))
}

#[tokio::test]
async fn vectors_hold_through_the_extractor() {
    let mut judged = 0;
    for vector in vectors().into_iter().filter(|vector| vector.kind == "notification") {
        let id = &vector.id;
        let Some((headers, verifier)) = vector.received() else { continue };
        let body = vector.body().unwrap_or_default();
        let outcome = match NotificationEndpoint::new(verifier, vector.target.as_deref().unwrap()) {
            Ok(endpoint) => {
                let mut request = Request::post("/").body(Body::from(body.clone())).unwrap();
                *request.headers_mut() = headers;
                VerifiedNotification::from_request(request, &endpoint).await
            }
            Err(ComponentError::RequestTarget) => Err(VerificationError::MalformedTarget.into()),
            Err(error) => panic!("{id}: {error}"),
        };
        match outcome {
            Ok(VerifiedNotification(notification)) => {
                assert_eq!((vector.result.as_str(), notification.body()), ("valid", &body[..]), "{id}");
            }
            Err(NotificationRejection::Unverified(error)) => {
                assert_eq!((vector.result.as_str(), Some(error.code())), ("invalid", vector.reason.as_deref()), "{id}");
                if let (Some(expected), VerificationError::TargetMismatch { signed, .. }) =
                    (&vector.matching_target, &error)
                {
                    assert_eq!(signed, expected, "{id}: matching target");
                }
            }
            Err(rejection) => panic!("{id}: {rejection}"),
        }
        judged += 1;
    }
    assert!(judged > 100, "only {judged} vectors were judged");
}

/// Sends one request to a shop and returns status and body of the answer.
async fn answer(limit: Option<usize>, request: Request<Body>) -> (StatusCode, Bytes) {
    async fn notified(VerifiedNotification(notification): VerifiedNotification) -> String {
        notification.invoice_number().unwrap_or("unreadable").to_owned()
    }
    let mut routes = Router::new().route(PATH, post(notified));
    if let Some(limit) = limit {
        routes = routes.layer(DefaultBodyLimit::max(limit));
    }
    let answer = routes.with_state(Shop { notifications: endpoint() }).oneshot(request).await.unwrap();
    (answer.status(), to_bytes(answer.into_body(), 1024).await.unwrap())
}

#[tokio::test]
async fn answers_without_the_handler_say_nothing() {
    let order = br#"{"order":{"invoice_number":"INV-1","amount":5},"transaction":{"status":"SUCCESS"}}"#;
    let of_length = |length| Bytes::from(vec![b' '; length]);
    let tampered = || {
        let (parts, _) = signed(PATH, of_length(1)).into_parts();
        Request::from_parts(parts, Body::from("  "))
    };
    let unsigned = |body| Request::post(PATH).body(body).unwrap();
    let broken = std::io::Error::other("reset");
    let endless = vec![Ok(&[b' '; 40_000][..]), Ok(&[b' '; 40_000][..])];
    for (name, limit, request, status, body) in [
        ("genuine", None, signed(PATH, Bytes::from_static(order)), StatusCode::OK, "INV-1"),
        ("genuine, unreadable", None, signed(PATH, of_length(0)), StatusCode::OK, "unreadable"),
        ("longest", None, signed(PATH, of_length(LONGEST_BODY)), StatusCode::OK, "unreadable"),
        ("too long", None, signed(PATH, of_length(LONGEST_BODY + 1)), StatusCode::PAYLOAD_TOO_LARGE, ""),
        ("too long in chunks", None, unsigned(chunks(endless)), StatusCode::PAYLOAD_TOO_LARGE, ""),
        ("limit of the router", Some(9), signed(PATH, of_length(10)), StatusCode::PAYLOAD_TOO_LARGE, ""),
        ("no higher limit", Some(1 << 20), signed(PATH, of_length(1 << 17)), StatusCode::PAYLOAD_TOO_LARGE, ""),
        ("broken", None, unsigned(chunks(vec![Ok(b"{"), Err(broken)])), StatusCode::BAD_REQUEST, ""),
        ("another target", None, signed("/other", of_length(1)), StatusCode::UNAUTHORIZED, ""),
        ("tampered", None, tampered(), StatusCode::UNAUTHORIZED, ""),
        ("unsigned", None, unsigned(Body::empty()), StatusCode::UNAUTHORIZED, ""),
    ] {
        assert_eq!(answer(limit, request).await, (status, Bytes::from_static(body.as_bytes())), "{name}");
    }
    let misconfigured = NotificationRejection::from(VerificationError::MalformedTarget);
    assert_eq!(misconfigured.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

/// A handler may take the reason, and log it: it holds nothing of the message.
#[tokio::test]
async fn a_handler_can_take_the_reason() {
    let reason = |request| async { VerifiedNotification::from_request(request, &endpoint()).await.unwrap_err() };
    let slash = reason(signed("/payments/notifications/", Bytes::new())).await;
    assert_eq!(
        slash.to_string(),
        "the signature is for the request target /payments/notifications/ (with a slash at its end); configure the \
         path exactly as doku has it"
    );
    let interrupted = chunks(vec![Err(std::io::Error::other("reset"))]);
    assert_eq!(
        reason(Request::new(interrupted)).await.to_string(),
        "the body ended too early; the sender has to send it again"
    );
    let long = Body::from(vec![0; LONGEST_BODY + 1]);
    assert_eq!(
        reason(Request::new(long)).await.to_string(),
        "the body is longer than is read; a notification has less than 64 KiB"
    );
}

/// What a handler answers with: DOKU is told what it expects.
#[tokio::test]
async fn a_genuine_notification_is_acknowledged() {
    async fn notified(_: VerifiedNotification) -> Acknowledgement {
        Acknowledgement
    }
    let routes = Router::new().route(PATH, post(notified)).with_state(Shop { notifications: endpoint() });
    let answer = routes.oneshot(signed(PATH, Bytes::new())).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/json");
    let body = to_bytes(answer.into_body(), 1024).await.unwrap();
    assert_eq!(body, r#"{"responseCode":"2000000","responseMessage":"Successful"}"#);
}

#[tokio::test]
async fn nothing_of_the_body_is_printed() {
    let body = Bytes::from_static(br#"{"customer":"Sari"}"#);
    let notification = VerifiedNotification::from_request(signed(PATH, body), &endpoint()).await.unwrap();
    insta::assert_snapshot!(format!("{notification:?}"), @r#"VerifiedNotification(Notification { request_id: RequestId("450ec2b0-5631-4876-a3ee-33a93ee39daa"), timestamp: Timestamp("2026-01-05T08:48:43Z"), body_length: 19, readable: false })"#);
    insta::assert_snapshot!(format!("{:?}", endpoint()), @r#"NotificationEndpoint(Inner { verifier: Verifier { credentials: Credentials { client_id: ClientId("BRN-0000-1234567890123"), secret_key: SecretKey(***) }, further_keys: [] }, target: RequestTarget("/payments/notifications") })"#);
}

#[test]
fn an_endpoint_has_a_path() {
    for target in ["payments", "", "https://shop.example/n", "/a b", "/n#x"] {
        let error = NotificationEndpoint::new(Verifier::new(credentials()), target).unwrap_err();
        assert_eq!(error, ComponentError::RequestTarget, "{target}");
    }
    assert_eq!(endpoint().target().as_str(), PATH);
}
