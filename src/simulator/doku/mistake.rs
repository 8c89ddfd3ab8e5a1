//! Why a signature is wrong: the usual mistakes, tried with the known key. For the timeline alone; DOKU says none of it.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderMap;
use sha2::{Digest, Sha256};

use crate::doku::identity::Incoming;
use doku_indodana::error::Language;
use doku_indodana::{
    SecretKey,
    signature::{self, PREFIX, header},
};

/// The codes of the mistakes, with what to do.
const MISTAKES: [(&str, &str, &str); 14] = [
    (
        "malformed",
        "The Signature header is not HMACSHA256= and the Base64 of 32 bytes.",
        "Header Signature bukan HMACSHA256= dan Base64 dari 32 byte.",
    ),
    (
        "malformed-hex",
        "The Signature header is not HMACSHA256= and the Base64 of 32 bytes. It looks like hex: write the bytes as Base64.",
        "Header Signature bukan HMACSHA256= dan Base64 dari 32 byte. Tampaknya heksadesimal: tulis byte-nya sebagai Base64.",
    ),
    (
        "malformed-prefix",
        "The Signature header is not HMACSHA256= and the Base64 of 32 bytes. The prefix is missing: write HMACSHA256= in front.",
        "Header Signature bukan HMACSHA256= dan Base64 dari 32 byte. Awalannya hilang: tulis HMACSHA256= di depannya.",
    ),
    (
        "line-feed",
        "The shop signed a line feed at the end of the string. There is none.",
        "Toko menandatangani ganti baris di akhir string. Seharusnya tidak ada.",
    ),
    (
        "crlf",
        "The shop joined the lines with CRLF. Join them with LF alone.",
        "Toko menyambung baris dengan CRLF. Sambung dengan LF saja.",
    ),
    (
        "url",
        "The shop signed the URL as Request-Target. Sign the path alone.",
        "Toko menandatangani URL sebagai Request-Target. Tandatangani path-nya saja.",
    ),
    (
        "slash",
        "The shop signed a Request-Target with other slashes at its ends than the path has.",
        "Toko menandatangani Request-Target dengan garis miring yang berbeda dari path-nya.",
    ),
    (
        "query",
        "The shop signed the query in Request-Target. Sign the path alone.",
        "Toko menandatangani query dalam Request-Target. Tandatangani path-nya saja.",
    ),
    (
        "digest-unpadded",
        "The shop signed a Digest without its padding. Base64 of 32 bytes ends with =.",
        "Toko menandatangani Digest tanpa padding. Base64 dari 32 byte berakhir dengan =.",
    ),
    (
        "digest-hex",
        "The shop signed a Digest in hex. Write the 32 bytes of SHA-256 as Base64.",
        "Toko menandatangani Digest dalam heksadesimal. Tulis 32 byte SHA-256 sebagai Base64.",
    ),
    (
        "digest-of-hex",
        "The shop signed the Base64 of the digest’s hex digits. Encode the 32 bytes of SHA-256 themselves.",
        "Toko menandatangani Base64 dari digit heksadesimal. Encode 32 byte SHA-256 itu sendiri.",
    ),
    (
        "no-digest",
        "The shop signed no line Digest. A request with a body has one.",
        "Toko tidak menandatangani baris Digest. Request dengan body memerlukannya.",
    ),
    (
        "empty-digest",
        "The shop signed a line Digest. A GET has none.",
        "Toko menandatangani baris Digest. GET tidak memilikinya.",
    ),
    (
        "time",
        "The shop signed another line for the time. In a request it is Request-Timestamp, with the text of the header.",
        "Toko menandatangani baris waktu yang lain. Dalam request, barisnya Request-Timestamp dengan teks dari header.",
    ),
];

/// Returns what a mistake means and what to do.
pub(crate) fn text(code: &str, language: Language) -> Option<&'static str> {
    let (_, english, indonesian) = MISTAKES.iter().find(|(known, ..)| *known == code)?;
    Some(match language {
        Language::Indonesian => indonesian,
        _ => english,
    })
}

/// Returns the code of the mistake that the wrong signature of a request fits; `None` if it fits none.
pub(crate) fn find(key: &SecretKey, received: &Incoming<'_>, query: Option<&str>) -> Option<&'static str> {
    let signature = received.headers.get(header::SIGNATURE)?.to_str().ok()?;
    let Some(base64) = signature.strip_prefix(PREFIX).filter(|text| is_mac(text)) else {
        let text = signature.strip_prefix(PREFIX).unwrap_or(signature);
        return Some(match text {
            _ if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => "malformed-hex",
            _ if text.len() == signature.len() && is_mac(text) => "malformed-prefix",
            _ => "malformed",
        });
    };
    let right = received.string_to_sign()?;
    let fits = |text: &str| {
        STANDARD.encode(key.danger_hmac(text.as_bytes())).trim_end_matches('=') == base64.trim_end_matches('=')
    };
    variants(&right, received, query).into_iter().find(|(_, text)| fits(text)).map(|(code, _)| code)
}

/// Returns whether a text is Base64 of 32 bytes, padded or not.
fn is_mac(text: &str) -> bool {
    let padded = format!("{}=", text.trim_end_matches('='));
    text.len() <= 44 && STANDARD.decode(padded).is_ok_and(|bytes| bytes.len() == 32)
}

/// Returns what a shop signs by mistake.
fn variants(right: &str, received: &Incoming<'_>, query: Option<&str>) -> Vec<(&'static str, String)> {
    let mut variants = vec![
        ("line-feed", format!("{right}\n")),
        ("crlf", right.replace('\n', "\r\n")),
        ("crlf", right.replace('\n', "\r\n") + "\r\n"),
        ("time", right.replacen("\nRequest-Timestamp:", "\nResponse-Timestamp:", 1)),
        ("time", right.replacen("\nRequest-Timestamp:", "\nTimestamp:", 1)),
    ];
    let path = received.target;
    let line = format!("\nRequest-Target:{path}");
    let mut target = |code, other: String| {
        variants.push((code, right.replacen(&line, &format!("\nRequest-Target:{other}"), 1)));
    };
    if let Some(host) = host(received.headers) {
        for scheme in ["http://", "https://", ""] {
            target("url", format!("{scheme}{host}{path}"));
        }
    }
    target("slash", format!("{path}/"));
    target("slash", path.trim_end_matches('/').to_owned());
    target("slash", path.trim_start_matches('/').to_owned());
    if let Some(query) = query {
        target("query", format!("{path}?{query}"));
    }
    let Some(body) = received.body else {
        variants.push(("empty-digest", format!("{right}\nDigest:{}", signature::digest(b"").as_str())));
        variants.push(("empty-digest", format!("{right}\nDigest:")));
        return variants;
    };
    let without = right.rsplit_once("\nDigest:").map_or(right, |(without, _)| without);
    let hex: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    variants.extend([
        ("digest-unpadded", right.trim_end_matches('=').to_owned()),
        ("digest-hex", format!("{without}\nDigest:{hex}")),
        ("digest-hex", format!("{without}\nDigest:{}", hex.to_ascii_uppercase())),
        ("digest-of-hex", format!("{without}\nDigest:{}", STANDARD.encode(&hex))),
        ("no-digest", without.to_owned()),
    ]);
    variants
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(http::header::HOST)?.to_str().ok()
}
