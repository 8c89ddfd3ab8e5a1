//! What lives: orders change, notifications go out, all of it is remembered.

pub(crate) mod attempt;
pub(crate) mod clock;
pub(crate) mod memory;
pub(crate) mod orders;
pub(crate) mod schedule;
pub(crate) mod service;
pub(crate) mod state;
pub(crate) mod trigger;
