//! What a case runs in: a local DOKU, a sidecar, and one clock for both.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use doku_indodana::{Client, Credentials, Environment, RetryPolicy, Timestamp, testing};
use doku_sidecar::{Address, Config, EFFECT_SCHEDULE, Running, Sidecar};
use doku_simulator::{Fault, Simulator};
use doku_store::{Orders, OrdersBuilder};

use crate::{
    contract,
    link::Link,
    wire::{Answer, Request},
};

/// 2026-01-05T08:45:42Z.
const NOW: u64 = 1_767_602_742;

pub(crate) const TOKEN: &str = "a-token-of-the-tests";

const MINIMAL: &str = include_str!("../../spec/examples/generate_order.request.minimal.json");

/// A local DOKU, and the files of sidecars that know it.
pub(crate) struct World {
    pub(crate) simulator: Arc<Simulator>,
    folder: tempfile::TempDir,
    notifications: AtomicU64,
}

impl World {
    pub(crate) async fn new() -> Self {
        let now = || UNIX_EPOCH + Duration::from_secs(NOW);
        Self::around(Simulator::builder().clock(now).start().await.unwrap())
    }

    /// Makes a world around a local DOKU.
    pub(crate) fn around(simulator: Simulator) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Self { simulator: Arc::new(simulator), folder, notifications: AtomicU64::new(0) };
        world.secret("secret_key", &format!("{}\n", doku_simulator::SECRET_KEY));
        world.secret("tokens", &format!("# tokens\n{TOKEN}\n"));
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file that its owner alone may read.
    pub(crate) fn secret(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        write_private(&path, text);
        path
    }

    /// Returns the settings of a sidecar on free ports.
    pub(crate) fn settings(&self) -> Settings {
        let folder = self.folder.path().display();
        Settings(vec![
            ("environment", quoted(self.simulator.environment().base_url())),
            ("client_id", quoted(doku_simulator::CLIENT_ID)),
            ("secret_key_file", quoted(&format!("{folder}/secret_key"))),
            ("store", quoted(&format!("{folder}/doku.db"))),
            ("api.listen", quoted("127.0.0.1:0")),
            ("api.tokens_file", quoted(&format!("{folder}/tokens"))),
            ("notifications.listen", quoted("127.0.0.1:0")),
        ])
    }

    pub(crate) fn builder(&self) -> OrdersBuilder {
        self.builder_with(self.simulator.credentials().clone())
    }

    /// Returns a builder whose way to DOKU leads over another address.
    fn builder_at(&self, url: &str) -> OrdersBuilder {
        self.builder_to(Environment::custom(url).unwrap(), self.simulator.credentials().clone())
    }

    fn builder_with(&self, credentials: Credentials) -> OrdersBuilder {
        self.builder_to(self.simulator.environment(), credentials)
    }

    fn builder_to(&self, environment: Environment, credentials: Credentials) -> OrdersBuilder {
        let clock = self.simulator.clone();
        let client = Client::builder(environment, credentials)
            .retry(RetryPolicy::NEVER)
            .attempt_timeout(Duration::from_secs(5))
            .clock(move || clock.now())
            .build()
            .unwrap();
        let clock = self.simulator.clone();
        Orders::builder(client)
            .clock(move || clock.now())
            .calls_per_second(10_000.0)
            .patience(Duration::ZERO)
            .effect_schedule(EFFECT_SCHEDULE)
    }

    /// Starts a sidecar on the store, with the clock of the simulator.
    pub(crate) async fn start(&self) -> Shop {
        self.start_with(&self.settings()).await
    }

    pub(crate) async fn start_with(&self, settings: &Settings) -> Shop {
        self.start_on(settings, self.builder(), self.path("doku.db").to_str().unwrap()).await
    }

    /// Starts a sidecar on a store elsewhere.
    #[cfg(feature = "postgres")]
    pub(crate) async fn start_at(&self, store: &str) -> Shop {
        self.start_on(&self.settings(), self.builder(), store).await
    }

    /// Starts a sidecar that signs with another key than DOKU knows.
    pub(crate) async fn start_with_key(&self, key: &str) -> Shop {
        let store = self.path("doku.db");
        self.start_on(&self.settings(), self.builder_with(credentials(key)), store.to_str().unwrap()).await
    }

    /// Starts a sidecar whose way to DOKU leads over a link.
    pub(crate) async fn start_over(&self, link: &Link) -> Shop {
        let builder = self.builder_at(&format!("http://{}", link.address));
        self.start_on(&self.settings(), builder, self.path("doku.db").to_str().unwrap()).await
    }

    async fn start_on(&self, settings: &Settings, builder: OrdersBuilder, store: &str) -> Shop {
        let config = Config::from_toml(&settings.text()).unwrap();
        let orders = builder.open(store).await.unwrap();
        Shop(Sidecar::with_orders(config, orders).run().await.unwrap())
    }

