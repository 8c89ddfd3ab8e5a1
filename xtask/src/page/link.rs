//! Links inside of a text: the window's text loses them, or puts them elsewhere.

use super::clean;

/// Marks around the words of a link; characters for private use.
pub(super) const START: char = '\u{e000}';
pub(super) const END: char = '\u{e001}';

/// A text whose links are known.
pub(super) struct Linked {
    /// The text with the words of its links.
    pub(super) whole: String,
    /// The text without them.
    pub(super) rest: String,
    /// The words of each link.
    pub(super) links: Vec<String>,
}

impl Linked {
    /// Takes the marks out of a text.
    pub(super) fn new(text: &str) -> Self {
        let mut linked = Self { whole: text.replace([START, END], ""), rest: String::new(), links: vec![] };
        let mut parts = text.split(START);
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
}
