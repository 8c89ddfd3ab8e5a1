//! A strict reader of JSON over exact bytes.
//!
//! What is checked must be what is signed and sent, so a [`Document`] borrows the bytes and copies
//! none of them: each [`Value`] knows its place in the text, numbers keep the digits that were
//! written, and members keep their order. [`DocumentJson`] lets a schema run over it directly.
//!
//! The reader accepts RFC 8259 and nothing else, and refuses what parsers read differently: a key
//! written twice, half of a surrogate pair, a byte order mark. Texts are at most [`MAX_BYTES`] long
//! and [`MAX_DEPTH`] deep.

mod decode;
mod keys;
mod node;
mod number;
mod parser;
mod representation;
mod string;

use std::{borrow::Cow, fmt, ops::Range};

use crate::error::SyntaxError;
pub(crate) use decode::from_slice;
use node::{Node, Tag};
pub use representation::DocumentJson;

/// The longest text that is read, in bytes (16 MiB).
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The deepest nesting of arrays and objects that is read; `[[1]]` has depth 2.
pub const MAX_DEPTH: usize = 32;

/// A JSON text, read strictly from its exact bytes.
///
/// It takes 16 bytes of memory for each value and key beside the text it borrows. `Debug` shows
/// sizes only, since the text holds customers' data.
///
/// # Examples
///
/// ```
/// use doku_indodana::json::{Document, Kind};
///
/// let document = Document::parse(br#"{"order": {"amount": 1.0e5}}"#)?;
/// let amount = document.pointer("/order/amount").ok_or("no amount")?;
/// assert_eq!(amount.kind(), Kind::Number);
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
    /// Reads `bytes`, which hold one JSON value and white space around it, in UTF-8.
    ///
    /// # Errors
    ///
    /// The first rule that the text breaks, with its place; see
    /// [`SyntaxErrorKind`](crate::error::SyntaxErrorKind). The size and the encoding are checked
    /// before the rest.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, SyntaxError> {
        let (source, nodes) = parser::parse(bytes)?;
        Ok(Self { source, nodes })
    }

    /// Returns the outermost value.
    #[must_use]
    pub fn root(&self) -> Value<'_> {
        Value { source: self.source, nodes: &self.nodes }
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
            Kind::Object => value.get(&pointer_key(token)?),
            Kind::Array => value.elements().nth(pointer_index(token)?),
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
    if !token.contains('~') {
        return Some(Cow::Borrowed(token));
    }
    let mut parts = token.split('~');
    let mut key = parts.next()?.to_owned();
    for part in parts {
        key.push(match part.as_bytes().first()? {
            b'0' => '~',
            b'1' => '/',
            _ => return None,
        });
        key.push_str(&part[1..]);
    }
    Some(Cow::Owned(key))
}

/// Reads an array index: digits without a leading zero.
fn pointer_index(token: &str) -> Option<usize> {
    let canonical = token == "0" || !token.starts_with(['0', '+']);
    canonical.then(|| token.parse().ok())?
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A string; keys of objects are strings too.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// Returns the name: `null`, `boolean`, `number`, `string`, `array`, `object`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One value of a [`Document`], or one key of an object in it.
///
/// It is a small handle, made to be copied. `Debug` shows its kind and place, not its content.
#[derive(Clone, Copy)]
pub struct Value<'d> {
    source: &'d str,
    /// The node of the value and those of what it holds.
    nodes: &'d [Node],
}

impl<'d> Value<'d> {
    /// Returns what the value is.
    #[inline]
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.node().tag() {
            Tag::Null => Kind::Null,
            Tag::False | Tag::True => Kind::Boolean,
            Tag::Number => Kind::Number,
            Tag::String | Tag::EscapedString => Kind::String,
            Tag::Array => Kind::Array,
            Tag::Object => Kind::Object,
        }
    }

    /// Returns the place of the value in [`Document::source`], in bytes; quotes and brackets belong
    /// to it.
    #[must_use]
    pub fn span(self) -> Range<usize> {
        let node = self.node();
        node.start()..node.end()
    }

    /// Returns the characters of a string, its escapes read; borrowed if it has none.
    #[inline]
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'d, str>> {
        let node = self.node();
        match node.tag() {
            Tag::String => Some(Cow::Borrowed(node.content(self.source))),
            Tag::EscapedString => Some(Cow::Owned(string::unescape(node.content(self.source)))),
            _ => None,
        }
    }

    /// Returns a number exactly as it is written, such as `1.0e5`.
    #[inline]
    #[must_use]
    pub fn number_text(self) -> Option<&'d str> {
        let node = self.node();
        (node.tag() == Tag::Number).then(|| node.text(self.source))
    }

    /// Returns `true` or `false` for a boolean.
    #[inline]
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.node().tag() {
            Tag::True => Some(true),
            Tag::False => Some(false),
            _ => None,
        }
    }

    /// Returns the value of the member `key` of an object.
    #[inline]
    #[must_use]
    pub fn get(self, key: &str) -> Option<Value<'d>> {
        self.members().find(|(name, _)| name.is(key)).map(|(_, value)| value)
    }

    /// Returns the members of an object in the order they are written; none for other kinds.
    #[inline]
    #[must_use]
    pub fn members(self) -> Members<'d> {
        Members(self.children(Tag::Object))
    }

    /// Returns the elements of an array in their order; none for other kinds.
    #[inline]
    #[must_use]
    pub fn elements(self) -> Elements<'d> {
        Elements(self.children(Tag::Array))
    }

    /// Returns the number of members of an object or of elements of an array; 0 for other kinds.
    #[inline]
    #[must_use]
    pub fn len(self) -> usize {
        self.node().count()
    }

    /// Returns whether [`len`](Self::len) is 0.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Returns whether this is a string of exactly these characters.
    #[inline]
    fn is(self, expected: &str) -> bool {
        let node = self.node();
        let content = || node.content(self.source);
        match node.tag() {
            Tag::String => content().as_bytes() == expected.as_bytes(),
            Tag::EscapedString => string::unescape(content()) == expected,
            _ => false,
        }
    }

    #[inline]
    fn node(self) -> Node {
        self.nodes[0]
    }

    /// What this value holds if its tag is `tag`, and nothing otherwise.
    #[inline]
    fn children(self, tag: Tag) -> Children<'d> {
        let held = match self.nodes {
            [node, held @ ..] if node.tag() == tag => held,
            _ => &[],
        };
        Children { source: self.source, nodes: held }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value").field("kind", &self.kind()).field("span", &self.span()).finish_non_exhaustive()
    }
}

/// A walk over the direct children of a container.
#[derive(Clone)]
struct Children<'d> {
    source: &'d str,
    /// The nodes of the children that are left.
    nodes: &'d [Node],
}

impl<'d> Iterator for Children<'d> {
    type Item = Value<'d>;

    #[inline]
    fn next(&mut self) -> Option<Value<'d>> {
        let size = self.nodes.first()?.size();
        let (nodes, left) = self.nodes.split_at_checked(size)?;
        self.nodes = left;
        Some(Value { source: self.source, nodes })
    }
}

/// The members of an object, each a key and its value; made by [`Value::members`].
#[derive(Clone)]
pub struct Members<'d>(Children<'d>);

impl<'d> Iterator for Members<'d> {
    type Item = (Value<'d>, Value<'d>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.next()?, self.0.next()?))
    }
}

/// The elements of an array; made by [`Value::elements`].
#[derive(Clone)]
pub struct Elements<'d>(Children<'d>);

impl<'d> Iterator for Elements<'d> {
    type Item = Value<'d>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}
