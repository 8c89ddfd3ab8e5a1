//! A notification in: verified, stored, and only then acknowledged.

use bytes::Bytes;
use doku_indodana::{Notification, NotificationEndpoint, VerificationError};
use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER},
};

use crate::{
    Orders, StoreError, Verdict,
    engine::Point,
    error::contended,
    order::system_time,
    record::{NewNotification, NotificationRow, OrderRow, Update, Written, body_key},
    schedule::Millis,
    settings::MOST_TRIES,
    settle::after_report,
    telemetry,
    verdict::{Known, Received, Report, alert, judge},
};

/// A longer body is refused before it is looked at.
const MOST_BYTES: usize = 64 << 10;

/// So many stored notifications are looked at again at once.
const PAGE: u32 = 200;

/// What to answer DOKU with.
#[derive(Debug)]
pub struct Acknowledgement {
    status: StatusCode,
    end: ReceiptEnd,
}

#[derive(Debug)]
enum ReceiptEnd {
    Stored(Verdict),
    Forged(VerificationError),
    TooLong,
    NotStored(StoreError),
}

impl Acknowledgement {
    /// Returns the status: 200 where the notification is on the disk, 401 where it is not genuine, 413 where it is too
    /// long to be, 503 where it could not be stored.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the body, JSON.
    pub fn body(&self) -> &'static str {
        match self.end {
            ReceiptEnd::Stored(_) => NotificationEndpoint::ACKNOWLEDGEMENT,
            ReceiptEnd::Forged(_) => r#"{"responseCode":"4010000","responseMessage":"Unauthorized"}"#,
            ReceiptEnd::TooLong => r#"{"responseCode":"4130000","responseMessage":"Content Too Large"}"#,
            ReceiptEnd::NotStored(_) => r#"{"responseCode":"5030000","responseMessage":"Service Unavailable"}"#,
        }
    }

    /// Returns what the notification means; `None` where it was not stored.
    pub fn verdict(&self) -> Option<Verdict> {
        match self.end {
            ReceiptEnd::Stored(verdict) => Some(verdict),
            _ => None,
        }
    }

    /// Returns why it is not genuine.
    pub fn verification(&self) -> Option<&VerificationError> {
        match &self.end {
            ReceiptEnd::Forged(error) => Some(error),
            _ => None,
        }
    }

    /// Returns why it could not be stored.
    pub fn error(&self) -> Option<&StoreError> {
        match &self.end {
            ReceiptEnd::NotStored(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the headers to answer with.
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("60"));
        }
        headers
    }

    /// Returns the whole answer, ready to be sent.
    pub fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from_static(self.body().as_bytes()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers();
        response
    }
}

impl Orders {
    /// Receives a notification: headers and body exactly as they came. Answer with what is returned.
    ///
    /// It is verified, stored, and on the disk before this returns 200. What is genuine and cannot be used (it cannot be
    /// read, its order is unknown, its amount is another) is stored, acknowledged and set aside, and has no effect. What
    /// is not genuine is answered with 401, and nothing is written.
    ///
    /// # Cancel safety
    ///
    /// Whoever drops the future half-way does not know whether it was stored; DOKU will send it again.
    pub async fn receive(&self, headers: &HeaderMap, body: impl AsRef<[u8]>) -> Acknowledgement {
        let body = body.as_ref();
        if body.len() > MOST_BYTES {
            return Acknowledgement { status: StatusCode::PAYLOAD_TOO_LARGE, end: ReceiptEnd::TooLong };
        }
        let notification = match self.0.endpoint.verify(headers, body) {
            Ok(notification) => notification,
            Err(error) => {
                telemetry::forged(error.code());
                return Acknowledgement { status: StatusCode::UNAUTHORIZED, end: ReceiptEnd::Forged(error) };
            }
        };
        telemetry::receiving(&notification, self.acknowledge(&notification, headers)).await
    }

    async fn acknowledge(&self, notification: &Notification, headers: &HeaderMap) -> Acknowledgement {
        match self.store_notification(notification, headers).await {
            Ok(verdict) => {
                telemetry::received(verdict, notification.request_id().as_str(), notification.invoice_number());
                Acknowledgement { status: StatusCode::OK, end: ReceiptEnd::Stored(verdict) }
            }
            Err(error) => {
                telemetry::not_stored(&error);
                Acknowledgement { status: StatusCode::SERVICE_UNAVAILABLE, end: ReceiptEnd::NotStored(error) }
            }
        }
    }

