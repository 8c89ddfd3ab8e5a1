//! What the system sees: the disk is waited for before a notification is acknowledged.
//!
//! `DOKU_STORE_STRACE=required` makes the absence of strace a failure; without it the test is passed over.

use std::{collections::BTreeMap, process::Command};

use crate::process::{Shop, Street};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_disk_is_waited_for_before_the_acknowledgement() {
    let strace = Command::new("strace").arg("-V").output().is_ok_and(|told| told.status.success());
    if !strace {
        let required = std::env::var("DOKU_STORE_STRACE").as_deref() == Ok("required");
        assert!(!required, "strace is not installed");
        return;
    }
    let street = Street::sqlite().await;
    let log = street.folder().join("calls");
    let calls = "trace=fsync,fdatasync,read,recvfrom,recvmsg,write,writev,sendto,sendmsg";
    let watched = ["strace", "-f", "-y", "-s", "64", "-e", calls, "-o", log.to_str().unwrap()];
    let mut shop = Shop::open_by(&watched, &street.task(None, 0)).await;
    assert!(shop.hear("placed").await);
    let paid = street.simulator.pay("INV-1").await.unwrap();
    assert!(paid.is_acknowledged());
    street.sold().await;
    shop.kill().await;
    let log = std::fs::read_to_string(log).unwrap();
    let order = order_of(&log);
    assert_eq!(order, ["received", "synced", "acknowledged"], "{log}");
}

/// Returns what happened between the arrival of the notification and its acknowledgement.
fn order_of(log: &str) -> Vec<&'static str> {
    let mut syncing: BTreeMap<&str, ()> = BTreeMap::new();
    let mut order: Vec<&'static str> = Vec::new();
    for line in log.lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        let sync = call.starts_with("fsync(") || call.starts_with("fdatasync(");
        // A call that another thread's line interrupts is told in two lines.
        let synced = match (sync && call.contains("doku.db-wal"), call.contains("<unfinished")) {
            (true, true) => {
                syncing.insert(thread, ());
                false
            }
            (true, false) => call.ends_with("= 0"),
            (false, _) => call.contains("sync resumed>") && call.ends_with("= 0") && syncing.remove(thread).is_some(),
        };
        let what = if call.contains("\"POST /payments") {
            "received"
        } else if synced {
            "synced"
        } else if call.contains("HTTP/1.1 200 OK") && call.contains("write") | call.contains("send") {
            "acknowledged"
        } else {
            continue;
        };
        if order.is_empty() && what != "received" {
            continue;
        }
        order.push(what);
        if what == "acknowledged" {
            break;
        }
    }
    order.dedup();
    order
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_stops_the_process_and_nothing_is_acknowledged() {
    let street = Street::sqlite().await;
    let (library, trigger) = (street.folder().join("eio.so"), street.folder().join("the disk fails"));
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/store/eio.c");
    let built =
        Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).args([source, "-ldl"]).status().unwrap();
    assert!(built.success(), "the compiler that builds SQLite builds this too");
    let preload = format!("LD_PRELOAD={}", library.display());
    let told = format!("DOKU_EIO={}", trigger.display());
    let mut shop = Shop::open_by(&["env", &preload, &told], &street.task(None, 0)).await;
    assert!(shop.hear("placed").await);
    std::fs::write(&trigger, "").unwrap();
    let paid = street.simulator.pay("INV-1").await.unwrap();
    assert_eq!(paid.status(), Some(503), "nobody knows what is on the disk");
    // It takes nothing more, though the disk is well again, and ends.
    std::fs::remove_file(&trigger).unwrap();
    let again = street.simulator.resend(paid.notification).await.unwrap();
    assert!(again.status().is_none_or(|status| status == 503), "{again:?}");
    assert!(!shop.ends().await, "it ended as if all were well");
    // A new process has the store, and DOKU's next attempt counts.
    let shop = street.open(None, 0).await;
    street.repeat(paid.notification, false).await;
    street.sold().await;
    shop.kill().await;
    street.books_agree().await;
}
