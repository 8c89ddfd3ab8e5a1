//! The torture run: two shops on one store are killed again and again, DOKU goes wrong in every way that it can on the
//! way, and in the end three books must agree: DOKU's, the merchant's and the store's.
//!
//! `DOKU_TORTURE` sets it: `orders=2500 deliveries=12500 kills=50 seed=7`. The seed decides over faults, fates, points and
//! times of kills; what the machine's scheduler does with them is its own.

mod endpoint;
mod ledger;
mod measure;
mod picture;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use doku_indodana::{Client, RetryPolicy};
use doku_simulator::{Fault, Simulator};
use doku_store::{NOTIFICATION_PATH, Orders, Point, Rank};
use serde_json::json;
use tokio::sync::watch;

use self::{
    endpoint::{Attack, dawdle, post},
    ledger::{FAULTS, Ledger, id, inbox_agrees, is_acknowledged, is_genuine, meet_fate},
    measure::Measure,
    picture::{Tally, picture},
};
use crate::{
    books,
    dice::Dice,
    process::Shop,
    world::{DAY, MINUTE, order},
};

/// The run that all tests have.
const SHORT: Measure = Measure { orders: 120, deliveries: 600, kills: 8, seed: 1 };

/// Where nothing happens for so long, the shops are done or dead.
const QUIET: Duration = Duration::from_millis(500);

struct Torture {
    simulator: Arc<Simulator>,
    ledger: Arc<Mutex<Ledger>>,
    /// How much has happened at DOKU.
    happened: watch::Receiver<usize>,
    location: String,
    ports: [u16; 2],
    measure: Measure,
    dice: Dice,
    /// Where the simulator's clock is ahead of the machine's.
    ahead: Duration,
    /// Request ids of genuine messages that were acknowledged to us.
    acknowledged: Vec<String>,
    fated: BTreeSet<String>,
    posted: usize,
    killed: usize,
    /// Shops that were told to end, and did.
    ended: usize,
    /// What was sent to harm, and how it was answered.
    attacks: Tally,
}

impl Torture {
    async fn new(location: String, measure: Measure) -> Self {
        let mut ports = [0; 2];
        for port in &mut ports {
            *port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        }
        let ledger = Arc::new(Mutex::new(Ledger::default()));
        let book = ledger.clone();
        let (happens, happened) = watch::channel(0);
        let simulator = Simulator::builder()
            .notification_url(format!("http://127.0.0.1:{}{NOTIFICATION_PATH}", ports[0]))
            .switch("clock-drift", "999999999")
            .on_event(move |event| {
                book.lock().unwrap().note(event);
                happens.send_modify(|count| *count += 1);
            })
            .start()
            .await
            .unwrap();
        Self {
            simulator: Arc::new(simulator),
            ledger,
            happened,
            location,
            ports,
            measure,
            dice: Dice::new(measure.seed),
            ahead: Duration::ZERO,
            acknowledged: Vec::new(),
            fated: BTreeSet::new(),
            posted: 0,
            killed: 0,
            ended: 0,
            attacks: Tally::default(),
        }
    }

    async fn run(mut self) -> String {
        let rounds = self.measure.kills.div_ceil(2).max(1);
        let invoices: Vec<String> = (0..self.measure.orders).map(|number| format!("INV-{number:05}")).collect();
        for (round, chunk) in invoices.chunks(self.measure.orders.div_ceil(rounds)).enumerate() {
            self.round(round, chunk).await;
            eprintln!(
                "seed {} round {} of {rounds}: {} orders at DOKU, {} posted, {} kills, {} ended when told",
                self.measure.seed,
                round + 1,
                self.simulator.orders().len(),
                self.posted,
                self.killed,
                self.ended
            );
        }
        self.settle(&invoices).await
    }

