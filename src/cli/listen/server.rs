//! The server: takes requests with limits on time, size and number, and ends gracefully.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, request::Parts};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{net::TcpListener, sync::Semaphore, time::timeout};

use super::{LONGEST_BODY, Reception, empty, entry::RequestFault};

/// How long the head of a request may take to come in, also after an earlier request on the same connection.
const HEAD_TIME: Duration = Duration::from_secs(5);

/// How long a body may take to come in.
const BODY_TIME: Duration = Duration::from_secs(10);

/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// The most headers of a request.
const MOST_HEADERS: usize = 64;

/// The most connections at a time; more wait.
const MOST_CONNECTIONS: usize = 256;

/// How long requests that are being answered may take at the end.
const GRACE: Duration = Duration::from_secs(5);

/// How long to wait after the system refused a connection, for lack of files for example.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `stop` ends, and then until the requests that are being answered are done, at the latest after 5 s.
pub(super) async fn serve(listener: TcpListener, reception: Arc<Reception>, stop: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_header_size(LONGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .max_buf_size(4 * LONGEST_HEAD)
        // A sender that is done with sending still waits for its answer.
        .half_close(true);
    let connections = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let accept = async || {
        let place = Arc::clone(&connections).acquire_owned().await;
        listener.accept().await.map(|(stream, _)| (stream, place))
    };
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept() => accepted,
        };
        let Ok((stream, place)) = accepted else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let reception = Arc::clone(&reception);
        let service = service_fn(move |request| answer(Arc::clone(&reception), request));
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A connection that breaks is the sender's affair.
            let _ = connection.await;
            drop(place);
        });
    }
    drop((listener, reception));
    let _ = timeout(GRACE, graceful.shutdown()).await;
}

async fn answer(reception: Arc<Reception>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = match read(&head, body).await {
        Ok(body) => body,
        Err(fault) => return Ok(reception.refuse(&head, fault)),
    };
    // In a task of its own: what the handler answers is shown even if the sender does not wait for it.
    let answered = tokio::spawn(async move { reception.receive(head, body).await }).await;
    Ok(answered.unwrap_or_else(|_| empty(StatusCode::INTERNAL_SERVER_ERROR)))
}

/// Reads a body, up to its limits.
async fn read(head: &Parts, body: Incoming) -> Result<Bytes, RequestFault> {
    if head.method != Method::POST {
        return Err(RequestFault::Method);
    }
    if body.size_hint().lower() > LONGEST_BODY as u64 {
        return Err(RequestFault::TooLarge);
    }
    match timeout(BODY_TIME, Limited::new(body, LONGEST_BODY).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(RequestFault::TooLarge),
        Ok(Err(_)) => Err(RequestFault::Interrupted),
        Err(_) => Err(RequestFault::Slow),
    }
}
