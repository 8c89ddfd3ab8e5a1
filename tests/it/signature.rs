//! The signature vectors, which other implementations made, through the crate.

mod vector;

use base64::{Engine, engine::general_purpose::STANDARD};
use doku_indodana::{
    ClientId, Credentials, RequestId, SecretKey, VerificationError, Verifier,
    error::{ComponentError, CredentialsError},
    signature::{Components, Digest, Time, Timestamp, digest, sign, string_to_sign, verify},
};
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

pub(crate) use self::vector::{Vector, vectors};

impl Vector {
    fn keys(&self) -> Vec<SecretKey> {
        self.keys.iter().map(|key| key.parse().expect("a key")).collect()
    }

    /// Signs as the vector says; the string to sign and the header.
    fn sign(&self) -> (String, String) {
        let digest = self.digest.as_ref().map(|digest| digest.parse::<Digest>().expect("a digest"));
        let timestamp = Timestamp::from_received(self.timestamp.as_ref().expect("a timestamp")).expect("a timestamp");
        let components = Components {
            client_id: &self.client_id.as_ref().expect("a client id").parse().expect("a client id"),
            request_id: &self.request_id.as_ref().expect("a request id").parse().expect("a request id"),
            time: if self.kind == "response" { Time::Response(&timestamp) } else { Time::Request(&timestamp) },
            target: &self.target.as_ref().expect("a target").parse().expect("a target"),
            digest: digest.as_ref(),
        };
        (string_to_sign(&components), sign(&self.keys()[0], &components).to_string())
    }

    /// Returns the headers as they were received and what verifies them; `None` where either cannot be made at all.
    pub(crate) fn received(&self) -> Option<(HeaderMap, Verifier)> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).ok()?);
        }
        let client_id: ClientId = self.client_id.as_ref()?.parse().ok()?;
        let mut keys = self.keys().into_iter();
        let verifier = Verifier::new(Credentials::new(client_id, keys.next()?));
        Some((headers, keys.fold(verifier, Verifier::with_key)))
    }

    /// Verifies as the vector says; `None` where the headers cannot be made at all.
    fn verify(&self) -> Option<Result<(), VerificationError>> {
        let (headers, verifier) = self.received()?;
        let (target, body) = (self.target.as_deref()?, self.body().unwrap_or_default());
        Some(if self.kind == "notification" {
            verifier.verify(target, &headers, &body).map(|notification| assert_eq!(notification.body(), body))
        } else {
            let request_id = self.request_id.as_deref().and_then(|id| id.parse().ok());
            let request_id: RequestId = request_id.unwrap_or_else(|| "unknown".parse().expect("a request id"));
            verifier.verify_response(target, &request_id, &headers, &body).map(|_| ())
        })
    }
}

#[test]
fn vectors_hold() {
    let mut judged = 0;
    for vector in vectors() {
        let id = &vector.id;
        if let (Some(body), Some(expected)) = (vector.body(), &vector.digest) {
            assert_eq!(digest(&body).to_string(), *expected, "{id}: digest");
        }
        if let Some(expected) = &vector.string_to_sign {
            assert_eq!(vector.sign().0, *expected, "{id}: string to sign");
        }
        match vector.kind.as_str() {
            "digest" => {}
            "request" => {
                let same = Some(vector.sign().1) == vector.signature;
                assert_eq!(same, vector.result == "valid", "{id}: signature");
            }
            _ => {
                let Some(outcome) = vector.verify() else { continue };
                let reason = outcome.as_ref().err().map(|error| error.code().to_owned());
                assert_eq!(reason, vector.reason, "{id}: reason");
                assert_eq!(outcome.is_ok(), vector.result == "valid", "{id}: result");
                if let (Some(expected), Err(VerificationError::TargetMismatch { signed, .. })) =
                    (&vector.matching_target, &outcome)
                {
                    assert_eq!(signed, expected, "{id}: matching target");
                }
            }
        }
        judged += 1;
    }
    assert!(judged > 360, "only {judged} vectors were judged");
}

