//! What the command reads: files and standard input, with limits.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use doku_indodana::json::MAX_BYTES;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::output::{Failure, clean};

/// A file or standard input, read to its end.
pub(crate) struct Input {
    /// What messages call it.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Reads a file, or standard input for `-`: at most 16 MiB.
pub(crate) fn read(path: &Path) -> Result<Input, Failure> {
    let name = name(path);
    let unreadable = |error: &io::Error| {
        Failure::usage(format!("{name} cannot be read: {}", reason(error)))
            .help("give the path of a file, or - for standard input")
    };
    let mut bytes = Vec::new();
    if is_stdin(path) {
        take(io::stdin().lock(), &mut bytes)
    } else {
        let metadata = fs::metadata(path).map_err(|error| unreadable(&error))?;
        if metadata.is_dir() {
            return Err(Failure::usage(format!("{name} is a directory")).help("give the path of a file in it"));
        }
        if metadata.len() > MAX_BYTES as u64 {
            return Err(too_large(&name));
        }
        File::open(path).and_then(|file| take(file, &mut bytes))
    }
    .map_err(|error| unreadable(&error))?;
    if bytes.len() > MAX_BYTES {
        return Err(too_large(&name));
    }
    Ok(Input { name, bytes })
}

/// Returns whether a path means standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn take(source: impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    source.take(MAX_BYTES as u64 + 1).read_to_end(bytes).map(|_| ())
}

fn too_large(name: &str) -> Failure {
    Failure::usage(format!("{name} is larger than 16 MiB")).help("give a smaller one; an order has a few kilobytes")
}

/// Returns what messages call a path. A body that was given in place of a path is not repeated.
fn name(path: &Path) -> String {
    let text = path.to_string_lossy();
    if is_stdin(path) {
        "<stdin>".to_owned()
    } else if text.starts_with("SK-") {
        "the argument, which looks like a secret key and not like a file,".to_owned()
    } else if text.trim_start().starts_with(['{', '[', '"']) {
        "the argument, which looks like a body and not like a file,".to_owned()
    } else {
        clean(&text)
    }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        kind => kind.to_string(),
    }
}

/// Reads `Name: value` lines, as `curl --dump-header` writes them: a request or status line before them and blank lines
/// after them are skipped.
pub(crate) fn headers(path: &Path) -> Result<HeaderMap, Failure> {
    let input = read(path)?;
    let at_line = |at: usize, what: &str| Failure::usage(format!("{}: line {} {what}", input.name, at + 1));
    let mut headers = HeaderMap::new();
    let mut ended = false;
    for (at, line) in input.bytes.split(|&byte| byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            ended = true;
        } else if ended {
            return Err(at_line(at, "stands after a blank line; put the body into a file of its own"));
        } else if at > 0 || !is_start_line(line) {
            let (name, value) = header(line).ok_or_else(|| at_line(at, "is no header; write `Name: value`"))?;
            headers.append(name, value);
        }
    }
    Ok(headers)
}

fn is_start_line(line: &[u8]) -> bool {
    line.starts_with(b"HTTP/") || line.ends_with(b" HTTP/1.1") || line.ends_with(b" HTTP/1.0")
}

fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let name = HeaderName::from_bytes(&line[..colon]).ok()?;
    // A value that HTTP cannot carry is kept as an empty one, which the verifier refuses by name.
    let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).unwrap_or(HeaderValue::from_static(""));
    Some((name, value))
}
