//! What states, verdicts and alerts mean, in a sentence.

use doku_indodana::error::Language;
use doku_store::{Alert, Rank, Verdict};

/// Returns what a state means.
pub(super) fn rank(rank: Rank, language: Language) -> &'static str {
    let (english, indonesian) = match rank {
        Rank::Prepared => ("Stored, and not sent yet.", "Disimpan, dan belum dikirim."),
        Rank::Sent => (
            "Sent; DOKU's answer is missing, so an order may exist.",
            "Dikirim; jawaban DOKU tidak ada, jadi pesanan mungkin ada.",
        ),
        Rank::Refused => (
            "There is no order at DOKU: it was refused, or never sent.",
            "Tidak ada pesanan di DOKU: ditolak, atau tidak pernah dikirim.",
        ),
        Rank::Pending => ("At DOKU; the customer has not paid yet.", "Sudah di DOKU; pelanggan belum membayar."),
        Rank::Failed => (
            "A payment failed. It may still be paid until it expires.",
            "Pembayaran gagal. Masih dapat dibayar sampai kedaluwarsa.",
        ),
        Rank::Expired => ("Nobody paid in time.", "Tidak dibayar pada waktunya."),
        Rank::Success => ("Paid.", "Sudah dibayar."),
        Rank::Refunded => ("The payment was given back.", "Pembayaran sudah dikembalikan."),
        _ => ("", ""),
    };
    either(english, indonesian, language)
}

/// Returns what the verdict about a notification means.
pub(super) fn verdict(verdict: Verdict, language: Language) -> &'static str {
    let (english, indonesian) = match verdict {
        Verdict::Accepted => ("it fits its order", "sesuai dengan pesanannya"),
        Verdict::Repeated => ("it came before", "sudah pernah datang"),
        Verdict::Unconfirmed => (
            "its time is far from ours, so DOKU is asked first",
            "waktunya jauh dari waktu kita, jadi DOKU ditanya dulu",
        ),
        Verdict::UnknownInvoice => ("no order has its invoice number", "tidak ada pesanan dengan nomor invoice-nya"),
        Verdict::OtherAmount => ("it names another amount than the order", "jumlahnya berbeda dengan pesanan"),
        Verdict::OtherClient => ("the order has another client id", "pesanan memakai client id lain"),
        Verdict::UnknownStatus => ("its status is not known here", "statusnya tidak dikenal di sini"),
        Verdict::Unreadable => ("it is genuine, and not what the contract says", "asli, tetapi tidak sesuai kontrak"),
        Verdict::ReusedRequestId => {
            ("its request id came with another body before", "request id-nya pernah datang dengan isi lain")
        }
        _ => ("", ""),
    };
    either(english, indonesian, language)
}

/// Returns what contradicts an order.
pub(super) fn alert(alert: Alert, language: Language) -> String {
    let indonesian = match alert {
        Alert::OtherAmount => "pesan yang asli menyebut jumlah lain daripada pesanan",
        Alert::OtherClient => "pesan yang asli milik client id lain daripada pesanan",
        Alert::AfterRefusal => "DOKU menolak pesanan, tetapi melaporkan statusnya",
        Alert::PaidAndExpired => "pesanan dilaporkan kedaluwarsa dan sudah dibayar",
        Alert::UnknownStatus => "status yang tidak dikenal di sini dilaporkan",
        Alert::CheckedLower => "pemeriksaan status menyebut kurang daripada pesan yang ditandatangani",
        Alert::ReusedRequestId => "satu request id datang dengan dua isi",
        Alert::OtherBody => "isi yang disimpan bukan pesanan yang disebut barisnya",
        _ => return alert.to_string(),
    };
    match language {
        Language::Indonesian => indonesian.to_owned(),
        _ => alert.to_string(),
    }
}

fn either(english: &'static str, indonesian: &'static str, language: Language) -> &'static str {
    match language {
        Language::Indonesian => indonesian,
        _ => english,
    }
}