#[test]
fn timestamps() {
    for (seconds, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (1_625_647_542, "2021-07-07T08:45:42Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
        (-62_167_219_200, "0000-01-01T00:00:00Z"),
    ] {
        assert_eq!(Timestamp::from_unix_seconds(seconds).unwrap().as_str(), text);
        assert_eq!(text.parse::<Timestamp>().unwrap().unix_seconds(), Some(seconds));
    }
    for seconds in [253_402_300_800, -62_167_219_201, i64::MAX, i64::MIN] {
        assert_eq!(Timestamp::from_unix_seconds(seconds), Err(ComponentError::Timestamp), "{seconds}");
    }
    for text in [
        "",
        "2021-07-07T08:45:42",
        "2021-07-07 08:45:42Z",
        "2021-07-07t08:45:42z",
        "2021-07-07T08:45:42.000Z",
        "2021-07-07T08:45:42+07:00",
        "2021-07-07T08:45:60Z",
        "2021-07-07T24:00:00Z",
        "2021-02-29T00:00:00Z",
        "2021-13-01T00:00:00Z",
        "2021-00-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "٢٠٢١-07-07T08:45:42Z",
        "+021-07-07T08:45:42Z",
    ] {
        assert_eq!(text.parse::<Timestamp>(), Err(ComponentError::Timestamp), "{text}");
    }
}

#[test]
fn parts_that_would_smuggle_a_line_are_refused() {
    let long = "x".repeat(129);
    for text in ["", "a b", "a\nb", "a\rb", "a\tb", "a\0b", "é", "a\u{7f}", &long] {
        assert_eq!(text.parse::<RequestId>(), Err(ComponentError::RequestId), "{text:?}");
        let is_expected =
            |error| matches!(error, CredentialsError::ClientId | CredentialsError::ClientIdInvisibleCharacter);
        assert!(text.parse::<ClientId>().is_err_and(is_expected), "{text:?}");
    }
    for text in ["", "payments", "https://x/y", "/a b", "/a\nb", "/a#b", "/é", "/\t"] {
        let error = text.parse::<doku_indodana::RequestTarget>().map(|target| target.to_string());
        assert_eq!(error, Err(ComponentError::RequestTarget), "{text:?}");
    }
    assert_eq!("x".repeat(128).parse::<RequestId>().unwrap().as_str().len(), 128);
}

/// One bit anywhere, and the message is not DOKU's any more.
#[test]
fn no_flipped_bit_verifies() {
    let key: SecretKey = "SK-not-a-real-key".parse().unwrap();
    let body = br#"{"order":{"invoice_number":"INV-1","amount":100000},"transaction":{"status":"SUCCESS"}}"#;
    let (client_id, request_id): (ClientId, RequestId) = ("BRN-1".parse().unwrap(), "r-1".parse().unwrap());
    let (timestamp, target) = ("2021-07-07T08:45:42Z".parse().unwrap(), "/payments/notifications".parse().unwrap());
    let right = digest(body);
    let parts = Components {
        client_id: &client_id,
        request_id: &request_id,
        time: Time::Request(&timestamp),
        target: &target,
        digest: Some(&right),
    };
    let signature = sign(&key, &parts).to_string();
    assert_eq!(verify([&key], &parts, &signature), Ok(()));
    for bit in 0..body.len() * 8 {
        let mut flipped = body.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let flipped = digest(&flipped);
        let verdict = verify([&key], &Components { digest: Some(&flipped), ..parts }, &signature);
        assert_eq!(verdict, Err(VerificationError::SignatureMismatch { keys: 1 }), "bit {bit} of the body");
    }
    let mac = STANDARD.decode(&signature["HMACSHA256=".len()..]).unwrap();
    for bit in 0..256 {
        let mut flipped = mac.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let verdict = verify([&key], &parts, &format!("HMACSHA256={}", STANDARD.encode(flipped)));
        assert_eq!(verdict, Err(VerificationError::SignatureMismatch { keys: 1 }), "bit {bit} of the signature");
    }
    for length in (0..32).chain(33..40) {
        let text = format!("HMACSHA256={}", STANDARD.encode(vec![0; length]));
        assert_eq!(verify([&key], &parts, &text), Err(VerificationError::MalformedSignature), "{length} bytes");
    }
}

proptest! {
    /// Two messages that differ anywhere have different strings to sign.
    #[test]
    fn strings_to_sign_are_injective(
        a in ("[a-z][!-~]{0,7}", "[!-~]{1,8}", "/[a-z:/?]{0,8}", any::<bool>(), any::<Option<u8>>()),
        b in ("[a-z][!-~]{0,7}", "[!-~]{1,8}", "/[a-z:/?]{0,8}", any::<bool>(), any::<Option<u8>>()),
    ) {
        let text = |(client_id, request_id, target, response, body): &(String, String, String, bool, Option<u8>)| {
            let timestamp = "2021-07-07T08:45:42Z".parse().unwrap();
            let digest = body.map(|byte| digest(&[byte]));
            string_to_sign(&Components {
                client_id: &client_id.parse().unwrap(),
                request_id: &request_id.parse().unwrap(),
                time: if *response { Time::Response(&timestamp) } else { Time::Request(&timestamp) },
                target: &target.parse().unwrap(),
                digest: digest.as_ref(),
            })
        };
        prop_assert_eq!(text(&a) == text(&b), a == b);
    }

    /// Whatever stands in the header, it is judged without a panic and never accepted.
    #[test]
    fn any_signature_header_is_refused(text in "\\PC{0,80}") {
        let key: SecretKey = "SK-not-a-real-key".parse().unwrap();
        let timestamp = "2021-07-07T08:45:42Z".parse().unwrap();
        let components = Components {
            client_id: &"c".parse().unwrap(),
            request_id: &"r".parse().unwrap(),
            time: Time::Request(&timestamp),
            target: &"/".parse().unwrap(),
            digest: None,
        };
        let code = verify([&key], &components, &text).map_err(|error| error.code());
        prop_assert!(matches!(code, Err("malformed_signature" | "signature_mismatch")), "{code:?}");
    }
}
