//! `doku sidecar` with a collector of OpenTelemetry: what it gets, and what becomes of orders where it fails.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use doku_indodana::{Credentials, SecretKey, testing::signed_notification};

use super::{
    Simulator, closed_port, doku,
    sidecar::{CANARIES, ORDER, Sidecar, files},
};

/// So long a sidecar may take to stop, whatever the collector does.
const GRACE: Duration = Duration::from_secs(10);

/// A collector that answers each request alike.
struct Collector {
    address: SocketAddr,
    came: Receiver<Came>,
}

/// A request that came.
struct Came {
    head: String,
    body: Vec<u8>,
}

impl Collector {
    fn start(answer: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, came) = channel();
        thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let Some(request) = read(&stream) else { continue };
                // The test may be over.
                let _ = sender.send(request);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { address, came }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Reads a request; `None` where it does not come whole.
fn read(stream: &TcpStream) -> Option<Came> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).ok().filter(|length| *length > 0)?;
    }
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Came { head, body })
}

fn answer(status: &str, header: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{header}content-length: 0\r\nconnection: close\r\n\r\n")
}

fn holds(bytes: &[u8], text: &str) -> bool {
    count(bytes, text.as_bytes()) > 0
}

fn count(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).filter(|window| *window == part).count()
}

/// Places the order and has DOKU say that it is paid, each with more headers.
fn sell(sidecar: &Sidecar, [ours, theirs]: [&str; 2]) {
    let (status, placed) = sidecar.call_with("POST", "/orders", ours, ORDER);
    assert_eq!(status, 201, "{placed}");
    let key = SecretKey::new(doku_simulator::SECRET_KEY).unwrap();
    let credentials = Credentials::new(doku_simulator::CLIENT_ID.parse().unwrap(), key);
    let signed = signed_notification().with_credentials(credentials).with_invoice_number("INV-20260105-0001");
    let mut stream = TcpStream::connect(&sidecar.notifications).unwrap();
    let length = signed.body().len();
    write!(stream, "POST {} HTTP/1.1\r\nhost: shop\r\ncontent-length: {length}\r\n{theirs}", signed.target()).unwrap();
    for (name, value) in &signed.headers() {
        write!(stream, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
    }
    stream.write_all(b"connection: close\r\n\r\n").unwrap();
    stream.write_all(&signed.body()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Sells something beside a collector, stops within the grace, and returns what was said on standard error.
fn sold(endpoint: &str, headers: &str) -> String {
    sold_in_trace(endpoint, headers, ["", ""])
}

/// Does so with more headers of the service's request and of DOKU's notification.
fn sold_in_trace(endpoint: &str, headers: &str, more: [&str; 2]) -> String {
    let (simulator, folder) = (Simulator::start(), tempfile::tempdir().unwrap());
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_EXPORTER_OTLP_HEADERS", headers),
        ("OTEL_SERVICE_NAME", "shop-7"),
        // None of these is read.
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:9/another"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "another=header"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_TRACES_SAMPLER", "always_off"),
    ];
    let sidecar = Sidecar::with_variables(&files(folder.path(), &simulator.url), &["--log", "text"], &variables);
    let start = Instant::now();
    sell(&sidecar, more);
    assert!(start.elapsed() < GRACE, "the sale took {:?}", start.elapsed());
    let start = Instant::now();
    let said = sidecar.stop();
    assert!(start.elapsed() <= GRACE + Duration::from_secs(1), "it took {:?} to stop", start.elapsed());
    said
}

#[test]
fn spans_reach_the_collector_and_name_nobody() {
    let collector = Collector::start(answer("200 OK", ""));
    let said = sold(&collector.url(), "api-key=otlp%2Dcanary");
    let came: Vec<_> = collector.came.try_iter().collect();
    assert!(!came.is_empty(), "nothing came: {said}");
    for request in &came {
        assert!(request.head.starts_with("post /v1/traces http/1.1\r\n"), "{}", request.head);
        assert!(request.head.contains("content-type: application/x-protobuf\r\n"), "{}", request.head);
        assert!(request.head.contains("api-key: otlp-canary\r\n"), "{}", request.head);
        assert!(!request.head.contains("another"), "{}", request.head);
    }
    let spans = came.into_iter().flat_map(|request| request.body).collect::<Vec<_>>();
    for text in [
        "shop-7",
        "POST /orders",
        "place",
        "call",
        "receive",
        "POST notification",
        "http.response.status_code",
        "INV-20260105-0001",
    ] {
        assert!(holds(&spans, text), "{text} is not in what came");
    }
    let more = ["otlp-canary", "Ayam geprek", "12960", "merchant.example", "HMACSHA256", folder_of_this_package()];
    for canary in CANARIES.into_iter().chain(more) {
        assert!(!holds(&spans, canary), "{canary} is in what came");
        assert!(!said.contains(canary), "{canary} is in the log: {said}");
    }
    assert!(!said.contains("traces"), "{said}");
}

/// Where this was compiled is nobody's business either.
fn folder_of_this_package() -> &'static str {
    env!("CARGO_MANIFEST_DIR")
}

