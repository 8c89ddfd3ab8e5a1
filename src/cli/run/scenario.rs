//! What a scenario file says.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
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
    pub(super) steps: Vec<Spanned<Step>>,
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
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// What it is for, in the output; without it, what it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// Generates an order, as a merchant does: checked, signed, sent, the answer verified. The result has
    /// `invoice_number`, `request_id`, `payment_url`, `replayed`, `attempts` and `response`, or else `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) order: Option<Order>,
    /// Pays the order with this invoice number. The result is the attempt to send the notification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pay: Option<String>,
    /// Declines the order with this invoice number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) decline: Option<String>,
    /// Lets the order with this invoice number expire before its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expire: Option<String>,
    /// Refunds the paid order with this invoice number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refund: Option<String>,
    /// Moves the simulator's clock forward: 90s, 30m, 12h or 2d. Orders expire and notifications are repeated on the way.
    /// The result has `time` and `attempts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advance: Option<String>,
    /// Lets a fault strike once, whatever comes next: latency=2s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fail_next: Option<String>,
    /// Sets switches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) set_switch: Option<BTreeMap<String, String>>,
    /// Sends the notification with this number again. The result is its attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resend: Option<Number>,
    /// Sends a notification, genuine or forged. The result has `verdict` and `attempts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trigger: Option<Trigger>,
    /// Asks for the status of an order, by its invoice number or request id. The result has `status`, `verified`,
    /// `invoice_number`, `amount` and `answer`, or else `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<String>,
    /// How the listening shop answers from now on: `verify`, 200 for what is genuine and 401 for anything else, or this
    /// HTTP status for everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shop_answers: Option<Number>,
    /// Calls an endpoint of your own shop. The result has `status` and `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) http: Option<Http>,
    /// Compares the orders and the notifications at the simulator. The result has `orders` and `notifications`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expect: Option<Expect>,
    /// What the result must have: a path such as `payment_url` or `attempts.0.attempt`, and its value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) result: BTreeMap<String, Value>,
    /// What is kept of the result for later steps: a name, and a path such as `payment_url`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) save: BTreeMap<String, String>,
}

/// An order; without `file` and `body`, the example of the contract.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
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
pub(super) struct Trigger {
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
pub(super) struct Http {
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
pub(super) struct Expect {
    /// Only of this order; of all orders without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) invoice_number: Option<String>,
    /// The orders, oldest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) orders: Option<Orders>,
    /// The attempts to deliver notifications, in the order in which they ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) notifications: Option<Notifications>,
    /// How long to wait for it, in real time: 2s. Not at all without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) within: Option<String>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Orders {
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
pub(super) struct Notifications {
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

/// The names of what a step can do.
pub(super) const ACTIONS: [&str; 14] = [
    "order",
    "pay",
    "decline",
    "expire",
    "refund",
    "advance",
    "fail_next",
    "set_switch",
    "resend",
    "trigger",
    "status",
    "shop_answers",
    "http",
    "expect",
];

impl Step {
    /// Returns which of the [`ACTIONS`] it has.
    pub(super) fn actions(&self) -> Vec<&'static str> {
        let there = [
            self.order.is_some(),
            self.pay.is_some(),
            self.decline.is_some(),
            self.expire.is_some(),
            self.refund.is_some(),
            self.advance.is_some(),
            self.fail_next.is_some(),
            self.set_switch.is_some(),
            self.resend.is_some(),
            self.trigger.is_some(),
            self.status.is_some(),
            self.shop_answers.is_some(),
            self.http.is_some(),
            self.expect.is_some(),
        ];
        ACTIONS.into_iter().zip(there).filter_map(|(name, there)| there.then_some(name)).collect()
    }
}
