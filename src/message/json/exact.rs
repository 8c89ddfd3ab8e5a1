//! Numbers through serde with the digits that were written: what money and bounded integers deserialise by.
//!
//! Serde's own numbers may have been rounded to a binary float on the way. `serde_json` gives the text of a value to
//! those who ask for a raw one; a document gives it in the same way. Where neither does, a whole number is exact, and
//! one with decimals or an exponent is refused: it is not known what was written.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, Unexpected, Visitor},
};

use super::{Document, ValueKind};

/// The name by which `serde_json` is asked for the text of a value, as `serde_json::value::RawValue` asks for it.
/// Another name would cost decimals through `serde_json::from_str`, never digits; a test says so.
pub(super) const RAW: &str = "$serde_json::private::RawValue";

/// A number or a text, exactly as it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Written<'a> {
    /// The digits of a JSON number.
    Number(&'a str),
    /// The characters of a string.
    Text(&'a str),
}

/// What is made of an exact number or text.
pub(crate) trait FromExact: Sized {
    /// What the value must be, for errors.
    const EXPECTED: &'static str;

    /// Why a number is none of these.
    type Error: fmt::Display;

    /// Reads it; `None` where a text is of the wrong type.
    fn from_exact(exact: Written<'_>) -> Option<Result<Self, Self::Error>>;
}

/// Deserialises by exact digits.
///
/// # Errors
///
/// Where the value is none of `T`, or its digits are not known.
pub(crate) fn deserialize<'de, D: Deserializer<'de>, T: FromExact>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_newtype_struct(RAW, ExactVisitor(PhantomData))
}

struct ExactVisitor<T>(PhantomData<T>);

impl<T: FromExact> ExactVisitor<T> {
    fn read<E: de::Error>(self, exact: Written<'_>) -> Result<T, E> {
        match T::from_exact(exact) {
            Some(read) => read.map_err(E::custom),
            None => Err(E::invalid_type(Unexpected::Str("…"), &self)),
        }
    }
}

impl<'de, T: FromExact> Visitor<'de> for ExactVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        self.read(Written::Number(&number.to_string()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        self.read(Written::Number(&number.to_string()))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<T, E> {
        Err(E::custom(ROUNDED))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        self.read(Written::Text(text))
    }

    /// A format that does not know the name.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }

    /// The text of the value, from a format that knows the name.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        if map.next_key::<Name>()?.is_none_or(|name| !name.0) {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Err(de::Error::invalid_type(Unexpected::Map, &self));
        }
        let text = map.next_value::<Text<'de>>()?.0;
        let document = Document::parse(text.as_bytes()).map_err(de::Error::custom)?;
        let value = document.root();
        match (value.number_text(), value.as_str()) {
            // Text that is not borrowed was written anew, from a float perhaps.
            (Some(digits), _) if matches!(text, Cow::Owned(_)) && digits.contains(['.', 'e', 'E']) => {
                Err(de::Error::custom(ROUNDED))
            }
            (Some(digits), _) => self.read(Written::Number(digits)),
            (None, Some(text)) => self.read(Written::Text(&text)),
            (None, None) => Err(de::Error::invalid_type(unexpected(value.kind()), &self)),
        }
    }
}

const ROUNDED: &str = "the number has decimals or an exponent and came as a binary float, which may be rounded; read \
                       the text itself, by serde_json::from_str or doku_indodana::json::from_slice";

fn unexpected(kind: ValueKind) -> Unexpected<'static> {
    match kind {
        ValueKind::Null => Unexpected::Unit,
        ValueKind::Array => Unexpected::Seq,
        ValueKind::Object => Unexpected::Map,
        ValueKind::Boolean | ValueKind::Number | ValueKind::String => Unexpected::Other("a boolean"),
    }
}

/// Whether a key is [`RAW`].
struct Name(bool);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl Visitor<'_> for NameVisitor {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Name, E> {
                Ok(Name(name == RAW))
            }
        }

        deserializer.deserialize_identifier(NameVisitor)
    }
}

/// The text of a value: borrowed from what is read, or made anew.
struct Text<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the text of a value")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}
