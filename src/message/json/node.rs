/// What a node is; a string with escapes is told apart from one that is its own content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Null,
    False,
    True,
    Number,
    String,
    EscapedString,
    Array,
    Object,
}

/// One value or key: where it is written and how many nodes it spans.
///
/// The nodes of a document lie in the order of the text: a container is followed by what it holds,
/// and a key by its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    start: u32,
    end: u32,
    size: u32,
    tag: Tag,
    /// The members of an object or the elements of an array, in 24 bits: a text of
    /// [`MAX_BYTES`](super::MAX_BYTES) has room for 2^23 at most.
    count: [u8; 3],
}

const _: () = assert!(size_of::<Node>() == 16);

// Offsets and counts are below 2^24 since no longer text is read.
#[expect(clippy::cast_possible_truncation)]
impl Node {
    /// A node of its own; a container is completed by [`close`](Self::close).
    #[inline]
    pub(super) fn new(tag: Tag, start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32, size: 1, tag, count: [0; 3] }
    }

    /// Completes a container of `count` children that spans `size` nodes with itself.
    #[inline]
    pub(super) fn close(&mut self, end: usize, size: usize, count: u32) {
        let [low, middle, high, _] = count.to_le_bytes();
        self.end = end as u32;
        self.size = size as u32;
        self.count = [low, middle, high];
    }
}

impl Node {
    #[inline]
    pub(super) fn tag(self) -> Tag {
        self.tag
    }

    /// The offset of the first byte, the opening quote or bracket included.
    #[inline]
    pub(super) fn start(self) -> usize {
        self.start as usize
    }

    /// The offset behind the last byte, the closing quote or bracket included.
    #[inline]
    pub(super) fn end(self) -> usize {
        self.end as usize
    }

    /// The number of nodes to step over to reach the next sibling.
    #[inline]
    pub(super) fn size(self) -> usize {
        self.size as usize
    }

    #[inline]
    pub(super) fn count(self) -> usize {
        let [low, middle, high] = self.count;
        u32::from_le_bytes([low, middle, high, 0]) as usize
    }

    /// The length of a string between its quotes, in bytes, escapes unread.
    #[inline]
    pub(super) fn content_length(self) -> usize {
        self.end() - self.start() - 2
    }

    /// The text of the value as written.
    #[inline]
    pub(super) fn text(self, source: &str) -> &str {
        &source[self.start()..self.end()]
    }

    /// The text of a string between its quotes, escapes unread.
    #[inline]
    pub(super) fn content(self, source: &str) -> &str {
        &source[self.start() + 1..self.end() - 1]
    }
}
