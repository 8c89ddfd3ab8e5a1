use std::{borrow::Cow, collections::HashSet};

use super::{
    node::{Node, Tag},
    string,
};

/// The most keys of an object that are compared one by one.
const COMPARED_KEYS: u32 = 32;

/// The keys of one object while it is read, to find one that is written twice.
#[derive(Default)]
pub(super) struct Keys<'a> {
    count: u32,
    /// The marks of the keys so far; a key whose mark is not among them is new.
    marks: u64,
    /// All keys, once they are too many to compare one by one.
    index: Option<HashSet<Cow<'a, str>>>,
}

impl<'a> Keys<'a> {
    #[inline]
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Adds the last of `nodes`, the key of a member of the object at the index `object`, and
    /// returns whether it is new.
    #[inline]
    pub(super) fn insert(&mut self, source: &'a str, nodes: &[Node], object: usize) -> bool {
        let mark = nodes.last().map_or(0, |key| mark(*key, source));
        let known = self.marks & mark != 0;
        self.marks |= mark;
        self.count += 1;
        (!known && self.count <= COMPARED_KEYS) || self.compare(source, &nodes[object + 1..])
    }

    /// Compares the last node of `members` with the keys before it.
    #[inline(never)]
    fn compare(&mut self, source: &'a str, members: &[Node]) -> bool {
        let Some((key, earlier)) = members.split_last() else {
            return true;
        };
        let mut earlier = names(earlier, source);
        let key = text(*key, source);
        if self.count <= COMPARED_KEYS {
            return earlier.all(|name| name != key);
        }
        self.index.get_or_insert_with(|| earlier.collect()).insert(key)
    }
}

/// The keys among `members`.
fn names<'a>(mut members: &[Node], source: &'a str) -> impl Iterator<Item = Cow<'a, str>> {
    std::iter::from_fn(move || {
        let [key, rest @ ..] = members else {
            return None;
        };
        let value = rest.first().map_or(0, |value| value.size());
        members = rest.get(value..).expect("a value lies behind its key");
        Some(text(*key, source))
    })
}

/// The characters of a key.
fn text(key: Node, source: &str) -> Cow<'_, str> {
    let content = key.content(source);
    if key.tag() == Tag::EscapedString { Cow::Owned(string::unescape(content)) } else { Cow::Borrowed(content) }
}

/// One of 64 bits, the same for equal keys; all of them for a key with escapes, which may equal any.
#[inline]
fn mark(key: Node, source: &str) -> u64 {
    if key.tag() == Tag::EscapedString {
        return u64::MAX;
    }
    // Between the quotes; of an empty key these are the quotes.
    let bytes = source.as_bytes();
    let (start, end) = (key.start() + 1, key.end() - 1);
    let (first, last) = (bytes[start], bytes[end - 1]);
    let mixed = (end - start) ^ usize::from(first) ^ (usize::from(last) << 2);
    1 << (mixed % 64)
}
