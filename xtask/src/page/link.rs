//! Links and struck-through words inside of a text. The window's text may lose the words of a link, or put them elsewhere.

use super::clean;

/// Marks around the words of a link; characters for private use.
pub(super) const START: char = '\u{e000}';
pub(super) const END: char = '\u{e001}';
/// Marks around words that are struck through.
pub(super) const STRUCK: char = '\u{e002}';
pub(super) const UNSTRUCK: char = '\u{e003}';

/// A text whose links and struck words are known.
#[derive(Debug, Default)]
pub(super) struct Linked {
    /// The text with the words of its links, without what is struck through.
    pub(super) whole: String,
    /// The text without the words of its links.
    pub(super) rest: String,
    /// The words of each link.
    pub(super) links: Vec<String>,
    /// What is struck through.
    pub(super) struck: Vec<String>,
}

impl Linked {
    /// Takes the marks out of a text.
    pub(super) fn new(text: &str) -> Self {
        let mut linked = Self::default();
        let mut standing = String::new();
        for (at, part) in text.split(STRUCK).enumerate() {
            let (struck, rest) = if at == 0 { ("", part) } else { part.split_once(UNSTRUCK).unwrap_or((part, "")) };
            let struck = clean(&struck.replace([START, END], ""));
            // Each word has its own marks; they are one passage as long as nothing stands between them.
            match linked.struck.last_mut() {
                Some(last) if at > 1 && standing.ends_with(UNSTRUCK) && !struck.is_empty() => {
                    last.push(' ');
                    last.push_str(&struck);
                }
                _ if !struck.is_empty() => linked.struck.push(struck),
                _ => {}
            }
            if at > 0 {
                standing.push(UNSTRUCK);
            }
            if !rest.trim().is_empty() || at == 0 {
                standing.push_str(rest);
            }
        }
        let standing = standing.replace(UNSTRUCK, " ");
        linked.whole = standing.replace([START, END], "");
        let mut parts = standing.split(START);
        linked.rest.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (link, rest) = part.split_once(END).unwrap_or((part, ""));
            linked.links.push(clean(link));
            linked.rest.push_str(rest);
        }
        linked.rest = linked.rest.replace(END, "");
        linked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_taken_out() {
        let linked = Linked::new(&format!("Click {START}here{END} for more, or {START}there"));
        assert_eq!(linked.whole, "Click here for more, or there");
        assert_eq!(linked.rest, "Click  for more, or ");
        assert_eq!(linked.links, ["here", "there"]);
    }

    #[test]
    fn struck_words_are_taken_out() {
        let linked = Linked::new(&format!("Length {STRUCK}at most{UNSTRUCK} {STRUCK}64{UNSTRUCK} 32"));
        assert_eq!(clean(&linked.whole), "Length 32");
        assert_eq!(linked.struck, ["at most 64"]);
    }
}
