use std::{borrow::Cow, ops::ControlFlow};

use jsonschema::{
    JsonType,
    json::{Array, Json, JsonNumber, Node, NodeIdentity, Object},
};
use serde_json::{Number as SerdeNumber, Value as SerdeValue};

use super::{
    Elements, Kind, Members, Value,
    node::{self, Tag},
    number::Number,
};

/// The representation of JSON that lets a [`jsonschema`] validator read a [`Document`](super::Document) in place.
///
/// Whole numbers that fit `u64` or `i64` are compared exactly, however they are written: `1e2` is the integer 100.
/// `minimum` and `maximum` compare other numbers as the nearest `f64`.
///
/// # Examples
///
/// ```
/// use doku_indodana::json::{Document, DocumentJson};
///
/// let schema = serde_json::json!({"type": "integer", "maximum": 9_007_199_254_740_993_u64});
/// let validator = jsonschema::options_for::<DocumentJson>().build(&schema)?;
/// let accepted = Document::parse(b"9007199254740993.0")?;
/// let refused = Document::parse(b"9007199254740994.0")?;
/// assert!(validator.is_valid(accepted.root()));
/// assert!(!validator.is_valid(refused.root()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct DocumentJson;

impl Json for DocumentJson {
    type Node<'a> = Value<'a>;
    type PreparedKey = Box<str>;
    type StringBuffer = ();

    // A lookup scans the members too, so one pass over them is the quicker way for any object.
    const KEYS_PER_LOOKUP: usize = super::MAX_BYTES;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> Box<str> {
        key.into()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(Value<'_>) -> T) -> T {
        let quoted = format!("\"{string}\"");
        f(Value::new(&quoted, &[node::Node::new(Tag::String, 0, quoted.len())]))
    }
}

impl<'a> Node<'a, DocumentJson> for Value<'a> {
    type Object = ObjectValue<'a>;
    type Array = ArrayValue<'a>;
    type Number = Number<'a>;

    #[inline]
    fn as_object(&self) -> Option<ObjectValue<'a>> {
        (self.kind() == Kind::Object).then_some(ObjectValue(*self))
    }

    #[inline]
    fn as_array(&self) -> Option<ArrayValue<'a>> {
        (self.kind() == Kind::Array).then_some(ArrayValue(*self))
    }

    #[inline]
    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.as_str()
    }

    #[inline]
    fn as_number(&self) -> Option<Number<'a>> {
        self.number_text().map(|text| Number { text })
    }

    #[inline]
    fn as_boolean(&self) -> Option<bool> {
        self.as_bool()
    }

    #[inline]
    fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    #[inline]
    fn is_number(&self) -> bool {
        self.kind() == Kind::Number
    }

    #[inline]
    fn is_string(&self) -> bool {
        self.kind() == Kind::String
    }

    #[inline]
    fn json_type(&self) -> JsonType {
        match self.kind() {
            Kind::Null => JsonType::Null,
            Kind::Boolean => JsonType::Boolean,
            Kind::Number => JsonType::Number,
            Kind::String => JsonType::String,
            Kind::Array => JsonType::Array,
            Kind::Object => JsonType::Object,
        }
    }

    #[inline]
    fn string_length_within(&self, min: u64, max: u64) -> Option<bool> {
        let node = self.node();
        if node.tag() == Tag::String {
            // A character takes one to four bytes, which often decides without counting.
            let most = node.content_length() as u64;
            let fewest = most.div_ceil(4);
            if most < min || fewest > max {
                return Some(false);
            }
            if min <= fewest && most <= max {
                return Some(true);
            }
        }
        let length = self.string_length()?;
        Some((min..=max).contains(&length))
    }

    fn equals_value(&self, expected: &SerdeValue) -> bool {
        match expected {
            SerdeValue::Null => self.is_null(),
            SerdeValue::Bool(expected) => self.as_bool() == Some(*expected),
            SerdeValue::Number(expected) => self.as_number().is_some_and(|number| number.equals(expected)),
            SerdeValue::String(expected) => self.equals_str(expected),
            SerdeValue::Array(expected) => {
                self.kind() == Kind::Array
                    && self.len() == expected.len()
                    && self.elements().zip(expected).all(|(element, expected)| element.equals_value(expected))
            }
            SerdeValue::Object(expected) => {
                self.kind() == Kind::Object
                    && self.len() == expected.len()
                    && self.members().all(|(name, value)| {
                        expected.get(&*name.characters()).is_some_and(|expected| value.equals_value(expected))
                    })
            }
        }
    }

    fn to_value(&self) -> Cow<'a, SerdeValue> {
        Cow::Owned(serde_value(*self))
    }

    #[inline]
    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(self.address()))
    }
}

