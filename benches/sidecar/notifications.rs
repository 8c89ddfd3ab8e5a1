//! Notifications in, at their own time.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use doku_indodana::{Credentials, Rupiah, Timestamp, testing};
use tokio::{sync::Mutex, task::JoinSet, time::Instant};

use crate::{
    load::{AMOUNT, AT_ONCE, Caller, invoice_number, order},
    orders::folder,
    process::{Process, open, settle},
    row::{per_second, percentile, rate, size, time},
};

/// Nobody is there: nothing is sent here.
const NOWHERE: &str = "http://127.0.0.1:1";

/// So many connections stand ready.
const CONNECTIONS: usize = 64;

/// Each comes at its own time, whether the ones before are answered or not, and its time counts from then.
pub(crate) async fn open_loop(at_second: usize, seconds: usize) {
    let count = at_second * seconds;
    let folder = folder();
    settle(folder.path(), NOWHERE);
    store(folder.path(), count).await;
    let messages: Vec<Vec<u8>> = (0..count).map(message).collect();
    let mut sidecar = Process::start(&format!("sidecar {}", folder.path().display()));
    let addresses = sidecar.line().await;
    let address = addresses.split(' ').nth(1).expect("two addresses").to_owned();
    // In turn, because the sidecar closes one that waits for more than 5 s.
    let idle = Arc::new(Mutex::new(VecDeque::new()));
    for _ in 0..CONNECTIONS {
        idle.lock().await.push_back(Caller::connect(&address).await);
    }
    let cpu = sidecar.cpu();
    let start = Instant::now();
    let (mut answers, mut times) = (JoinSet::new(), Vec::with_capacity(count));
    for (at, message) in messages.into_iter().enumerate() {
        let due = start + Duration::from_micros(at as u64 * 1_000_000 / at_second as u64);
        tokio::time::sleep_until(due).await;
        let (idle, address) = (idle.clone(), address.clone());
        answers.spawn(async move {
            let free = idle.lock().await.pop_front();
            let mut caller = match free {
                Some(caller) => caller,
                None => Caller::connect(&address).await,
            };
            assert_eq!(caller.call(&message).await, 200, "it is acknowledged");
            let taken = due.elapsed();
            idle.lock().await.push_back(caller);
            taken
        });
        while let Some(answer) = answers.try_join_next() {
            times.push(answer.expect("it was acknowledged"));
        }
    }
    while let Some(answer) = answers.join_next().await {
        times.push(answer.expect("it was acknowledged"));
    }
    let held = per_second(count, start.elapsed());
    let cpu = sidecar.cpu() - cpu;
    times.sort();
    println!("{at_second} notifications a second, for {seconds} s, whatever is answered");
    rate("acknowledged, each on the disk", held, at_second as f64);
    time("half of them within", percentile(&times, 50));
    time("99 of 100 within", percentile(&times, 99));
    time("all within", percentile(&times, 100));
    println!("  {:<58} {:>9.0} µs", "CPU for a notification", cpu * 1e6 / count as f64);
    size("memory of the sidecar after", sidecar.resident());
}

/// Stores so many orders, which are not sent.
async fn store(folder: &std::path::Path, count: usize) {
    let orders = open(folder, NOWHERE).await;
    let mut storing = JoinSet::new();
    for number in 0..count {
        if storing.len() >= 4 * AT_ONCE {
            storing.join_next().await;
        }
        let orders = orders.clone();
        storing.spawn(async move { orders.enqueue(order(number), None).await.expect("the store is well") });
    }
    while storing.join_next().await.is_some() {}
}

/// Returns DOKU's message that an order is paid, as it comes.
fn message(number: usize) -> Vec<u8> {
    let (client_id, key) = (doku_simulator::CLIENT_ID.parse(), doku_simulator::SECRET_KEY.parse());
    let signed = testing::signed_notification()
        .with_credentials(Credentials::new(client_id.expect("an id"), key.expect("a key")))
        .with_timestamp(Timestamp::from_unix_seconds(1_767_602_742).expect("a time"))
        .with_request_id(format!("notification-{number}").parse().expect("an id"))
        .with_invoice_number(invoice_number(number))
        .with_amount(Rupiah::try_from(AMOUNT).expect("an amount"))
        .with_status("SUCCESS".to_owned());
    let (headers, body) = (signed.headers(), signed.body());
    let mut head = format!("POST {} HTTP/1.1\r\nhost: shop.example\r\n", doku_store::NOTIFICATION_PATH);
    for (name, value) in &headers {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().expect("text")));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    [head.as_bytes(), &body].concat()
}
