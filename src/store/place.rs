//! An order in: stored, then sent.

use bytes::Bytes;
use doku_indodana::{PreparedOrder, life::Life};
use tokio::time::{Duration, Instant};

use crate::{
    Alerts, Order, Orders, Placed, Rank, StoreError, StoreErrorKind,
    call::{ask, never_sent, restore, send},
    engine::Point,
    error::{contended, not_stored},
    record::{ClaimedOrder, Inserted, OrderRow, Update, Written, body_key},
    schedule::{Call, MINUTE, Millis, due_call},
    settings::MOST_TRIES,
    settle::{Lesson, after_call},
    telemetry,
};

/// What DOKU's Checkout takes for an order that names no time (D-42).
const DEFAULT_EXPIRY: Millis = 60 * MINUTE;

/// The longest key of an order, in characters.
const LONGEST_KEY: usize = 255;

/// So long nothing is sent after DOKU said that it is too much. The client has waited within its own call before.
const THROTTLED: Duration = Duration::from_secs(30);

/// So often the store is looked at for an answer that another process waits for.
const GLANCE: Duration = Duration::from_millis(50);

impl Orders {
    pub(crate) async fn place_prepared(
        &self,
        prepared: PreparedOrder,
        key: Option<&str>,
    ) -> Result<Placed, StoreError> {
        let now = self.now().await?;
        let row = self.new_row(&prepared, now)?;
        telemetry::placing(&row, self.place_row(&row, &prepared, own(key)?)).await
    }

    async fn place_row(
        &self,
        row: &OrderRow,
        prepared: &PreparedOrder,
        key: Option<String>,
    ) -> Result<Placed, StoreError> {
        match self.0.engine.insert(row.clone(), key).await? {
            Inserted::New => {
                self.0.points.pass(Point::OutboxCommitted);
                let claimed = ClaimedOrder { row: row.clone(), life_before: Life::UNSENT };
                let sent = self.send_claimed(&claimed, prepared).await;
                // A notification may have been quicker than the order. If it cannot be looked at now, the loop will.
                let _ = self.match_notifications().await;
                let row = sent?;
                let current = self.0.engine.order(row.invoice_number.clone()).await?;
                let row = current.unwrap_or(row);
                telemetry::placed(&row, false);
                Ok(Placed { order: Order(row), repeated: false })
            }
            Inserted::Existing(existing) => {
                let order = self.place_again(*existing, row).await?;
                telemetry::placed(&order.0, true);
                Ok(Placed { order, repeated: true })
            }
            Inserted::KeyReused => Err(key_reused()),
        }
    }

    /// Stores an order for the loop.
    pub(crate) async fn store_prepared(
        &self,
        prepared: &PreparedOrder,
        key: Option<&str>,
    ) -> Result<Placed, StoreError> {
        let now = self.now().await?;
        let (rank, life, due_at) = (Rank::Prepared, Life::UNSENT, Some(now));
        let row = OrderRow { rank, life, due_at, attempt: 0, ..self.new_row(prepared, now)? };
        telemetry::placing(&row, self.store_row(&row, own(key)?)).await
    }

    async fn store_row(&self, row: &OrderRow, key: Option<String>) -> Result<Placed, StoreError> {
        let (row, repeated) = match self.0.engine.insert(row.clone(), key).await? {
            Inserted::New => (row.clone(), false),
            Inserted::Existing(existing) if existing.body_sha256 == row.body_sha256 => (*existing, true),
            Inserted::Existing(_) => return Err(conflict()),
            Inserted::KeyReused => return Err(key_reused()),
        };
        telemetry::placed(&row, repeated);
        self.0.wake.notify_one();
        Ok(Placed { order: Order(row), repeated })
    }