    /// Two shops place the same orders at the same time, customers pay, and both shops are killed.
    async fn round(&mut self, round: usize, chunk: &[String]) {
        for _ in 0..chunk.len() / 4 {
            let fault = FAULTS[self.dice.below(FAULTS.len())];
            self.simulator.fail_next(fault.parse::<Fault>().unwrap());
        }
        let reversed: Vec<_> = chunk.iter().rev().cloned().collect();
        // A shop that will be told to end is not killed before.
        let is_told = self.dice.below(3) == 0;
        let mut first = self.open(0, chunk, !is_told).await;
        let second = self.open(1, &reversed, true).await;
        // Half of the orders of the rounds before get their fate while the shops are busy.
        let events = 1 + self.dice.below(2 * chunk.len());
        self.after(events).await;
        self.customers(2).await;
        let deliveries = self.measure.deliveries / self.measure.kills.div_ceil(2).max(1);
        self.deliveries(deliveries / 2).await;
        if is_told {
            first = self.replace(first, deliveries / 4, chunk).await;
        }
        let dawdlers = dawdle(self.ports[0]).await;
        self.attack().await;
        self.deliveries(deliveries / 2).await;
        let events = self.dice.below(chunk.len());
        self.after(events).await;
        for shop in [first, second] {
            shop.kill().await;
            self.killed += 1;
        }
        drop(dawdlers);
        // While nobody is there, customers pay all the same, and time passes.
        if round.is_multiple_of(3) {
            self.customers(1).await;
        }
        let minutes = self.dice.below(20) as u64;
        self.advance(MINUTE * u32::try_from(minutes).unwrap()).await;
    }

    /// Waits until so much more has happened at DOKU, however long the machine takes for it.
    async fn after(&mut self, events: usize) {
        let goal = *self.happened.borrow() + events;
        while *self.happened.borrow_and_update() < goal {
            if tokio::time::timeout(QUIET, self.happened.changed()).await.is_err() {
                return;
            }
        }
    }

    async fn open(&mut self, shop: usize, invoices: &[String], may_die: bool) -> Shop {
        // Half of the kills are at a named point, half at any time.
        let point = Point::ALL[self.dice.below(Point::ALL.len())];
        let named = self.dice.below(2) == 0 && may_die;
        // The second shop is refused now and then, with what the first one places at the same time.
        let has_old_key = shop == 1 && self.dice.below(4) == 0;
        Shop::open(&json!({
            "doku": self.simulator.url(), "location": self.location, "ahead": self.ahead.as_secs(),
            "port": self.ports[shop], "invoices": invoices, "nth": self.dice.below(30) + 1, "has_old_key": has_old_key,
            "point": if named { format!("{point:?}") } else { String::new() },
        }))
        .await
    }

    /// The first shop is told to end while messages come in, and another one takes its place.
    async fn replace(&mut self, shop: Shop, deliveries: usize, chunk: &[String]) -> Shop {
        let ending = tokio::spawn(shop.terminate());
        self.deliveries(deliveries).await;
        self.ended += usize::from(ending.await.unwrap());
        self.open(0, chunk, true).await
    }

    /// Everything that is meant to harm comes once, to either shop.
    async fn attack(&mut self) {
        let Some((headers, body, _)) = self.ledger.lock().unwrap().messages.last().cloned() else { return };
        let message = (headers, body.into_bytes());
        let genuine = is_genuine(&self.simulator, &message.0, &message.1);
        for attack in Attack::ALL {
            let answer = attack.send(self.ports[self.dice.below(2)], &message).await;
            // A message that is not genuine is refused where it can be read.
            let read = attack.answers.contains(&200) && !genuine;
            let right =
                answer.is_none_or(|answer| answer == 503 || attack.answers.contains(&answer) || read && answer == 401);
            assert!(right && !(read && answer == Some(200)), "{}: {answer:?}", attack.name);
            if answer == Some(200) {
                self.acknowledged.extend(id(&message.0));
            }
            self.attacks.count(attack.name, answer.map_or("hung up".to_owned(), |answer| answer.to_string()));
        }
    }

