//! What the pages say.

pub(crate) use doku_indodana::error::Language;

/// What the pages make of a language: `?lang=id` asks for Indonesian, English otherwise.
pub(crate) trait PageLanguage: Sized {
    /// Returns the query that asks for this language.
    fn query(self) -> &'static str;

    /// Returns the code for the `lang` attribute.
    fn code(self) -> &'static str;

    /// Returns the language that a page links to.
    fn other(self) -> Self;

    /// Returns the texts.
    fn texts(self) -> &'static Texts;
}

impl PageLanguage for Language {
    fn query(self) -> &'static str {
        match self {
            Self::Indonesian => "?lang=id",
            _ => "",
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Indonesian => "id",
            _ => "en",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Indonesian => Self::English,
            _ => Self::Indonesian,
        }
    }

    fn texts(self) -> &'static Texts {
        match self {
            Self::Indonesian => &INDONESIAN,
            _ => &ENGLISH,
        }
    }
}

/// All texts of one language.
pub(crate) struct Texts {
    pub(super) back: &'static str,
    pub(super) cancel: &'static str,
    pub(super) close: &'static str,
    pub(super) closed: &'static str,
    pub(super) decline: &'static str,
    pub(super) declined: &'static str,
    pub(super) declined_for_now: &'static str,
    pub(super) expire: &'static str,
    pub(super) expired: &'static str,
    pub(super) invoice_number: &'static str,
    pub(super) items: &'static str,
    pub(super) language: &'static str,
    pub(super) more_items: &'static str,
    pub(super) no_money: &'static str,
    pub(super) not_found: &'static str,
    pub(super) not_found_title: &'static str,
    pub(super) paid: &'static str,
    pub(super) pay: &'static str,
    pub(super) pay_before: &'static str,
    pub(super) pay_title: &'static str,
    pub(super) refunded: &'static str,
    pub(super) simulation: &'static str,
    pub(super) timeline: &'static str,
    pub(super) try_again: &'static str,
}

const ENGLISH: Texts = Texts {
    back: "Back to the shop",
    cancel: "Back to the shop without paying",
    close: "You can close this page.",
    closed: "This order can no longer be paid.",
    decline: "Decline",
    declined: "Declined. This order was not paid.",
    declined_for_now: "Declined.",
    expire: "Let it expire",
    expired: "Expired. Nobody paid in time.",
    invoice_number: "Invoice number",
    items: "Items",
    language: "English",
    more_items: "more items",
    no_money: "No money moves.",
    not_found: "There is no order at this address. Generate the order again; the simulator forgets everything when it stops.",
    not_found_title: "Order not found",
    paid: "Paid. Thank you.",
    pay: "Pay",
    pay_before: "Pay before",
    pay_title: "Pay later with Indodana",
    refunded: "The payment was given back.",
    simulation: "Simulation.",
    timeline: "Timeline of the simulator",
    try_again: "You can try again until",
};

const INDONESIAN: Texts = Texts {
    back: "Kembali ke toko",
    cancel: "Kembali ke toko tanpa membayar",
    close: "Halaman ini boleh ditutup.",
    closed: "Pesanan ini tidak dapat dibayar lagi.",
    decline: "Tolak",
    declined: "Ditolak. Pesanan ini tidak dibayar.",
    declined_for_now: "Ditolak.",
    expire: "Biarkan kedaluwarsa",
    expired: "Kedaluwarsa. Tidak dibayar pada waktunya.",
    invoice_number: "Nomor invoice",
    items: "Barang",
    language: "Bahasa Indonesia",
    more_items: "barang lagi",
    no_money: "Tidak ada uang yang berpindah.",
    not_found: "Tidak ada pesanan di alamat ini. Buat pesanan lagi; simulator melupakan semuanya saat berhenti.",
    not_found_title: "Pesanan tidak ditemukan",
    paid: "Sudah dibayar. Terima kasih.",
    pay: "Bayar",
    pay_before: "Bayar sebelum",
    pay_title: "Bayar nanti dengan Indodana",
    refunded: "Pembayaran sudah dikembalikan.",
    simulation: "Simulasi.",
    timeline: "Linimasa simulator",
    try_again: "Anda dapat mencoba lagi sampai",
};
