//! The client is right whatever DOKU does where its documentation is silent: every combination of what decides over
//! money, and every pair of all switches.

use std::collections::{BTreeMap, HashSet};

use doku_indodana::RetryPolicy;
use doku_simulator::{Switch, Values};

use super::*;

/// A setting of some switches; the others have their defaults.
type Setting = BTreeMap<&'static str, String>;

/// The switches of which every combination is tried.
const CROSSED: [&str; 8] = [
    "amount-format",
    "error-signature",
    "failed",
    "literal-limits",
    "repeat-request-id",
    "repeat-timestamp",
    "repeats-end",
    "replay-status",
];

#[tokio::test]
async fn every_combination() {
    let mut settings = vec![Setting::new()];
    for name in CROSSED {
        let switch = Switch::ALL.iter().find(|switch| switch.name == name).unwrap();
        let longer = settings.iter().flat_map(|setting| {
            values(switch).into_iter().map(|value| {
                let mut setting = setting.clone();
                setting.insert(name, value);
                setting
            })
        });
        settings = longer.collect();
    }
    assert_eq!(settings.len(), 4 * 2 * 2 * 2 * 2 * 2 * 3 * 2);
    Bench::start().await.check_all(&settings).await;
}

/// A set of settings in which each two values of any two switches meet.
#[tokio::test]
async fn every_pair() {
    let mut pairs: HashSet<[(&str, String); 2]> = HashSet::new();
    for (at, one) in Switch::ALL.iter().enumerate() {
        for other in &Switch::ALL[at + 1..] {
            let all = values(one).into_iter().flat_map(|a| values(other).into_iter().map(move |b| (a.clone(), b)));
            pairs.extend(all.map(|(a, b)| [(one.name, a), (other.name, b)]));
        }
    }
    let mut settings = Vec::new();
    while let Some(first) = pairs.iter().min().cloned() {
        let mut setting: Setting = first.into_iter().collect();
        for switch in Switch::ALL {
            if !setting.contains_key(switch.name) {
                let gain =
                    |value: &String| pairs.iter().filter(|pair| meets(pair, switch.name, value, &setting)).count();
                let best = values(switch).into_iter().max_by_key(gain).unwrap();
                setting.insert(switch.name, best);
            }
        }
        pairs.retain(|pair| !pair.iter().all(|(name, value)| setting[name] == *value));
        settings.push(setting);
    }
    let mut bench = Bench::start().await;
    bench.check_all(&settings).await;
    for setting in &settings {
        bench.set(setting);
        bench.refused(setting).await;
    }
}

/// Returns whether a pair has this value and another that the setting has already.
fn meets(pair: &[(&str, String); 2], name: &str, value: &str, setting: &Setting) -> bool {
    pair.iter().any(|(one, text)| *one == name && text == value)
        && pair.iter().all(|(one, text)| *one == name || setting.get(one) == Some(text))
}

/// The values that are tried of a switch.
fn values(switch: &Switch) -> Vec<String> {
    match switch.values {
        Values::OneOf(values) => values.iter().map(|(value, _)| (*value).to_owned()).collect(),
        _ => vec![switch.default_value(), "120".to_owned()],
    }
}

/// One simulator and one shop for many settings.
struct Bench {
    simulator: Simulator,
    doku: Client,
    shop: Shop,
}

impl Bench {
    async fn start() -> Self {
        let shop = failing_shop().await;
        let simulator = fixed().notification_url(shop.url("/n?from=doku")).start().await.unwrap();
        let doku = builder(&simulator, simulator.credentials().clone()).retry(RetryPolicy::NEVER).build().unwrap();
        Self { simulator, doku, shop }
    }

    async fn check_all(&mut self, settings: &[Setting]) {
        for (at, setting) in settings.iter().enumerate() {
            self.set(setting);
            self.check(&format!("INV-{at}"), setting).await;
        }
    }

    fn set(&self, setting: &Setting) {
        for switch in Switch::ALL {
            let value = setting.get(switch.name).cloned().unwrap_or_else(|| switch.default_value());
            self.simulator.set_switch(switch.name, &value).unwrap();
        }
    }

