//! An order: what is sent of it, what is answered, and whether it may exist. No I/O and no clock.

pub(crate) mod answer;
mod event;
pub mod life;
mod payment_url;
mod proof;
#[cfg(feature = "client")]
pub(crate) mod question;
mod refusal;
mod rejection;
pub(crate) mod request;
pub(crate) mod retry;
mod terms;
pub(crate) mod totals;
