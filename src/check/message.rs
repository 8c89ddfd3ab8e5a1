//! What a violation says to people, in English and Indonesian, from one table.

use crate::check::{Code, Exact, Language, Met, Violation};

/// Returns the text of a violation, without its pointer.
pub(crate) fn message(violation: &Violation, language: Language) -> String {
    let (english, indonesian) = match violation.rule.as_str() {
        "exclusiveMaximum" => ("must be less than {limit}", "harus kurang dari {limit}"),
        "type" if violation.limit == Some("integer".into()) && violation.met == Some(Met::Type("number")) => {
            ("must be a whole number", "harus bilangan bulat")
        }
        _ => texts(violation.code),
    };
    let (template, advisory) = match language {
        Language::English => (english, "an advisory, see"),
        Language::Indonesian => (indonesian, "saran, lihat"),
    };
    let limit = match &violation.limit {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(limit) => limit.to_string(),
        None => String::new(),
    };
    let met = match violation.met {
        Some(Met::Characters(count) | Met::Elements(count)) => count.to_string(),
        Some(Met::Type(name)) => name.to_owned(),
        Some(Met::Sum { sum, difference }) => summed(sum, difference, language),
        None => String::new(),
    };
    let mut text = template.replace("{limit}", &limit).replace("{met}", &met);
    if let Some(instead) = &violation.instead {
        let (english, indonesian) = match violation.code {
            Code::UnknownField => ("; did you mean", "; maksudnya"),
            Code::NotListed => ("; the nearest is", "; yang terdekat"),
            _ => ("; for example", "; contohnya"),
        };
        let words = if language == Language::English { english } else { indonesian };
        text.push_str(&format!("{words} {instead}"));
        if violation.code == Code::UnknownField {
            text.push('?');
        }
    }
    if let Some(deviation) = &violation.deviation {
        text.push_str(&format!(" ({advisory} {deviation})"));
    }
    text
}

/// Returns what the items make and how far that is from the amount, with a comma after it.
fn summed(sum: Exact, difference: Exact, language: Language) -> String {
    let (more, by) = (difference.trillionths > 0, Exact { trillionths: difference.trillionths.saturating_abs() });
    match language {
        Language::English => format!("the items make {sum}, {by} {}", if more { "more" } else { "less" }),
        Language::Indonesian => format!("semua item berjumlah {sum}, {} {by}", if more { "lebih" } else { "kurang" }),
    }
}

/// English and Indonesian, one row for each code.
fn texts(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::BadFormat => {
            ("has a form or a character that is not allowed", "memiliki bentuk atau karakter yang tidak diizinkan")
        }
        Code::Missing => ("is missing and mandatory: add it", "wajib ada, tetapi tidak ditemukan: tambahkan"),
        Code::NoAlternative => (
            "fits none of the forms that the contract allows",
            "tidak cocok dengan bentuk mana pun yang diizinkan kontrak",
        ),
        Code::NotListed => (
            "is not one of the values that the contract lists for it",
            "bukan salah satu nilai yang tercantum dalam kontrak untuk field ini",
        ),
        Code::NotPlain => (
            "is written with decimals or an exponent: write whole rupiah as digits alone",
            "ditulis dengan desimal atau eksponen: tulis rupiah bulat dengan angka saja",
        ),
        Code::Reserved => (
            "is an id with a meaning of its own at Indodana, where an item `discount` lowers the total: use another id",
            "adalah id dengan arti khusus di Indodana, dan item `discount` di sana mengurangi total: pakai id lain",
        ),
        Code::SumMismatch => (
            "is not the sum of price × quantity: {met}; fees are items, a discount lowers prices, a remainder is an item",
            "tidak sama dengan total price × quantity: {met}; biaya adalah item, diskon menurunkan harga, sisa pembulatan \
             adalah item",
        ),
        Code::TooFew => ("has {met} elements, fewer than {limit}", "berisi {met} elemen, kurang dari {limit}"),
        Code::TooLarge => ("is larger than {limit}", "lebih besar dari {limit}"),
        Code::TooLong => ("has {met} characters, more than {limit}", "berisi {met} karakter, lebih dari {limit}"),
        Code::TooMany => ("has {met} elements, more than {limit}", "berisi {met} elemen, lebih dari {limit}"),
        Code::TooPrecise => (
            "has more than {limit} decimals: round it first",
            "memiliki lebih dari {limit} desimal: bulatkan lebih dahulu",
        ),
        Code::TooShort => ("has {met} characters, fewer than {limit}", "berisi {met} karakter, kurang dari {limit}"),
        Code::TooSmall => ("is smaller than {limit}", "lebih kecil dari {limit}"),
        Code::UnknownField => (
            "is not a field of this api: remove it or correct its name",
            "bukan field API ini: hapus atau perbaiki namanya",
        ),
        Code::WrongType => {
            ("must be of type {limit} and is of type {met}", "harus bertipe {limit}, tetapi bertipe {met}")
        }
    }
}
