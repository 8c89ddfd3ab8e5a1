//! The check of the notification URL.

use super::{URL, doctor, expect};
use crate::{SIMULATOR, closed_port};

#[test]
fn notification_urls_keep_dokus_rules() {
    let long = format!("https://shop.example/{}", "n".repeat(250));
    let longest = format!("https://shop.example/{}", "n".repeat(2048));
    for (url, verdict, words) in [
        (URL, "ok", "the path that is signed is /payments/notifications"),
        ("https://shop.example", "ok", "the path that is signed is /"),
        ("https://shop.example:443/n", "ok", "the path that is signed is /n"),
        ("https://11.0.0.1/n", "ok", "the path that is signed is /n"),
        ("https://[2404:6800::1]/n", "ok", "the path that is signed is /n"),
        ("http://shop.example/n", "warning", "DOKU encourages https"),
        ("https://shop.example/n?a=b", "warning", "has a query"),
        ("https://shop.example/a/../n", "warning", "programs write in different ways"),
        ("https://shop.example/é", "warning", "programs write in different ways"),
        (&long, "warning", "has more than 256 characters"),
        (&longest, "failed", "has a path of more than 2048 characters"),
        ("shop.example/n", "failed", "is no absolute http or https url"),
        ("/n", "failed", "is no absolute http or https url"),
        ("ftp://shop.example/n", "failed", "is no absolute http or https url"),
        ("https://u:canary@shop.example/n", "failed", "names a user"),
        ("https://shop.example/n#x", "failed", "has a fragment"),
        ("https://shop.example:8443/n", "failed", "has port 8443"),
        ("https://localhost/n", "failed", "only a local network knows"),
        ("https://shop/n", "failed", "only a local network knows"),
        ("https://shop.LOCAL./n", "failed", "only a local network knows"),
        ("https://a.ngrok-free.app/n", "failed", "is on a domain of ngrok"),
        ("https://a.NGROK.io/n", "failed", "is on a domain of ngrok"),
        ("https://127.0.0.1/n", "failed", "is on a private address"),
        ("https://2130706433/n", "failed", "is on a private address"),
        ("https://10.1.2.3/n", "failed", "is on a private address"),
        ("https://100.64.0.1/n", "failed", "is on a private address"),
        ("https://169.254.169.254/n", "failed", "is on a private address"),
        ("https://0.0.0.0/n", "failed", "is on a private address"),
        ("https://[::1]/n", "failed", "is on a private address"),
        ("https://[fd00::1]/n", "failed", "is on a private address"),
        ("https://[::ffff:10.0.0.1]/n", "failed", "is on a private address"),
    ] {
        let run = doctor(&["--notification-url", url, "--json"], &SIMULATOR);
        expect(&run, "notification_url", verdict, words);
        assert!(!run.stdout().contains("canary"), "{run:?}");
    }
}

#[test]
fn an_override_has_the_path_of_the_notification_url() {
    for (other, verdict, words) in [
        ("https://another.example/payments/notifications", "ok", "the path that is signed"),
        (
            "https://shop.example/payments/notifications/",
            "failed",
            "its path /payments/notifications/ is not /payments/",
        ),
        ("https://localhost/payments/notifications", "failed", "only a local network knows"),
    ] {
        let run = doctor(&["--notification-url", URL, "--notification-url", other, "--json"], &SIMULATOR);
        let document = run.json();
        let met = document["checks"].as_array().into_iter().flatten().any(|check| {
            check["name"] == "override_url"
                && check["verdict"] == verdict
                && check["message"].as_str().is_some_and(|text| text.contains(words))
        });
        assert!(met, "{other}: {document}");
    }
}

/// The simulator sends to this machine alone.
#[test]
fn the_local_simulator_has_other_rules() {
    let local = format!("http://127.0.0.1:{}", closed_port());
    for (url, verdict, words) in [
        ("http://localhost:4001/n", "ok", "the path that is signed is /n"),
        ("http://[::1]:4001/n", "ok", "the path that is signed is /n"),
        ("http://shop.example/n", "failed", "is not on this machine"),
        ("https://127.0.0.1/n", "failed", "does not begin with http://"),
        ("http://u@127.0.0.1/n", "failed", "names a user"),
    ] {
        let run = doctor(&["--simulator", &local, "--notification-url", url, "--json"], &[]);
        expect(&run, "notification_url", verdict, words);
    }
}