    /// Generates, repeats, declines, pays, notifies, asks and refuses, and compares all with the setting.
    async fn check(&mut self, invoice: &str, setting: &Setting) {
        let is = |name: &str, value: &str| setting.get(name).is_some_and(|set| set == value);
        let body = changed(MINIMAL, |order| order["order"]["invoice_number"] = invoice.into());
        let before = self.simulator.orders().len();

        // The order, and the same again: one order, and the first answer or no success.
        let prepared = prepared(&body, invoice);
        let order = self.doku.send(&prepared).await.unwrap_or_else(|error| panic!("{setting:?}: {error}"));
        assert_eq!(order.response().order.amount.get(), 100_000, "{setting:?}");
        match self.doku.send(&prepared).await {
            Ok(again) => {
                assert!(!is("replay-signature", "unsigned"), "{setting:?}");
                assert_eq!(again.payment_url(), order.payment_url());
                assert_eq!(again.is_replayed(), !is("replay-status", "200"), "{setting:?}");
            }
            Err(error) => {
                assert!(is("replay-signature", "unsigned"), "{setting:?}: {error}");
                assert_eq!(error.outcome(), Outcome::Unknown);
            }
        }
        // The invoice number under a new id, and the id with another body: refused, and nothing is said to be gone.
        let other_id = super::prepared(&body, &format!("{invoice}-again"));
        let other_body = changed(&body, |order| order["order"]["invoice_number"] = "INV-other".into());
        for refused in [other_id, super::prepared(&other_body, invoice)] {
            let error = self.doku.send(&refused).await.unwrap_err();
            assert_eq!((error.outcome(), error.code()), (Outcome::Unknown, "rejected"), "{setting:?}");
            let rejection = error.rejection().unwrap();
            assert!(!rejection.messages().is_empty(), "{setting:?}");
            assert_eq!(rejection.is_verified(), !is("error-signature", "unsigned"), "{setting:?}");
        }
        assert_eq!(self.simulator.orders().len(), before + 1, "{setting:?}");

        self.ask(invoice, setting, &TransactionStatus::Pending).await;
        self.simulator.decline(invoice).await.unwrap();
        self.notified(&TransactionStatus::Failed, invoice, setting).await;
        let paid = self.simulator.pay(invoice).await;
        assert_eq!(paid.is_err(), is("failed", "final"), "{setting:?}");
        if paid.is_ok() {
            self.notified(&TransactionStatus::Success, invoice, setting).await;
            self.ask(invoice, setting, &TransactionStatus::Success).await;
        }
    }

    async fn ask(&self, invoice: &str, setting: &Setting, expected: &TransactionStatus) {
        let answer = send(&self.simulator, signed_get(&self.simulator, invoice, now())).await;
        let late = setting.get("status-delay").is_some_and(|delay| delay != "0");
        let status = self.doku.check_status(invoice).await;
        if late && answer.status() == StatusCode::NOT_FOUND {
            assert_eq!(status.unwrap_err().outcome(), Outcome::Unknown, "{setting:?}: not found proves nothing");
            return;
        }
        assert_valid(Kind::Status, answer.body());
        let status = status.unwrap_or_else(|error| panic!("{setting:?}: {error}"));
        assert_eq!(status.transaction_status(), Some(expected), "{setting:?}");
        assert_eq!(status.amount(), Rupiah::try_from(100_000).ok(), "{setting:?}");
        let unsigned = setting.get("status-signature").is_some_and(|value| value == "unsigned");
        assert_eq!(status.is_verified(), !unsigned, "{setting:?}");
    }

    /// Lets the shop fail once, and compares both attempts.
    async fn notified(&mut self, expected: &TransactionStatus, invoice: &str, setting: &Setting) {
        let is = |name: &str, value: &str| setting.get(name).is_some_and(|set| set == value);
        self.simulator.advance(Duration::from_secs(1_800)).await;
        let target = if is("notification-target", "path-and-query") { "/n?from=doku" } else { "/n" };
        let verifier = Verifier::new(self.simulator.credentials().clone());
        let mut attempts = Vec::new();
        while let Ok((_, headers, body)) = self.shop.received.try_recv() {
            assert_valid(Kind::Notification, &body);
            let notification =
                verifier.verify(target, &headers, &body).unwrap_or_else(|error| panic!("{setting:?}: {error}"));
            if notification.invoice_number() != Some(invoice) {
                // An order of an earlier setting that nobody paid.
                assert_eq!(notification.status(), Some(&TransactionStatus::Expired), "{setting:?}");
                continue;
            }
            assert_eq!(notification.amount(), Rupiah::try_from(100_000).ok(), "{setting:?}");
            assert_eq!(notification.status(), Some(expected), "{setting:?}");
            attempts.push((notification.request_id().clone(), notification.timestamp().clone(), body));
        }
        let ended = is("repeats-end", "5xx") || is("repeats-end", "any-answer");
        assert_eq!(attempts.len(), if ended { 1 } else { 2 }, "{setting:?}");
        if let [first, second] = &attempts[..] {
            assert_eq!(first.0 == second.0, !is("repeat-request-id", "new"), "{setting:?}");
            assert_eq!(first.1 == second.1, is("repeat-timestamp", "same"), "{setting:?}");
            assert_eq!(first.2, second.2, "{setting:?}");
        }
    }