/// Returns a header that names a trace and a span within it.
fn traceparent(trace: u8, span: u8, flags: &str) -> String {
    let hex = |byte: u8, times| format!("{byte:02x}").repeat(times);
    format!("traceparent: 00-{}-{}-{flags}\r\n", hex(trace, 16), hex(span, 8))
}

/// Returns how many spans are in such a trace, and how many are children of such a span. Source: trace.proto of
/// OpenTelemetry, the fields 1 and 4 of a span.
fn family(spans: &[u8], trace: u8, span: u8) -> [usize; 2] {
    let field = |number: u8, bytes: &[u8]| [&[number << 3 | 2, u8::try_from(bytes.len()).unwrap()], bytes].concat();
    [count(spans, &field(1, &[trace; 16])), count(spans, &field(4, &[span; 8]))]
}

#[test]
fn a_request_is_a_child_of_its_callers_span() {
    let sold = |headers: [&str; 2]| {
        let collector = Collector::start(answer("200 OK", ""));
        sold_in_trace(&collector.url(), "", headers);
        let spans: Vec<_> = collector.came.try_iter().flat_map(|request| request.body).collect();
        assert!(holds(&spans, "POST notification"), "spans came");
        spans
    };
    // The request, the order and the call are in the caller's trace; what DOKU says of its own traces is passed over.
    let spans = sold([&traceparent(0xa1, 0xb1, "01"), &traceparent(0xc1, 0xd1, "01")]);
    assert_eq!(family(&spans, 0xa1, 0xb1), [3, 1]);
    assert_eq!(family(&spans, 0xc1, 0xd1), [0, 0]);
    assert_eq!(count(&spans, &[0xc1; 16]), 0);
    // A caller whose trace nobody records has nothing recorded of it.
    let spans = sold([&traceparent(0xa1, 0xb1, "00"), ""]);
    assert_eq!(count(&spans, &[0xa1; 16]), 0);
    assert!(!holds(&spans, "POST /orders") && holds(&spans, "receive"));
    // What is malformed, or there twice, is passed over.
    let twice = traceparent(0xa1, 0xb1, "01").repeat(2);
    for header in ["traceparent: 00-a1-b1-01\r\n", "traceparent: \r\n", &twice] {
        let spans = sold([header, ""]);
        assert!(holds(&spans, "POST /orders"), "{header}");
        assert_eq!(count(&spans, &[0xa1; 16]), 0, "{header}");
    }
}

#[test]
fn doku_is_told_of_no_trace() {
    let (collector, doku) = (Collector::start(answer("200 OK", "")), Collector::start(answer("503 Busy", "")));
    let folder = tempfile::tempdir().unwrap();
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.url())];
    let sidecar = Sidecar::with_variables(&files(folder.path(), &doku.url()), &[], &variables);
    let headers = format!("{}tracestate: shop=1\r\nbaggage: shop=1\r\n", traceparent(0xa1, 0xb1, "01"));
    assert_eq!(sidecar.call_with("POST", "/orders", &headers, ORDER).0, 202);
    let asked = doku.came.try_iter().next().expect("doku was asked").head;
    for name in ["trace", "baggage", "a1a1"] {
        assert!(!asked.contains(name), "{asked}");
    }
    sidecar.stop();
    let spans: Vec<_> = collector.came.try_iter().flat_map(|request| request.body).collect();
    assert!(family(&spans, 0xa1, 0xb1)[0] >= 3, "the call is in the caller's trace");
    assert!(!holds(&spans, "shop=1"));
}

#[test]
fn a_redirect_of_the_collector_is_not_followed() {
    let other = Collector::start(answer("200 OK", ""));
    let redirect = format!("location: {}/v1/traces\r\n", other.url());
    let collector = Collector::start(answer("307 Temporary Redirect", &redirect));
    let said = sold(&collector.url(), "");
    assert!(collector.came.try_recv().is_ok(), "it was asked");
    assert!(other.came.try_recv().is_err(), "a redirect was followed");
    let line = "warning: traces cannot be sent; they are dropped: what=the collector answers 307\n";
    assert_eq!(said.matches(line).count(), 1, "{said}");
}

#[test]
fn a_collector_that_hangs_delays_no_order_and_no_end() {
    // Connections wait in the queue of the system, and nobody takes them.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let said = sold(&format!("http://{}", listener.local_addr().unwrap()), "");
    assert!(said.contains("placed: ") && said.contains("received: "), "{said}");
}

#[test]
fn a_collector_that_is_not_there_delays_no_order_and_no_end() {
    let said = sold(&format!("http://127.0.0.1:{}", closed_port()), "");
    let line = "warning: traces cannot be sent; they are dropped: what=no connection\n";
    assert_eq!(said.matches(line).count(), 1, "{said}");
}

#[test]
fn a_header_does_not_go_over_plain_http_to_another_machine() {
    let folder = tempfile::tempdir().unwrap();
    let config = files(folder.path(), "http://127.0.0.1:9");
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example:4318"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=otlp-canary"),
    ];
    let run = doku(&["sidecar", "--check", "--config", config.to_str().unwrap()], &variables, b"");
    assert_eq!(
        (run.code(), run.stderr.as_str()),
        (
            2,
            "error: OTEL_EXPORTER_OTLP_HEADERS: would go over http to another machine, where everybody on the way can \
             read them; use https, or leave them out\n"
        )
    );
}
