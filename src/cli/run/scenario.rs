//! What a scenario file says.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor},
};
use serde_json::Value;
use serde_saphyr::Spanned;

/// A scenario of `doku run`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    /// What it shows, in one line.
    pub(super) name: Option<String>,
    /// More about it, for people.
    #[serde(rename = "about")]
    _about: Option<String>,
    /// A running simulator to use, such as http://127.0.0.1:4000. Without it, the scenario has one of its own.
    pub(super) simulator: Option<String>,
    /// Makes ids and payment URLs of the scenario's own simulator from this number.
    pub(super) seed: Option<u64>,
    /// Switches to set; `doku simulator --list-switches` has all.
    #[serde(default)]
    pub(super) switches: BTreeMap<String, String>,
    /// Faults that strike everything at the scenario's own simulator; `doku simulator --list-faults` has all.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) faults: Vec<Spanned<String>>,
    /// Who receives the notifications.
    pub(super) shop: Option<Shop>,
    /// Values that the steps use as ${name}. `simulator` and `shop` are there already: their URLs.
    #[serde(default)]
    pub(super) values: BTreeMap<String, Value>,
    /// What happens, in this order.
    #[schemars(with = "Vec<Step>")]
    pub(super) steps: Vec<Spanned<WrittenStep>>,
}

/// Who receives the notifications: exactly one of `listen` and `notification_url`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Shop {
    /// The scenario itself receives and verifies notifications: true for a free port, or a port of 127.0.0.1.
    pub(super) listen: Option<Listen>,
    /// The path of the scenario's notification URL. /payments/notifications without it.
    pub(super) path: Option<String>,
    /// Where your own shop receives them.
    pub(super) notification_url: Option<String>,
    /// Hosts beside this machine that the scenario's own simulator may notify.
    #[serde(default)]
    pub(super) allow_hosts: Vec<String>,
}

/// Where the scenario listens.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "true or a port is expected here")]
pub(super) enum Listen {
    /// Whether it listens, on a free port.
    Any(bool),
    /// The port.
    Port(u16),
}

/// One step: exactly one thing to do, and what is expected and kept of its result.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Step {
    /// Where it begins in the file.
    #[schemars(skip)]
    pub(super) line: u64,
    /// What it is for, in the output; without it, what it does.
    pub(super) name: Option<String>,
    /// What it does.
    #[schemars(flatten)]
    pub(super) action: Action,
    /// What the result must have: a path such as `payment_url` or `attempts.0.attempt`, and its value.
    #[schemars(default)]
    pub(super) result: BTreeMap<String, Value>,
    /// What is kept of the result for later steps: a name, and a path such as `payment_url`.
    #[schemars(default)]
    pub(super) save: BTreeMap<String, String>,
}

/// A step as it is written, with as many actions as it has.
#[derive(Default)]
pub(super) struct WrittenStep {
    pub(super) name: Option<String>,
    /// Each with its name.
    pub(super) actions: Vec<(&'static str, Action)>,
    pub(super) result: BTreeMap<String, Value>,
    pub(super) save: BTreeMap<String, String>,
}

/// Declares what a step can do: a row for each action.
macro_rules! actions {
    ($($(#[$attribute:meta])* $action:ident($content:ty) = $name:literal,)*) => {
        /// What a step does.
        #[derive(Deserialize, Serialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum Action {
            $($(#[$attribute])* $action($content),)*
        }

        /// The names of what a step can do.
        pub(super) const ACTIONS: &[&str] = &[$($name),*];

        /// The members of a step.
        const MEMBERS: &[&str] = &["name", $($name,)* "result", "save"];

        impl WrittenStep {
            /// Takes the value of a member.
            fn take<'de, A: MapAccess<'de>>(&mut self, member: &str, map: &mut A) -> Result<(), A::Error> {
                match member {
                    "name" => self.name = map.next_value()?,
                    "result" => self.result = map.next_value()?,
                    $($name => self.actions.push(($name, Action::$action(map.next_value()?))),)*
                    _ => self.save = map.next_value()?,
                }
                Ok(())
            }
        }
    };
}

actions! {
    /// Generates an order, as a merchant does: checked, signed, sent, the answer verified. The result has
    /// `invoice_number`, `request_id`, `payment_url`, `replayed`, `attempts` and `response`, or else `error`.
    Order(OrderStep) = "order",
    /// Pays the order with this invoice number. The result is the attempt to send the notification.
    Pay(String) = "pay",
    /// Declines the order with this invoice number.
    Decline(String) = "decline",
    /// Lets the order with this invoice number expire before its time.
    Expire(String) = "expire",
    /// Refunds the paid order with this invoice number.
    Refund(String) = "refund",
    /// Moves the simulator's clock forward: 90s, 30m, 12h or 2d. Orders expire and notifications are repeated on the way.
    /// The result has `time` and `attempts`.
    Advance(String) = "advance",
    /// Lets a fault strike once, whatever comes next: latency=2s.
    FailNext(String) = "fail_next",
    /// Sets switches.
    SetSwitch(BTreeMap<String, String>) = "set_switch",
    /// Sends the notification with this number again. The result is its attempt.
    Resend(Number) = "resend",
    /// Sends a notification, genuine or forged. The result has `verdict` and `attempts`.
    Trigger(TriggerStep) = "trigger",
    /// Asks for the status of an order, by its invoice number or request id. The result has `status`, `verified`,
    /// `invoice_number`, `amount` and `answer`, or else `error`.
    Status(String) = "status",
    /// How the listening shop answers from now on: `verify`, 200 for what is genuine and 401 for anything else, or this
    /// HTTP status for everything.
    ShopAnswers(Number) = "shop_answers",
    /// Calls an endpoint of your own shop. The result has `status` and `body`.
    Http(HttpStep) = "http",
    /// Compares the orders and the notifications at the simulator. The result has `orders` and `notifications`.
    Expect(Expectation) = "expect",
}

impl<'de> Deserialize<'de> for WrittenStep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = WrittenStep;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a step")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WrittenStep, A::Error> {
                let mut step = WrittenStep::default();
                while let Some(Member(member)) = map.next_key()? {
                    step.take(member, &mut map)?;
                }
                Ok(step)
            }
        }

        deserializer.deserialize_struct("Step", MEMBERS, Members)
    }
}

