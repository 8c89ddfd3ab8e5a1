//! A strict reader of JSON over exact bytes.
//!
//! What is checked must be what is signed and sent, so a [`Document`] borrows the bytes and copies
//! none of them: each [`Value`] knows its place in the text, numbers keep the digits that were
//! written, and members keep their order. The contract's schema runs over it directly.
//!
//! The reader accepts RFC 8259 and refuses what readers disagree on: a key written twice, half of a
//! surrogate pair, a byte order mark. Texts are at most [`MAX_BYTES`] long and [`MAX_DEPTH`] deep.

mod decode;
pub(crate) mod exact;
mod keys;
mod node;
mod number;
mod parser;
mod representation;
mod string;
mod syntax;
mod value;
pub(crate) mod write;

use std::{borrow::Cow, fmt};

pub use self::syntax::{SyntaxError, SyntaxErrorKind};
pub use decode::from_slice;
use node::Node;
pub(crate) use number::{is_whole, whole};
pub(crate) use representation::{DocumentJson, Instance, to_serde};
pub use value::{Elements, Members, Value, ValueKind};

/// The longest text that is read, in bytes (16 MiB).
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The deepest nesting of arrays and objects that is read; `[[1]]` has depth 2.
pub const MAX_DEPTH: usize = 32;

/// A JSON text, read strictly from its exact bytes.
///
/// Beside the text that it borrows it takes 16 bytes of memory for each value and key. `Debug`
/// shows sizes only, since the text holds customers' data.
///
/// # Examples
///
/// ```
/// use doku_indodana::json::{Document, ValueKind};
///
/// let document = Document::parse(br#"{"order": {"amount": 1.0e5}}"#)?;
/// let amount = document.pointer("/order/amount").ok_or("no amount")?;
/// assert_eq!(amount.kind(), ValueKind::Number);
/// assert_eq!(amount.number_text(), Some("1.0e5"));
/// assert_eq!(&document.source()[amount.span()], "1.0e5");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: RFC 8259.
#[derive(Clone)]
pub struct Document<'a> {
    source: &'a str,
    nodes: Vec<Node>,
}

impl<'a> Document<'a> {
    /// Reads `bytes`, which hold one JSON value in UTF-8, with white space around it or none.
    ///
    /// # Errors
    ///
    /// The first rule that the text breaks, with its place; see
    /// [`SyntaxErrorKind`](crate::message::json::SyntaxErrorKind). The size and the encoding of the whole
    /// text are checked before the rest.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, SyntaxError> {
        let (source, nodes) = parser::parse(bytes)?;
        Ok(Self { source, nodes })
    }

    /// Returns the outermost value.
    #[must_use]
    pub fn root(&self) -> Value<'_> {
        Value::new(self.source, &self.nodes)
    }

    /// Returns the value at a JSON Pointer such as `/order/line_items/0/price`; `""` is the root.
    ///
    /// `None` if nothing is there or `pointer` is not a JSON Pointer.
    ///
    /// Source: RFC 6901.
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<Value<'_>> {
        let mut tokens = pointer.split('/');
        if tokens.next() != Some("") {
            return None;
        }
        tokens.try_fold(self.root(), |value, token| match value.kind() {
            ValueKind::Object => value.get(&pointer_key(token)?),
            ValueKind::Array => value.elements().nth(pointer_index(token)?),
            _ => None,
        })
    }

    /// Returns the whole text, white space included.
    #[must_use]
    pub fn source(&self) -> &'a str {
        self.source
    }
}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("bytes", &self.source.len())
            .field("nodes", &self.nodes.len())
            .finish_non_exhaustive()
    }
}

/// Reads the escapes of a reference token: `~1` is `/` and `~0` is `~`.
fn pointer_key(token: &str) -> Option<Cow<'_, str>> {
    let mut parts = token.split('~');
    let mut key = Cow::Borrowed(parts.next()?);
    for part in parts {
        let (character, rest) =
            if let Some(rest) = part.strip_prefix('0') { ('~', rest) } else { ('/', part.strip_prefix('1')?) };
        key.to_mut().push(character);
        key.to_mut().push_str(rest);
    }
    Some(key)
}

/// Reads an array index: digits without a leading zero.
fn pointer_index(token: &str) -> Option<usize> {
    let canonical = token == "0" || !token.starts_with(['0', '+']);
    if canonical { token.parse().ok() } else { None }
}
