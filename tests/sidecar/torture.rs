//! The torture run with the sidecar in the path: two processes on one store are killed again and again, and every way
//! between the parties goes wrong: to DOKU, from DOKU, to the service, to the database. In the end three books must agree:
//! DOKU's, the service's and the store's.
//!
//! `DOKU_TORTURE` sets it: `orders=1000 deliveries=3000 kills=40 seed=7`. The seed decides over what is done in which order,
//! over weather, faults, fates, points and times of kills; what the machine's scheduler does with them is its own.

mod answers;
mod books;
#[path = "../store/torture/ledger.rs"]
mod ledger;
#[path = "../store/torture/measure.rs"]
mod measure;
mod plan;
mod process;
mod till;

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use doku_simulator::{Fault, Simulator};
use doku_store::{NOTIFICATION_PATH, Point};
use serde_json::Value;
use tokio::task::JoinSet;

use self::{
    answers::{Done, Told, call},
    ledger::{FAULTS, Ledger, id, is_genuine, meet_fate},
    measure::Measure,
    plan::{Deed, plan},
    process::{Process, Task},
    till::{Mood, Till},
};
use crate::{
    contract,
    dice::Dice,
    link::{Link, Weather},
    wire::Request,
    world::{Settings, Shop, World, order},
};

/// The run that all tests have.
const SHORT: Measure = Measure { orders: 60, deliveries: 120, kills: 4, seed: 1 };

/// So many requests are under way at once.
const AT_ONCE: usize = 16;

/// So long anything may take that must come.
const PATIENCE: Duration = Duration::from_secs(120);

const MINUTE: Duration = Duration::from_secs(60);

struct Torture {
    world: Arc<World>,
    ledger: Arc<Mutex<Ledger>>,
    till: Till,
    to_doku: Link,
    from_doku: Link,
    to_service: Link,
    to_database: Option<Link>,
    /// The store, without anything between.
    location: String,
    settings: Settings,
    store: String,
    sidecars: [Option<Process>; 2],
    measure: Measure,
    dice: Dice,
    /// Where all clocks are ahead of the machine's.
    ahead: Duration,
    told: Told,
    fated: BTreeSet<String>,
    killed: usize,
    /// Sidecars that were told to end, and did.
    ended: usize,
}

impl Torture {
    /// `location` is an address of PostgreSQL; without it the store is a file.
    async fn new(location: Option<String>, measure: Measure) -> Self {
        let seed = measure.seed;
        let from_doku = Link::open(&[], seed).await;
        let ledger = Arc::new(Mutex::new(Ledger::default()));
        let book = ledger.clone();
        let simulator = Simulator::builder()
            .notification_url(format!("http://{}{NOTIFICATION_PATH}", from_doku.address))
            .switch("clock-drift", "999999999")
            .on_event(move |event| book.lock().unwrap().note(event))
            .start()
            .await
            .unwrap();
        let doku: SocketAddr = simulator.url().strip_prefix("http://").unwrap().parse().unwrap();
        let world = Arc::new(World::around(simulator));
        let till = Till::open(seed).await;
        let to_doku = Link::open(&[doku], seed + 1).await;
        let to_service = Link::open(&[till.address], seed + 2).await;
        let to_database = match location.as_deref().map(host) {
            Some(host) => Some(Link::open(&[host.parse().unwrap()], seed + 3).await),
            None => None,
        };
        let location = location.unwrap_or_else(|| world.path("doku.db").to_str().unwrap().to_owned());
        let store = match &to_database {
            Some(link) => location.replacen(host(&location), &link.address.to_string(), 1),
            None => location.clone(),
        };
        let secret = world.secret("forward", till::SECRET);
        let settings = world
            .settings()
            .set("environment", &format!("http://{}", to_doku.address))
            .set("store", &store)
            .set("forward.url", &format!("http://{}/effects", to_service.address))
            .set("forward.secret_files", &format!("[{secret:?}]"))
            .set("forward.timeout", "1s");
        Self {
            world,
            ledger,
            till,
            to_doku,
            from_doku,
            to_service,
            to_database,
            location,
            settings,
            store,
            sidecars: [None, None],
            measure,
            dice: Dice::new(seed),
            ahead: Duration::ZERO,
            told: Told::default(),
            fated: BTreeSet::new(),
            killed: 0,
            ended: 0,
        }
    }

