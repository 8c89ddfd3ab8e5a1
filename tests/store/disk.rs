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
