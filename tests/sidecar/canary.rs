//! No customer's data and no secret in an answer, a log, or what `Debug` shows.

use std::{
    fmt::{Debug, Write as _},
    sync::{Mutex, PoisonError},
};

use doku_sidecar::Config;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::world::{Shop, TOKEN, World, order_with};

/// All that was logged by the tests of this program.
static LOG: Mutex<String> = Mutex::new(String::new());

struct Everything;

impl Subscriber for Everything {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("doku")
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        let mut line = Line(format!("{} {}", span.metadata().target(), span.metadata().name()));
        span.record(&mut line);
        line.log();
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        line.log();
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Line(String);

impl Line {
    fn log(&self) {
        let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
        log.push_str(&self.0);
        log.push('\n');
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_named() {
    // Another test may have been quicker; then all is logged by the same.
    let _ = tracing::subscriber::set_global_default(Everything);
    let world = World::new().await;
    let config = Config::from_toml(&world.settings().text()).unwrap();
    let mut shown = format!("{config:?}");
    let shop = world.start().await;
    let customer = |invoice_number: &str, phone: &str| {
        order_with(invoice_number, |order| {
            order["customer"]["first_name"] = "Kanari Kenari".into();
            order["customer"]["email"] = "kenari@example.com".into();
            order["customer"]["phone"] = phone.into();
        })
    };
    let mut answers = Vec::new();
    answers.push(shop.post("/orders", customer("INV-1", "6281999888777")).await);
    answers.push(shop.post("/orders", customer("INV-1", "6281999888778")).await);
    answers.push(shop.post("/orders", customer("INV-2", "kenari-at-the-phone")).await);
    world.fail_next("server-error=503");
    answers.push(shop.post("/orders", customer("INV-3", "6281999888777")).await);
    let paid = world.notification("INV-1", "SUCCESS");
    answers.push(shop.notify(&paid).await);
    answers.push(shop.notify(&paid.clone().body("{\"kenari\":1}")).await);
    for path in
        ["/orders", "/orders/INV-1", "/orders/INV-3?refresh", "/orders?unresolved", "/effects", "/kenari", "/readyz"]
    {
        answers.push(shop.get(path).await);
    }
    answers.push(shop.send(&Shop::request("GET", "/orders?kenari")).await);
    for answer in &answers {
        write!(shown, "{}\n{}\n", answer.head, String::from_utf8_lossy(&answer.body)).unwrap();
    }
    write!(shown, "{:?}", shop.0).unwrap();
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for part in ["doku_store place", "doku_sidecar request", "INV-1"] {
        assert!(log.contains(part), "the log was looked at: {log}");
    }
    for text in [shown, log] {
        for secret in ["Kanari", "kenari", "6281999888", doku_simulator::SECRET_KEY, TOKEN] {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
}
