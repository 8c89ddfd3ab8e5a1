//! Real processes: `kill -9` at every named point, and several at work on one store.
//!
//! A process of the tests is this very binary, started with the one test `child` and told by a variable what to be.

use std::{
    future::IntoFuture as _,
    process::Stdio,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, response::IntoResponse};
use doku_indodana::{Client, Environment};
use doku_simulator::Simulator;
use doku_store::{Orders, Point, Rank};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::{books, world::order};

/// Tells a process what to be.
const TASK: &str = "DOKU_STORE_CHILD";

/// A shop in a process of its own.
pub(crate) struct Shop {
    child: Child,
    lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
}

impl Shop {
    /// Starts a shop and waits until it is open, or dead.
    pub(crate) async fn open(task: &Value) -> Self {
        Self::open_by(&[], task).await
    }

    /// Starts a shop by another program, which is told what to start by its last argument and the ones after it.
    pub(crate) async fn open_by(program: &[&str], task: &Value) -> Self {
        let shop = std::env::current_exe().unwrap();
        let mut words = program.iter().map(std::ffi::OsStr::new).chain([shop.as_os_str()]);
        let mut child = Command::new(words.next().unwrap())
            .args(words)
            .args(["process::child", "--exact", "--nocapture", "--test-threads", "1"])
            .env(TASK, task.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut shop = Self { child, lines };
        shop.hear("open").await;
        shop
    }

    /// Waits until the shop says a word. Returns whether it did, or died before.
    pub(crate) async fn hear(&mut self, word: &str) -> bool {
        while let Ok(Some(line)) = self.lines.next_line().await {
            if line.ends_with(word) {
                return true;
            }
        }
        false
    }

    /// Waits until the shop kills itself at its point.
    async fn dies(&mut self) {
        use std::os::unix::process::ExitStatusExt as _;
        let status = self.child.wait().await.unwrap();
        assert_eq!(status.signal(), Some(9), "it ended by itself: {status}");
    }

    /// Waits until the shop ends by itself. Returns whether it says that all is well.
    pub(crate) async fn ends(mut self) -> bool {
        self.child.wait().await.unwrap().success()
    }

    /// Tells the shop to end. Returns whether it does, in time and well; one that is dead already does not.
    pub(crate) async fn terminate(mut self) -> bool {
        let Some(process) = self.child.id().and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?))
        else {
            return false;
        };
        let _ = rustix::process::kill_process(process, rustix::process::Signal::TERM);
        // What is under way has 10 seconds, and starting and ending a process takes its time.
        let ended = tokio::time::timeout(Duration::from_secs(20), self.child.wait()).await;
        let ended = ended.expect("a shop that was told to end went on").unwrap();
        use std::os::unix::process::ExitStatusExt as _;
        assert!(ended.success() || ended.signal() == Some(9), "it did not end well: {ended}");
        ended.success()
    }

    pub(crate) async fn kill(mut self) {
        // It may have done so itself.
        let _ = self.child.kill().await;
    }
}

/// What a shop does in its process.
#[test]
fn child() {
    let Ok(task) = std::env::var(TASK) else { return };
    let task: Value = serde_json::from_str(&task).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(keep_shop(&task));
}

