//! What the verdict on a request means, and what to do.

use std::borrow::Cow;

use super::text::Language;
use crate::{
    doku::{mistake, target::has_slash_too_many},
    told::event::Exchange,
};
use doku_indodana::address;

/// Returns what the verdict on a request means and what to do; `None` where nothing is to be said.
pub(super) fn advice(exchange: &Exchange, language: Language) -> Option<Cow<'static, str>> {
    if let Some(text) = exchange.mistake.as_deref().and_then(|code| mistake::text(code, language)) {
        return Some(text.into());
    }
    let verdict = match exchange.verdict.as_str() {
        "no_route" if has_slash_too_many(exchange.target.split('?').next().unwrap_or_default()) => SLASH,
        verdict => verdict,
    };
    let (_, english, indonesian) = ADVICE.iter().find(|(known, ..)| *known == verdict)?;
    let text = match language {
        Language::Indonesian => *indonesian,
        _ => *english,
    };
    Some(match text.contains(GENERATE_ORDER) {
        true => text.replace(GENERATE_ORDER, address::GENERATE_ORDER).into(),
        false => text.into(),
    })
}

/// What stands in a text for the address of generate order.
const GENERATE_ORDER: &str = "{generate order}";

/// Nothing is at an address because of the slash at its end.
const SLASH: &str = "no_route_slash";

const ADVICE: [(&str, &str, &str); 16] = [
    (
        "body",
        "The body was too long, ended too early, or did not come in time.",
        "Body terlalu panjang, terputus, atau tidak datang pada waktunya.",
    ),
    (
        "data_not_found",
        "No order has this invoice number or Request-Id.",
        "Tidak ada pesanan dengan nomor invoice atau Request-Id ini.",
    ),
    ("full", "The simulator holds as many orders as it can. Start it again.", "Simulator sudah penuh. Jalankan ulang."),
    (
        "idempotent_request",
        "This Request-Id was used before with another body. A new order needs a new Request-Id; the same order needs the same body, byte by byte.",
        "Request-Id ini sudah dipakai dengan body lain. Pesanan baru memerlukan Request-Id baru; pesanan yang sama memerlukan body yang sama persis.",
    ),
    (
        "invalid_client_id",
        "Client-Id is not the one of this simulator; see “Point a shop here”.",
        "Client-Id bukan milik simulator ini; lihat “Arahkan toko ke sini”.",
    ),
    (
        "invalid_header_request",
        "A header is missing or malformed: Client-Id, Request-Id, Request-Timestamp and Signature are needed. The answer names it.",
        "Ada header yang hilang atau salah bentuk: Client-Id, Request-Id, Request-Timestamp, dan Signature wajib ada. Jawaban menyebutkannya.",
    ),
    (
        "invalid_signature",
        "The signature is not that of the string to sign below. Compare line by line. If only Digest differs, the shop signed other bytes than it sent. If all lines agree, the secret key differs, or there are blanks or line feeds.",
        "Signature tidak cocok dengan string to sign di bawah. Bandingkan baris demi baris. Jika hanya Digest yang berbeda, toko menandatangani byte lain dari yang dikirim. Jika semua baris sama, secret key-nya berbeda, atau ada spasi atau ganti baris.",
    ),
    (
        "invoice_already_used",
        "An order with this invoice number was made under another Request-Id.",
        "Pesanan dengan nomor invoice ini sudah dibuat dengan Request-Id lain.",
    ),
    (
        "no_route",
        "There is nothing at this address. Orders go to POST {generate order}.",
        "Tidak ada apa-apa di alamat ini. Pesanan dikirim ke POST {generate order}.",
    ),
    (
        SLASH,
        "There is nothing at this address. Remove the slash at the end.",
        "Tidak ada apa-apa di alamat ini. Hapus garis miring di akhirnya.",
    ),
    (
        "not_arrived",
        "A fault answered in DOKU’s place; no order was made.",
        "Gangguan menjawab sebagai pengganti DOKU; pesanan tidak dibuat.",
    ),
    (
        "replayed",
        "The same request again: answered as the first time, and no second order was made.",
        "Request yang sama lagi: dijawab seperti pertama kali, tanpa pesanan kedua.",
    ),
    (
        "request_time_out_of_range",
        "Request-Timestamp is too far from the simulator’s clock. It is in UTC, such as 2026-01-05T08:45:42Z.",
        "Request-Timestamp terlalu jauh dari jam simulator. Waktunya UTC, misalnya 2026-01-05T08:45:42Z.",
    ),
    (
        "unknown_fault",
        "The header Simulator-Fault asks for a fault that does not exist.",
        "Header Simulator-Fault meminta gangguan yang tidak ada.",
    ),
    (
        "violations",
        "The body breaks the contract. The answer names each field.",
        "Body melanggar kontrak. Jawaban menyebutkan setiap field.",
    ),
    ("wrong_method", "This address takes another method.", "Alamat ini memakai method lain."),
];