    async fn advance(&mut self, duration: Duration) {
        self.ahead += duration;
        self.simulator.advance(duration).await;
    }

    /// Every so many orders without a fate get one.
    async fn customers(&mut self, every: usize) {
        let open: Vec<_> = self.simulator.orders().into_iter().map(|order| order.invoice_number).collect();
        let mut deciding = tokio::task::JoinSet::new();
        for invoice_number in open {
            if self.fated.contains(&invoice_number) || self.dice.below(every) != 0 {
                continue;
            }
            self.fated.insert(invoice_number.clone());
            let (simulator, fate) = (self.simulator.clone(), self.dice.below(10));
            deciding.spawn(async move {
                meet_fate(&simulator, &invoice_number, fate).await;
            });
            if deciding.len() >= 16 {
                deciding.join_next().await;
            }
        }
        while deciding.join_next().await.is_some() {}
    }

    /// What was sent comes again, and is forged.
    async fn deliveries(&mut self, count: usize) {
        let messages = self.ledger.lock().unwrap().messages.clone();
        if messages.is_empty() {
            return;
        }
        let mut posting = tokio::task::JoinSet::new();
        for _ in 0..count {
            let (headers, body, _) = messages[self.dice.below(messages.len())].clone();
            let mut body = body.into_bytes();
            let forged = self.dice.below(4) == 0 && !body.is_empty();
            if forged {
                let at = self.dice.below(body.len());
                body[at] ^= 1 << self.dice.below(7);
            }
            let genuine = is_genuine(&self.simulator, &headers, &body);
            let id = id(&headers);
            let port = self.ports[self.dice.below(2)];
            self.posted += 1;
            posting.spawn(async move { (post(port, &headers, &body).await, genuine, id) });
            if posting.len() >= 16
                && let Some(Ok(posted)) = posting.join_next().await
            {
                self.judge(posted);
            }
        }
        while let Some(Ok(posted)) = posting.join_next().await {
            self.judge(posted);
        }
    }

    fn judge(&mut self, (status, genuine, id): (Option<u16>, bool, Option<String>)) {
        if is_acknowledged(status, genuine) {
            self.acknowledged.extend(id);
        }
    }

    /// Nothing goes wrong any more, and time passes: everything must come to its end.
    async fn settle(mut self, invoices: &[String]) -> String {
        let clock = self.simulator.clone();
        let client = Client::builder(self.simulator.environment(), self.simulator.credentials().clone())
            .retry(RetryPolicy::NEVER)
            .clock(move || clock.now())
            .build()
            .unwrap();
        // Faults that nobody has met yet would strike the few questions at the end, each of them.
        let mut calm = 0;
        while calm < 30 {
            let asked = client.check_status("INV-NOBODYS").await;
            let plain = asked.is_err_and(|error| error.rejection().is_some_and(|told| told.status() == 404));
            calm = if plain { calm + 1 } else { 0 };
        }
        let clock = self.simulator.clone();
        let orders = Orders::builder(client)
            .clock(move || clock.now())
            .calls_per_second(100_000.0)
            .patience(Duration::ZERO)
            .open(&self.location)
            .await
            .unwrap();
        // The merchant places again what he has no answer for.
        for invoice_number in invoices {
            orders.place_json(order(invoice_number)).await.unwrap();
        }
        for day in 0..40 {
            let location = self.location.clone();
            let handler = move |effect| {
                let location = location.clone();
                async move { books::sell(&location, &effect).await }
            };
            orders.run_once(handler).await.unwrap();
            self.advance(if day < 4 { MINUTE * 10 } else { DAY }).await;
        }
        self.books_agree(&orders, invoices).await
    }

