//! What DOKU is: its orders, notifications and answers, and what is not documented about them or goes wrong. Pure: no clock,
//! no ids, no network.

pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod fault;
pub(crate) mod identity;
pub(crate) mod mistake;
pub(crate) mod notification;
pub(crate) mod order;
pub(crate) mod shape;
pub(crate) mod style;
pub(crate) mod switch;
pub(crate) mod target;
