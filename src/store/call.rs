//! The two calls to DOKU about a stored order, and what they teach.

use doku_indodana::{
    Client, Error, GeneratedOrder, Outcome, PreparedOrder, RequestId, TransactionStatus, error::Rejection,
};

use crate::{
    Alert,
    news::{News, Source},
    record::{OrderRow, body_key},
    schedule::Life,
    settle::Lesson,
};

/// Sends an order and returns what that taught, and whether DOKU asked to be left alone.
pub(crate) async fn send(client: &Client, prepared: &PreparedOrder, life_before: Life) -> (Lesson, bool) {
    match client.send(prepared).await {
        Ok(order) => (answered(&order), false),
        Err(error) => (not_answered(&error, life_before), is_throttled(&error)),
    }
}

fn answered(order: &GeneratedOrder) -> Lesson {
    Lesson {
        news: Some(News::Answered),
        life: Some(Life::Known),
        alert: None,
        payment_url: Some(order.payment_url().to_owned()),
        answer: Some(order.verified().body().to_vec().into()),
        outcome: if order.is_replayed() { "replayed" } else { "answered" }.to_owned(),
    }
}

fn not_answered(error: &Error, life_before: Life) -> Lesson {
    let code = error.rejection().and_then(|rejection| rejection.code()).filter(|code| is_code(code));
    let refused = || code.map_or_else(|| "refused".to_owned(), |code| format!("refused:{code}"));
    // Whether an order may exist says the library; here it is only kept across calls.
    match error.outcome() {
        Outcome::NothingSent if life_before == Life::Unsent && !error.violations().is_empty() => {
            let (news, life) = (Some(News::NoOrder), Some(Life::Known));
            Lesson { news, life, outcome: "violations".to_owned(), ..Lesson::default() }
        }
        Outcome::NothingSent => Lesson { life: Some(life_before), outcome: "not_sent".to_owned(), ..Lesson::default() },
        Outcome::Refused if error.is_retryable() => {
            Lesson { life: Some(life_before), outcome: refused(), ..Lesson::default() }
        }
        Outcome::Refused if life_before == Life::Unsent => {
            Lesson { news: Some(News::NoOrder), life: Some(Life::Known), outcome: refused(), ..Lesson::default() }
        }
        _ => {
            let outcome = code.map_or_else(|| "unknown".to_owned(), |code| format!("unknown:{code}"));
            Lesson { life: Some(Life::Open), outcome, ..Lesson::default() }
        }
    }
}

/// Asks for the status of an order and returns what that taught, and whether DOKU asked to be left alone.
pub(crate) async fn ask(client: &Client, order: &OrderRow) -> (Lesson, bool) {
    let mut answer = client.check_status(&order.invoice_number).await;
    if answer.as_ref().is_err_and(Error::is_configuration) {
        // An invoice number that a path cannot hold; DOKU takes the request id as well.
        answer = client.check_status(&order.request_id).await;
    }
    match answer {
        Ok(status) => {
            let Some(reported) = status.transaction_status() else {
                return (Lesson { outcome: "no_status".to_owned(), ..Lesson::default() }, false);
            };
            let outcome = match reported {
                TransactionStatus::Other(_) => "status:other".to_owned(),
                known => format!("status:{known}"),
            };
            let by = Source::CheckStatus;
            let news = News::Reported { status: reported.clone(), amount: status.amount(), by };
            (Lesson { news: Some(news), outcome, ..Lesson::default() }, false)
        }
        Err(error) => {
            // "Not found" proves nothing.
            let outcome = match error.rejection().map(Rejection::status) {
                Some(404) => "not_found".to_owned(),
                Some(status) => format!("not_told:{status}"),
                None => "not_told".to_owned(),
            };
            (Lesson { outcome, ..Lesson::default() }, is_throttled(&error))
        }
    }
}

/// Brings a stored order back, to be sent; or says what is wrong with it, and then nothing was sent now.
pub(crate) fn restore(order: &OrderRow, life_before: Life) -> Result<PreparedOrder, Box<Lesson>> {
    let unsendable = |outcome: &str, alert: Option<Alert>| {
        Box::new(Lesson {
            // What was never sent is refused here. What was sent before may exist, whatever is stored now.
            news: (life_before == Life::Unsent).then_some(News::NoOrder),
            life: Some(if life_before == Life::Unsent { Life::Known } else { life_before }),
            alert,
            outcome: outcome.to_owned(),
            ..Lesson::default()
        })
    };
    let Some(body) = order.body.clone() else { return Err(unsendable("pruned", None)) };
    let Ok(request_id) = order.request_id.parse::<RequestId>() else {
        return Err(unsendable("bad_request_id", Some(Alert::OtherBody)));
    };
    if body_key(&body) != order.body_sha256 {
        return Err(unsendable("other_body", Some(Alert::OtherBody)));
    }
    // What was never sent may have been put there by SQL, unchecked.
    let prepared = if life_before == Life::Unsent {
        PreparedOrder::from_json(body, request_id).map_err(|_| unsendable("violations", None))?
    } else {
        let prepared = PreparedOrder::danger_unchecked(body, request_id);
        prepared.map_err(|_| unsendable("violations", None))?.assume_sent()
    };
    let same = prepared.invoice_number() == Some(&order.invoice_number) && prepared.amount() == Some(order.amount);
    if same { Ok(prepared) } else { Err(unsendable("other_body", Some(Alert::OtherBody))) }
}

/// What an order that was never sent ends as, once it has expired.
pub(crate) fn never_sent() -> Lesson {
    Lesson { news: Some(News::NoOrder), life: Some(Life::Known), outcome: "never_sent".to_owned(), ..Lesson::default() }
}

fn is_throttled(error: &Error) -> bool {
    error.rejection().is_some_and(|rejection| rejection.status() == 429)
}

/// A code is stored only if it looks like one, because it comes from outside.
fn is_code(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