async fn keep_shop(task: &Value) {
    let text = |field: &str| task[field].as_str().unwrap().to_owned();
    let point = Point::ALL.into_iter().find(|point| format!("{point:?}") == text("point"));
    let left = AtomicU64::new(task["nth"].as_u64().unwrap());
    let ahead = Duration::from_secs(task["ahead"].as_u64().unwrap());
    let clock = move || now() + ahead;
    // A shop that still signs with an old key is refused, and knows a notification of DOKU's all the same.
    let has_old_key = task["has_old_key"] == true;
    let credentials = doku_indodana::Credentials::new(
        doku_simulator::CLIENT_ID.parse().unwrap(),
        if has_old_key { "SK-of-yesterday" } else { doku_simulator::SECRET_KEY }.parse().unwrap(),
    );
    let client = Client::builder(Environment::custom(&text("doku")).unwrap(), credentials)
        .clock(clock)
        .attempt_timeout(Duration::from_secs(2))
        .build()
        .unwrap();
    let location = text("location");
    let orders = Orders::builder(client)
        .further_key(doku_simulator::SECRET_KEY.parse().unwrap())
        .clock(clock)
        .lease(Duration::from_secs(5))
        .calls_per_second(1_000.0)
        .patience(Duration::ZERO)
        .on_point(move |passed| {
            if Some(passed) == point && left.fetch_sub(1, Ordering::SeqCst) == 1 {
                let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            }
        })
        .open(&location)
        .await
        .unwrap();
    let port = u16::try_from(task["port"].as_u64().unwrap()).unwrap();
    let router = Router::new().fallback(receive).with_state(orders.clone());
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    // Before anybody can tell it to end.
    let mut told = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        told.recv().await;
        stop.send_replace(true);
        std::future::pending::<()>().await;
    });
    let stopping = |mut stopped: tokio::sync::watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let serving = axum::serve(listener, router).with_graceful_shutdown(stopping(stopped.clone()));
    let serving = tokio::spawn(serving.into_future());
    println!("\nopen");
    let invoices = task["invoices"].as_array().unwrap().clone();
    let placing = {
        let orders = orders.clone();
        async move {
            let mut at_once = tokio::task::JoinSet::new();
            for invoice_number in invoices {
                if at_once.len() >= 8 {
                    at_once.join_next().await;
                }
                let (orders, body) = (orders.clone(), order(invoice_number.as_str().unwrap()));
                at_once.spawn(async move { orders.place_json(body).await.unwrap() });
            }
            while let Some(placed) = at_once.join_next().await {
                placed.unwrap();
            }
            println!("\nplaced");
        }
    };
    tokio::spawn(placing);
    let handler = move |effect| {
        let location = location.clone();
        async move { books::sell(&location, &effect).await }
    };
    orders.run(handler, stopping(stopped)).await.unwrap();
    // Whoever has sent a request is answered; whoever dawdles is not waited for.
    let _ = tokio::time::timeout(Duration::from_secs(2), serving).await;
}

async fn receive(State(orders): State<Orders>, headers: HeaderMap, body: Bytes) -> impl IntoResponse {
    orders.receive(&headers, body).await.into_response().map(axum::body::Body::from)
}

#[expect(clippy::disallowed_methods, reason = "processes share the system's clock alone")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// What is around the shop: DOKU, the store's place, and a port that stays the same.
pub(crate) struct Street {
    pub(crate) simulator: Simulator,
    location: String,
    /// Removes the files at the end.
    folder: tempfile::TempDir,
    port: u16,
}

impl Street {
    /// With a store in a file.
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = folder.path().join("doku.db").to_str().unwrap().to_owned();
        Self::at(location, folder).await
    }

    /// With a store in a database; `None` where this machine has no PostgreSQL.
    #[cfg(feature = "postgres")]
    async fn postgres() -> Option<Self> {
        let location = crate::cluster::database().await?;
        Some(Self::at(location, tempfile::tempdir().unwrap()).await)
    }

    async fn at(location: String, folder: tempfile::TempDir) -> Self {
        // The port is free now, and nobody else here asks for a certain one.
        let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let url = format!("http://127.0.0.1:{port}/payments/notifications");
        let simulator = Simulator::builder().notification_url(url).start().await.unwrap();
        Self { simulator, location, folder, port }
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) async fn open(&self, point: Option<Point>, ahead: u64) -> Shop {
        Shop::open(&self.task(point, ahead)).await
    }

    pub(crate) fn task(&self, point: Option<Point>, ahead: u64) -> Value {
        let point = point.map_or_else(String::new, |point| format!("{point:?}"));
        let (doku, location) = (self.simulator.url(), &self.location);
        let invoices = ["INV-1"];
        json!({
            "doku": doku, "location": location, "point": point, "nth": 1, "ahead": ahead, "port": self.port,
            "invoices": invoices,
        })
    }

    /// Pays, and repeats the notification until a shop acknowledges it.
    async fn pay(&self) {
        let paid = self.simulator.pay("INV-1").await.unwrap();
        assert!(self.simulator.orders()[0].status.as_str() == "SUCCESS");
        self.repeat(paid.notification, paid.is_acknowledged()).await;
    }

    pub(crate) async fn repeat(&self, notification: u64, mut acknowledged: bool) {
        for _ in 0..200 {
            if acknowledged {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            acknowledged = self.simulator.resend(notification).await.unwrap().is_acknowledged();
        }
        panic!("no shop acknowledged the notification");
    }

    /// Waits until the sale is made.
    pub(crate) async fn sold(&self) {
        for _ in 0..500 {
            if !self.sales().await.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the sale was never made");
    }

    async fn sales(&self) -> Vec<String> {
        books::sales(&self.location, "INV-1").await
    }

    /// The three books must agree: DOKU's, the merchant's and the store's.
    pub(crate) async fn books_agree(&self) {
        let made = self.simulator.orders();
        assert_eq!((made.len(), made[0].status.as_str()), (1, "SUCCESS"), "orders at DOKU");
        assert_eq!(self.sales().await, ["SUCCESS"], "sales of the merchant");
        let client = Client::new(self.simulator.environment(), self.simulator.credentials().clone()).unwrap();
        let orders = Orders::open(client, &self.location).await.unwrap();
        let stored = orders.order("INV-1").await.unwrap();
        assert_eq!((stored.rank(), stored.request_id()), (Rank::Success, made[0].request_id.as_str()));
        let effects = orders.effects(false, 0, 10).await.unwrap();
        assert_eq!(effects.len(), 1);
        assert!(effects[0].is_done(), "the effect is open: {effects:?}");
        // What was acknowledged is in the inbox, once.
        let kept = orders.notifications("", false, 0, 1_000).await.unwrap();
        for delivery in self.simulator.notifications().iter().filter(|delivery| delivery.is_acknowledged()) {
            let id = delivery.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("request-id"));
            let times = kept.iter().filter(|kept| id.is_some_and(|(_, id)| kept.request_id() == id)).count();
            assert_eq!(times, 1, "an acknowledged notification is stored {times} times");
        }
        assert_eq!(orders.check().await.unwrap(), [""; 0]);
    }
}

