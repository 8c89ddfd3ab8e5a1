//! An order for production at a terminal: a person is asked.

use std::{
    fs::File,
    io::{Read, Write},
    process::Stdio,
};

use rustix::{
    fs::{Mode, OFlags, open},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
};

use super::command;

const ORDER: &str = "spec/examples/generate_order.request.minimal.json";

/// Answers the question at a terminal. Returns the exit code and all that the terminal shows.
fn answered(answer: &str) -> (Option<i32>, String) {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&terminal).and_then(|()| unlockpt(&terminal)).expect("a terminal");
    let name = ptsname(&terminal, Vec::new()).expect("the terminal's name");
    // Not the terminal that controls the tests, whatever they run under.
    let open = || open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("the other end");
    let variables = [("DOKU_CLIENT_ID", "BRN-0214-1714016624673"), ("DOKU_SECRET_KEY", "SK-not-a-real-key")];
    let mut child = command(&["order", "create", ORDER, "--live"], &variables)
        .stdin(Stdio::from(open()))
        .stderr(Stdio::from(open()))
        .spawn()
        .expect("the command starts");
    let mut terminal = File::from(terminal);
    let mut shown = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&shown).contains("Type yes to send it:") {
        match terminal.read(&mut buffer) {
            Ok(read @ 1..) => shown.extend_from_slice(&buffer[..read]),
            end => panic!("{end:?}: {}", String::from_utf8_lossy(&shown)),
        }
    }
    terminal.write_all(answer.as_bytes()).expect("an answer");
    // At the end of the other side some systems say so by an error.
    while let Ok(read @ 1..) = terminal.read(&mut buffer) {
        shown.extend_from_slice(&buffer[..read]);
    }
    let code = child.wait().expect("the command ends").code();
    (code, String::from_utf8_lossy(&shown).into_owned())
}

#[test]
fn an_order_that_is_not_confirmed_is_not_sent() {
    for answer in ["no\n", "\n", "y\n", "yes please\n", "\u{4}"] {
        let (code, shown) = answered(answer);
        assert_eq!(code, Some(2), "{answer:?}: {shown}");
        assert!(shown.contains("an order of Rp100000, invoice number INV-20260105-0001, goes to DOKU"), "{shown}");
        assert!(shown.contains("not confirmed; nothing was sent"), "{answer:?}: {shown}");
        assert!(!shown.contains("sending to"), "{answer:?}: {shown}");
    }
}
