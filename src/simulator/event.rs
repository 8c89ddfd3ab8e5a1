//! What the local gateway tells whoever watches it.

use super::{notify::Delivery, order::SimulatedOrder};

/// Something that happened at the local gateway, for [`SimulatorBuilder::on_event`](super::SimulatorBuilder::on_event).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// An order was made. The same request again makes none.
    Made(SimulatedOrder),
    /// An order was paid or declined: its status is `SUCCESS` or `FAILED`.
    Settled(SimulatedOrder),
    /// A notification was answered, or could not be delivered.
    Notified(Delivery),
}
