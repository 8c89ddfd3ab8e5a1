//! The stream of events: Server-Sent Events, each with one JSON object as its data.

use reqwest::Response;
use serde_json::Value;

/// The events of a stream, as they come.
pub(super) struct Messages {
    answer: Response,
    lines: Lines,
    data: String,
}

impl Messages {
    pub(super) fn new(answer: Response) -> Self {
        Self { answer, lines: Lines::default(), data: String::new() }
    }

    /// Waits for the next event; `None` when the stream ends. What is no JSON is passed over.
    pub(super) async fn next(&mut self) -> Option<Value> {
        loop {
            while let Some(line) = self.lines.next() {
                if line.is_empty() {
                    if let Ok(event) = serde_json::from_str(&std::mem::take(&mut self.data)) {
                        return Some(event);
                    }
                } else if let Some(data) = line.strip_prefix("data:") {
                    // Several lines of data are one text; JSON may be broken there.
                    self.data.push_str(data);
                }
            }
            self.lines.take(&self.answer.chunk().await.ok()??);
        }
    }
}

/// Lines out of pieces of bytes. They end with a line feed, after a carriage return or not.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    read: usize,
}

impl Lines {
    fn take(&mut self, piece: &[u8]) {
        self.bytes.drain(..std::mem::take(&mut self.read));
        self.bytes.extend_from_slice(piece);
    }

    fn next(&mut self) -> Option<String> {
        let rest = &self.bytes[self.read..];
        let end = rest.iter().position(|&byte| byte == b'\n')?;
        let line = String::from_utf8_lossy(&rest[..end]);
        let line = line.strip_suffix('\r').unwrap_or(&line).to_owned();
        self.read += end + 1;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_are_found_in_any_pieces() {
        let text = "id: 1\r\ndata: {\"é\":1}\n\n: keep alive\n\ndata: un";
        for size in [1, 2, 3, 7, 100] {
            let mut lines = Lines::default();
            let mut found = Vec::new();
            for piece in text.as_bytes().chunks(size) {
                lines.take(piece);
                while let Some(line) = lines.next() {
                    found.push(line);
                }
            }
            assert_eq!(found, ["id: 1", "data: {\"é\":1}", "", ": keep alive", ""], "{size}");
        }
    }
}
