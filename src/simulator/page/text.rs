//! What the pages say.

/// The language of a page: `?lang=id` for Indonesian, English otherwise.
#[derive(Clone, Copy)]
pub(in crate::simulator) enum Language {
    English,
    Indonesian,
}

impl Language {
    /// Returns the query that asks for this language.
    pub(in crate::simulator) fn query(self) -> &'static str {
        match self {
            Self::English => "",
            Self::Indonesian => "?lang=id",
        }
    }

    /// Returns the code for the `lang` attribute.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Indonesian => "id",
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::English => Self::Indonesian,
            Self::Indonesian => Self::English,
        }
    }

    pub(super) fn texts(self) -> &'static Texts {
        match self {
            Self::English => &ENGLISH,
            Self::Indonesian => &INDONESIAN,
        }
    }
}

/// All texts of one language.
pub(super) struct Texts {
    pub(super) back: &'static str,
    pub(super) close: &'static str,
    pub(super) closed: &'static str,
    pub(super) decline: &'static str,
    pub(super) declined: &'static str,
    pub(super) invoice_number: &'static str,
    pub(super) language: &'static str,
    pub(super) no_money: &'static str,
    pub(super) no_orders: &'static str,
    pub(super) not_found: &'static str,
    pub(super) not_found_title: &'static str,
    pub(super) orders_title: &'static str,
    pub(super) paid: &'static str,
    pub(super) pay: &'static str,
    pub(super) pay_before: &'static str,
    pub(super) pay_title: &'static str,
    pub(super) simulation: &'static str,
}

const ENGLISH: Texts = Texts {
    back: "Back to the shop",
    close: "You can close this page.",
    closed: "This order can no longer be paid.",
    decline: "Decline",
    declined: "Declined. This order was not paid.",
    invoice_number: "Invoice number",
    language: "English",
    no_money: "No money moves.",
    no_orders: "No orders yet. Point the shop at this address and generate one.",
    not_found: "There is no order at this address. Generate the order again; the gateway forgets everything when it stops.",
    not_found_title: "Order not found",
    orders_title: "Orders",
    paid: "Paid. Thank you.",
    pay: "Pay",
    pay_before: "Pay before",
    pay_title: "Pay later with Indodana",
    simulation: "Simulation.",
};

const INDONESIAN: Texts = Texts {
    back: "Kembali ke toko",
    close: "Halaman ini boleh ditutup.",
    closed: "Pesanan ini tidak dapat dibayar lagi.",
    decline: "Tolak",
    declined: "Ditolak. Pesanan ini tidak dibayar.",
    invoice_number: "Nomor invoice",
    language: "Bahasa Indonesia",
    no_money: "Tidak ada uang yang berpindah.",
    no_orders: "Belum ada pesanan. Arahkan toko ke alamat ini lalu buat satu pesanan.",
    not_found: "Tidak ada pesanan di alamat ini. Buat pesanan lagi; gateway melupakan semuanya saat berhenti.",
    not_found_title: "Pesanan tidak ditemukan",
    orders_title: "Pesanan",
    paid: "Sudah dibayar. Terima kasih.",
    pay: "Bayar",
    pay_before: "Bayar sebelum",
    pay_title: "Bayar nanti dengan Indodana",
    simulation: "Simulasi.",
};
