//! A shop in another language: notifications of the vectors over loopback, then an order with the simulator.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    time::Duration,
};

use serde_json::Value;

use super::process::{self, Running};
use crate::tool::{read, run};

/// Where the shops take notifications.
const NOTIFICATIONS: &str = "/payments/notifications";

/// The vector that says whose notifications the shop takes.
const FIRST: &str = "notification-minimal";

/// Who the simulator knows.
const SIMULATOR: [&str; 2] = ["SIM-0001-0000000000001", "SK-simulator-known-to-everyone"];

const PATIENCE: Duration = Duration::from_secs(30);

/// The two commands of a shop.
pub(super) struct Shop<'a> {
    /// Receives notifications, and first writes its address.
    pub(super) serve: &'a dyn Fn() -> Command,
    /// Generates an order with this invoice number, and writes its payment URL.
    pub(super) order: &'a dyn Fn(&str) -> Command,
}

/// Sends vectors to a shop, then has it sell something.
///
/// # Errors
///
/// Which vector was answered wrongly, or which part of the sale did not come about.
pub(super) fn play(shop: &Shop<'_>) -> Result<(), String> {
    let (count, valid) = send_vectors(shop)?;
    println!("{count} notifications over HTTP, {valid} of them valid: answered as the vectors say");
    sell(shop)?;
    println!("an order was made, paid and notified on the simulator");
    Ok(())
}

/// Sends the notifications of the vectors; returns how many there were, and how many of these were valid.
fn send_vectors(shop: &Shop<'_>) -> Result<(usize, usize), String> {
    let path = "spec/vectors/signatures.json";
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))?;
    let file: Value = serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
    let vectors = file["vectors"].as_array().ok_or_else(|| format!("{path} has no vectors"))?;
    let first = vectors.iter().find(|vector| vector["id"] == FIRST).ok_or_else(|| format!("no vector {FIRST}"))?;
    let [client_id, key] = [&first["client_id"], &first["keys"][0]].map(|value| value.as_str().unwrap_or_default());
    let server = Running::start((shop.serve)().env("DOKU_CLIENT_ID", client_id).env("DOKU_SECRET_KEY", key))?;
    let address = address(&server.line("http://")?)?;
    let (mut count, mut valid) = (0, 0);
    for vector in vectors {
        let same = ["kind", "client_id", "keys", "target"].iter().all(|field| vector[*field] == first[*field]);
        let is_http = !vector["flags"].to_string().contains("not-http");
        let Some(body) = vector["body"]["utf8"].as_str().filter(|_| same && is_http) else { continue };
        let headers: String = vector["headers"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|pair| Some((pair[0].as_str()?, pair[1].as_str()?)))
            // `post` writes its own.
            .filter(|(name, _)| !["host", "content-length"].contains(&name.to_ascii_lowercase().as_str()))
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let (status, answer) = post(&address, NOTIFICATIONS, &headers, body)?;
        let is_valid = vector["result"] == "valid";
        // An HTTP server may refuse a header itself.
        let expected: &[u16] = if is_valid { &[200] } else { &[400, 401] };
        if !expected.contains(&status) {
            return Err(format!("the vector {} was answered with {status}, not {expected:?}", vector["id"]));
        }
        if is_valid && !is_acknowledged(&answer) {
            return Err(format!("the vector {} was not acknowledged as DOKU expects: {answer:?}", vector["id"]));
        }
        count += 1;
        valid += usize::from(is_valid);
    }
    if valid == 0 || valid == count { Err("the vectors are all of one kind".to_owned()) } else { Ok((count, valid)) }
}

fn sell(shop: &Shop<'_>) -> Result<(), String> {
    let known = |mut command: Command| {
        command.env("DOKU_CLIENT_ID", SIMULATOR[0]).env("DOKU_SECRET_KEY", SIMULATOR[1]);
        command
    };
    let server = Running::start(&mut known((shop.serve)()))?;
    let url = format!("http://{}{NOTIFICATIONS}", address(&server.line("http://")?)?);
    let (simulator, doku_url) = process::simulator(&["--notification-url", &url])?;
    let doku = address(&doku_url)?;

    let payment = read(known((shop.order)("INV-1")).env("DOKU_URL", format!("http://{doku}")))?;
    let path = payment.trim().strip_prefix(&format!("http://{doku}"));
    let path = path.ok_or_else(|| format!("the payment URL is not one of the simulator: {payment:?}"))?;
    post(&doku, &format!("{path}/pay"), "", "")?;
    simulator.line("answered 200")?;
    server.line("verified: ")?;

    // The simulator does not know this key, and says so.
    match read(
        known((shop.order)("INV-2")).env("DOKU_SECRET_KEY", "SK-of-nobody").env("DOKU_URL", format!("http://{doku}")),
    ) {
        Ok(url) => Err(format!("an order with a wrong key was made: {url}")),
        Err(reason) if reason.contains("HTTP 400") && reason.contains("invalid_signature") => Ok(()),
        Err(reason) => Err(format!("an order with a wrong key failed for another reason: {reason}")),
    }
}

/// Returns host and port of the URL in a line.
pub(super) fn address(line: &str) -> Result<String, String> {
    let rest = line.split_once("http://").map(|(_, rest)| rest);
    let address = rest.and_then(|rest| rest.split(|c: char| c != '.' && c != ':' && !c.is_ascii_digit()).next());
    address.map(str::to_owned).ok_or_else(|| format!("no address in {line:?}"))
}

/// Returns whether an answer has the body that DOKU expects as the acknowledgement of a notification.
fn is_acknowledged(answer: &str) -> bool {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let is_json = head.lines().any(|line| line.to_ascii_lowercase().trim() == "content-type: application/json");
    is_json && body.contains(r#"{"responseCode":"2000000","responseMessage":"Successful"}"#)
}

/// Plays a DOKU that answers in every bad way to the orders of a shop.
///
/// # Errors
///
/// What the shop made of an answer, where it is not what is right.
pub(super) fn answers(shop: &Command) -> Result<(), String> {
    let mut program = Command::new("python3");
    program.arg("xtask/src/test/answers.py").arg(shop.get_program()).args(shop.get_args());
    run(&mut program)
}

/// Sends a request with exactly these headers, and returns the status of the answer and the whole of it.
pub(super) fn post(address: &str, target: &str, headers: &str, body: &str) -> Result<(u16, String), String> {
    let failed = |error| format!("POST http://{address}{target}: {error}");
    let mut stream = TcpStream::connect(address).map_err(failed)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    let length = body.len();
    let request = format!(
        "POST {target} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(failed)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("POST http://{address}{target} was answered with {answer:?}"))?;
    Ok((status, answer))
}