    async fn run(mut self) -> String {
        let rounds = self.measure.kills.div_ceil(2).max(1);
        let invoices: Vec<String> = (0..self.measure.orders).map(|number| format!("INV-{number:05}")).collect();
        for (round, chunk) in invoices.chunks(self.measure.orders.div_ceil(rounds)).enumerate() {
            self.round(chunk, self.measure.deliveries / rounds).await;
            eprintln!(
                "seed {} round {} of {rounds}: {} orders at DOKU, {} effects came, {} kills, {} ended when told",
                self.measure.seed,
                round + 1,
                self.world.made(),
                self.till.book.lock().unwrap().came,
                self.killed,
                self.ended
            );
        }
        self.settle(&invoices).await;
        self.books_agree(&invoices).await
    }

    /// Orders are placed, customers pay and messages come in, while the network goes wrong and sidecars are killed.
    async fn round(&mut self, chunk: &[String], deliveries: usize) {
        self.sky();
        for _ in 0..chunk.len() / 6 {
            let fault = FAULTS[self.dice.below(FAULTS.len())];
            self.world.simulator.fail_next(fault.parse::<Fault>().unwrap());
        }
        self.revive(true).await;
        let deeds = plan(chunk, deliveries, &mut self.dice);
        let mut busy = JoinSet::new();
        for deed in deeds {
            while busy.len() >= AT_ONCE
                && let Some(done) = busy.join_next().await
            {
                self.told.judge(done.unwrap());
            }
            self.act(deed, &mut busy).await;
        }
        // Whoever is still caught somewhere is let go.
        self.clear();
        while let Some(done) = busy.join_next().await {
            self.told.judge(done.unwrap());
        }
        let minutes = self.dice.below(20) as u32;
        self.advance(MINUTE * minutes).await;
    }

    async fn act(&mut self, deed: Deed, busy: &mut JoinSet<Done>) {
        match deed {
            Deed::Place { invoice_number, at, patience } => {
                let mut request = Shop::request("POST", "/orders").body(order(&invoice_number));
                if !patience.is_empty() {
                    request = request.with("Prefer", patience);
                }
                self.ask(at, request, invoice_number, true, busy);
            }
            Deed::Look { invoice_number, at } => {
                let request = Shop::request("GET", &format!("/orders/{invoice_number}"));
                self.ask(at, request, invoice_number, false, busy);
            }
            Deed::Deliver { at, is_forged } => self.deliver(at, is_forged, busy),
            Deed::Pay => self.customers(busy),
            Deed::Kill { at } => {
                if let Some(sidecar) = self.sidecars[at].take() {
                    sidecar.kill().await;
                    self.killed += 1;
                }
                self.revive(true).await;
            }
            Deed::Tell { at } => {
                if let Some(sidecar) = self.sidecars[at].take() {
                    self.ended += usize::from(sidecar.terminate().await);
                }
                self.revive(true).await;
            }
            Deed::Weather => self.sky(),
            Deed::Clear => self.clear(),
        }
    }

    /// Casts the weather on every way, and the mood of the service.
    fn sky(&mut self) {
        for link in [&self.to_doku, &self.from_doku, &self.to_service] {
            link.set(Weather::cast(&mut self.dice));
        }
        if let Some(link) = &self.to_database {
            link.set(Weather::cast(&mut self.dice));
        }
        let moods = [Mood::Well, Mood::Moody, Mood::Moody, Mood::Away];
        self.till.set(moods[self.dice.below(moods.len())]);
    }

    fn clear(&self) {
        for link in [&self.to_doku, &self.from_doku, &self.to_service].into_iter().chain(&self.to_database) {
            link.set(Weather::Fair);
        }
        self.till.set(Mood::Well);
    }

    /// Starts the sidecars that are dead. One that cannot reach its database stays dead for now.
    async fn revive(&mut self, may_die: bool) {
        for at in 0..self.sidecars.len() {
            let (named, point) = (self.dice.below(3) == 0, Point::ALL[self.dice.below(Point::ALL.len())]);
            let nth = self.dice.below(40) as u64 + 1;
            if let Some(sidecar) = &mut self.sidecars[at]
                && !sidecar.is_dead()
            {
                continue;
            }
            let task = Task {
                settings: self.settings.text(),
                doku: format!("http://{}", self.to_doku.address),
                store: self.store.clone(),
                ahead: self.ahead,
                point: (named && may_die).then_some((point, nth)),
            };
            self.sidecars[at] = Process::start(&task).await;
        }
        self.from_doku.lead(self.sidecars.iter().flatten().map(|sidecar| sidecar.notifications).collect());
    }

    async fn advance(&mut self, duration: Duration) {
        self.ahead += duration;
        for sidecar in self.sidecars.iter_mut().flatten() {
            sidecar.set_ahead(self.ahead).await;
        }
        self.world.simulator.advance(duration).await;
    }

