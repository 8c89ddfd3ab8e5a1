//! An order: what is sent of it, and when it is sent again. No I/O and no clock.

pub(crate) mod request;
#[cfg(feature = "client")]
pub(crate) mod retry;
pub(crate) mod totals;
