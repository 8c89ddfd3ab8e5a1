//! The two calls to DOKU about a stored order, and what they teach.

use doku_indodana::{
    Client, Error, GeneratedOrder, Outcome, PreparedOrder, RequestId, TransactionStatus, error::Rejection, life::Life,
};

use crate::{
    Alert,
    news::{News, Source},
    record::{OrderRow, body_key},
    settle::Lesson,
};

/// Sends an order and returns what that taught, and whether DOKU asked to be left alone.
pub(crate) async fn send(client: &Client, prepared: &PreparedOrder) -> (Lesson, bool) {
    let sent = client.send(prepared).await;
    let throttled = sent.as_ref().is_err_and(is_throttled);
    let lesson = sent.map_or_else(|error| not_answered(&error), |order| answered(&order));
    // Whether an order may exist is the library's word alone; the store keeps it.
    (Lesson { life: Some(prepared.life()), ..lesson }, throttled)
}

fn answered(order: &GeneratedOrder) -> Lesson {
    Lesson {
        news: Some(News::Answered),
        payment_url: Some(order.payment_url().to_owned()),
        answer: Some(order.verified().body().to_vec().into()),
        outcome: if order.is_replayed() { "replayed" } else { "answered" }.to_owned(),
        ..Lesson::default()
    }
}

fn not_answered(error: &Error) -> Lesson {
    let code = error.rejection().and_then(Rejection::code).filter(|code| is_code(code));
    let with_code = |word: &str| code.map_or_else(|| word.to_owned(), |code| format!("{word}:{code}"));
    let (news, outcome) = match error.outcome() {
        Outcome::NothingSent if !error.violations().is_empty() => (Some(News::NoOrder), "violations".to_owned()),
        Outcome::NothingSent => (None, "not_sent".to_owned()),
        Outcome::Refused if error.is_retryable() => (None, with_code("refused")),
        Outcome::Refused => (Some(News::NoOrder), with_code("refused")),
        _ => (None, with_code("unknown")),
    };
    Lesson { news, outcome, ..Lesson::default() }
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
pub(crate) fn restore(order: &OrderRow, life: Life) -> Result<PreparedOrder, Box<Lesson>> {
    let unsendable = |outcome: &str, alert: Option<Alert>| {
        Box::new(Lesson {
            // What was never sent is refused here. What was sent before may exist, whatever is stored now.
            news: (life == Life::UNSENT).then_some(News::NoOrder),
            life: Some(life),
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
    let prepared = if life == Life::UNSENT {
        PreparedOrder::from_json(body, request_id).map_err(|_| unsendable("violations", None))?
    } else {
        PreparedOrder::restore_with(body, request_id, life).map_err(|_| unsendable("violations", None))?
    };
    let same = prepared.invoice_number() == Some(&order.invoice_number) && prepared.amount() == Some(order.amount);
    if same { Ok(prepared) } else { Err(unsendable("other_body", Some(Alert::OtherBody))) }
}

/// What an order that was never sent ends as, once it has expired.
pub(crate) fn never_sent() -> Lesson {
    let (news, life) = (Some(News::NoOrder), Some(Life::UNSENT));
    Lesson { news, life, outcome: "never_sent".to_owned(), ..Lesson::default() }
}

fn is_throttled(error: &Error) -> bool {
    error.rejection().is_some_and(|rejection| rejection.status() == 429)
}

/// A code is stored only if it looks like one, because it comes from outside.
fn is_code(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