/// The name of a member of a step.
struct Member(&'static str);

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;

        impl Visitor<'_> for Name {
            type Value = Member;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member of a step")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Member, E> {
                let known = MEMBERS.iter().find(|known| **known == name);
                known.map(|known| Member(known)).ok_or_else(|| E::unknown_field(name, MEMBERS))
            }
        }

        deserializer.deserialize_identifier(Name)
    }
}

/// An order; without `file` and `body`, the example of the contract.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderStep {
    /// The file of the order, beside the scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<PathBuf>,
    /// The order itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Value>,
    /// Fields to set, by their path: order.invoice_number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) set: BTreeMap<String, Value>,
    /// The id of the request; a new one without it. The same id with the same bytes is the same order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<String>,
    /// How often it is tried, if the first answer does not come. 3 without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10))]
    pub(super) tries: Option<u32>,
}

/// A notification on request.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TriggerStep {
    /// What is sent, as `doku trigger --help` lists it.
    pub(super) kind: String,
    /// The order that it is about; one that nobody made without it.
    pub(super) invoice_number: Option<String>,
    /// Where it goes; the shop without it.
    pub(super) to: Option<String>,
    /// Fields to set, by their path: order.amount.
    #[serde(default)]
    pub(super) set: BTreeMap<String, Value>,
}

/// A call of an endpoint on this machine.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HttpStep {
    /// GET without it.
    pub(super) method: Option<String>,
    /// An http URL on this machine.
    pub(super) url: String,
    /// Headers to send.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    /// The body: a text as it is, anything else as JSON.
    pub(super) body: Option<Value>,
}

/// What there must be at the simulator.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Expectation {
    /// Only of this order; of all orders without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) invoice_number: Option<String>,
    /// The orders, oldest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) orders: Option<ExpectedOrders>,
    /// The attempts to deliver notifications, in the order in which they ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) notifications: Option<ExpectedNotifications>,
    /// How long to wait for it, in real time: 2s. Not at all without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) within: Option<String>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedOrders {
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) count: Option<u64>,
    /// The transaction status of each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) statuses: Option<Vec<String>>,
    /// How often the request of each was received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) received: Option<Vec<u64>>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedNotifications {
    /// How many attempts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) count: Option<u64>,
    /// The transaction status that each tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) statuses: Option<Vec<Option<String>>>,
    /// The number of each attempt; 0 for what a fault or a forgery sends beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attempts: Option<Vec<u64>>,
    /// The HTTP status that the shop answered; null for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answers: Option<Vec<Option<u16>>>,
    /// Whether the listening shop found the signature genuine; null for what did not reach it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verified: Option<Vec<Option<bool>>>,
    /// How many different request ids there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_ids: Option<u64>,
    /// How many will be repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) waiting: Option<u64>,
}

/// A number, or a text such as ${number}.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(untagged, expecting = "a whole number or a text such as ${number} is expected here")]
pub(super) enum Number {
    Number(u64),
    Text(String),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}
