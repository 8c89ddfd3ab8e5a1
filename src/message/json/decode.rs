//! From a [`Document`] to a type, with serde: duplicate keys and deep nesting are already refused, objects are read
//! from objects only, numbers are handed over with their exact digits, and no error quotes a value.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize,
    de::{
        self, DeserializeSeed, Expected, IntoDeserializer, Unexpected, Visitor,
        value::{BorrowedStrDeserializer, CowStrDeserializer, MapDeserializer},
    },
    forward_to_deserialize_any,
};

use super::{Document, Elements, Members, Value, ValueKind, exact};
use crate::message::error::PayloadError;

/// Reads a type from a JSON text: strictly, and with the exact digits of every amount and price.
///
/// # Errors
///
/// Where the text is no strict JSON, or not of the type's shape. The error names the place and never a value.
/// A key on the way there that is not of 1 to 64 ASCII letters, digits and underscores stands as `…`.
///
/// # Examples
///
/// ```
/// use doku_indodana::{GenerateOrderRequest, Price, json};
///
/// assert_eq!(json::from_slice::<Price>(b"99999999999999.99")?, Price::MAX);
/// let error = json::from_slice::<GenerateOrderRequest>(br#"{"order": []}"#).unwrap_err();
/// assert!(error.to_string().contains("order: expected an object for Order, met array"));
/// # Ok::<(), doku_indodana::error::PayloadError>(())
/// ```
pub fn from_slice<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, PayloadError> {
    let document = Document::parse(bytes).map_err(PayloadError::Syntax)?;
    T::deserialize(Reader(document.root())).map_err(|error| PayloadError::Shape(error.0.into_owned()))
}

/// Why a document is not of a type's shape.
#[derive(Debug)]
struct ShapeError(Cow<'static, str>);

impl std::error::Error for ShapeError {}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl de::Error for ShapeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string().into())
    }

    fn invalid_type(met: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let met = match met {
            Unexpected::Bool(_) => "a boolean",
            Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
            Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => "text",
            Unexpected::Unit | Unexpected::Option => "null",
            Unexpected::Seq => "an array",
            Unexpected::Map => "an object",
            _ => "something else",
        };
        Self(format!("expected {expected}, met {met}").into())
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("expected {expected}").into())
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self("the text is not one of the listed values".into())
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self("there is a field that the contract does not have".into())
    }
}

/// A value as serde reads it.
struct Reader<'de>(Value<'de>);

impl<'de> de::Deserializer<'de> for Reader<'de> {
    type Error = ShapeError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        match self.0.kind() {
            ValueKind::Null => visitor.visit_unit(),
            ValueKind::Boolean => visitor.visit_bool(self.0.as_bool() == Some(true)),
            ValueKind::Number => visit_number(self.0.number_text().expect("a number has digits"), visitor),
            ValueKind::String => match self.0.characters() {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            ValueKind::Array => visitor.visit_seq(ElementAccess(self.0.elements())),
            ValueKind::Object => visitor.visit_map(MemberAccess { members: self.0.members(), member: None }),
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        if self.0.kind() == ValueKind::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        // Serde would read a struct from an array as well.
        if self.0.kind() == ValueKind::Object {
            return self.deserialize_any(visitor);
        }
        Err(ShapeError(format!("expected an object for {name}, met {}", self.0.kind()).into()))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        match self.0.number_text() {
            Some(digits) if name == exact::RAW => {
                visitor.visit_map(MapDeserializer::new([(name, Digits(digits))].into_iter()))
            }
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        if self.0.kind() == ValueKind::String {
            return self.deserialize_any(visitor);
        }
        Err(ShapeError(format!("expected text, met {}", self.0.kind()).into()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        match self.0.as_str() {
            Some(text) => visitor.visit_enum(IntoDeserializer::<ShapeError>::into_deserializer(text)),
            None => Err(ShapeError(format!("expected text, met {}", self.0.kind()).into())),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

/// Hands over a number to what does not read its digits itself.
fn visit_number<'de, V: Visitor<'de>>(digits: &'de str, visitor: V) -> Result<V::Value, ShapeError> {
    if let Ok(whole) = digits.parse() {
        return visitor.visit_u64(whole);
    }
    if let Ok(whole) = digits.parse() {
        return visitor.visit_i64(whole);
    }
    match digits.parse() {
        Ok(float) if f64::is_finite(float) => visitor.visit_f64(float),
        _ => Err(ShapeError("the number is too large".into())),
    }
}

/// The digits of a number, for what reads them itself.
struct Digits<'de>(&'de str);

impl<'de> IntoDeserializer<'de, ShapeError> for Digits<'de> {
    type Deserializer = BorrowedStrDeserializer<'de, ShapeError>;

    fn into_deserializer(self) -> Self::Deserializer {
        BorrowedStrDeserializer::new(self.0)
    }
}

struct ElementAccess<'de>(Elements<'de>);

impl<'de> de::SeqAccess<'de> for ElementAccess<'de> {
    type Error = ShapeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ShapeError> {
        self.0.next().map(|element| seed.deserialize(Reader(element))).transpose()
    }
}

struct MemberAccess<'de> {
    members: Members<'de>,
    member: Option<(Cow<'de, str>, Value<'de>)>,
}

impl<'de> de::MapAccess<'de> for MemberAccess<'de> {
    type Error = ShapeError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ShapeError> {
        let Some((key, value)) = self.members.next() else { return Ok(None) };
        let name = key.characters();
        self.member = Some((name.clone(), value));
        seed.deserialize(CowStrDeserializer::new(name)).map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ShapeError> {
        let (name, value) = self.member.take().ok_or(ShapeError("a value was asked for before its key".into()))?;
        seed.deserialize(Reader(value)).map_err(|error| ShapeError(format!("{}: {error}", shown(&name)).into()))
    }
}

/// A key as errors may repeat it: in full if it can be a name of the contract, since others may hold anything.
#[cold]
fn shown(key: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if (1..=64).contains(&key.len()) && key.bytes().all(plain) { key } else { "…" }
}
