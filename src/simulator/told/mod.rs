//! What is told of what happens, and what it means.

pub(crate) mod event;
pub(crate) mod verdict;
