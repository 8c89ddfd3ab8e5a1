//! The service's book: [`Till`] acts on each effect once, whatever goes wrong around that.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{
    dice::Dice,
    service::{Came, read},
};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How the service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Well,
    /// Now it fails before it acts or after, and now it hangs.
    Moody,
    /// It answers nothing but 503.
    Away,
}

/// What was acted on.
#[derive(Default)]
pub(crate) struct Book {
    /// Invoice number and status by `webhook-id`.
    pub(crate) acted: BTreeMap<String, (String, String)>,
    /// How often an effect came.
    pub(crate) came: usize,
    /// What must not be.
    pub(crate) wrong: Vec<String>,
}

/// A service that runs until it is dropped.
pub(crate) struct Till {
    pub(crate) address: SocketAddr,
    pub(crate) book: Arc<Mutex<Book>>,
    mood: Arc<Mutex<Mood>>,
    task: JoinHandle<()>,
}

impl Till {
    pub(crate) async fn open(seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (book, mood) = (Arc::new(Mutex::new(Book::default())), Arc::new(Mutex::new(Mood::Well)));
        let mut dice = Dice::new(seed);
        let (writes, feels) = (book.clone(), mood.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let fate = match *feels.lock().unwrap() {
                    Mood::Well => 0,
                    Mood::Moody => dice.below(8),
                    Mood::Away => 7,
                };
                tokio::spawn(serve(stream, fate, writes.clone()));
            }
        });
        Self { address, book, mood, task }
    }

    pub(crate) fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }
}

impl Drop for Till {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Book {
    /// Acts on an effect, unless its id is noted already.
    fn act(&mut self, came: &Came) {
        let id = came.header("webhook-id").to_owned();
        let event: Value = serde_json::from_str(&came.body).unwrap_or_default();
        let text = |field: &str| event["data"][field].as_str().unwrap_or_default().to_owned();
        let deed = (text("invoice_number"), text("status"));
        if id != format!("eff_{}", event["data"]["id"]) {
            self.wrong.push(format!("{id} has another id in its body"));
        }
        if self.acted.iter().any(|(known, done)| *known != id && *done == deed) {
            self.wrong.push(format!("{deed:?} came under a second id, {id}"));
        }
        let known = self.acted.entry(id).or_insert_with(|| deed.clone());
        if *known != deed {
            let wrong = format!("{deed:?} came under the id of {known:?}");
            self.wrong.push(wrong);
        }
    }
}

async fn serve(mut stream: TcpStream, fate: usize, book: Arc<Mutex<Book>>) {
    let Some(came) = read(&mut stream).await else { return };
    {
        let mut book = book.lock().unwrap();
        book.came += 1;
        if came.header("webhook-signature") != came.signature(SECRET) {
            book.wrong.push(format!("an effect that is not signed: {}", came.body));
            return;
        }
        if matches!(fate, 0..=4) {
            book.act(&came);
        }
    }
    match fate {
        0..=2 => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
        }
        // The connection breaks before the answer, or in it.
        3 => {
            let _ = stream.write_all(b"HTTP/1.1 2").await;
        }
        // It hangs, after it acted or before.
        4 | 5 => while stream.read(&mut [0; 64]).await.is_ok_and(|count| count > 0) {},
        6 => {}
        _ => {
            let _ = stream.write_all(b"HTTP/1.1 503 Oh\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
        }
    }
}
