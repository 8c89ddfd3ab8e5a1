use super::{
    MAX_BYTES, MAX_DEPTH,
    keys::Keys,
    node::{Node, Tag},
    string,
};
use crate::message::json::{SyntaxError, SyntaxErrorKind};

/// A broken rule and the offset of the byte where it is broken; boxed, so that results without one
/// stay in registers.
pub(super) type Fault = Box<(SyntaxErrorKind, usize)>;

/// Makes a fault.
#[cold]
pub(super) fn fault(kind: SyntaxErrorKind, offset: usize) -> Fault {
    Box::new((kind, offset))
}

/// Reads a whole text into its nodes; the root is the first of them.
pub(super) fn parse(bytes: &[u8]) -> Result<(&str, Vec<Node>), SyntaxError> {
    let refuse = |kind, offset| SyntaxError::new(kind, bytes, offset);
    if bytes.len() > MAX_BYTES {
        return Err(refuse(SyntaxErrorKind::TooLarge, MAX_BYTES));
    }
    if bytes.starts_with("\u{FEFF}".as_bytes()) {
        return Err(refuse(SyntaxErrorKind::ByteOrderMark, 0));
    }
    let source = str::from_utf8(bytes).map_err(|error| refuse(SyntaxErrorKind::InvalidUtf8, error.valid_up_to()))?;
    let mut parser = Parser {
        source,
        bytes,
        // Compact texts hold a node in every 10 to 14 bytes; a wrong guess costs a reallocation.
        nodes: Vec::with_capacity(bytes.len() / 10 + 4),
    };
    parser.text().map_err(|fault| refuse(fault.0, fault.1))?;
    Ok((source, parser.nodes))
}

struct Parser<'a> {
    source: &'a str,
    bytes: &'a [u8],
    nodes: Vec<Node>,
}

