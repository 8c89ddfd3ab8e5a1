//! One step of a scenario: what it does, and what became of it.

use std::collections::BTreeMap;

use doku_indodana::{Client, PreparedOrder, RetryPolicy};
use doku_simulator::Attempt;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    body::fields,
    call::request,
    scenario::{Action, Number, OrderStep, Step, TriggerStep},
    stage::Stage,
    values,
};
use crate::{
    order::new_request_id,
    output::{Exit, Failure},
    trigger::Triggered,
};

/// What became of a step.
pub(super) struct Outcome {
    /// What it did, in one line.
    pub(super) text: String,
    pub(super) result: Value,
    /// Why it could not be done, unless that is what was expected.
    pub(super) error: Option<String>,
    pub(super) differences: Vec<Difference>,
}

/// Something that is not as expected.
pub(super) struct Difference {
    pub(super) path: String,
    pub(super) expected: Value,
    /// `None` if there is nothing at the path.
    pub(super) actual: Option<Value>,
}

/// Verdicts on a merchant that did right by what was triggered.
const GOOD: [&str; 3] = ["acknowledged", "refused", "answered"];

/// What a step does and expects, with values in place of their names.
#[derive(Deserialize)]
struct Filled {
    action: Action,
    result: BTreeMap<String, Value>,
    save: BTreeMap<String, String>,
}

/// What a step did: its line, and its result or why there is none.
type Done = (String, Result<Value, String>);

impl Outcome {
    pub(super) fn is_met(&self) -> bool {
        self.error.is_none() && self.differences.is_empty()
    }
}

/// Compares what is at a path.
pub(super) fn compare(actual: &Value, path: &str, expected: &Value) -> Option<Difference> {
    let actual = values::at(actual, path);
    // Null also means that there is nothing.
    let same = actual == Some(expected) || (expected.is_null() && actual.is_none());
    (!same).then(|| Difference { path: path.to_owned(), expected: expected.clone(), actual: actual.cloned() })
}