    /// Returns the row of an order that is about to be sent: from its commit on it may exist.
    fn new_row(&self, prepared: &PreparedOrder, now: Millis) -> Result<OrderRow, StoreError> {
        let unreadable = || StoreError::bug("a checked order has no invoice number or no amount, please report this");
        let body = Bytes::copy_from_slice(prepared.body());
        let document: serde_json::Value = serde_json::from_slice(&body).map_err(|_| unreadable())?;
        let details = &document["peer_to_peer_info"];
        let minutes = details["expired_time"].as_f64().map(|minutes| minutes * 60_000.0);
        #[expect(clippy::cast_possible_truncation, reason = "checked: at most 99,999 minutes")]
        let expiry = minutes.map_or(DEFAULT_EXPIRY, |millis| millis as Millis);
        Ok(OrderRow {
            invoice_number: prepared.invoice_number().ok_or_else(unreadable)?.to_owned(),
            request_id: prepared.request_id().to_string(),
            client_id: self.0.owner.client_id.clone(),
            environment: self.0.owner.environment.clone(),
            body_sha256: body_key(&body),
            body: Some(body),
            amount: prepared.amount().ok_or_else(unreadable)?,
            reference: details["merchant_unique_reference"].as_str().map(str::to_owned),
            rank: Rank::Sent,
            life: Life::POSSIBLY_SENT,
            alerts: Alerts::default(),
            answer: None,
            payment_url: None,
            expires_at: now.saturating_add(expiry),
            due_at: Some(now.saturating_add(self.0.settings.lease_millis())),
            next_call: Call::Send,
            attempt: 1,
            revision: 0,
            last_outcome: None,
            close_reason: None,
            created_at: now,
            changed_at: now,
        })
    }

    /// An order whose invoice number is stored: the same one is brought to its answer, another one is refused.
    async fn place_again(&self, existing: OrderRow, new: &OrderRow) -> Result<Order, StoreError> {
        if existing.body_sha256 != new.body_sha256 {
            return Err(conflict());
        }
        let invoice_number = existing.invoice_number.clone();
        let mut row = existing;
        if row.attempt > 0 && row.last_outcome.is_none() {
            row = self.wait_for_answer(row).await?;
        }
        let now = self.now().await?;
        if !wants_answer(&row, now) {
            return Ok(Order(row));
        }
        let lease = self.0.settings.lease_millis();
        let claimed = self.0.engine.claim_one(invoice_number.clone(), now, lease).await?.ok_or_else(not_stored)?;
        if !wants_answer(&claimed.row, now) {
            return Ok(Order(claimed.row));
        }
        let sent = match restore(&claimed.row, claimed.life_before) {
            Ok(prepared) => self.send_claimed(&claimed, &prepared).await?,
            Err(lesson) => self.settle(&claimed, &lesson).await?,
        };
        Ok(Order(sent))
    }

    /// Waits a little for the answer that another call, maybe of another process, is waiting for.
    async fn wait_for_answer(&self, mut row: OrderRow) -> Result<OrderRow, StoreError> {
        let end = Instant::now() + self.0.settings.patience;
        while row.last_outcome.is_none() && row.payment_url.is_none() && Instant::now() < end {
            let _ = tokio::time::timeout(GLANCE, self.0.changed.notified()).await;
            row = self.0.engine.order(row.invoice_number.clone()).await?.ok_or_else(not_stored)?;
        }
        Ok(row)
    }

    async fn send_claimed(&self, claimed: &ClaimedOrder, prepared: &PreparedOrder) -> Result<OrderRow, StoreError> {
        self.called(claimed, Call::Send, send(&self.0.client, prepared)).await
    }

    /// Makes a call to DOKU about a claimed order, and stores what it taught.
    async fn called(
        &self,
        claimed: &ClaimedOrder,
        call: Call,
        calling: impl Future<Output = (Lesson, bool)>,
    ) -> Result<OrderRow, StoreError> {
        let taught = async {
            self.0.bucket.spend(1);
            let (lesson, throttled) = calling.await;
            self.settle_call(claimed, &lesson, throttled).await
        };
        telemetry::calling(&claimed.row, call, taught).await
    }