    /// Lets the next call to DOKU go wrong.
    pub(crate) fn fail_next(&self, fault: &str) {
        self.simulator.fail_next(fault.parse::<Fault>().unwrap());
    }

    /// Returns a notification about an order over 100,000 rupiah, as a request.
    pub(crate) fn notification(&self, invoice_number: &str, status: &str) -> Request {
        self.notification_by(self.simulator.credentials().clone(), invoice_number, status)
    }

    /// Returns one that is signed by another key.
    pub(crate) fn notification_by(&self, credentials: Credentials, invoice_number: &str, status: &str) -> Request {
        let number = self.notifications.fetch_add(1, Ordering::Relaxed);
        let signed = testing::signed_notification()
            .with_credentials(credentials)
            .with_timestamp(timestamp(self.simulator.now()))
            .with_request_id(format!("notification-{number}").parse().unwrap())
            .with_invoice_number(invoice_number)
            .with_amount(100_000_u64.try_into().unwrap())
            .with_status(status.to_owned());
        let mut request = Request::new("POST", doku_store::NOTIFICATION_PATH).with("Host", "shop.example");
        for (name, value) in &signed.headers() {
            request = request.with(name.as_str(), value.to_str().unwrap());
        }
        request.body(signed.body())
    }

    /// Returns how many orders DOKU has made.
    pub(crate) fn made(&self) -> usize {
        self.simulator.orders().len()
    }
}

/// Settings of a file, in the order in which they are written.
#[derive(Clone, Debug)]
pub(crate) struct Settings(Vec<(&'static str, String)>);

impl Settings {
    /// Sets a key to a text; an empty one takes it away.
    pub(crate) fn set(mut self, key: &'static str, value: &str) -> Self {
        self.0.retain(|(found, _)| *found != key);
        if !value.is_empty() {
            self.0.push((key, if value.starts_with('[') { value.to_owned() } else { quoted(value) }));
        }
        self
    }

    /// Returns the text of the file.
    pub(crate) fn text(&self) -> String {
        self.0.iter().map(|(key, value)| format!("{key} = {value}\n")).collect()
    }
}

/// Returns the simulator's client id with another key.
pub(crate) fn credentials(key: &str) -> Credentials {
    Credentials::new(doku_simulator::CLIENT_ID.parse().unwrap(), key.parse().unwrap())
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

pub(crate) fn write_private(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// A sidecar that runs, and how a shop calls it.
pub(crate) struct Shop(pub(crate) Running);

impl Shop {
    /// Returns a request with the token of the tests.
    pub(crate) fn request(method: &'static str, path: &str) -> Request {
        Request::new(method, path).with("Host", "127.0.0.1").with("Authorization", format!("Bearer {TOKEN}"))
    }

    /// Sends a request to the API; its answer must be in the contract.
    pub(crate) async fn send(&self, request: &Request) -> Answer {
        let answer = request.send(self.0.api_address()).await;
        contract::check(request, &answer);
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(&Self::request("GET", path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.send(&Self::request("POST", path).body(body)).await
    }

    /// Places an order that DOKU answers.
    pub(crate) async fn place(&self, invoice_number: &str) -> Answer {
        let answer = self.post("/orders", order(invoice_number)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer
    }

    /// Lets DOKU's notification come in.
    pub(crate) async fn notify(&self, notification: &Request) -> Answer {
        notification.send(&Address::Tcp(self.0.notification_address())).await
    }

    /// Waits until a path answers as expected; a case that waits in vain is ended by the test's own limit.
    pub(crate) async fn until(&self, path: &str, expected: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        let looking = async {
            loop {
                let found = self.get(path).await.json();
                if expected(&found) {
                    return found;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), looking).await.expect("it does not come")
    }
}

/// Returns an order over 100,000 rupiah.
pub(crate) fn order(invoice_number: &str) -> Vec<u8> {
    order_with(invoice_number, |_| {})
}

/// Returns an order that was changed.
pub(crate) fn order_with(invoice_number: &str, change: impl FnOnce(&mut serde_json::Value)) -> Vec<u8> {
    let mut order: serde_json::Value = serde_json::from_str(MINIMAL).unwrap();
    order["order"]["invoice_number"] = invoice_number.into();
    order["order"]["amount"] = 100_000.into();
    order["order"]["line_items"][0]["price"] = 100_000.into();
    order["order"]["line_items"][0]["quantity"] = 1.into();
    change(&mut order);
    serde_json::to_vec(&order).unwrap()
}

pub(crate) fn timestamp(at: SystemTime) -> Timestamp {
    at.try_into().unwrap()
}