/// Copies a value; [`MAX_DEPTH`](super::MAX_DEPTH) bounds the recursion.
fn serde_value(value: Value<'_>) -> SerdeValue {
    match value.kind() {
        Kind::Null => SerdeValue::Null,
        Kind::Boolean => SerdeValue::Bool(value.as_bool() == Some(true)),
        Kind::Number => value.as_number().map_or(SerdeValue::Null, |number| number.to_serde().into()),
        Kind::String => value.characters().into(),
        Kind::Array => value.elements().map(serde_value).collect(),
        Kind::Object => value.members().map(|(name, value)| (name.characters(), serde_value(value))).collect(),
    }
}

/// A value that is an object.
#[derive(Debug, Clone, Copy)]
pub struct ObjectValue<'a>(Value<'a>);

impl<'a> Object<'a, DocumentJson> for ObjectValue<'a> {
    type Node = Value<'a>;
    type MemberName = Cow<'a, str>;
    type MembersIter = NamedMembers<'a>;

    #[inline]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn get(&self, key: &Box<str>) -> Option<Value<'a>> {
        self.0.get(key)
    }

    #[inline]
    fn members(&self) -> NamedMembers<'a> {
        NamedMembers(self.0.members())
    }

    fn try_for_each_name_node<B>(&self, (): &mut (), mut f: impl FnMut(Value<'_>) -> ControlFlow<B>) -> ControlFlow<B> {
        self.0.members().try_for_each(|(name, _)| f(name))
    }
}

/// The members of an object with their names as text.
#[derive(Clone)]
pub struct NamedMembers<'a>(Members<'a>);

impl<'a> Iterator for NamedMembers<'a> {
    type Item = (Cow<'a, str>, Value<'a>);

    #[expect(clippy::inline_always, reason = "a call takes longer than the step")]
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = self.0.next()?;
        Some((name.characters(), value))
    }
}

/// A value that is an array.
#[derive(Debug, Clone, Copy)]
pub struct ArrayValue<'a>(Value<'a>);

impl<'a> Array<'a, DocumentJson> for ArrayValue<'a> {
    type Node = Value<'a>;
    type ElementsIter = Elements<'a>;

    #[inline]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn elements(&self) -> Elements<'a> {
        self.0.elements()
    }
}

impl Number<'_> {
    /// Whether it is the same number as `expected`.
    fn equals(self, expected: &SerdeNumber) -> bool {
        if let Some(expected) = expected.as_u64() {
            self.as_u64() == Some(expected)
        } else if let Some(expected) = expected.as_i64() {
            self.as_i64() == Some(expected)
        } else {
            expected.as_f64().is_some_and(|expected| self.equals_f64(expected))
        }
    }

    /// The number for error reports, which hold a value that is too large as the largest `f64`.
    fn to_serde(self) -> SerdeNumber {
        let saturated = if self.is_negative() { f64::MIN } else { f64::MAX };
        self.text.parse().ok().or_else(|| SerdeNumber::from_f64(saturated)).unwrap_or_else(|| SerdeNumber::from(0))
    }
}

impl JsonNumber for Number<'_> {
    #[inline]
    fn as_u64(&self) -> Option<u64> {
        self.magnitude().filter(|&magnitude| magnitude == 0 || !self.is_negative())
    }

    #[inline]
    fn as_i64(&self) -> Option<i64> {
        let magnitude = self.magnitude()?;
        if self.is_negative() { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
    }

    #[inline]
    fn as_f64(&self) -> Option<f64> {
        self.to_f64()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.text)
    }

    fn to_number(&self) -> Cow<'_, SerdeNumber> {
        Cow::Owned(self.to_serde())
    }

    #[inline]
    fn is_integer(&self) -> bool {
        Number::is_integer(*self)
    }

    #[inline]
    fn is_written_as_integer(&self) -> bool {
        self.is_plain()
    }
}