    /// Does what is due for a claimed order.
    pub(crate) async fn call_claimed(&self, claimed: &ClaimedOrder) -> Result<OrderRow, StoreError> {
        let now = self.now().await?;
        let row = &claimed.row;
        match due_call(row.rank, claimed.life_before, row.times(), row.next_call, now) {
            None => self.settle(claimed, &never_sent()).await,
            Some(Call::Send) => match restore(row, claimed.life_before) {
                Ok(prepared) => self.send_claimed(claimed, &prepared).await,
                Err(lesson) => self.settle(claimed, &lesson).await,
            },
            Some(Call::Ask) => self.called(claimed, Call::Ask, ask(&self.0.client, row)).await,
        }
    }

    async fn settle_call(
        &self,
        claimed: &ClaimedOrder,
        lesson: &Lesson,
        throttled: bool,
    ) -> Result<OrderRow, StoreError> {
        self.0.points.pass(Point::AnswerReceived);
        if throttled {
            self.0.bucket.pause(THROTTLED);
        }
        let settled = self.settle(claimed, lesson).await;
        self.0.points.pass(Point::AnswerStored);
        settled
    }

    /// Stores what a call taught. Whoever changed the order in the meantime is respected.
    async fn settle(&self, claimed: &ClaimedOrder, lesson: &Lesson) -> Result<OrderRow, StoreError> {
        let mut row = claimed.row.clone();
        for _ in 0..MOST_TRIES {
            let now = self.now().await?;
            let (mut settled, effect) = after_call(&row, claimed, lesson, now);
            let has_effect = effect.is_some();
            let update = Update { now, order: Some(settled.clone()), effect, ..Update::default() };
            if self.0.engine.write(update).await? == Written::Done {
                self.0.changed.notify_waiters();
                if has_effect {
                    self.0.wake.notify_one();
                }
                settled.revision += 1;
                settled.changed_at = now;
                telemetry::called(&settled);
                return Ok(settled);
            }
            row = self.0.engine.order(row.invoice_number.clone()).await?.ok_or_else(not_stored)?;
        }
        Err(contended())
    }

    /// Asks DOKU about one order now, or sends it again if it has no answer yet, whatever its schedule says.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::NotFound`] where the invoice number is not stored. An answer that is missing is no error: see
    /// [`Order::last_outcome`].
    pub async fn reconcile(&self, invoice_number: &str) -> Result<Order, StoreError> {
        let now = self.now().await?;
        let lease = self.0.settings.lease_millis();
        let claimed = self.0.engine.claim_one(invoice_number.to_owned(), now, lease).await?;
        let claimed = claimed.ok_or_else(not_stored)?;
        self.call_claimed(&claimed).await.map(Order)
    }
}

fn conflict() -> StoreError {
    let text = "the invoice number is stored with another order: nothing was stored or sent; number a new order anew, or \
                place the first one's bytes again";
    StoreError::new(StoreErrorKind::Conflict, text)
}

fn key_reused() -> StoreError {
    let text = "the idempotency key was used with another order: nothing was stored or sent; give each order a key of its \
                own, and each repetition the bytes and the number of the first";
    StoreError::new(StoreErrorKind::KeyReused, text)
}

/// Returns whether a text can be a caller's own key of an order: 1 to 255 visible ASCII characters.
/// [`Orders::place_keyed`] takes no other.
pub fn is_idempotency_key(text: &str) -> bool {
    (1..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Returns a key as it is kept, if it is one.
fn own(key: Option<&str>) -> Result<Option<String>, StoreError> {
    if key.is_some_and(|key| !is_idempotency_key(key)) {
        let text = "an idempotency key has 1 to 255 visible ascii characters";
        return Err(StoreError::new(StoreErrorKind::NotPossible, text));
    }
    Ok(key.map(str::to_owned))
}

/// Returns whether a customer could be helped by DOKU's answer, and it is missing.
fn wants_answer(row: &OrderRow, now: Millis) -> bool {
    let open = matches!(row.rank, Rank::Prepared | Rank::Sent | Rank::Pending | Rank::Failed);
    open && row.payment_url.is_none() && row.body.is_some() && now < row.expires_at
}
