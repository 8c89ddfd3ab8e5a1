//! From a JavaScript value to the one byte string that is checked, signed and sent.

use doku_indodana::json::{MAX_BYTES, MAX_DEPTH};
use napi::{
    JsString, JsValue, Unknown, ValueType,
    bindgen_prelude::{BigInt, FromNapiValue, JsObjectValue, Object},
};

use crate::{
    argument::{self, describe, own_keys, shown, utf8},
    failure::Failure,
};

/// Returns the JSON of an order: bytes as they are, or an object written once.
pub(crate) fn freeze(value: Unknown<'_>) -> Result<Vec<u8>, Failure> {
    if let Some(bytes) = argument::bytes(value)? {
        return Ok(bytes);
    }
    if value.get_type()? != ValueType::Object {
        let met = describe(value)?;
        let message = format!("the body must be an object, or a Buffer with its JSON; met {met}");
        return Err(Failure::kind("not_an_object", message));
    }
    let mut writer = Writer { json: Vec::with_capacity(1024), pointer: String::new(), depth: 0 };
    writer.write(value)?;
    Ok(writer.json)
}

/// The greatest integer below which a `number` holds each integer, 2^53 − 1.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// So many digits survive in a `number`.
const EXACT_DIGITS: usize = 15;

struct Writer {
    json: Vec<u8>,
    /// Where the value is that is being written, as a JSON pointer.
    pointer: String,
    depth: usize,
}

impl Writer {
    fn write(&mut self, value: Unknown<'_>) -> Result<(), Failure> {
        match value.get_type()? {
            ValueType::Null => self.json.extend_from_slice(b"null"),
            ValueType::Boolean => {
                let text = if bool::from_unknown(value)? { "true" } else { "false" };
                self.json.extend_from_slice(text.as_bytes());
            }
            ValueType::Number => self.number(f64::from_unknown(value)?)?,
            ValueType::BigInt => self.bigint(&BigInt::from_unknown(value)?)?,
            ValueType::String => self.string(JsString::from_unknown(value)?)?,
            ValueType::Object => self.nested(value)?,
            _ => {
                let met = describe(value)?;
                return Err(self.refuse("unsupported_type", &format!("is {met}, which JSON does not have")));
            }
        }
        if self.json.len() > MAX_BYTES {
            let message = format!("the body is longer than {MAX_BYTES} bytes; send a smaller one");
            return Err(Failure::range("too_large", message));
        }
        Ok(())
    }

    fn number(&mut self, number: f64) -> Result<(), Failure> {
        if !number.is_finite() {
            return Err(self.out_of_range("not_finite", "is NaN or infinite, which JSON does not have"));
        }
        // The shortest decimal text that reads back as this number, without an exponent.
        let text = if number == 0.0 { "0".to_owned() } else { number.to_string() };
        if number.fract() == 0.0 {
            if number.abs() > MAX_SAFE_INTEGER {
                return Err(self.out_of_range(
                    "unsafe_integer",
                    "is an integer beyond 2^53 - 1, where a number is not exact; pass a bigint such as \
                     9007199254740993n",
                ));
            }
        } else if text.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count() > EXACT_DIGITS {
            return Err(self.out_of_range(
                "inexact_number",
                "has more than 15 digits, where a number with decimals is not exact; round it, or pass the whole body \
                 as a Buffer with its JSON",
            ));
        }
        self.json.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn bigint(&mut self, number: &BigInt) -> Result<(), Failure> {
        let (negative, magnitude, lossless) = number.get_u128();
        if !lossless {
            return Err(self.out_of_range("out_of_range", "is a bigint of more than 128 bits; amounts have 16 digits"));
        }
        let sign = if negative { "-" } else { "" };
        self.json.extend_from_slice(format!("{sign}{magnitude}").as_bytes());
        Ok(())
    }

    fn string(&mut self, value: JsString<'_>) -> Result<(), Failure> {
        let Some(text) = utf8(value)? else {
            return Err(self.refuse("lone_surrogate", "has half of a surrogate pair, which no UTF-8 text can hold"));
        };
        self.text(&text);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        // Writing text to memory cannot fail.
        let _ = serde_json::to_writer(&mut self.json, text);
    }

    fn nested(&mut self, value: Unknown<'_>) -> Result<(), Failure> {
        if self.depth == MAX_DEPTH {
            let message = "is nested deeper than 32 levels, or is part of itself";
            return Err(self.out_of_range("too_deep", message));
        }
        self.depth += 1;
        let object = Object::from_unknown(value)?;
        if value.is_array()? {
            self.array(&object)?
        } else {
            self.object(&object)?
        }
        self.depth -= 1;
        Ok(())
    }

    fn array(&mut self, array: &Object<'_>) -> Result<(), Failure> {
        self.json.push(b'[');
        for at in 0..array.get_array_length()? {
            if at > 0 {
                self.json.push(b',');
            }
            let outer = self.enter(&at.to_string());
            let element: Unknown<'_> = array.get_element(at)?;
            if element.get_type()? == ValueType::Undefined {
                return Err(self.refuse("undefined_element", "is undefined; leave the element out"));
            }
            self.write(element)?;
            self.pointer.truncate(outer);
        }
        self.json.push(b']');
        Ok(())
    }

    fn object(&mut self, object: &Object<'_>) -> Result<(), Failure> {
        if !is_plain(object)? {
            let met = describe(object.to_unknown())?;
            let met = if met == "an object" { "an instance of a class" } else { met };
            return Err(self.refuse("not_plain", &format!("is {met}; pass plain objects, arrays and primitive values")));
        }
        self.json.push(b'{');
        let keys = own_keys(object)?;
        let mut first = true;
        for at in 0..keys.get_array_length()? {
            let key: Unknown<'_> = keys.get_element(at)?;
            if key.get_type()? != ValueType::String {
                continue;
            }
            let value: Unknown<'_> = object.get_property_unchecked(key)?;
            let Some(name) = utf8(JsString::from_unknown(key)?)? else {
                return Err(self.refuse("lone_surrogate", "has a member whose name has half of a surrogate pair"));
            };
            if value.get_type()? == ValueType::Undefined {
                continue;
            }
            if !std::mem::take(&mut first) {
                self.json.push(b',');
            }
            self.text(&name);
            self.json.push(b':');
            let outer = self.enter(&name);
            self.write(value)?;
            self.pointer.truncate(outer);
        }
        self.json.push(b'}');
        Ok(())
    }

    /// Steps into a member or an element; returns the length of the pointer before it.
    fn enter(&mut self, token: &str) -> usize {
        let outer = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
        outer
    }

    fn refuse(&self, code: &'static str, what: &str) -> Failure {
        Failure::kind(code, format!("{} {what}", self.place())).at(&self.pointer)
    }

    fn out_of_range(&self, code: &'static str, what: &str) -> Failure {
        Failure::range(code, format!("{} {what}", self.place())).at(&self.pointer)
    }

    /// Returns the pointer for people.
    fn place(&self) -> String {
        if self.pointer.is_empty() { "the whole body".to_owned() } else { shown(&self.pointer) }
    }
}

/// Returns whether an object has no prototype, or one without a prototype: the `Object.prototype` of any realm.
fn is_plain(object: &Object<'_>) -> Result<bool, Failure> {
    let prototype = object.get_prototype()?;
    if prototype.get_type()? != ValueType::Object {
        return Ok(true);
    }
    Ok(Object::from_unknown(prototype)?.get_prototype()?.get_type()? == ValueType::Null)
}