    /// Asks a sidecar, and keeps what it tells for later.
    fn ask(&self, at: usize, request: Request, invoice_number: String, is_placed: bool, busy: &mut JoinSet<Done>) {
        let Some(to) = self.sidecars[at].as_ref().map(|sidecar| sidecar.api) else { return };
        let was_stored = self.told.promises.get(&invoice_number).is_some_and(|promise| promise.is_stored);
        busy.spawn(async move {
            let answer = call(to, &request).await;
            if let Some(answer) = &answer {
                contract::check(&request, answer);
                assert!(!(was_stored && answer.status == 404), "{invoice_number} was stored and is gone");
            }
            Done::Asked { invoice_number, is_placed, answer }
        });
    }

    /// A message that was sent comes again, as it was or forged.
    fn deliver(&mut self, at: usize, is_forged: bool, busy: &mut JoinSet<Done>) {
        let Some(to) = self.sidecars[at].as_ref().map(|sidecar| sidecar.notifications) else { return };
        let message = {
            let ledger = self.ledger.lock().unwrap();
            if ledger.messages.is_empty() {
                return;
            }
            ledger.messages[self.dice.below(ledger.messages.len())].clone()
        };
        let (headers, body, _) = message;
        let mut body = body.into_bytes();
        if is_forged && !body.is_empty() {
            let at = self.dice.below(body.len());
            body[at] ^= 1 << self.dice.below(7);
        }
        let is_genuine = is_genuine(&self.world.simulator, &headers, &body);
        let mut request = Request::new("POST", NOTIFICATION_PATH).with("Host", "shop.example");
        for (name, value) in &headers {
            if !["host", "content-length", "connection"].contains(&name.to_ascii_lowercase().as_str()) {
                request = request.with(name, value);
            }
        }
        let (request, id) = (request.body(body), id(&headers));
        busy.spawn(async move {
            let status = call(to, &request).await.map(|answer| answer.status);
            Done::Posted { status, is_genuine, id }
        });
    }

    /// Half of the orders without a fate get one.
    fn customers(&mut self, busy: &mut JoinSet<Done>) {
        for theirs in self.world.simulator.orders() {
            let invoice_number = theirs.invoice_number;
            if self.fated.contains(&invoice_number) || self.dice.below(2) == 0 {
                continue;
            }
            self.fated.insert(invoice_number.clone());
            let (world, fate) = (self.world.clone(), self.dice.below(10));
            busy.spawn(async move {
                meet_fate(&world.simulator, &invoice_number, fate).await;
                Done::Paid
            });
        }
    }

    /// Returns what the API of a sidecar answers, which must be well.
    async fn get(&self, path: &str) -> Value {
        let to = self.sidecars[0].as_ref().expect("it lives").api;
        let request = Shop::request("GET", path);
        let answer = call(to, &request).await.unwrap_or_else(|| panic!("no answer to {path}"));
        contract::check(&request, &answer);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }
}

/// Returns host and port of an address of PostgreSQL.
fn host(address: &str) -> &str {
    let (_, rest) = address.split_once('@').expect("an address with a user");
    rest.split('/').next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    eprintln!("{}", Torture::new(None, Measure::read(SHORT)).await.run().await);
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    let Some(location) = crate::cluster::database().await else { return };
    eprintln!("{}", Torture::new(Some(location), Measure::read(SHORT)).await.run().await);
}

/// Who was asked something when it was told to end answers whole or not at all, and what it answered holds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sidecar_that_is_told_to_end_under_load_leaves_nothing_half_done() {
    let mut torture = Torture::new(None, Measure { orders: 48, deliveries: 0, kills: 0, seed: 1 }).await;
    let invoices: Vec<String> = (0..torture.measure.orders).map(|number| format!("INV-{number:05}")).collect();
    torture.revive(false).await;
    for _ in 0..invoices.len() / 2 {
        torture.world.simulator.fail_next("latency=1s".parse::<Fault>().unwrap());
    }
    let mut busy = JoinSet::new();
    for invoice_number in &invoices {
        let place = Deed::Place { invoice_number: invoice_number.clone(), at: 0, patience: "" };
        torture.act(place, &mut busy).await;
    }
    // It is told in the middle: some orders are answered, and some customers pay.
    for _ in 0..8 {
        let done = busy.join_next().await.unwrap();
        torture.told.judge(done.unwrap());
    }
    torture.customers(&mut busy);
    let ending = tokio::spawn(torture.sidecars[0].take().unwrap().terminate());
    for _ in 0..8 {
        torture.deliver(1, false, &mut busy);
    }
    while let Some(done) = busy.join_next().await {
        torture.told.judge(done.unwrap());
    }
    assert!(ending.await.unwrap(), "it ended by itself");
    torture.settle(&invoices).await;
    eprintln!("{}", torture.books_agree(&invoices).await);
}