    /// Sends what is not acceptable, and what is a matter of opinion.
    async fn refused(&self, setting: &Setting) {
        let is = |name: &str, value: &str| setting.get(name).is_some_and(|set| set == value);
        let before = self.simulator.orders().len();
        let id = format!("refused-{before}");
        let broken = PreparedOrder::danger_unchecked("{}", id.parse().unwrap()).unwrap();
        let error = self.doku.send(&broken).await.unwrap_err();
        assert_eq!((error.outcome(), error.code()), (Outcome::Refused, "rejected"), "{setting:?}");
        assert_valid(Kind::Error, send(&self.simulator, signed_post(&self.simulator, &id, "{}", now())).await.body());
        assert_eq!(self.simulator.orders().len(), before, "{setting:?}");

        let long = changed(MINIMAL, |order| {
            order["customer"]["email"] = "sari.wulandari@mail.example".into();
            order["order"]["invoice_number"] = format!("{id}-long").into();
        });
        let sent = self.doku.send(&prepared(&long, &format!("{id}-long"))).await;
        assert_eq!(sent.is_err(), is("literal-limits", "on"), "{setting:?}");
        let unknown = changed(MINIMAL, |order| {
            order["order"]["currency"] = "IDR".into();
            order["order"]["invoice_number"] = format!("{id}-unknown").into();
        });
        let unknown = PreparedOrder::danger_unchecked(unknown, format!("{id}-unknown").parse().unwrap()).unwrap();
        assert_eq!(self.doku.send(&unknown).await.is_ok(), is("unknown-fields", "ignored"), "{setting:?}");
    }
}

/// The clock of the merchant is right, early or late: it is told apart from a wrong key.
#[tokio::test]
async fn a_clock_that_differs() {
    for (drift, seconds, code) in [
        ("3600", 3_600, None),
        ("3600", 3_601, Some("request_time_out_of_range")),
        ("0", 0, None),
        ("0", 1, Some("request_time_out_of_range")),
        ("300", 301, Some("request_time_out_of_range")),
    ] {
        for sign in [1, -1] {
            let simulator = fixed().switch("clock-drift", drift).start().await.unwrap();
            let clock = move || UNIX_EPOCH + Duration::from_secs(NOW.saturating_add_signed(sign * seconds));
            let doku =
                Client::builder(simulator.environment(), simulator.credentials().clone()).clock(clock).build().unwrap();
            let sent = doku.send(&prepared(MINIMAL, "request-1")).await;
            let refused = sent.as_ref().err().and_then(|error| error.rejection()?.code());
            assert_eq!(refused, code, "{drift} {seconds}");
            if let Err(error) = sent {
                assert_eq!(error.outcome(), Outcome::Refused);
            }
        }
    }
}

#[tokio::test]
async fn a_request_id_is_forgotten() {
    let simulator = fixed().switch("request-id-life", "60").start().await.unwrap();
    let doku = client(&simulator);
    let prepared = prepared(MINIMAL, "request-1");
    doku.send(&prepared).await.unwrap();
    simulator.advance(Duration::from_secs(60)).await;
    assert!(doku.send(&prepared).await.unwrap().is_replayed());
    simulator.advance(Duration::from_secs(1)).await;
    let error = doku.send(&prepared).await.unwrap_err();
    assert_eq!(error.rejection().unwrap().messages(), ["INVOICE ALREADY USED"]);
    assert_eq!((error.outcome(), simulator.orders().len()), (Outcome::Unknown, 1));
}

#[tokio::test]
async fn a_switch_that_is_none() {
    let simulator = fixed().start().await.unwrap();
    for (name, value, reason) in [
        ("replay", "409", "there is no switch `replay`; `doku simulator --list-switches` has all"),
        ("replay-status", "410", "the switch replay-status takes 409, 200"),
        ("clock-drift", "-1", "the switch clock-drift takes a number of seconds from 0 to 999999999"),
    ] {
        assert_eq!(simulator.set_switch(name, value).unwrap_err().to_string(), reason);
        let error = fixed().switch(name, value).start().await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (std::io::ErrorKind::InvalidInput, reason));
    }
}

/// A shop that fails the first attempt of each notification.
async fn failing_shop() -> Shop {
    type Seen = std::sync::Arc<std::sync::Mutex<HashSet<Bytes>>>;
    type Sender = mpsc::UnboundedSender<(Uri, HeaderMap, Bytes)>;
    let (sender, received) = mpsc::unbounded_channel();
    let take = |State((seen, sender)): State<(Seen, Sender)>, uri: Uri, headers: HeaderMap, body: Bytes| async move {
        let first = seen.lock().unwrap().insert(body.clone());
        sender.send((uri, headers, body)).unwrap();
        if first { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new().fallback(take).with_state((Seen::default(), sender));
    tokio::spawn(async { axum::serve(listener, routes).await });
    Shop { address, received }
}
