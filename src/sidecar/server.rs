//! Connections with limits on time, size and number, and a graceful end: [`serve`].

use std::{sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use tokio::{
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::listener::{Listener, Stream};

/// So many connections of a listener are served at once; further ones wait.
const MOST_CONNECTIONS: usize = 1_024;

/// How long the head of a request may take to come in, also after an earlier request on the same connection.
const HEAD_TIME: Duration = Duration::from_secs(5);

/// How long a TLS handshake may take.
const HANDSHAKE_TIME: Duration = Duration::from_secs(5);

/// The longest head of a request in bytes, and the most headers in it.
const LONGEST_HEAD: usize = 16 << 10;
const MOST_HEADERS: usize = 64;

/// How long requests that are being answered may take at the end.
const GRACE: Duration = Duration::from_secs(9);

/// How long to wait after the system refused a connection, for lack of files for example.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `stop` says so, and then until the requests that are being answered are done, at the latest after 9 s.
pub(crate) async fn serve(
    listener: Listener,
    tls: Option<TlsAcceptor>,
    routes: Router,
    mut stop: watch::Receiver<bool>,
) {
    let seats = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    loop {
        let accept = async {
            let seat = Arc::clone(&seats).acquire_owned().await;
            listener.accept().await.map(|stream| (stream, seat))
        };
        let accepted = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = accept => accepted,
        };
        let Ok((stream, seat)) = accepted else {
            sleep(BREATH).await;
            continue;
        };
        let (routes, tls, watcher) = (routes.clone(), tls.clone(), graceful.watcher());
        tokio::spawn(async move {
            match tls {
                None => connection(stream, routes, watcher).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = timeout(HANDSHAKE_TIME, tls.accept(stream)).await {
                        connection(stream, routes, watcher).await;
                    }
                }
            }
            drop(seat);
        });
    }
    drop(listener);
    // Whoever is still being answered then is cut off; what is stored is done at the next start.
    let _ = timeout(GRACE, graceful.shutdown()).await;
}

async fn connection(stream: impl Stream, routes: Router, watcher: Watcher) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_header_size(LONGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .max_buf_size(4 * LONGEST_HEAD)
        // A caller that is done with sending still waits for its answer.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
    // A connection that breaks is the caller's affair.
    let _ = watcher.watch(connection).await;
}
