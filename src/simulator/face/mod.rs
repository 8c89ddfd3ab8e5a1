//! What others see: DOKU's addresses, the control API, the pages.

pub(crate) mod api;
pub(crate) mod checkout;
pub(crate) mod control;
pub(crate) mod page;
pub(crate) mod stream;
pub(crate) mod timeline;
