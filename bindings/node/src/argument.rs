//! Arguments from JavaScript, read strictly: text is text, bytes are bytes, and nothing is converted on the way.

use std::time::Duration;

use napi::{
    JsString, JsValue, Unknown, ValueType,
    bindgen_prelude::{
        FromNapiValue, JsObjectValue, KeyCollectionMode, KeyConversion, KeyFilter, Object, TypedArray, TypedArrayType,
        Uint8ArraySlice,
    },
};

use crate::failure::Failure;

/// The greatest whole number that JavaScript holds exactly, which no id and no number of rows comes near.
const MOST: f64 = 9_007_199_254_740_991.0;

/// Returns the text of a string. `what` names the argument, as in "the client id".
pub(crate) fn text(value: Unknown<'_>, what: &str) -> Result<String, Failure> {
    if value.get_type()? != ValueType::String {
        let met = describe(value)?;
        return Err(Failure::kind("not_text", format!("{what} must be a string; met {met}")));
    }
    utf8(JsString::from_unknown(value)?)?.ok_or_else(|| {
        Failure::kind("lone_surrogate", format!("{what} has half of a surrogate pair, which no UTF-8 text can hold"))
    })
}

/// Returns a string as UTF-8; `None` if it has half of a surrogate pair.
pub(crate) fn utf8(value: JsString<'_>) -> Result<Option<String>, Failure> {
    let units = value.utf16_len()?;
    let value = value.into_utf16()?;
    Ok(String::from_utf16(&value.as_slice()[..units]).ok())
}

/// Returns a copy of the bytes of a `Buffer` or `Uint8Array`; `None` for anything else.
pub(crate) fn bytes(value: Unknown<'_>) -> Result<Option<Vec<u8>>, Failure> {
    if !value.is_typedarray()? {
        return Ok(None);
    }
    Ok(Uint8ArraySlice::from_unknown(value).ok().map(|bytes| bytes.to_vec()))
}

/// Returns the bytes of a body. `hint` says which, where it is something else.
pub(crate) fn body(value: Unknown<'_>, hint: &str) -> Result<Vec<u8>, Failure> {
    if let Some(bytes) = bytes(value)? {
        return Ok(bytes);
    }
    let met = describe(value)?;
    Err(Failure::kind("not_bytes", format!("the body must be a Buffer or Uint8Array; met {met}. {hint}")))
}

/// Returns the bytes of a body that was received.
pub(crate) fn received(value: Unknown<'_>) -> Result<Vec<u8>, Failure> {
    let hint = "The signature covers the exact bytes, so pass the raw ones, before any JSON parser: in Express use \
                express.raw({ type: () => true }) on the notification's route, before express.json()";
    body(value, hint)
}

/// Returns an integer of milliseconds, at most one hour.
fn milliseconds(value: Unknown<'_>, what: &str) -> Result<Duration, Failure> {
    whole(value, what, 1, 3_600_000).map(Duration::from_millis)
}

/// Returns a whole number between two limits.
pub(crate) fn whole(value: Unknown<'_>, what: &str, least: u32, most: u32) -> Result<u64, Failure> {
    let number = number(value, what)?;
    if number.fract() != 0.0 || !(f64::from(least)..=f64::from(most)).contains(&number) {
        return Err(Failure::range("out_of_range", format!("{what} must be a whole number from {least} to {most}")));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range")]
    Ok(number as u64)
}

/// Returns a whole number from 0 on.
pub(crate) fn count(value: Unknown<'_>, what: &str) -> Result<i64, Failure> {
    let number = number(value, what)?;
    if number.fract() != 0.0 || !(0.0..=MOST).contains(&number) {
        return Err(Failure::range("out_of_range", format!("{what} must be a whole number from 0 on")));
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
    Ok(number as i64)
}

/// Returns a number as it is.
pub(crate) fn number(value: Unknown<'_>, what: &str) -> Result<f64, Failure> {
    if value.get_type()? != ValueType::Number {
        let met = describe(value)?;
        return Err(Failure::kind("not_a_number", format!("{what} must be a number; met {met}")));
    }
    Ok(f64::from_unknown(value)?)
}

pub(crate) fn boolean(value: Unknown<'_>, what: &str) -> Result<bool, Failure> {
    if value.get_type()? != ValueType::Boolean {
        let met = describe(value)?;
        return Err(Failure::kind("not_a_boolean", format!("{what} must be true or false; met {met}")));
    }
    Ok(bool::from_unknown(value)?)
}

/// Returns what a value is, never what it holds.
pub(crate) fn describe(value: Unknown<'_>) -> Result<&'static str, Failure> {
    Ok(match value.get_type()? {
        ValueType::Undefined => "undefined",
        ValueType::Null => "null",
        ValueType::Boolean => "a boolean",
        ValueType::Number => "a number",
        ValueType::BigInt => "a bigint",
        ValueType::String => "a string",
        ValueType::Symbol => "a symbol",
        ValueType::Function => "a function",
        _ if value.is_typedarray()? => view(TypedArray::from_unknown(value)?.typed_array_type),
        _ if value.is_arraybuffer()? => "an ArrayBuffer",
        _ if value.is_dataview()? => "a DataView",
        _ if value.is_array()? => "an array",
        _ if value.is_date()? => "a Date",
        _ if value.is_promise()? => "a promise; await it first",
        _ => "an object",
    })
}

/// Returns what a typed array is.
fn view(kind: TypedArrayType) -> &'static str {
    match kind {
        TypedArrayType::Uint8 => "bytes",
        TypedArrayType::Int8 => "an Int8Array",
        TypedArrayType::Uint8Clamped => "a Uint8ClampedArray",
        TypedArrayType::Int16 => "an Int16Array",
        TypedArrayType::Uint16 => "a Uint16Array",
        TypedArrayType::Int32 => "an Int32Array",
        TypedArrayType::Uint32 => "a Uint32Array",
        TypedArrayType::Float32 => "a Float32Array",
        TypedArrayType::Float64 => "a Float64Array",
        _ => "an array of numbers",
    }
}

/// So much of a name or a pointer is shown, in characters.
const LONGEST_NAME: usize = 128;

/// Returns a name or a pointer for people. It may come from outside: it is kept short and without control characters.
pub(crate) fn shown(name: &str) -> String {
    let shown = |character: char| if character.is_control() { char::REPLACEMENT_CHARACTER } else { character };
    let mut text: String = name.chars().take(LONGEST_NAME).map(shown).collect();
    if name.chars().nth(LONGEST_NAME).is_some() {
        text.push('…');
    }
    text
}

/// Returns the names of an object's own enumerable members, symbols among them.
pub(crate) fn own_keys<'o>(object: &Object<'o>) -> Result<Object<'o>, Failure> {
    let (mode, names) = (KeyCollectionMode::OwnOnly, KeyConversion::NumbersToStrings);
    Ok(object.get_all_property_names(mode, KeyFilter::Enumerable, names)?)
}