    async fn books_agree(&self, orders: &Orders, invoices: &[String]) -> String {
        let made: BTreeMap<_, _> =
            self.simulator.orders().into_iter().map(|order| (order.invoice_number.clone(), order)).collect();
        assert_eq!(made.len(), self.simulator.orders().len(), "an order is there twice at DOKU");
        let unresolved: BTreeSet<_> =
            orders.unresolved().await.unwrap().iter().map(|order| order.invoice_number().to_owned()).collect();
        let ledger = self.ledger.lock().unwrap().statuses.clone();
        let mut outcomes = Tally::default();
        for invoice_number in invoices {
            let stored = orders.order(invoice_number).await.unwrap();
            let sales = books::sales(&self.location, invoice_number).await;
            let distinct: BTreeSet<_> = sales.iter().collect();
            assert_eq!(distinct.len(), sales.len(), "{invoice_number} was acted on twice: {sales:?}");
            let known = ledger.get(invoice_number).cloned().unwrap_or_default();
            for sale in &sales {
                assert!(known.contains(sale), "{invoice_number} was acted on by a status that it never had: {sale}");
            }
            match made.get(invoice_number) {
                Some(theirs) => {
                    assert_eq!(stored.request_id(), theirs.request_id.as_str(), "{invoice_number}");
                    let end = stored.rank().effect_status().map(|status| status.to_string());
                    assert_eq!(
                        end.as_deref(),
                        Some(theirs.status.as_str()),
                        "{invoice_number}: {stored:?}, {:?}, {:?}, due {:?} after {:?}",
                        stored.last_outcome(),
                        stored.alerts(),
                        stored.due_at(),
                        stored.created_at(),
                    );
                    assert!(sales.iter().any(|sale| sale == theirs.status.as_str()), "{invoice_number}: {sales:?}");
                }
                None => {
                    assert_eq!(sales, [""; 0], "{invoice_number} was acted on and never made");
                    let listed = unresolved.contains(invoice_number);
                    assert!(stored.rank() == Rank::Refused || listed, "{invoice_number} is lost: {stored:?}");
                }
            }
            let faults = self.ledger.lock().unwrap().faults.get(invoice_number).cloned().unwrap_or_default();
            for fault in faults.into_iter().chain(["any".to_owned()]) {
                let name = fault.split('=').next().unwrap_or_default().to_owned();
                outcomes.count(name, stored.rank().as_str());
            }
        }
        let messages = self.ledger.lock().unwrap().messages.clone();
        inbox_agrees(orders, &self.simulator, &messages, &self.acknowledged).await;
        assert_eq!(orders.check().await.unwrap(), [""; 0]);
        assert_eq!(orders.counts().await.unwrap().open_effects, 0, "an effect was never done");
        self.show(&outcomes)
    }

    /// Writes a picture of faults and outcomes. Returns the same as tables.
    fn show(&self, outcomes: &Tally) -> String {
        let Measure { orders, seed, .. } = self.measure;
        let engine = if self.location.contains("://") { "postgres" } else { "sqlite" };
        let title = format!(
            "{engine}, seed {seed}: {orders} orders, {} messages posted, {} kills, {} ended when told",
            self.posted, self.killed, self.ended
        );
        let ranks: Vec<_> = Rank::ALL.map(Rank::as_str).to_vec();
        let (met, sent) = ("fault met by the order", "sent to harm the shop");
        let svg = picture(&title, &[(met, outcomes, &ranks), (sent, &self.attacks, &[])]);
        let folder = PathBuf::from(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "../../target".into()));
        // A picture that cannot be kept is no fault of the store's.
        let _ = std::fs::write(folder.join(format!("torture-{engine}-{seed}.svg")), svg);
        format!("{title}\n{}\n{}", outcomes.table(met, &ranks), self.attacks.table(sent, &[]))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let location = folder.path().join("doku.db").to_str().unwrap().to_owned();
    eprintln!("{}", Torture::new(location, Measure::read(SHORT)).await.run().await);
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    let Some(location) = crate::cluster::database().await else { return };
    eprintln!("{}", Torture::new(location, Measure::read(SHORT)).await.run().await);
}
