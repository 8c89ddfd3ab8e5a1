use std::fmt;

/// Why a text is not JSON that may be sent, and where.
///
/// The text holds customers' data, so neither `Debug` nor `Display` repeats any of it: both name a
/// place and a rule.
///
/// # Examples
///
/// ```
/// use doku_indodana::error::SyntaxErrorKind;
/// use doku_indodana::json::Document;
///
/// let error = Document::parse(br#"{"amount": 1, "amount": 2}"#).unwrap_err();
/// assert_eq!(error.kind(), SyntaxErrorKind::DuplicateKey);
/// assert_eq!((error.offset(), error.line(), error.column()), (14, 1, 15));
/// assert_eq!(
///     error.to_string(),
///     "line 1, column 15: the key is written twice in the same object; remove one of the two",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    kind: SyntaxErrorKind,
    offset: usize,
    line: usize,
    column: usize,
}

impl SyntaxError {
    /// Makes the error found at the byte `offset` of `text`, and counts its line and column.
    pub(crate) fn new(kind: SyntaxErrorKind, text: &[u8], offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        // A character starts at each byte that is not a continuation byte (0b10xx_xxxx).
        let column = before[line_start..].iter().filter(|&&byte| byte & 0xC0 != 0x80).count() + 1;
        Self { kind, offset, line, column }
    }

    /// Returns the rule that the text breaks.
    #[must_use]
    pub fn kind(&self) -> SyntaxErrorKind {
        self.kind
    }

    /// Returns the place in bytes from the start of the text, counted from 0.
    ///
    /// It is the length of the text when the text ends too early.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Returns the line, counted from 1; a line ends at each line feed.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// Returns the column in characters (Unicode scalar values), counted from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.kind)
    }
}

impl std::error::Error for SyntaxError {}

/// The rule that a text breaks.
///
/// `Display` writes the rule and what to do; [`SyntaxError`] writes the place before it.
///
/// Source: RFC 8259; RFC 7493 (I-JSON) for [`DuplicateKey`](Self::DuplicateKey) and
/// [`LoneSurrogate`](Self::LoneSurrogate).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// The text is empty or holds white space alone.
    Empty,
    /// The bytes are not UTF-8.
    InvalidUtf8,
    /// The text starts with a byte order mark.
    ByteOrderMark,
    /// The character cannot stand here, such as a comma before a closing bracket.
    UnexpectedCharacter,
    /// The text ends inside a value.
    UnexpectedEnd,
    /// Something other than white space follows the value.
    TrailingCharacters,
    /// The number is not written as JSON wants it, such as `01`, `1.` or `-`.
    InvalidNumber,
    /// A backslash in a string starts no escape that JSON knows.
    InvalidEscape,
    /// An escape is one half of a surrogate pair, so it is no character.
    LoneSurrogate,
    /// A string holds a control character (U+0000 to U+001F) that is not escaped.
    ControlCharacter,
    /// An object holds a key that it already has, compared after reading the escapes.
    DuplicateKey,
    /// Arrays and objects are nested deeper than
    /// [`json::MAX_DEPTH`](crate::message::json::MAX_DEPTH).
    TooDeep,
    /// The text is longer than [`json::MAX_BYTES`](crate::message::json::MAX_BYTES).
    TooLarge,
}

impl fmt::Display for SyntaxErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the text holds no JSON value; write one",
            Self::InvalidUtf8 => "the bytes are not UTF-8; encode the text as UTF-8",
            Self::ByteOrderMark => "the text starts with a byte order mark; remove it",
            Self::UnexpectedCharacter => {
                "the character does not belong here; look for a missing or extra comma, colon, \
                 quote or bracket"
            }
            Self::UnexpectedEnd => {
                "the text ends before the value is complete; close what is open or send the whole \
                 text"
            }
            Self::TrailingCharacters => "the value is complete but more text follows; remove what follows",
            Self::InvalidNumber => {
                "the number is not written as JSON wants it; use digits without a leading zero, \
                 and put digits after a sign, a point or an exponent mark"
            }
            Self::InvalidEscape => {
                "the backslash starts no known escape; write \\\\ for a backslash, or one of \
                 \\\" \\/ \\b \\f \\n \\r \\t \\uXXXX"
            }
            Self::LoneSurrogate => "the escape is half of a surrogate pair; write both halves or the character itself",
            Self::ControlCharacter => "the string holds a raw control character; escape it, as in \\n or \\u0009",
            Self::DuplicateKey => "the key is written twice in the same object; remove one of the two",
            Self::TooDeep => "arrays and objects are nested deeper than 32 levels; flatten the value",
            Self::TooLarge => "the text is larger than 16 MiB; send a smaller one",
        })
    }
}