    async fn store_notification(
        &self,
        notification: &Notification,
        headers: &HeaderMap,
    ) -> Result<Verdict, StoreError> {
        let engine = &self.0.engine;
        let client_id = &self.0.owner.client_id;
        let (request_id, key) = (notification.request_id().to_string(), body_key(notification.body()));
        let invoice_number = notification.invoice_number().map(str::to_owned);
        for _ in 0..MOST_TRIES {
            let now = self.now().await?;
            let received = Received::read(notification, notification.age(system_time(now)));
            let seen = engine.seen(invoice_number.clone(), client_id.clone(), request_id.clone(), key).await?;
            if seen.repeated {
                return Ok(Verdict::Repeated);
            }
            let (verdict, update) = self.judged(&received, seen.order.as_ref(), seen.reused, now);
            let new = NewNotification {
                client_id: client_id.clone(),
                request_id: request_id.clone(),
                body_sha256: key,
                body: Bytes::copy_from_slice(notification.body()),
                headers: kept_headers(headers),
                invoice_number: invoice_number.clone(),
                status: notification.status().map(ToString::to_string),
                amount: notification.amount(),
                verdict,
                age: received.age,
                reused: seen.reused,
            };
            match engine.write(Update { notification: Some(new), ..update }).await? {
                Written::Stale => {}
                Written::Repeated => return Ok(Verdict::Repeated),
                Written::Done => {
                    self.0.points.pass(Point::InboxCommitted);
                    self.0.changed.notify_waiters();
                    self.0.wake.notify_one();
                    return Ok(verdict);
                }
            }
        }
        Err(contended())
    }

    /// Returns what a notification means, and what it changes of its order.
    fn judged(&self, received: &Received, order: Option<&OrderRow>, reused: bool, now: Millis) -> (Verdict, Update) {
        let known =
            order.map(|row| Known { standing: row.standing(), same_client: row.client_id == self.0.owner.client_id });
        let (verdict, news) = judge(received, known, reused);
        let alert = alert(verdict);
        let mut update = Update { now, ..Update::default() };
        if let Some(row) = order.filter(|_| news.is_some() || alert.is_some()) {
            let (settled, effect) = after_report(row, news.as_ref(), alert, now);
            // An order that stays as it is is not written.
            update.order = (settled != *row || effect.is_some()).then_some(settled);
            update.effect = effect;
        }
        (verdict, update)
    }

    /// Looks again at stored notifications whose order was unknown and is known now. Returns how many there were.
    pub(crate) async fn match_notifications(&self) -> Result<usize, StoreError> {
        let mut matched = 0;
        loop {
            let page = self.0.engine.unmatched(PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            for notification in &page {
                self.match_notification(notification).await?;
            }
            matched += page.len();
            if is_last {
                return Ok(matched);
            }
        }
    }

    async fn match_notification(&self, stored: &NotificationRow) -> Result<(), StoreError> {
        let engine = &self.0.engine;
        let (client_id, request_id) = (stored.client_id.clone(), stored.request_id.clone());
        for _ in 0..MOST_TRIES {
            let now = self.now().await?;
            let seen = engine
                .seen(stored.invoice_number.clone(), client_id.clone(), request_id.clone(), stored.body_sha256)
                .await?;
            let received = Received { report: report(stored), age: stored.age };
            let (verdict, update) = self.judged(&received, seen.order.as_ref(), seen.reused, now);
            if verdict == Verdict::UnknownInvoice {
                return Ok(());
            }
            let has_effect = update.effect.is_some();
            if engine.write(Update { matched: Some((stored.id, verdict)), ..update }).await? != Written::Stale {
                if has_effect {
                    self.0.wake.notify_one();
                }
                return Ok(());
            }
        }
        Err(contended())
    }
}

fn report(stored: &NotificationRow) -> Option<Report> {
    Some(Report {
        invoice_number: stored.invoice_number.clone()?,
        status: stored.status.clone()?.into(),
        amount: stored.amount?,
    })
}

/// Returns the headers of DOKU's that are kept, as JSON: what proves the message, and nothing of the way that it came.
fn kept_headers(headers: &HeaderMap) -> String {
    const KEPT: [&str; 5] = ["client-id", "request-id", "request-timestamp", "signature", "content-type"];
    let kept: serde_json::Map<_, _> =
        KEPT.into_iter().filter_map(|name| Some((name.to_owned(), headers.get(name)?.to_str().ok()?.into()))).collect();
    serde_json::Value::Object(kept).to_string()
}
