//! What is told of what happens, and what it means.

pub(crate) mod attempt;
pub(crate) mod event;
pub(crate) mod journal;
pub(crate) mod verdict;
