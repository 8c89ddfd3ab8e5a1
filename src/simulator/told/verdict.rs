//! Whether a merchant did right by a notification: [`Verdict`]. Here alone, for the page, the log and the commands.

use super::attempt::{Attempt, AttemptResult};
use doku_indodana::error::Language;

/// What a merchant made of a notification, genuine or forged. From best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Verdict {
    /// A genuine one, acknowledged.
    Acknowledged,
    /// A forgery, refused.
    Refused,
    /// One that is signed and wrong in what it says, answered one way or the other: right if nothing is delivered for it.
    Answered,
    /// A genuine one, not acknowledged.
    NotAcknowledged,
    /// A forgery, acknowledged: anybody can tell the merchant that an order is paid.
    Deceived,
    /// No answer came.
    NoAnswer,
    /// It was not sent.
    NotSent,
}

/// Faults whose signature does not match: DOKU cannot have sent this.
const FORGERIES: [&str; 5] =
    ["notify-forged", "notify-reserialised", "notify-tampered", "notify-unsigned", "notify-wrong-target"];

/// Faults that are signed and wrong in what they say.
const WRONG: [&str; 3] = ["notify-unknown-invoice", "notify-unreadable", "notify-wrong-amount"];

impl Verdict {
    /// Returns the worst verdict on several; `NotSent` on none.
    pub fn of(attempts: &[Attempt]) -> Self {
        attempts.iter().map(Attempt::verdict).max().unwrap_or(Self::NotSent)
    }

    /// Returns the stable code, for example `acknowledged`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Refused => "refused",
            Self::Answered => "answered",
            Self::NotAcknowledged => "not_acknowledged",
            Self::Deceived => "deceived",
            Self::NoAnswer => "no_answer",
            Self::NotSent => "not_sent",
        }
    }
}

impl Attempt {
    /// Returns whether the merchant did right by it: to refuse a forgery is right, to acknowledge one is not.
    pub fn verdict(&self) -> Verdict {
        let is_one_of = |faults: &[&str]| self.fault.as_deref().is_some_and(|fault| faults.contains(&fault));
        match (&self.result, self.is_acknowledged()) {
            (AttemptResult::NotSent { .. }, _) => Verdict::NotSent,
            (AttemptResult::NoAnswer { .. }, _) => Verdict::NoAnswer,
            (_, true) if is_one_of(&FORGERIES) => Verdict::Deceived,
            (_, false) if is_one_of(&FORGERIES) => Verdict::Refused,
            _ if is_one_of(&WRONG) => Verdict::Answered,
            (_, true) => Verdict::Acknowledged,
            (_, false) => Verdict::NotAcknowledged,
        }
    }

    /// Returns what the merchant's answer means and what to do, for people; `None` where there is nothing to say, or no
    /// answer: then [`reason`](Self::reason) says why.
    pub fn advice(&self) -> Option<&'static str> {
        self.advice_in(Language::English)
    }

    pub(crate) fn advice_in(&self, language: Language) -> Option<&'static str> {
        let (english, indonesian) = match (self.verdict(), self.status()?) {
            (Verdict::Refused, _) => ("right: the shop refused a forgery", "benar: toko menolak notifikasi palsu"),
            (Verdict::Deceived, _) => (
                "wrong: the shop took a forgery. Anybody can tell it that an order is paid",
                "salah: toko menerima notifikasi palsu. Siapa pun bisa mengatakan bahwa suatu pesanan sudah dibayar",
            ),
            (Verdict::Answered, _) => (
                "genuine signature, wrong content: any answer is right if the shop delivers nothing",
                "signature asli, isinya salah: jawaban apa pun benar asalkan toko tidak mengirim barang",
            ),
            (Verdict::NotAcknowledged, 404 | 405) => (
                "the shop takes no notification at this address: check the path of the notification url, and that it \
                 takes POST",
                "toko tidak menerima notifikasi di alamat ini: periksa path URL notifikasi, dan bahwa toko menerima POST",
            ),
            (Verdict::NotAcknowledged, 401 | 403) => (
                "the shop refused a genuine notification: check its secret key, and the path that it verifies for",
                "toko menolak notifikasi asli: periksa secret key-nya, dan path yang dipakai saat verifikasi",
            ),
            (Verdict::NotAcknowledged, 500..) => {
                ("the shop failed: look in its log", "toko mengalami kegagalan: lihat log-nya")
            }
            (Verdict::NotAcknowledged, _) => {
                ("this does not acknowledge it; any 2xx does", "ini bukan konfirmasi; jawab dengan 2xx")
            }
            _ => return None,
        };
        Some(match language {
            Language::Indonesian => indonesian,
            _ => english,
        })
    }

    /// Returns what could be better about an acknowledgement; `None` where there is nothing to say.
    pub(crate) fn hint_in(&self, language: Language) -> Option<&'static str> {
        let bare = self.verdict() == Verdict::Acknowledged && !self.has_acknowledgement();
        bare.then_some(match language {
            Language::Indonesian => {
                "2xx apa pun adalah konfirmasi; generator kode DOKU sendiri juga menjawab dengan body \
                 {\"responseCode\":\"2000000\",\"responseMessage\":\"Successful\"}, dan itu tidak merugikan"
            }
            _ => {
                "any 2xx acknowledges; DOKU’s own code generator also answers with the body \
                 {\"responseCode\":\"2000000\",\"responseMessage\":\"Successful\"}, which costs nothing"
            }
        })
    }
}
