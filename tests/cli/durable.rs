//! What `doku simulator --state` has acknowledged: it survives `kill -9`, and a disk that is full.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
    sync::{Mutex, mpsc},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use doku_indodana::{Credentials, PreparedOrder, Timestamp};

use super::{Simulator, command, doku};

const ORDER: &str = include_str!("../../spec/examples/generate_order.request.minimal.json");

/// So many clients send orders at the same time.
const CLIENTS: usize = 4;

/// Sends an order and returns the HTTP status of the answer; `None` if none came.
fn send(url: &str, invoice_number: &str) -> Option<u16> {
    let credentials =
        Credentials::new(doku_simulator::CLIENT_ID.parse().unwrap(), doku_simulator::SECRET_KEY.parse().unwrap());
    let body = ORDER.replace("INV-20260105-0001", invoice_number);
    let order = PreparedOrder::from_json(body, invoice_number.parse().unwrap()).unwrap();
    #[expect(clippy::disallowed_methods, reason = "the simulator under test has the system's clock")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let signed = order.sign(&credentials, &Timestamp::from_unix_seconds(now.cast_signed()).unwrap());
    let mut request = format!("POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n", signed.target());
    for (name, value) in signed.headers() {
        request.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    request.push_str(&format!("Content-Length: {}\r\n\r\n", signed.body().len()));
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(&[request.as_bytes(), signed.body()].concat()).ok()?;
    let mut answer = Vec::new();
    // A connection that breaks in the middle has acknowledged nothing.
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    (status != 200 || body.ends_with('}')).then_some(status)
}

/// A simulator with a state file whose log nobody reads.
fn start(path: &Path) -> Simulator {
    let arguments = ["simulator", "--port", "0", "--state", path.to_str().unwrap()];
    let mut child = command(&arguments, &[]).stderr(Stdio::null()).spawn().expect("the simulator starts");
    let mut url = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut url).expect("it says where it is");
    assert!(url.starts_with("http://"), "it does not start: {:?}", child.wait());
    Simulator { child, url: url.trim_end().to_owned() }
}

fn orders(simulator: &Simulator) -> Vec<String> {
    let mut stream = TcpStream::connect(simulator.url.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(b"GET /simulator/orders HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let body: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    let orders = body["orders"].as_array().unwrap();
    orders.iter().map(|order| order["invoice_number"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn fifty_kills_under_load_lose_no_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.jsonl");
    let acknowledged = Mutex::new(Vec::new());
    for round in 0..50 {
        let mut simulator = start(&path);
        let (one, answered) = mpsc::channel();
        thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (url, acknowledged, one) = (&simulator.url, &acknowledged, one.clone());
                scope.spawn(move || {
                    for number in 0.. {
                        let invoice_number = format!("INV-{round}-{client}-{number}");
                        match send(url, &invoice_number) {
                            Some(status) => assert_eq!(status, 200),
                            None => break,
                        }
                        acknowledged.lock().unwrap().push(invoice_number);
                        // The simulator is killed already.
                        let _ = one.send(());
                    }
                });
            }
            // Killed after so many answers, while others are on their way.
            for _ in 0..=round % 9 {
                answered.recv().expect("an order is acknowledged");
            }
            simulator.child.kill().unwrap();
        });
        simulator.child.wait().unwrap();
    }
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() >= 50, "{}", acknowledged.len());
    let kept = orders(&start(&path));
    let known: BTreeSet<_> = kept.iter().collect();
    assert_eq!(known.len(), kept.len(), "no order is there twice");
    let lost: Vec<_> = acknowledged.iter().filter(|number| !known.contains(number)).collect();
    assert_eq!(lost, Vec::<&String>::new(), "of {} acknowledged", acknowledged.len());
}

/// The limit of a file's length stands for a disk that is full: what is written beyond it fails.
#[cfg(unix)]
#[test]
fn a_full_disk_is_said_and_nothing_is_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.jsonl");
    let script = r#"trap '' XFSZ; ulimit -f 64; exec "$0" simulator --port 0 --state "$1""#;
    let mut child = Command::new("/bin/sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_doku"), path.to_str().unwrap()])
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut url).unwrap();
    let mut simulator = Simulator { child, url: url.trim_end().to_owned() };
    let log = simulator.child.stderr.take().unwrap();
    let log = thread::spawn(move || std::io::read_to_string(log).unwrap());
    let mut acknowledged = Vec::new();
    let refused = (0..).find_map(|number| {
        let invoice_number = format!("INV-{number}");
        match send(&simulator.url, &invoice_number) {
            Some(200) => acknowledged.push(invoice_number),
            other => return Some(other),
        }
        None
    });
    assert_eq!(refused, Some(Some(503)));
    assert_eq!(simulator.child.wait().unwrap().code(), Some(1));
    let log = log.join().unwrap();
    assert!(log.contains(&format!("the state file {} cannot be written: ", path.display())), "{log}");
    assert!(log.contains("error: the state file cannot be written, so this is not kept"), "{log}");

    let kept = orders(&start(&path));
    assert!(acknowledged.iter().all(|number| kept.contains(number)), "{acknowledged:?} {kept:?}");
    assert!(!acknowledged.is_empty());
}

#[cfg(unix)]
#[test]
fn a_state_file_is_a_plain_file() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, what: &str| {
        let path = folder.path().join(name);
        let path = path.to_str().unwrap();
        let run = doku(&["simulator", "--port", "0", "--state", path], &[], b"");
        assert_eq!(run.code(), 2, "{}", run.stderr);
        assert!(run.stderr.contains(what), "{}", run.stderr);
    };
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    refused("pipe", "pipe is not a plain file");
    let target = folder.path().join("target");
    std::os::unix::fs::symlink(&target, folder.path().join("link")).unwrap();
    refused("link", "link is a symbolic link");
    // What keeps others off is beside it.
    std::os::unix::fs::symlink(&target, folder.path().join("state.lock")).unwrap();
    refused("state", "state.lock is a symbolic link");
    assert!(!target.exists(), "nothing is made where a link leads");
}
