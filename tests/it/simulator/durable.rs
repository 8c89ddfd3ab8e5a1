//! What is not lost: notifications that are under way, and what was done shortly before the end.

use std::path::Path;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::oneshot,
    time::timeout,
};

use super::*;

/// A moment of the runtime's clock, which stands still and moves on whenever all wait.
const MOMENT: Duration = Duration::from_millis(1);

/// Takes one notification and returns its body and what answers it.
async fn take(listener: &TcpListener) -> (String, oneshot::Sender<u16>) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"}}") {
        assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
    }
    let (answer, answered) = oneshot::channel::<u16>();
    tokio::spawn(async move {
        let Ok(status) = answered.await else { return };
        let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    let text = String::from_utf8(request).unwrap();
    (text.split_once("\r\n\r\n").unwrap().1.to_owned(), answer)
}

async fn start(listener: &TcpListener, path: &Path) -> Simulator {
    let url = format!("http://{}/n", listener.local_addr().unwrap());
    fixed().notification_url(url).state_file(path).start().await.unwrap()
}

/// A test that waits for nothing else gets no timeout from the runtime, whose clock stands still.
async fn wait_for(mut condition: impl FnMut() -> bool) {
    while !condition() {
        tokio::time::sleep(MOMENT).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_notification_under_way_survives_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let simulator = start(&listener, &path).await;
    let answer = send(&simulator, signed_post(&simulator, "request-1", MINIMAL, now())).await;
    assert_eq!(answer.status(), StatusCode::OK);
    // Nobody waits for the merchant's answer, and none comes before the end.
    assert!(timeout(MOMENT, simulator.pay(INVOICE)).await.is_err());
    let (first, unanswered) = take(&listener).await;
    simulator.stop().await;

    let simulator = start(&listener, &path).await;
    let (second, answer) = take(&listener).await;
    assert_eq!(second, first);
    answer.send(500).unwrap();
    wait_for(|| !simulator.notifications().is_empty()).await;
    let delivery = &simulator.notifications()[0];
    assert_eq!((delivery.attempt, delivery.status()), (2, Some(500)));
    assert_eq!(delivery.next, Some(now() + Duration::from_secs(1_800)), "as after a first attempt");
    drop(unanswered);
}

#[tokio::test]
async fn what_was_acknowledged_by_hand_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let simulator = start(&listener, &folder.path().join("state.json")).await;
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    let by_hand = async {
        let (_, first) = take(&listener).await;
        let resend = async {
            let (_, second) = take(&listener).await;
            second.send(200).unwrap();
        };
        let (again, ()) = tokio::join!(simulator.resend(1), resend);
        first.send(500).unwrap();
        again.unwrap()
    };
    let (first, again) = tokio::join!(simulator.pay(INVOICE), by_hand);
    assert_eq!((again.status(), again.next), (Some(200), None));
    let first = first.unwrap();
    assert_eq!((first.status(), first.next), (Some(500), None), "the merchant knows already");
}
