//! What builders were given and could not take: [`ConversionError`].

use std::{any::Any, borrow::Cow, error, fmt};

use crate::message::{error::MoneyError, json::write};

/// Why a value is not what the contract says, from a `TryFrom` or `FromStr` implementation.
///
/// Made an [`Error`](crate::Error), it has all violations of what the builder was given, each with its pointer. `Debug`
/// and `Display` repeat nothing of that.
#[derive(Clone)]
pub struct ConversionError {
    reason: Cow<'static, str>,
    given: Given,
}

/// What was given, as far as it is known.
#[derive(Clone)]
enum Given {
    /// Nothing.
    Missing,
    /// JSON, of a component of the contract if it is an object.
    Json { text: Vec<u8>, component: Option<&'static str>, exact: bool },
    /// A value of a type of the caller's.
    Unknown,
}

impl ConversionError {
    /// Says that a mandatory member was not set.
    pub(crate) fn missing(reason: &'static str) -> Self {
        Self { reason: reason.into(), given: Given::Missing }
    }

    /// Says that the value for a member was refused.
    pub(crate) fn of<E: fmt::Display + 'static>(member: &str, error: &E) -> Self {
        let reason = format!("error converting supplied value for {member}: {error}").into();
        let error: &dyn Any = error;
        let given = match (error.downcast_ref::<Self>(), error.downcast_ref::<MoneyError>()) {
            (Some(inner), _) => inner.given.clone(),
            (None, Some(money)) => stand_in(*money),
            (None, None) => Given::Unknown,
        };
        Self { reason, given }
    }

    /// Keeps the text that was refused.
    pub(crate) fn given_text(mut self, refused: &str) -> Self {
        let mut text = Vec::with_capacity(refused.len() + 2);
        write::string(&mut text, refused);
        self.given = Given::Json { text, component: None, exact: true };
        self
    }

    /// Keeps the number that was refused.
    pub(crate) fn given_number(mut self, refused: impl fmt::Display) -> Self {
        self.given = Given::Json { text: refused.to_string().into(), component: None, exact: true };
        self
    }

    /// Returns the component whose builder was refused, the JSON of what it was given, and whether each number in it is
    /// the one that was given. `None` where a part of it is not known.
    pub(crate) fn given(&self) -> Option<(&'static str, &[u8], bool)> {
        match &self.given {
            Given::Json { text, component, exact } => Some(((*component)?, text, *exact)),
            Given::Missing | Given::Unknown => None,
        }
    }
}

/// Returns a number that breaks the same rule, because an error of money has none.
fn stand_in(error: MoneyError) -> Given {
    let text = match error {
        MoneyError::Fraction => "0.5",
        MoneyError::Negative => "-1",
        MoneyError::NotANumber => "\"\"",
        MoneyError::TooLarge => "1e17",
        MoneyError::TooPrecise => "0.001",
        MoneyError::Ambiguous => return Given::Unknown,
    };
    Given::Json { text: text.into(), component: None, exact: false }
}

impl error::Error for ConversionError {}

impl fmt::Display for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl fmt::Debug for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.reason, f)
    }
}

impl From<&'static str> for ConversionError {
    fn from(reason: &'static str) -> Self {
        Self { reason: reason.into(), given: Given::Unknown }
    }
}

impl From<String> for ConversionError {
    fn from(reason: String) -> Self {
        Self { reason: reason.into(), given: Given::Unknown }
    }
}

/// The JSON of what a builder was given, for an error: what it took, and what it did not.
pub(crate) struct Draft {
    text: Vec<u8>,
    exact: bool,
    known: bool,
    reason: Option<Cow<'static, str>>,
}

impl Draft {
    pub(crate) fn new() -> Self {
        Self { text: b"{".to_vec(), exact: true, known: true, reason: None }
    }

    /// Adds a mandatory member; `key` has its quotes and its colon.
    pub(crate) fn required<T>(&mut self, key: &str, value: &Result<T, ConversionError>, write: fn(&T, &mut Vec<u8>)) {
        self.member(key, value.as_ref().map(Some), write);
    }

    /// Adds another member.
    pub(crate) fn optional<T>(
        &mut self,
        key: &str,
        value: &Result<Option<T>, ConversionError>,
        write: fn(&T, &mut Vec<u8>),
    ) {
        self.member(key, value.as_ref().map(Option::as_ref), write);
    }

    fn member<T>(&mut self, key: &str, value: Result<Option<&T>, &ConversionError>, write: fn(&T, &mut Vec<u8>)) {
        match value {
            Ok(None) => {}
            Ok(Some(value)) => {
                write::key(&mut self.text, key);
                write(value, &mut self.text);
            }
            Err(error) => {
                self.reason.get_or_insert_with(|| error.reason.clone());
                match &error.given {
                    Given::Missing => {}
                    Given::Unknown => self.known = false,
                    Given::Json { text, exact, .. } => {
                        write::key(&mut self.text, key);
                        self.text.extend_from_slice(text);
                        self.exact &= exact;
                    }
                }
            }
        }
    }

    /// Returns the error, if any member was refused.
    pub(crate) fn finish(mut self, component: &'static str) -> Option<ConversionError> {
        let reason = self.reason?;
        self.text.push(b'}');
        let json = Given::Json { text: self.text, component: Some(component), exact: self.exact };
        Some(ConversionError { reason, given: if self.known { json } else { Given::Unknown } })
    }
}
