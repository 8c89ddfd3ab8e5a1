//! Open enums and bounded integers, which progenitor would weaken to `String` and an unchecked integer.

use std::error::Error;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::{MONEY, contract::documentation, text::Contract};

/// A component that becomes a type of `generated::scalar`.
pub(crate) enum Scalar {
    /// A string of an answer, with known values.
    OpenEnum { name: String, doc: String, values: Vec<String> },
    /// An integer of a request, with a least and a greatest value.
    Integer { name: String, doc: String, minimum: u64, maximum: u64 },
}

impl Scalar {
    /// Returns the name of the component.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::OpenEnum { name, .. } | Self::Integer { name, .. } => name,
        }
    }
}

/// Returns the open enums and the bounded integers of the contract, in its order.
pub(crate) fn find(contract: &Contract) -> Result<Vec<Scalar>, Box<dyn Error>> {
    let schemas = contract.components().ok_or("the contract has no components/schemas")?;
    let mut found = Vec::new();
    for (name, schema) in schemas {
        let doc = documentation(schema).ok_or_else(|| format!("{name} has no description"))?;
        if let Some(values) = schema.get("x-extensible-enum").and_then(Value::as_array) {
            let values = values
                .iter()
                .map(|value| value.as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
                .ok_or_else(|| format!("{name}: x-extensible-enum holds something that is no text"))?;
            found.push(Scalar::OpenEnum { name: name.clone(), doc, values });
        } else if schema["type"] == "integer" && MONEY.iter().all(|(money, _)| money != name) {
            let limit = |keyword: &str| {
                schema[keyword].as_u64().ok_or_else(|| format!("{name} has no {keyword}, which every integer needs"))
            };
            let (minimum, maximum) = (limit("minimum")?, limit("maximum")?);
            found.push(Scalar::Integer { name: name.clone(), doc, minimum, maximum });
        }
    }
    Ok(found)
}

/// Writes `mod scalar`.
pub(crate) fn emit(scalars: &[Scalar]) -> TokenStream {
    let items = scalars.iter().map(|scalar| match scalar {
        Scalar::OpenEnum { name, doc, values } => open_enum(name, doc, values),
        Scalar::Integer { name, doc, minimum, maximum } => integer(name, doc, *minimum, *maximum),
    });
    quote! {
        /// Open enums of answers and bounded integers of requests.
        pub mod scalar {
            use super::types::error::ConversionError;
            #(#items)*
        }
    }
}

fn open_enum(name: &str, doc: &str, values: &[String]) -> TokenStream {
    let name = format_ident!("{name}");
    let variants: Vec<_> = values.iter().map(|value| format_ident!("{}", camel_case(value))).collect();
    let docs = values.iter().map(|value| format!("`{value}`."));
    quote! {
        #[doc = #doc]
        ///
        /// The enum is open: a value that DOKU adds later is kept in `Other`.
        #[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(from = "String", into = "String")]
        #[non_exhaustive]
        pub enum #name {
            #(#[doc = #docs] #variants,)*
            /// A value that the contract does not name, as received.
            Other(String),
        }

        impl #name {
            /// Returns the text on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #values,)*
                    Self::Other(other) => other,
                }
            }
        }

        impl From<&str> for #name {
            fn from(text: &str) -> Self {
                match text {
                    #(#values => Self::#variants,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl From<String> for #name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl From<#name> for String {
            fn from(value: #name) -> Self {
                value.as_str().to_owned()
            }
        }

        impl std::str::FromStr for #name {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    }
}

fn integer(name: &str, doc: &str, minimum: u64, maximum: u64) -> TokenStream {
    let name = format_ident!("{name}");
    let message = format!("not a whole number from {minimum} to {maximum}");
    let conversions = ["u8", "u16", "u32", "u64", "usize", "i32", "i64"].map(|from| {
        let from = format_ident!("{from}");
        quote! {
            impl TryFrom<#from> for #name {
                type Error = ConversionError;

                fn try_from(value: #from) -> Result<Self, ConversionError> {
                    u64::try_from(value)
                        .ok()
                        .filter(|value| (Self::MIN.0..=Self::MAX.0).contains(value))
                        .map(Self)
                        .ok_or_else(|| ConversionError::from(#message).given_number(value))
                }
            }
        }
    });
    quote! {
        #[doc = #doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(into = "u64")]
        pub struct #name(u64);

        impl #name {
            /// The least value of the contract.
            pub const MIN: Self = Self(#minimum);
            /// The greatest value of the contract.
            pub const MAX: Self = Self(#maximum);

            /// Returns the number.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        #(#conversions)*

        impl<'de> serde::Deserialize<'de> for #name {
            /// Reads a JSON number by its value: `2.0` is 2.
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::message::json::exact::deserialize(deserializer)
            }
        }

        impl crate::message::json::exact::FromExact for #name {
            const EXPECTED: &'static str = "a whole number";

            type Error = ConversionError;

            fn from_exact(exact: crate::message::json::exact::Written<'_>) -> Option<Result<Self, ConversionError>> {
                match exact {
                    crate::message::json::exact::Written::Number(digits) => Some(
                        crate::message::json::whole(digits).ok_or_else(|| #message.into()).and_then(Self::try_from),
                    ),
                    crate::message::json::exact::Written::Text(_) => None,
                }
            }
        }

        impl From<#name> for u64 {
            fn from(value: #name) -> Self {
                value.0
            }
        }

        impl std::str::FromStr for #name {
            type Err = ConversionError;

            fn from_str(text: &str) -> Result<Self, ConversionError> {
                text.parse::<u64>()
                    .map_err(|_| ConversionError::from(#message).given_text(text))
                    .and_then(Self::try_from)
            }
        }

        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }
    }
}

/// Turns `PENDING` or `ORDER_EXPIRED` into `Pending` or `OrderExpired`.
pub(super) fn camel_case(value: &str) -> String {
    value
        .split(['_', '-', ' '])
        .flat_map(|word| {
            word.chars()
                .enumerate()
                .map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        })
        .collect()
}
