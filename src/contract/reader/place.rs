use std::fmt;

/// Where a value stands: a JSON pointer that becomes text only if it is needed.
#[derive(Clone, Copy)]
pub(crate) enum Place<'p> {
    /// The outermost value.
    Root,
    /// A member that the contract names.
    Member(&'p Self, &'static str),
    /// An element of an array, counted from 0.
    Element(&'p Self, usize),
}

/// Writes the JSON pointer (RFC 6901). Names of the contract need no escapes.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(parent, name) => write!(f, "{parent}/{name}"),
            Self::Element(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}
