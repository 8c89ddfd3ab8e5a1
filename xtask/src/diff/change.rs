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

    /// Tells whether it goes anywhere.
    pub(super) const fn any(self) -> bool {
        self.sent || self.received
    }

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
    /// Fewer kinds of value are allowed: breaks those who send, and may break those who told the kinds apart.
    Narrower,
    /// Another kind of value is allowed: breaks those who read.
    Looser,
    /// The same kind of value with wider limits: may break those who read.
    Wider,
    /// Rules that cannot be compared: may break both.
    Rewritten,
    /// Another type or name: breaks both.
    Changed,
    /// Personal data that was redacted is printed.
    Leak,
    /// Several at once, as one change.
    All(Breaks),
}

/// How far a difference goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// It is said, and nobody has to do anything.
    #[default]
    Says,
    /// It depends on what somebody does with the values.
    MayBreak,
    /// What was right is wrong.
    Breaks,
}

/// Whom a difference breaks, and how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Breaks {
    /// Merchants who send as before.
    pub(crate) senders: Level,
    /// Those who read as before.
    pub(crate) readers: Level,
}

impl Breaks {
    /// Returns the further of the two.
    pub(crate) fn level(self) -> Level {
        self.senders.max(self.readers)
    }

    /// Returns what two differences do together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { senders: self.senders.max(other.senders), readers: self.readers.max(other.readers) }
    }

    /// Returns the words of the report: `breaks those who send, may break those who read`, or `breaks nobody`.
    pub(crate) const fn text(self) -> &'static str {
        use Level::{Breaks, MayBreak, Says};
        match (self.senders, self.readers) {
            (Breaks, Breaks) => "breaks those who send and those who read",
            (Breaks, MayBreak) => "breaks those who send, may break those who read",
            (Breaks, Says) => "breaks those who send",
            (MayBreak, Breaks) => "breaks those who read, may break those who send",
            (Says, Breaks) => "breaks those who read",
            (MayBreak, MayBreak) => "may break those who send and those who read",
            (MayBreak, Says) => "may break those who send",
            (Says, MayBreak) => "may break those who read",
            (Says, Says) => "breaks nobody",
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
    /// Returns whom it breaks, in words.
    pub(super) fn told(&self) -> &'static str {
        match self.effect {
            Effect::Leak => "a leak: personal data that was redacted is printed",
            _ => self.breaks().text(),
        }
    }

    pub(super) fn breaks(&self) -> Breaks {
        use Level::{Breaks as Broken, MayBreak, Says};
        let Flow { sent, received } = self.flow;
        let (senders, readers) = match self.effect {
            Effect::Text | Effect::Harmless | Effect::Leak => (Says, Says),
            Effect::Tighter => (Broken, Says),
            Effect::Narrower => (Broken, MayBreak),
            Effect::Looser => (Says, Broken),
            Effect::Wider => (Says, MayBreak),
            Effect::Rewritten => (MayBreak, MayBreak),
            Effect::Changed => (Broken, Broken),
            Effect::All(breaks) => return breaks,
        };
        let of = |concerned: bool, level| if concerned { level } else { Says };
        Breaks { senders: of(sent, senders), readers: of(received, readers) }
    }
}
