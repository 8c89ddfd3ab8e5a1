//! How the values that are no object are read.

use std::borrow::Cow;

use super::{Note, Place, Received, optional};
use crate::message::{
    json::{Value, ValueKind, to_serde},
    money::Rupiah,
};

/// Returns the characters of a string.
#[inline]
pub(crate) fn text<'d>(value: Value<'d>, at: Place<'_>) -> Result<Cow<'d, str>, Box<Note>> {
    value.as_str().ok_or_else(|| Note::wrong_type(at, "a string", value))
}

/// Returns the elements of an array; one that does not fit is absent, with a note.
pub(crate) fn elements<T: Received>(
    value: Value<'_>,
    at: Place<'_>,
    notes: &mut Vec<Note>,
) -> Result<Vec<T>, Box<Note>> {
    if value.kind() != ValueKind::Array {
        return Err(Note::wrong_type(at, "an array", value));
    }
    let elements = value.elements().enumerate();
    Ok(elements.filter_map(|(index, element)| optional(element, Place::Element(&at, index), false, notes)).collect())
}

impl Received for String {
    #[inline]
    fn receive(value: Value<'_>, at: Place<'_>, _: &mut Vec<Note>) -> Result<Self, Box<Note>> {
        text(value, at).map(Cow::into_owned)
    }
}

/// Any value.
impl Received for serde_json::Value {
    fn receive(value: Value<'_>, _: Place<'_>, _: &mut Vec<Note>) -> Result<Self, Box<Note>> {
        Ok(to_serde(value))
    }
}

/// The contract's `ReceivedAmount`.
impl Received for Rupiah {
    fn receive(value: Value<'_>, at: Place<'_>, _: &mut Vec<Note>) -> Result<Self, Box<Note>> {
        let amount = match (value.number_text(), value.as_str()) {
            (Some(digits), _) => Self::from_received_number(digits),
            (None, Some(text)) => Self::from_received_text(&text),
            (None, None) => return Err(Note::wrong_type(at, "a number or a string", value)),
        };
        amount.map_err(|error| Note::not_an_amount(at, error))
    }
}