/// An object of options. A name that is not known is an error, because a misspelt option would be lost silently.
pub(crate) struct Options<'o> {
    object: Object<'o>,
    what: &'static str,
}

impl<'o> Options<'o> {
    /// Takes an object whose members are all among `known`.
    pub(crate) fn new(value: Unknown<'o>, what: &'static str, known: &[&str]) -> Result<Self, Failure> {
        let is_object = value.get_type()? == ValueType::Object && !value.is_array()? && !value.is_typedarray()?;
        if !is_object {
            let met = describe(value)?;
            return Err(Failure::kind("not_an_object", format!("the {what} must be an object; met {met}")));
        }
        let object = Object::from_unknown(value)?;
        let keys = own_keys(&object)?;
        for at in 0..keys.get_array_length()? {
            let key: Unknown<'_> = keys.get_element(at)?;
            let name = if key.get_type()? == ValueType::String { utf8(JsString::from_unknown(key)?)? } else { None };
            if !name.as_ref().is_some_and(|name| known.contains(&name.as_str())) {
                let name = name.map_or_else(|| "of this name".to_owned(), |name| shown(&name));
                let message = format!("the {what} have no member {name}; known are {}", known.join(", "));
                return Err(Failure::kind("unknown_option", message));
            }
        }
        Ok(Self { object, what })
    }

    /// Returns a member; `None` where it is absent or undefined.
    pub(crate) fn get(&self, name: &str) -> Result<Option<Unknown<'o>>, Failure> {
        let value: Unknown<'o> = self.object.get_named_property_unchecked(name)?;
        Ok(if value.get_type()? == ValueType::Undefined { None } else { Some(value) })
    }

    /// Returns a member that must be there.
    pub(crate) fn require(&self, name: &str) -> Result<Unknown<'o>, Failure> {
        self.get(name)?
            .ok_or_else(|| Failure::kind("missing_option", format!("the {} must have the member {name}", self.what)))
    }

    pub(crate) fn require_text(&self, name: &str) -> Result<String, Failure> {
        text(self.require(name)?, name)
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Failure> {
        self.get(name)?.map(|value| boolean(value, name)).transpose()
    }

    pub(crate) fn milliseconds(&self, name: &str) -> Result<Option<Duration>, Failure> {
        self.get(name)?.map(|value| milliseconds(value, name)).transpose()
    }

    /// Returns the elements of a member that is an array; none where it is absent.
    pub(crate) fn elements(&self, name: &str) -> Result<Vec<Unknown<'o>>, Failure> {
        let Some(value) = self.get(name)? else { return Ok(Vec::new()) };
        if !value.is_array()? {
            let met = describe(value)?;
            return Err(Failure::kind("not_an_array", format!("{name} must be an array; met {met}")));
        }
        let array = Object::from_unknown(value)?;
        (0..array.get_array_length()?).map(|at| Ok(array.get_element(at)?)).collect()
    }

    pub(crate) fn whole(&self, name: &str, least: u32, most: u32) -> Result<Option<u64>, Failure> {
        self.get(name)?.map(|value| whole(value, name, least, most)).transpose()
    }
}
