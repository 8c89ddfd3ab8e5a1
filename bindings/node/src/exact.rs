//! JSON text that goes out, and the JavaScript values that are made of it, in which no integer is rounded.

use doku_indodana::json::{Document, Value, ValueKind};
use napi::{
    Env, JsValue, Unknown,
    bindgen_prelude::{BigInt, JsObjectValue, Null, Object, ToNapiValue},
};
use serde::Serialize;

use crate::failure::Failure;

/// What becomes of an integer.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Integers {
    /// A `bigint`, so that amounts have one type whatever their size.
    BigInt,
    /// A `number`, or text where a `number` is not exact, so that `JSON.stringify` takes errors and reports.
    Plain,
}

/// The greatest integer below which a `number` holds each integer, 2^53 − 1.
const MAX_SAFE_INTEGER: u128 = 9_007_199_254_740_991;

/// Returns a value as JSON text.
pub(crate) fn write<T: Serialize>(value: &T) -> String {
    // What goes out are records with text keys, so this cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}

/// Reads a JSON text that was written by this library.
pub(crate) fn read<'env>(env: &'env Env, json: &str, integers: Integers) -> Result<Unknown<'env>, Failure> {
    value(env, Document::parse(json.as_bytes())?.root(), integers)
}

fn value<'env>(env: &'env Env, json: Value<'_>, integers: Integers) -> Result<Unknown<'env>, Failure> {
    Ok(match json.kind() {
        ValueKind::Null => Null.into_unknown(env)?,
        ValueKind::Boolean => json.as_bool().unwrap_or_default().into_unknown(env)?,
        ValueKind::Number => number(env, json.number_text().unwrap_or_default(), integers)?,
        ValueKind::String => json.as_str().unwrap_or_default().as_ref().into_unknown(env)?,
        ValueKind::Array => {
            let mut array = env.create_array(0)?;
            for (at, element) in (0_u32..).zip(json.elements()) {
                array.set(at, value(env, element, integers)?)?;
            }
            array.into_unknown(env)?
        }
        ValueKind::Object => {
            let mut object = Object::new(env)?;
            for (key, member) in json.members() {
                object.set_named_property(&key.as_str().unwrap_or_default(), value(env, member, integers)?)?;
            }
            object.to_unknown()
        }
    })
}

fn number<'env>(env: &'env Env, digits: &str, integers: Integers) -> Result<Unknown<'env>, Failure> {
    let magnitude = digits.trim_start_matches('-').parse::<u128>().ok();
    Ok(match magnitude {
        Some(magnitude) if integers == Integers::BigInt => {
            let number = BigInt { sign_bit: digits.starts_with('-'), ..BigInt::from(magnitude) };
            number.into_unknown(env)?
        }
        Some(magnitude) if magnitude > MAX_SAFE_INTEGER => digits.into_unknown(env)?,
        _ => digits.parse::<f64>().unwrap_or(f64::NAN).into_unknown(env)?,
    })
}
