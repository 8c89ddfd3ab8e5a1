//! The one reader of what DOKU says: answers, notifications and refusals, once each, over the strict document.
//!
//! The reader of each component is generated from the contract; what it calls is here. `required` decides: a message
//! without one of these members cannot be read. Any other member that does not fit its type is absent, with a
//! [`Note`]. Members and values that the contract does not know are no fault: they stay in the bytes.

mod note;
mod place;
mod value;

pub use self::note::{Note, NoteCode};
pub(crate) use self::{
    place::Place,
    value::{elements, text},
};
use crate::message::{
    error::PayloadError,
    json::{Document, Members, Value, ValueKind},
};

/// What was read, and what had to be left out of it.
#[derive(Clone, Debug)]
pub(crate) struct Reading<T> {
    pub(crate) value: T,
    pub(crate) notes: Vec<Note>,
}

/// What can be read from a message of DOKU's. Implemented by generated code.
pub(crate) trait Received: Sized {
    /// Reads the value at `at`. What does not fit further down and is not required goes into `notes`.
    ///
    /// # Errors
    ///
    /// The one fault that decides: the value is of another type, or a required member is missing or cannot be read. It is
    /// boxed, so that results without one stay small.
    fn receive(value: Value<'_>, at: Place<'_>, notes: &mut Vec<Note>) -> Result<Self, Box<Note>>;
}

/// Reads the body of an answer, a notification or a refusal.
///
/// # Errors
///
/// Where the body is no strict JSON, or a member that the contract requires is missing or of another type.
pub(crate) fn read<T: Received>(body: &[u8]) -> Result<Reading<T>, PayloadError> {
    read_document(&Document::parse(body).map_err(PayloadError::Syntax)?)
}

/// As [`read`], over a document that was parsed already.
///
/// # Errors
///
/// Where a member that the contract requires is missing or of another type.
pub(crate) fn read_document<T: Received>(document: &Document<'_>) -> Result<Reading<T>, PayloadError> {
    let mut notes = Vec::new();
    match T::receive(document.root(), Place::Root, &mut notes) {
        Ok(value) => Ok(Reading { value, notes }),
        Err(note) => Err(PayloadError::Shape(note.to_string())),
    }
}

/// Returns the members of an object.
#[inline]
pub(crate) fn object<'d>(value: Value<'d>, at: Place<'_>) -> Result<Members<'d>, Box<Note>> {
    if value.kind() == ValueKind::Object { Ok(value.members()) } else { Err(Note::wrong_type(at, "an object", value)) }
}

/// Reads a member that is not required: absent with a note if it does not fit, without one if it may be null and is.
#[inline]
pub(crate) fn optional<T: Received>(
    value: Value<'_>,
    at: Place<'_>,
    nullable: bool,
    notes: &mut Vec<Note>,
) -> Option<T> {
    if nullable && value.kind() == ValueKind::Null {
        return None;
    }
    let before = notes.len();
    match T::receive(value, at, notes) {
        Ok(value) => Some(value),
        Err(note) => {
            // What was noted inside of it is gone with it.
            notes.truncate(before);
            notes.push(*note);
            None
        }
    }
}

/// Returns a required member, or the note that it is missing.
#[inline]
pub(crate) fn required<T>(value: Option<T>, at: Place<'_>, name: &'static str) -> Result<T, Box<Note>> {
    value.ok_or_else(|| Note::missing(Place::Member(&at, name)))
}