/// A shop is killed at a point and opened again: one order, one sale.
async fn survives(street: Street, point: Point) {
    let before_payment =
        matches!(point, Point::OutboxWritten | Point::OutboxCommitted | Point::AnswerReceived | Point::AnswerStored);
    if before_payment {
        street.open(Some(point), 0).await.dies().await;
        let mut again = street.open(None, 0).await;
        assert!(again.hear("placed").await);
        street.pay().await;
        street.sold().await;
        again.kill().await;
    } else if point == Point::OrderClaimed {
        // Nobody is there when DOKU notifies; later the loop asks, and is killed.
        let mut shop = street.open(None, 0).await;
        assert!(shop.hear("placed").await);
        shop.kill().await;
        let unheard = street.simulator.pay("INV-1").await.unwrap();
        assert!(!unheard.is_acknowledged());
        street.open(Some(point), 400).await.dies().await;
        let again = street.open(None, 800).await;
        street.sold().await;
        again.kill().await;
    } else {
        let mut shop = street.open(Some(point), 0).await;
        assert!(shop.hear("placed").await);
        let paid = street.simulator.pay("INV-1").await.unwrap();
        shop.dies().await;
        // Effects are handed over again after the lease.
        let again = street.open(None, 6).await;
        street.repeat(paid.notification, paid.is_acknowledged()).await;
        street.sold().await;
        again.kill().await;
    }
    street.books_agree().await;
}

macro_rules! survives {
    ($($test:ident: $point:ident),+ $(,)?) => {
        mod sqlite {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    survives(Street::sqlite().await, Point::$point).await;
                }
            )+
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    if let Some(street) = Street::postgres().await {
                        survives(street, Point::$point).await;
                    }
                }
            )+
        }

        #[test]
        fn every_point_has_its_kill() {
            assert_eq!([$(Point::$point),+], Point::ALL);
        }
    };
}

survives! {
    killed_before_the_order_is_committed: OutboxWritten,
    killed_before_the_order_is_sent: OutboxCommitted,
    killed_before_the_answer_is_stored: AnswerReceived,
    killed_after_the_answer_is_stored: AnswerStored,
    killed_before_the_notification_is_committed: InboxWritten,
    killed_before_the_notification_is_acknowledged: InboxCommitted,
    killed_after_an_order_is_claimed: OrderClaimed,
    killed_before_the_handler: EffectClaimed,
    killed_after_the_handler: EffectHandled,
    killed_after_the_effect_is_done: EffectDone,
}
