//! What a message is made of: credentials, signature, JSON, money. No clock, no ids, no environment but for
//! credentials, no HTTP but for its vocabulary.

pub mod credentials;
pub(crate) mod error;
pub mod json;
pub(crate) mod money;
pub mod signature;
pub(crate) mod signed;
