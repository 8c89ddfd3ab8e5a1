#[cfg(test)]
mod tests;

use std::{borrow::Cow, ops::ControlFlow};

use jsonschema::{
    JsonType,
    json::{Array, Json, Node, NodeIdentity, Object},
};
use serde_json::Value as SerdeValue;

use super::{
    Elements, Members, Value, ValueKind,
    node::{self, Tag},
    number::Number,
};

/// A value as a [`jsonschema`] validator reads it in place, so that no public type shows the validator's traits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instance<'d>(pub(crate) Value<'d>);

impl<'d> From<Value<'d>> for Instance<'d> {
    #[inline]
    fn from(value: Value<'d>) -> Self {
        Self(value)
    }
}

/// The representation of JSON that lets a validator read a [`Document`](super::Document).
///
/// Whole numbers that fit `u64` or `i64` are compared exactly, however they are written: `1e2` is the integer 100.
/// `minimum` and `maximum` compare other numbers as the nearest `f64`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DocumentJson;

impl Json for DocumentJson {
    type Node<'a> = Instance<'a>;
    type PreparedKey = Box<str>;
    type StringBuffer = ();

    // A lookup scans the members too, so one pass over them is the quicker way for any object.
    const KEYS_PER_LOOKUP: usize = super::MAX_BYTES;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> Box<str> {
        key.into()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(Instance<'_>) -> T) -> T {
        let quoted = format!("\"{string}\"");
        f(Instance(Value::new(&quoted, &[node::Node::new(Tag::String, 0, quoted.len())])))
    }
}

impl<'a> Node<'a, DocumentJson> for Instance<'a> {
    type Object = ObjectValue<'a>;
    type Array = ArrayValue<'a>;
    type Number = Number<'a>;

    #[inline]
    fn as_object(&self) -> Option<ObjectValue<'a>> {
        (self.0.kind() == ValueKind::Object).then_some(ObjectValue(self.0))
    }

    #[inline]
    fn as_array(&self) -> Option<ArrayValue<'a>> {
        (self.0.kind() == ValueKind::Array).then_some(ArrayValue(self.0))
    }

    #[inline]
    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.0.as_str()
    }

    #[inline]
    fn as_number(&self) -> Option<Number<'a>> {
        self.0.number_text().map(|text| Number { text })
    }

    #[inline]
    fn as_boolean(&self) -> Option<bool> {
        self.0.as_bool()
    }

    #[inline]
    fn is_null(&self) -> bool {
        self.0.kind() == ValueKind::Null
    }

    #[inline]
    fn is_number(&self) -> bool {
        self.0.kind() == ValueKind::Number
    }

    #[inline]
    fn is_string(&self) -> bool {
        self.0.kind() == ValueKind::String
    }

    #[inline]
    fn json_type(&self) -> JsonType {
        match self.0.kind() {
            ValueKind::Null => JsonType::Null,
            ValueKind::Boolean => JsonType::Boolean,
            ValueKind::Number => JsonType::Number,
            ValueKind::String => JsonType::String,
            ValueKind::Array => JsonType::Array,
            ValueKind::Object => JsonType::Object,
        }
    }

    #[inline]
    fn string_length_within(&self, min: u64, max: u64) -> Option<bool> {
        let node = self.0.node();
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
            SerdeValue::Bool(expected) => self.0.as_bool() == Some(*expected),
            SerdeValue::Number(expected) => self.as_number().is_some_and(|number| number.equals(expected)),
            SerdeValue::String(expected) => self.0.equals_str(expected),
            SerdeValue::Array(expected) => {
                self.0.kind() == ValueKind::Array
                    && self.0.len() == expected.len()
                    && self.0.elements().zip(expected).all(|(element, expected)| Self(element).equals_value(expected))
            }
            SerdeValue::Object(expected) => {
                self.0.kind() == ValueKind::Object
                    && self.0.len() == expected.len()
                    && self.0.members().all(|(name, value)| {
                        expected.get(&*name.characters()).is_some_and(|expected| Self(value).equals_value(expected))
                    })
            }
        }
    }

    fn to_value(&self) -> Cow<'a, SerdeValue> {
        Cow::Owned(to_serde(self.0))
    }

    #[inline]
    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(self.0.address()))
    }
}

/// Copies a value; [`MAX_DEPTH`](super::MAX_DEPTH) bounds the recursion.
pub(crate) fn to_serde(value: Value<'_>) -> SerdeValue {
    match value.kind() {
        ValueKind::Null => SerdeValue::Null,
        ValueKind::Boolean => SerdeValue::Bool(value.as_bool() == Some(true)),
        ValueKind::Number => Instance(value).as_number().map_or(SerdeValue::Null, |number| number.to_serde().into()),
        ValueKind::String => value.characters().into(),
        ValueKind::Array => value.elements().map(to_serde).collect(),
        ValueKind::Object => value.members().map(|(name, value)| (name.characters(), to_serde(value))).collect(),
    }
}

/// A value that is an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ObjectValue<'a>(Value<'a>);

impl<'a> Object<'a, DocumentJson> for ObjectValue<'a> {
    type Node = Instance<'a>;
    type MemberName = Cow<'a, str>;
    type MembersIter = NamedMembers<'a>;

    #[inline]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn get(&self, key: &Box<str>) -> Option<Instance<'a>> {
        self.0.get(key).map(Instance)
    }

    #[inline]
    fn members(&self) -> NamedMembers<'a> {
        NamedMembers(self.0.members())
    }

    fn try_for_each_name_node<B>(
        &self,
        (): &mut (),
        mut f: impl FnMut(Instance<'_>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        self.0.members().try_for_each(|(name, _)| f(Instance(name)))
    }
}

/// The members of an object with their names as text.
#[derive(Clone)]
pub(crate) struct NamedMembers<'a>(Members<'a>);

impl<'a> Iterator for NamedMembers<'a> {
    type Item = (Cow<'a, str>, Instance<'a>);

    #[expect(clippy::inline_always, reason = "a call takes longer than the step")]
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = self.0.next()?;
        Some((name.characters(), Instance(value)))
    }
}

/// A value that is an array.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ArrayValue<'a>(Value<'a>);

impl<'a> Array<'a, DocumentJson> for ArrayValue<'a> {
    type Node = Instance<'a>;
    type ElementsIter = Instances<'a>;

    #[inline]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn elements(&self) -> Instances<'a> {
        Instances(self.0.elements())
    }
}

/// The elements of an array.
#[derive(Clone)]
pub(crate) struct Instances<'a>(Elements<'a>);

impl<'a> Iterator for Instances<'a> {
    type Item = Instance<'a>;

    #[inline]
    fn next(&mut self) -> Option<Instance<'a>> {
        self.0.next().map(Instance)
    }
}
