//! Connections of the simulator: limits against slow and greedy clients, and faults of the network.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{Router, body::Body};
use http::{Request, Response};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, oneshot},
    time::{Sleep, sleep},
};

/// So many connections are served at once; further ones wait.
const MOST_CONNECTIONS: usize = 1_024;

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest head of a request, in bytes, and the most headers in it.
const LONGEST_HEAD: usize = 16 << 10;
const MOST_HEADERS: usize = 100;

/// How long a stopped simulator waits for requests that are being answered.
const GRACE: Duration = Duration::from_secs(5);

/// Who says what becomes of connections.
pub(crate) trait Doorkeeper: Send + Sync + 'static {
    /// Takes how long connections are to be refused, if somebody asked for it.
    fn refusal(&self) -> Option<Duration>;

    /// Takes after how many bytes of its request the next connection is reset, if somebody asked for it.
    fn reset_after(&self) -> Option<u64>;

    /// Waits until somebody asks for a fault of connections.
    fn change(&self) -> impl Future<Output = ()> + Send;

    /// Waits until all is to stop.
    fn stopped(&self) -> impl Future<Output = ()> + Send;

    /// Says to all that it stops.
    fn stop(&self);

    /// Takes note of why no more connections are taken.
    fn failed(&self, reason: String);
}

/// Takes connections until it is told to stop, then finishes those that are being answered.
pub(crate) async fn serve(
    mut listener: TcpListener,
    routes: Router,
    keeper: Arc<impl Doorkeeper>,
    mut stopped: oneshot::Receiver<()>,
) {
    let address = listener.local_addr();
    let seats = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    loop {
        if let (Some(time), Ok(address)) = (keeper.refusal(), &address) {
            drop(listener);
            tokio::select! {
                _ = &mut stopped => return finish(graceful, &*keeper).await,
                () = sleep(time) => {}
            }
            listener = match rebind(*address).await {
                Ok(listener) => listener,
                Err(error) => {
                    let reason = format!("the port cannot be opened again: {error}; start the simulator again");
                    keeper.failed(reason);
                    return finish(graceful, &*keeper).await;
                }
            };
        }
        let seat = tokio::select! {
            _ = &mut stopped => break,
            () = keeper.stopped() => break,
            seat = Arc::clone(&seats).acquire_owned() => seat,
        };
        let (stream, peer) = tokio::select! {
            _ = &mut stopped => break,
            () = keeper.stopped() => break,
            () = keeper.change() => continue,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(_) => {
                    // Out of file descriptors, most likely: others must end first.
                    sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let connection = connection(stream, peer, routes.clone(), &*keeper);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // The client is told nothing more than what was answered.
            let _ = connection.await;
            drop(seat);
        });
    }
    drop(listener);
    finish(graceful, &*keeper).await;
}

async fn finish(graceful: GracefulShutdown, keeper: &impl Doorkeeper) {
    keeper.stop();
    // Whoever is still being answered then is cut off.
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}

/// Opens a port again that was just closed.
async fn rebind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = tokio::net::TcpSocket::new_v4();
    let socket = if address.is_ipv4() { socket? } else { tokio::net::TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(1_024)
}

/// Serves one connection.
fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    routes: Router,
    keeper: &impl Doorkeeper,
) -> http1::Connection<TokioIo<FaultyStream>, Answers> {
    let local = peer.ip().to_canonical().is_loopback();
    let line = Arc::new(Line { local, ..Line::default() });
    line.plan().read = keeper.reset_after();
    let wire = FaultyStream { stream, line: Arc::clone(&line), pause: None };
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LONGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .title_case_headers(true)
        .serve_connection(TokioIo::new(wire), Answers { routes: TowerToHyperService::new(routes), line })
}

/// The routes, each told on which connection it answers.
struct Answers {
    routes: TowerToHyperService<Router>,
    line: Arc<Line>,
}

impl hyper::service::Service<Request<Incoming>> for Answers {
    type Response = Response<Body>;
    type Error = Cut;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Cut>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(Arc::clone(&self.line));
        let answer = self.routes.call(request);
        let line = Arc::clone(&self.line);
        Box::pin(async move {
            let answer = answer.await.map_err(|never| match never {})?;
            if line.cut.load(Ordering::Relaxed) { Err(Cut) } else { Ok(answer) }
        })
    }
}

/// The connection ends without an answer.
#[derive(Debug)]
pub(crate) struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a fault cut the connection")
    }
}

impl std::error::Error for Cut {}

/// What a handler may do to the connection that it answers.
#[derive(Default)]
pub(crate) struct Line {
    /// Whether whoever calls is on this machine.
    local: bool,
    plan: Mutex<Plan>,
    cut: AtomicBool,
    reset: AtomicBool,
}

#[derive(Default)]
struct Plan {
    /// So many bytes are still read before the connection is reset.
    read: Option<u64>,
    /// So many bytes are still written before the connection ends.
    write: Option<u64>,
    /// How many bytes are written at once, and the pause after them.
    pace: Option<(usize, Duration)>,
}

impl Line {
    /// Returns whether whoever calls is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.local
    }

    /// Resets the connection in place of an answer.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::Relaxed);
        self.cut.store(true, Ordering::Relaxed);
    }

    /// Ends the connection after so many bytes of the answer.
    pub(crate) fn truncate(&self, bytes: u64) {
        self.plan().write = Some(bytes);
    }

    /// Writes so many bytes a second.
    pub(crate) fn slow(&self, bytes: u32) {
        // A hundred pieces a second, or single bytes.
        let piece = (bytes / 100).max(1);
        self.plan().pace = Some((piece as usize, Duration::from_secs(piece.into()) / bytes.max(1)));
    }

    fn plan(&self) -> std::sync::MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A TCP connection that can be cut, reset and slowed down.
struct FaultyStream {
    stream: TcpStream,
    line: Arc<Line>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Drop for FaultyStream {
    fn drop(&mut self) {
        if self.line.reset.load(Ordering::Relaxed) {
            // With a lingering time of zero the system sends a reset.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for FaultyStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let count = (buffer.filled().len() - before) as u64;
        let mut plan = self.line.plan();
        if let Some(left) = &mut plan.read {
            *left = left.saturating_sub(count);
            if *left == 0 {
                self.line.reset.store(true, Ordering::Relaxed);
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for FaultyStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        let (left, pace) = {
            let plan = self.line.plan();
            (plan.write, plan.pace)
        };
        if left == Some(0) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let most = pace.map_or(bytes.len(), |(piece, _)| piece);
        let most = left.map_or(most, |left| most.min(usize::try_from(left).unwrap_or(usize::MAX)));
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, &bytes[..most.min(bytes.len())]))?;
        if let Some(left) = &mut self.line.plan().write {
            *left = left.saturating_sub(written as u64);
        }
        self.pause = pace.map(|(_, pause)| Box::pin(sleep(pause)));
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
