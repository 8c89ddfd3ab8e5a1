//! What the gateway holds, and for how long, whatever it is sent.

use super::*;

/// Sends a body to the control API and returns status and code or text of the answer.
async fn control(simulator: &Simulator, path: &str, body: impl Into<Bytes>) -> (u16, Value) {
    let answer = send(simulator, request(Method::POST, path, body)).await;
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
}

#[tokio::test]
async fn a_path_of_a_trigger_has_an_end() {
    let simulator = fixed().start().await.unwrap();
    let path = |names: usize| vec!["a"; names].join(".");
    for (names, status) in [(16, 200), (17, 400), (20_000, 400)] {
        let body = json!({ "kind": "success", "set": [[path(names), 1]] }).to_string();
        let (answered, answer) = control(&simulator, "/simulator/trigger", body).await;
        assert_eq!(answered, status, "{names}: {answer}");
        let reason = answer["error"]["message"].as_str().unwrap_or_default();
        assert_eq!(reason.contains("has more than 16 names"), status == 400, "{reason}");
    }
}

#[tokio::test]
async fn no_number_of_an_event_is_too_large() {
    let simulator = fixed().start().await.unwrap();
    simulator.set_switch("failed", "final").unwrap();
    for (after, count) in [(0, 1), (1, 0), (u64::MAX - 1, 0), (u64::MAX, 0)] {
        let answer = send(&simulator, request(Method::GET, &format!("/simulator/events?after={after}"), "")).await;
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(answer["events"].as_array().map(Vec::len), Some(count), "{after}");
    }
}
