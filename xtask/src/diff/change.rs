//! One difference, and whom it breaks.

use serde_json::Value;

/// Where a value goes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Flow {
    /// From the merchant to DOKU.
    pub(super) sent: bool,
    /// From DOKU to the merchant: answers and notifications.
    pub(super) received: bool,
}

impl Flow {
    pub(super) const SENT: Self = Self { sent: true, received: false };

    /// Returns the flow of what answers this.
    pub(super) const fn flipped(self) -> Self {
        Self { sent: self.received, received: self.sent }
    }
}

/// What a difference does to those who use the contract.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Effect {
    /// Words alone: descriptions, examples, sources.
    Text,
    /// Everything that was right is right, and nothing comes that did not come.
    Harmless,
    /// Less is allowed: breaks those who send.
    Tighter,
    /// More is allowed: breaks those who read.
    Looser,
    /// Another type or name, or rules that cannot be compared: breaks both.
    Changed,
}

/// Whom a difference breaks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Breaks {
    pub(super) senders: bool,
    pub(super) readers: bool,
}

impl Breaks {
    pub(super) const fn any(self) -> bool {
        self.senders || self.readers
    }

    /// Returns the words of the report: `those who send`, `those who read`, or `nobody`.
    pub(super) const fn text(self) -> &'static str {
        match (self.senders, self.readers) {
            (true, true) => "those who send and those who read",
            (true, false) => "those who send",
            (false, true) => "those who read",
            (false, false) => "nobody",
        }
    }
}

/// One difference between two contracts.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// `Component.property`, or the operation and what is inside of it: `generate_order.responses.200`.
    pub(super) place: String,
    /// The keyword that differs; none where all of the place was added or removed.
    pub(super) keyword: Option<&'static str>,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
    pub(super) effect: Effect,
    pub(super) flow: Flow,
}

impl Change {
    pub(super) const fn breaks(&self) -> Breaks {
        let Flow { sent, received } = self.flow;
        match self.effect {
            Effect::Text | Effect::Harmless => Breaks { senders: false, readers: false },
            Effect::Tighter => Breaks { senders: sent, readers: false },
            Effect::Looser => Breaks { senders: false, readers: received },
            Effect::Changed => Breaks { senders: sent, readers: received },
        }
    }
}
