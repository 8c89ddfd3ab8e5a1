//! What a service's answer means, and what is kept of it.

use std::{error::Error as _, io, time::Duration};

use doku_store::Handled;
use http::{HeaderMap, StatusCode, header};

/// So many characters of an answer are kept.
const MOST_CHARS: usize = 200;

/// The longest wait that a service may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Tells what an answer means: 2xx ends the effect, 410 makes it a dead letter at once, and all else is a failure.
///
/// Source: Standard Webhooks, "Delivery success and failure".
pub(super) fn handled(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Handled {
    let said = printable(body, MOST_CHARS);
    let colon = if said.is_empty() { "" } else { ": " };
    let answered = format!("answered {}{colon}{said}", status.as_u16());
    if status.is_success() {
        return Handled::done().with_answer(answered);
    }
    if status == StatusCode::GONE {
        return Handled::given_up(answered);
    }
    if status.is_redirection() {
        return Handled::failed(redirected(status, headers));
    }
    Handled::failed(answered).not_before(retry_after(headers))
}

/// Tells why there is no answer.
pub(super) fn failed(error: &reqwest::Error, timeout: Duration) -> Handled {
    if error.is_timeout() {
        return Handled::failed(format_args!("no answer within {} s", timeout.as_secs()));
    }
    let because = cause(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    if error.is_connect() {
        return Handled::failed(format_args!("no connection{because}"));
    }
    Handled::failed(format_args!("the connection broke before an answer came{because}"))
}

/// Returns the innermost fault of TLS, or of input or output, as a text.
fn cause(error: &reqwest::Error) -> Option<String> {
    let (mut found, mut next) = (None, error.source());
    while let Some(cause) = next {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return Some(tls.to_string());
        }
        let io = cause.downcast_ref::<io::Error>();
        found = io.map(|io| io.kind().to_string()).or(found);
        // What an error of input or output holds is not its source.
        next = match io.and_then(io::Error::get_ref) {
            Some(held) => Some(held),
            None => cause.source(),
        };
    }
    found
}

/// Returns what is said of a redirect. The query of where it leads may hold anything, and is left out.
fn redirected(status: StatusCode, headers: &HeaderMap) -> String {
    let to = headers.get(header::LOCATION).map(|to| printable(to.as_bytes(), MOST_CHARS));
    let to = to.as_deref().and_then(|to| to.split(['?', '#']).next()).unwrap_or_default();
    if to.is_empty() {
        return format!("answered {}, a redirect that names no address", status.as_u16());
    }
    format!(
        "answered {}, a redirect to {to}: redirects are not followed; set the url of the settings to it",
        status.as_u16()
    )
}

/// Returns how long the service asks to be left alone, in seconds; a date there is passed over.
fn retry_after(headers: &HeaderMap) -> Duration {
    let seconds = headers.get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(0)).min(LONGEST_WAIT)
}

/// Returns the first printable characters of a text, in one line.
fn printable(bytes: &[u8], most: usize) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text.split_whitespace().flat_map(|word| [" ", word]).skip(1).flat_map(str::chars);
    line.filter(|character| is_printable(*character)).take(most).collect()
}

fn is_printable(character: char) -> bool {
    // Marks without width, of direction and of order, and what stands for bytes that are no text.
    let is_mark = matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffd}'
    );
    !character.is_control() && !is_mark
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn what_each_status_means() {
        let none = HeaderMap::new();
        let answer = |status: u16| handled(StatusCode::from_u16(status).unwrap(), &none, b"so");
        for status in [200, 201, 202, 204, 299] {
            let text = format!("answered {status}: so");
            assert_eq!(answer(status), Handled::done().with_answer(text));
        }
        for status in [400, 401, 404, 409, 429, 500, 502, 503, 504] {
            assert_eq!(answer(status), Handled::failed(format_args!("answered {status}: so")));
        }
        assert_eq!(answer(410), Handled::given_up("answered 410: so"));
        assert_eq!(handled(StatusCode::OK, &none, b" \r\n"), Handled::done().with_answer("answered 200"));
    }

    #[test]
    fn a_redirect_is_named_without_its_query() {
        let end = ": redirects are not followed; set the url of the settings to it";
        for (location, said) in [
            ("https://shop.example/new?token=secret#top", format!(" to https://shop.example/new{end}")),
            ("/new", format!(" to /new{end}")),
            ("", " that names no address".to_owned()),
        ] {
            let answer = handled(StatusCode::FOUND, &headers(header::LOCATION, location), b"moved");
            assert_eq!(answer, Handled::failed(format_args!("answered 302, a redirect{said}")));
        }
    }

    #[test]
    fn a_wait_is_honoured_up_to_a_day() {
        for (value, seconds) in [
            ("120", 120),
            ("86401", 86_400),
            ("18446744073709551616", 0),
            ("-1", 0),
            ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ] {
            let answer = handled(StatusCode::SERVICE_UNAVAILABLE, &headers(header::RETRY_AFTER, value), b"");
            assert_eq!(answer, Handled::failed("answered 503").not_before(Duration::from_secs(seconds)), "{value}");
        }
    }

    #[test]
    fn only_what_is_printable_is_kept() {
        for (bytes, kept) in [
            (&b"{\r\n  \"ok\": true\r\n}\r\n"[..], "{ \"ok\": true }"),
            (b"\x1b[31mred\x07", "[31mred"),
            ("a\u{202e}b\u{200b}c\u{feff}".as_bytes(), "abc"),
            (b"\xff\xfe", ""),
            ("é".repeat(201).as_bytes(), &"é".repeat(200)),
        ] {
            assert_eq!(printable(bytes, MOST_CHARS), kept);
        }
    }
}
