use std::{borrow::Cow, fmt, ops::Range};

use super::{
    node::{Node, Tag},
    string,
};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A string; a key of an object is one too.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl ValueKind {
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

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One value of a [`Document`](super::Document), or one key of an object in it.
///
/// It is a handle that is cheap to copy. `Debug` shows its kind and place, not its content.
#[derive(Clone, Copy)]
pub struct Value<'d> {
    source: &'d str,
    /// The node of the value, then those of what it holds; never empty.
    nodes: &'d [Node],
}

impl<'d> Value<'d> {
    #[inline]
    pub(super) fn new(source: &'d str, nodes: &'d [Node]) -> Self {
        Self { source, nodes }
    }

    /// Returns what the value is.
    #[inline]
    #[must_use]
    pub fn kind(self) -> ValueKind {
        match self.node().tag() {
            Tag::Null => ValueKind::Null,
            Tag::False | Tag::True => ValueKind::Boolean,
            Tag::Number => ValueKind::Number,
            Tag::String | Tag::EscapedString => ValueKind::String,
            Tag::Array => ValueKind::Array,
            Tag::Object => ValueKind::Object,
        }
    }

    /// Returns the place of the value in [`Document::source`](super::Document::source), in bytes;
    /// quotes and brackets belong to the value.
    #[must_use]
    pub fn span(self) -> Range<usize> {
        self.node().start()..self.node().end()
    }

    /// Returns the characters of a string, with its escapes read; borrowed if it has none.
    #[inline]
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'d, str>> {
        matches!(self.node().tag(), Tag::String | Tag::EscapedString).then(|| self.characters())
    }

    /// Returns a number exactly as it is written, such as `1.0e5`.
    #[inline]
    #[must_use]
    pub fn number_text(self) -> Option<&'d str> {
        let node = self.node();
        (node.tag() == Tag::Number).then(|| node.text(self.source))
    }

    /// Returns whether a boolean is `true`.
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
    pub fn get(self, key: &str) -> Option<Self> {
        self.members().find(|(name, _)| name.equals_str(key)).map(|(_, value)| value)
    }

    /// Returns the members of an object in the order they are written; none for other kinds.
    #[inline]
    #[must_use]
    pub fn members(self) -> Members<'d> {
        Members(self.held_by(Tag::Object))
    }

    /// Returns the elements of an array in their order; none for other kinds.
    #[inline]
    #[must_use]
    pub fn elements(self) -> Elements<'d> {
        Elements(self.held_by(Tag::Array))
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

    /// Whether this is a string of exactly these characters.
    #[inline]
    pub(super) fn equals_str(self, expected: &str) -> bool {
        match self.node().tag() {
            Tag::String => self.content().as_bytes() == expected.as_bytes(),
            Tag::EscapedString => string::unescape(self.content()) == expected,
            _ => false,
        }
    }

    /// The characters of a value that is known to be a string, as keys are.
    #[expect(clippy::inline_always, reason = "a call takes longer than the check")]
    #[inline(always)]
    pub(crate) fn characters(self) -> Cow<'d, str> {
        if self.node().tag() == Tag::EscapedString {
            Cow::Owned(string::unescape(self.content()))
        } else {
            Cow::Borrowed(self.content())
        }
    }

    /// The text of a string between its quotes, escapes unread.
    #[inline]
    fn content(self) -> &'d str {
        self.node().content(self.source)
    }

    #[inline]
    pub(super) fn node(self) -> Node {
        self.nodes[0]
    }

    /// An address that no other value has while the document lives.
    #[inline]
    pub(super) fn address(self) -> usize {
        self.nodes.as_ptr() as usize
    }

    /// What this value holds if its tag is `tag`, and nothing otherwise.
    #[inline]
    fn held_by(self, tag: Tag) -> Held<'d> {
        let nodes = match self.nodes {
            [node, held @ ..] if node.tag() == tag => held,
            _ => &[],
        };
        Held { source: self.source, nodes }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value").field("kind", &self.kind()).field("span", &self.span()).finish_non_exhaustive()
    }
}

/// The values that a container holds directly, one after another.
#[derive(Clone)]
struct Held<'d> {
    source: &'d str,
    /// The nodes of the values that are left.
    nodes: &'d [Node],
}

impl<'d> Iterator for Held<'d> {
    type Item = Value<'d>;

    #[expect(clippy::inline_always, reason = "a call takes longer than the step")]
    #[inline(always)]
    fn next(&mut self) -> Option<Value<'d>> {
        let size = self.nodes.first()?.size();
        let (nodes, left) = self.nodes.split_at_checked(size)?;
        self.nodes = left;
        Some(Value::new(self.source, nodes))
    }
}

/// The members of an object, each a key and its value; made by [`Value::members`].
#[derive(Clone)]
pub struct Members<'d>(Held<'d>);

impl<'d> Iterator for Members<'d> {
    type Item = (Value<'d>, Value<'d>);

    #[expect(clippy::inline_always, reason = "a call takes longer than the step")]
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.next()?, self.0.next()?))
    }
}

/// The elements of an array; made by [`Value::elements`].
#[derive(Clone)]
pub struct Elements<'d>(Held<'d>);

impl<'d> Iterator for Elements<'d> {
    type Item = Value<'d>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}
