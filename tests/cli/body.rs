//! Bodies and files that cannot be used: a clear message, the right exit code, never a panic.

use std::{fs::File, io::Write};

use super::doku;

/// Bodies that are not JSON: exit code 3, and where.
fn broken(body: &[u8], message: &str, place: &str) {
    let run = doku(&["check", "request", "-"], &[], body);
    assert_eq!((run.code(), run.stdout()), (3, "<stdin>: not valid, 1 violation, 0 advisories\n"), "{}", run.stderr);
    assert!(run.stderr.contains(&format!("error[syntax]: {message}")), "{}", run.stderr);
    assert!(run.stderr.contains(&format!("--> <stdin>:{place}\n")), "{}", run.stderr);
    let sent = doku(&["order", "create", "-", "--simulator", "http://127.0.0.1:9"], &[], body);
    assert_eq!((sent.code(), sent.stdout()), (3, ""), "{}", sent.stderr);
    assert!(sent.stderr.ends_with("nothing was sent\n"), "{}", sent.stderr);
}

#[test]
fn text_that_is_not_json() {
    broken(b"order: 1", "the character does not belong here", "1:1");
    broken(b"{\"order\": 1,}", "the character does not belong here", "1:13");
    broken(b"{\n  \"order\": {", "the text ends before the value is complete", "2:13");
    broken(b"{} {}", "the value is complete but more text follows", "1:4");
    broken(b"\xef\xbb\xbf{}", "the text starts with a byte order mark", "1:1");
}

#[test]
fn empty_text() {
    broken(b"", "the text holds no JSON value", "1:1");
    broken(b" \n ", "the text holds no JSON value", "2:2");
}

#[test]
fn bytes_that_are_not_utf_8() {
    broken(b"{\n \"order\": \"\xff\"}", "the bytes are not UTF-8", "2:12");
    broken("{\"é\": 1}".chars().map(|c| c as u8).collect::<Vec<_>>().as_slice(), "the bytes are not UTF-8", "1:3");
}

#[test]
fn a_key_that_is_written_twice() {
    broken(b"{\"amount\": 1,\n \"amount\": 2}", "the key is written twice in the same object", "2:2");
}

#[test]
fn nesting_that_is_too_deep() {
    broken("[".repeat(100_000).as_bytes(), "arrays and objects are nested deeper than 32 levels", "1:33");
}

#[test]
fn a_broken_body_shows_no_values() {
    for body in [
        r#"{"first_name": "Andreas" "phone": "081939815480"}"#,
        r#"{"first_name": Andreas, "phone": 081939815480}"#,
        r#"{"first_name: "Andreas", "phone": "081939815480"}"#,
        r#"{"first_name": "Andreas"#,
        "{\"first_name\": \"Andreas\tD\"}",
        r#"{"first_name": "Andreas", "phone": "1", "phone": "081939815480"}"#,
        r#"{"first_name": "Andreas": 1}"#,
        r#"{"first_name": {}, "x": [1 "Andreas": 0819]}"#,
        r#"{"first_name": [0819, 3]}"#,
    ] {
        let run = doku(&["check", "request", "-"], &[], body.as_bytes());
        assert!(run.code() == 3 && run.stderr.contains("first_name") || body.contains("name: "), "{}", run.stderr);
        assert!(!run.stderr.contains("Andreas") && !run.stderr.contains("0819"), "{}", run.stderr);
    }
}

/// Files that cannot be read: exit code 2.
fn unreadable(path: &str, message: &str) {
    for arguments in [
        &["check", "request", path] as &[&str],
        &["order", "create", path, "--simulator", "http://127.0.0.1:9"],
        &["verify", "--kind", "notification", "--target", "/n", "--headers", "-", path],
    ] {
        let run = doku(arguments, &super::SIMULATOR, b"");
        assert_eq!((run.code(), run.stdout()), (2, ""), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains("\nhelp: "), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn a_file_that_is_not_there() {
    unreadable("spec/no-such-file.json", "error: spec/no-such-file.json cannot be read: there is no such file");
}

#[test]
fn a_directory() {
    unreadable("spec", "error: spec is a directory");
}

#[test]
fn a_file_that_is_too_large() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    file.as_file().set_len(100 << 20).expect("a sparse file");
    unreadable(file.path().to_str().expect("a path"), "is larger than 16 MiB");
    let endless = doku(&["check", "request", "/dev/zero"], &[], b"");
    assert_eq!(endless.code(), 2);
    assert!(endless.stderr.contains("/dev/zero is larger than 16 MiB"), "{}", endless.stderr);
}

#[test]
fn a_body_in_place_of_a_file_is_not_repeated() {
    let run = doku(&["check", "request", "{\"first_name\": \"Andreas\"}"], &[], b"");
    assert_eq!(run.code(), 2);
    assert!(run.stderr.contains("looks like a body and not like a file"), "{}", run.stderr);
    assert!(!run.stderr.contains("Andreas"), "{}", run.stderr);
}

#[test]
fn headers_that_are_no_headers() {
    for (text, message) in [
        (&b"Client-Id MCH-1\n"[..], "line 1 is no header; write `Name: value`"),
        (b"Client-Id: MCH-1\n\n{\"order\": 1}\n", "line 3 stands after a blank line"),
        (b"Client Id: MCH-1\n", "line 1 is no header"),
    ] {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(text).expect("headers");
        let path = file.path().to_str().expect("a path");
        let arguments = ["verify", "--kind", "notification", "--target", "/n", "--headers", path, "-"];
        let run = doku(&arguments, &super::SIMULATOR, b"{}");
        assert_eq!((run.code(), run.stdout()), (2, ""));
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
    let both = ["verify", "--kind", "notification", "--target", "/n", "--headers", "-", "-"];
    let run = doku(&both, &super::SIMULATOR, b"");
    assert_eq!(run.code(), 2);
    assert!(run.stderr.contains("cannot both come from standard input"), "{}", run.stderr);
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    for arguments in [&["spec", "openapi"] as &[&str], &["demo"], &["--help"], &["completions", "bash"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let status = super::command(arguments, &[]).stdout(writer).status().expect("the command ends");
        assert_eq!(status.code(), Some(0), "{arguments:?}");
    }
    if let Ok(full) = File::create("/dev/full") {
        let output = super::command(&["spec", "fields"], &[]).stdout(full).output().expect("the command ends");
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("the result cannot be written"));
    }
}