impl Stage<'_> {
    /// Does a step and compares its result.
    ///
    /// # Errors
    ///
    /// Where the simulator is not there. Anything else is in the outcome.
    pub(super) async fn step(&mut self, written: &Step) -> Result<Outcome, Failure> {
        let name = written.name.clone();
        let Filled { action, result: wanted, save } = match self.filled(written) {
            Ok(filled) => filled,
            Err(error) => {
                let text = name.unwrap_or_else(|| "the step".to_owned());
                return Ok(Outcome { text, result: Value::Null, error: Some(error), differences: Vec::new() });
            }
        };
        let (text, result, mut differences) = if let Action::Expect(expect) = &action {
            let about = expect.invoice_number.as_ref().map(|number| format!(" of {number}")).unwrap_or_default();
            let (result, differences) = self.expect(expect).await?;
            (format!("what there is{about}"), Ok(result), differences)
        } else {
            let (text, result) = self.act(&action).await?;
            (text, result, Vec::new())
        };
        let (result, mut error) = match result {
            Ok(result) => (result, None),
            Err(error) => (Value::Null, Some(error)),
        };
        if let Some(message) = result["error"]["message"].as_str() {
            let awaited = wanted.keys().any(|path| path.trim_start_matches('/').starts_with("error"));
            error = (!awaited).then(|| message.to_owned());
        }
        if let Some(verdict) = result["verdict"].as_str()
            && !wanted.contains_key("verdict")
            && !GOOD.contains(&verdict)
        {
            error =
                Some(format!("the verdict is {verdict}; expect it, if that is meant: result: {{verdict: {verdict}}}"));
        }
        if error.is_none() {
            differences.extend(wanted.iter().filter_map(|(path, value)| compare(&result, path, value)));
            for (name, path) in &save {
                match values::at(&result, path) {
                    Some(value) => drop(self.values.insert(name.clone(), value.clone())),
                    None => error = Some(format!("`{name}` cannot be saved: the result has no {path}")),
                }
            }
        }
        Ok(Outcome { text: name.unwrap_or(text), result, error, differences })
    }

    /// Returns what a step does and expects, with values in place of their names.
    fn filled(&self, step: &Step) -> Result<Filled, String> {
        let mut value = json!({ "action": step.action, "result": step.result, "save": step.save });
        values::fill(&mut value, &self.values).map_err(|name| format!("no earlier step saved `{name}`"))?;
        Filled::deserialize(value).map_err(|error| format!("with the saved values, the step is none: {error}"))
    }

    async fn act(&self, action: &Action) -> Result<Done, Failure> {
        match action {
            Action::Order(order) => self.order(order).await,
            Action::Pay(number) => self.settle("pay", number).await,
            Action::Decline(number) => self.settle("decline", number).await,
            Action::Expire(number) => self.settle("expire", number).await,
            Action::Refund(number) => self.settle("refund", number).await,
            Action::Advance(time) => {
                let moved = self.control.post::<Value>(&["clock"], &json!({ "advance": time })).await;
                told(format!("advance the clock by {time}"), moved)
            }
            Action::FailNext(fault) => {
                let armed = self.control.post::<Value>(&["faults"], &json!({ "fault": fault })).await;
                told(format!("ask for the fault {fault}"), armed)
            }
            Action::SetSwitch(switches) => {
                let set = self.control.post::<Value>(&["switches"], &json!(switches)).await;
                let switches: Vec<_> = switches.iter().map(|(name, value)| format!("{name}={value}")).collect();
                told(format!("set {}", switches.join(", ")), set)
            }
            Action::Resend(number) => {
                let text = format!("send notification {number} again");
                let Number::Number(number) = number else {
                    return Ok((text, Err("a notification has a number; save it from an attempt".to_owned())));
                };
                told(text, self.control.resend(*number).await.map(|attempt| attempted(json!(attempt))))
            }
            Action::Trigger(trigger) => self.trigger(trigger).await,
            Action::Status(id) => self.status(id).await,
            Action::ShopAnswers(answer) => Ok((format!("the shop answers {answer} from now on"), self.answer(answer))),
            Action::Http(call) => {
                let text = format!("{} {}", call.method.as_deref().unwrap_or("GET"), call.url);
                Ok((text, request(call).await))
            }
            // It is compared where its result is.
            Action::Expect(_) => Ok((String::new(), Ok(Value::Null))),
        }
    }

    async fn settle(&self, action: &str, number: &str) -> Result<Done, Failure> {
        let attempt = self.control.post::<Value>(&["orders", number, action], &json!({})).await;
        told(format!("{action} {number}"), attempt.map(attempted))
    }

    async fn order(&self, order: &OrderStep) -> Result<Done, Failure> {
        let body = match order.bytes(self.source) {
            Ok(body) => body,
            Err(error) => return Ok(("an order".to_owned(), Err(error))),
        };
        let request_id = match &order.request_id {
            Some(id) => id.parse().map_err(|error: doku_indodana::error::ComponentError| error.to_string()),
            None => Ok(new_request_id()?),
        };
        let request_id = match request_id {
            Ok(id) => id,
            Err(error) => return Ok(("an order".to_owned(), Err(error))),
        };
        let prepared = match PreparedOrder::from_json(body, request_id) {
            Ok(prepared) => prepared,
            Err(error) => return Ok(("an order".to_owned(), Ok(json!({ "error": error })))),
        };
        let number = prepared.invoice_number().expect("a checked order has an invoice number").to_owned();
        let retry = RetryPolicy::default().with_attempts(order.tries.unwrap_or(3));
        let client = self.client(retry)?;
        let result = match client.send(&prepared).await {
            Ok(made) => json!({
                "invoice_number": number,
                "request_id": made.request_id().as_str(),
                "payment_url": made.payment_url(),
                "replayed": made.is_replayed(),
                "attempts": made.attempts(),
                "response": made.response(),
            }),
            Err(error) => json!({
                "invoice_number": number,
                "request_id": prepared.request_id().as_str(),
                "error": error,
            }),
        };
        Ok((format!("order {number}"), Ok(result)))
    }

    async fn status(&self, id: &str) -> Result<Done, Failure> {
        let result = match self.client(RetryPolicy::default())?.check_status(id).await {
            Ok(status) => json!({
                "status": status.transaction_status(),
                "verified": status.is_verified(),
                "invoice_number": status.invoice_number(),
                "amount": status.amount(),
                "answer": status.answer(),
            }),
            Err(error) => json!({ "error": error }),
        };
        Ok((format!("status of {id}"), Ok(result)))
    }

    fn client(&self, retry: RetryPolicy) -> Result<Client, Failure> {
        let client = Client::builder(self.environment.clone(), self.credentials.clone()).retry(retry).build();
        client.map_err(|error| Failure::new(Exit::Internal, error.to_string()))
    }

    async fn trigger(&self, trigger: &TriggerStep) -> Result<Done, Failure> {
        let text = match &trigger.invoice_number {
            Some(number) => format!("trigger {} of {number}", trigger.kind),
            None => format!("trigger {}", trigger.kind),
        };
        let set = match fields(&trigger.set) {
            Ok(set) => set,
            Err(error) => return Ok((text, Err(error))),
        };
        let body = json!({
            "kind": trigger.kind,
            "invoice_number": trigger.invoice_number,
            "url": trigger.to,
            "set": set,
        });
        let sent = self.control.post::<Triggered>(&["trigger"], &body).await;
        let result = sent.map(|Triggered { attempts }| {
            let verdict = doku_simulator::Verdict::of(&attempts).code();
            let attempts: Vec<_> = attempts.iter().map(|attempt| attempted(json!(attempt))).collect();
            json!({ "verdict": verdict, "attempts": attempts })
        });
        told(text, result)
    }

    fn answer(&self, answer: &Number) -> Result<Value, String> {
        let shop = self.shop.as_ref().ok_or("no shop listens; give the scenario shop: {listen: true}")?;
        shop.answer(shop_answer(answer)?);
        Ok(Value::Null)
    }
}

/// Reads how a shop answers; `None` goes by the signature.
pub(super) fn shop_answer(answer: &Number) -> Result<Option<StatusCode>, &'static str> {
    match answer {
        Number::Text(text) if text == "verify" => Ok(None),
        Number::Number(number) => {
            let status = u16::try_from(*number).ok().and_then(|code| StatusCode::from_u16(code).ok());
            status.filter(|status| status.as_u16() >= 200).map(Some).ok_or("an HTTP status is from 200 to 999")
        }
        Number::Text(_) => Err("a shop answers verify, or with an HTTP status such as 503"),
    }
}

/// Returns an attempt with what is often asked of it.
fn attempted(mut attempt: Value) -> Value {
    if let Ok(read) = Attempt::deserialize(&attempt) {
        attempt["acknowledged"] = read.is_acknowledged().into();
        attempt["request_id"] = read.header("request-id").into();
    }
    attempt
}

/// Returns what the simulator answered. What it refuses is a result; a simulator that is not there ends the scenario.
fn told(text: String, answer: Result<Value, Failure>) -> Result<Done, Failure> {
    match answer {
        Ok(value) => Ok((text, Ok(value))),
        Err(failure) if matches!(failure.exit, Exit::Usage | Exit::Refused) => {
            let error = failure.record().map(|record| json!({ "code": record.code, "message": record.message }));
            Ok((text, Ok(json!({ "error": error }))))
        }
        Err(failure) => Err(failure),
    }
}
