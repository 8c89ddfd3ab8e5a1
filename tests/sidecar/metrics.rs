//! `/metrics`, and what is made of its names.

use std::collections::BTreeSet;

use doku_sidecar::METRICS;
use serde_json::{Value, json};

use crate::{
    wire::Request,
    world::{Shop, World, order},
};

const README: &str = include_str!("../../src/sidecar/README.md");
const ALARMS: &str = include_str!("../../examples/sidecar/alarms.yaml");
const DASHBOARD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/sidecar/generated.dashboard.json");

async fn metrics(shop: &Shop) -> String {
    let answer = shop.send(&Shop::request("GET", "/metrics")).await;
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    String::from_utf8(answer.body).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happened_is_counted_and_holds_no_invoice_number() {
    let world = World::new().await;
    let shop = world.start().await;
    shop.send(&Shop::request("POST", "/orders").body(order("INV-SECRET-1"))).await;
    shop.send(&Shop::request("GET", "/orders/INV-SECRET-1")).await;
    shop.send(&Shop::request("GET", "/INV-SECRET-1")).await;
    shop.notify(&world.notification("INV-SECRET-1", "SUCCESS")).await;

    let text = metrics(&shop).await;
    for line in [
        r#"doku_sidecar_requests_total{route="/orders",status="201"} 1"#,
        r#"doku_sidecar_requests_total{route="/orders/{invoice_number}",status="200"} 1"#,
        r#"doku_sidecar_requests_total{route="none",status="404"} 1"#,
        r#"doku_sidecar_requests_total{route="notification",status="200"} 1"#,
        r#"doku_sidecar_request_seconds_count{route="/orders"} 1"#,
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name} is not in\n{text}")).parse::<f64>().unwrap()
    };
    let now = ["doku_sidecar_store_up", "doku_orders", "doku_notifications", "doku_effects", "doku_effects_open"];
    assert_eq!(now.map(value), [1.0; 5]);
    assert_eq!(["doku_orders_unresolved", "doku_notifications_quarantined", "doku_effects_dead"].map(value), [0.0; 3]);
    assert!(!text.contains("INV-SECRET"), "{text}");

    let known: BTreeSet<_> = METRICS.iter().map(|metric| (metric.name, metric.kind)).collect();
    let types: BTreeSet<_> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).collect();
    assert!(types.is_subset(&known), "{:?}", types.difference(&known));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_need_a_token() {
    let world = World::new().await;
    let shop = world.start().await;
    let answer = shop.send(&Request::new("GET", "/metrics").with("Host", "localhost")).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "unauthorized"));
}

#[test]
fn the_readme_lists_each_metric_with_its_labels() {
    for metric in METRICS {
        let labels = metric.labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ");
        let start = format!("| `{}` | {} | {labels} | ", metric.name, metric.kind);
        let line = README.lines().find(|line| line.starts_with(&start));
        let line = line.unwrap_or_else(|| panic!("the readme has no line {start}"));
        let said = line.strip_prefix(&start).and_then(|rest| rest.strip_suffix(" |")).unwrap();
        assert!(said.eq_ignore_ascii_case(metric.help), "{}: {said:?} and {:?}", metric.name, metric.help);
    }
}

/// Returns the words of a text that look like names of metrics.
fn names(text: &str) -> BTreeSet<&str> {
    let words = text.split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
    let named = words.filter(|word| word.starts_with("doku_"));
    named.map(|word| word.strip_suffix("_bucket").unwrap_or(word)).collect()
}

#[test]
fn alarms_name_metrics_that_there_are() {
    let known: BTreeSet<_> = METRICS.iter().map(|metric| metric.name).collect();
    let named = names(ALARMS);
    assert!(named.is_subset(&known), "{:?}", named.difference(&known));
    let document: Value = serde_saphyr::from_str(ALARMS).unwrap();
    let rules = document["groups"][0]["rules"].as_array().unwrap();
    assert!(rules.len() >= 6, "{rules:?}");
    for rule in rules {
        for key in ["alert", "expr", "for"] {
            assert!(rule[key].is_string(), "{key} of {rule}");
        }
        assert!(rule["annotations"]["summary"].is_string(), "{rule}");
    }
}

/// Returns the question to Prometheus that a panel shows of a metric.
fn question(name: &str, kind: &str, labels: &[&str]) -> String {
    let by = if labels.is_empty() { String::new() } else { format!(" by ({})", labels.join(", ")) };
    match kind {
        "gauge" => format!("max({name})"),
        "counter" => format!("sum{by} (rate({name}[5m]))"),
        _ => format!("histogram_quantile(0.99, sum by (le, {}) (rate({name}_bucket[5m])))", labels.join(", ")),
    }
}

fn dashboard() -> String {
    let panels: Vec<_> = METRICS
        .iter()
        .zip(0..)
        .map(|(metric, number)| {
            json!({
                "id": number + 1,
                "type": "timeseries",
                "title": metric.help,
                "description": metric.name,
                "datasource": { "type": "prometheus", "uid": "${source}" },
                "gridPos": { "h": 7, "w": 8, "x": 8 * (number % 3), "y": 7 * (number / 3) },
                "fieldConfig": {
                    "defaults": { "min": 0, "unit": if metric.name.ends_with("_seconds") { "s" } else { "short" } },
                    "overrides": [],
                },
                "targets": [{
                    "refId": "A",
                    "expr": question(metric.name, metric.kind, metric.labels),
                    "legendFormat": metric.labels.iter().map(|label| format!("{{{{{label}}}}}")).collect::<Vec<_>>().join(" "),
                }],
            })
        })
        .collect();
    let document = json!({
        "title": "DOKU sidecar",
        "uid": "doku-sidecar",
        "schemaVersion": 39,
        "refresh": "30s",
        "time": { "from": "now-6h", "to": "now" },
        "templating": { "list": [{ "name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus" }] },
        "panels": panels,
    });
    format!("{document:#}\n")
}

#[test]
fn the_dashboard_shows_each_metric() {
    let made = dashboard();
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        std::fs::write(DASHBOARD, &made).unwrap();
    }
    let stored = std::fs::read_to_string(DASHBOARD).unwrap();
    assert_eq!(stored, made, "run this test again with INSTA_UPDATE=always");
}
