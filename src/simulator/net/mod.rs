//! Connections in and requests out.

pub(crate) mod connection;
pub(crate) mod messenger;
pub(crate) mod upload;