/// Each function takes the offset where its part starts and returns the offset behind it.
impl Parser<'_> {
    fn text(&mut self) -> Result<(), Fault> {
        let start = self.skip_space(0);
        if start == self.bytes.len() {
            return Err(fault(SyntaxErrorKind::Empty, start));
        }
        let end = self.value(start, 0)?;
        let end = self.skip_space(end);
        if end < self.bytes.len() {
            return Err(fault(SyntaxErrorKind::TrailingCharacters, end));
        }
        Ok(())
    }

    /// Reads a value inside of `depth` containers; [`MAX_DEPTH`] bounds the recursion.
    #[inline]
    fn value(&mut self, start: usize, depth: usize) -> Result<usize, Fault> {
        match self.byte(start) {
            b'"' => self.string(start),
            b'{' => self.object(start, depth),
            b'[' => self.array(start, depth),
            b'-' | b'0'..=b'9' => self.number(start),
            b't' => self.literal(start, b"true", Tag::True),
            b'f' => self.literal(start, b"false", Tag::False),
            b'n' => self.literal(start, b"null", Tag::Null),
            _ => Err(self.unexpected(start)),
        }
    }

    #[inline(never)]
    fn object(&mut self, start: usize, depth: usize) -> Result<usize, Fault> {
        let object = self.open(Tag::Object, start, depth)?;
        let mut keys = Keys::default();
        let mut at = self.skip_space(start + 1);
        if self.byte(at) == b'}' {
            return Ok(self.close(object, at + 1, 0));
        }
        loop {
            let key = at;
            if self.byte(key) != b'"' {
                return Err(self.unexpected(key));
            }
            at = self.string(key)?;
            if !keys.insert(self.source, &self.nodes, object) {
                return Err(fault(SyntaxErrorKind::DuplicateKey, key));
            }
            at = self.skip_space(at);
            if self.byte(at) != b':' {
                return Err(self.unexpected(at));
            }
            at = self.skip_space(at + 1);
            at = self.value(at, depth + 1)?;
            at = self.skip_space(at);
            match self.byte(at) {
                b',' => at = self.skip_space(at + 1),
                b'}' => return Ok(self.close(object, at + 1, keys.count())),
                _ => return Err(self.unexpected(at)),
            }
        }
    }

    #[inline(never)]
    fn array(&mut self, start: usize, depth: usize) -> Result<usize, Fault> {
        let array = self.open(Tag::Array, start, depth)?;
        let mut count = 0;
        let mut at = self.skip_space(start + 1);
        if self.byte(at) == b']' {
            return Ok(self.close(array, at + 1, count));
        }
        loop {
            at = self.value(at, depth + 1)?;
            count += 1;
            at = self.skip_space(at);
            match self.byte(at) {
                b',' => at = self.skip_space(at + 1),
                b']' => return Ok(self.close(array, at + 1, count)),
                _ => return Err(self.unexpected(at)),
            }
        }
    }

    #[expect(clippy::inline_always, reason = "a call takes as long as a short string")]
    #[inline(always)]
    fn string(&mut self, start: usize) -> Result<usize, Fault> {
        let end = string::plain_end(self.bytes, start + 1);
        if self.byte(end) == b'"' {
            self.nodes.push(Node::new(Tag::String, start, end + 1));
            return Ok(end + 1);
        }
        self.escaped_string(start, end)
    }

    /// Reads the rest of a string from its first byte on that is not plain.
    #[inline(never)]
    fn escaped_string(&mut self, start: usize, mut at: usize) -> Result<usize, Fault> {
        while self.byte(at) == b'\\' {
            let (_, end) = string::escape(self.bytes, at)?;
            at = string::plain_end(self.bytes, end);
        }
        match self.bytes.get(at) {
            Some(b'"') => {
                self.nodes.push(Node::new(Tag::EscapedString, start, at + 1));
                Ok(at + 1)
            }
            Some(_) => Err(fault(SyntaxErrorKind::ControlCharacter, at)),
            None => Err(fault(SyntaxErrorKind::UnexpectedEnd, at)),
        }
    }

    #[inline(never)]
    fn number(&mut self, start: usize) -> Result<usize, Fault> {
        let first = start + usize::from(self.byte(start) == b'-');
        let mut at = self.digits(first)?;
        if self.byte(first) == b'0' && at > first + 1 {
            return Err(fault(SyntaxErrorKind::InvalidNumber, first));
        }
        if self.byte(at) == b'.' {
            at = self.digits(at + 1)?;
        }
        if matches!(self.byte(at), b'e' | b'E') {
            let signed = matches!(self.byte(at + 1), b'+' | b'-');
            at = self.digits(at + 1 + usize::from(signed))?;
        }
        self.nodes.push(Node::new(Tag::Number, start, at));
        Ok(at)
    }

    /// Reads one digit or more.
    #[inline]
    fn digits(&self, start: usize) -> Result<usize, Fault> {
        let mut at = start;
        while self.byte(at).is_ascii_digit() {
            at += 1;
        }
        if at > start {
            Ok(at)
        } else if at < self.bytes.len() {
            Err(fault(SyntaxErrorKind::InvalidNumber, at))
        } else {
            Err(fault(SyntaxErrorKind::UnexpectedEnd, at))
        }
    }

    #[inline(never)]
    fn literal(&mut self, start: usize, literal: &[u8], tag: Tag) -> Result<usize, Fault> {
        let end = start + literal.len();
        if self.bytes.get(start..end) == Some(literal) {
            self.nodes.push(Node::new(tag, start, end));
            return Ok(end);
        }
        let equal = (start..end).zip(literal);
        let equal = equal.take_while(|&(at, &expected)| self.byte(at) == expected);
        Err(self.unexpected(start + equal.count()))
    }

    /// Adds a container, to be completed by [`close`](Self::close), and returns its index.
    #[inline]
    fn open(&mut self, tag: Tag, start: usize, depth: usize) -> Result<usize, Fault> {
        if depth == MAX_DEPTH {
            return Err(fault(SyntaxErrorKind::TooDeep, start));
        }
        self.nodes.push(Node::new(tag, start, start + 1));
        Ok(self.nodes.len() - 1)
    }

    #[inline]
    fn close(&mut self, container: usize, end: usize, count: u32) -> usize {
        let size = self.nodes.len() - container;
        self.nodes[container].close(end, size, count);
        end
    }

    #[inline]
    fn skip_space(&self, start: usize) -> usize {
        let mut at = start;
        while matches!(self.byte(at), b' ' | b'\n' | b'\r' | b'\t') {
            at += 1;
        }
        at
    }

    /// The byte at `at`, or 0 behind the end; no character that JSON knows has the value 0.
    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    #[cold]
    fn unexpected(&self, at: usize) -> Fault {
        if at < self.bytes.len() {
            fault(SyntaxErrorKind::UnexpectedCharacter, at)
        } else {
            fault(SyntaxErrorKind::UnexpectedEnd, at)
        }
    }
}
