//! What a person asks to see: [`Ask`], and the addresses of pages.

use doku_indodana::error::Language;
use http::Uri;
use url::form_urlencoded;

use super::words::{ENGLISH, INDONESIAN, Words};

/// The path of the lists.
pub(super) const PAGE: &str = "/page";

/// The path of one order. Its number is in the query, because a browser takes a part `..` out of a path.
pub(super) const ORDER: &str = "/page/order";

/// A list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum List {
    /// All orders, those that a person has to look at first.
    #[default]
    All,
    /// Orders that a person has to look at.
    Unresolved,
    /// Effects that are not done.
    Open,
    /// Dead letters.
    Dead,
    /// Notifications that were set aside.
    Aside,
}

impl List {
    const ALL: [Self; 5] = [Self::All, Self::Unresolved, Self::Open, Self::Dead, Self::Aside];

    /// Returns its name in a query; that of the first is empty.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Unresolved => "unresolved",
            Self::Open => "open",
            Self::Dead => "dead",
            Self::Aside => "aside",
        }
    }
}

/// The query of a page. What is not known in it is passed over: it is written by pages, and a page only shows.
#[derive(Debug)]
pub(super) struct Ask {
    path: &'static str,
    language: Language,
    pub(super) list: List,
    /// The invoice number of an order, or how those that are searched for begin.
    pub(super) invoice_number: String,
    /// The last of the page before this one.
    pub(super) after: String,
}

impl Ask {
    pub(super) fn read(path: &'static str, uri: &Uri) -> Self {
        let mut ask = Self {
            path,
            language: Language::English,
            list: List::All,
            invoice_number: String::new(),
            after: String::new(),
        };
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match &*name {
                "invoice" if path == PAGE => value.trim().clone_into(&mut ask.invoice_number),
                "invoice" => ask.invoice_number = value.into_owned(),
                "after" => ask.after = value.into_owned(),
                "list" => ask.list = List::ALL.into_iter().find(|list| list.as_str() == value).unwrap_or_default(),
                "lang" if value == "id" => ask.language = Language::Indonesian,
                _ => {}
            }
        }
        ask
    }

    /// Returns the id after which a list of effects or notifications goes on.
    pub(super) fn after_id(&self) -> i64 {
        self.after.parse().unwrap_or(0)
    }

    /// Returns what was typed into the search.
    pub(super) fn searched(&self) -> &str {
        if self.path == PAGE { &self.invoice_number } else { "" }
    }

    /// Returns the address of a page in the same language. Empty values are left out.
    pub(super) fn link(&self, path: &str, pairs: &[(&str, &str)]) -> String {
        link(path, pairs, self.is_indonesian())
    }

    /// Returns the address of this list, from `after` on.
    pub(super) fn next(&self, list: List, after: &str) -> String {
        self.link(self.path, &[("list", list.as_str()), ("invoice", &self.invoice_number), ("after", after)])
    }

    pub(super) fn in_other_language(&self) -> String {
        let pairs = [("list", self.list.as_str()), ("invoice", &*self.invoice_number), ("after", &*self.after)];
        link(self.path, &pairs, !self.is_indonesian())
    }

    pub(super) fn language(&self) -> Language {
        self.language
    }

    pub(super) fn is_indonesian(&self) -> bool {
        matches!(self.language, Language::Indonesian)
    }

    /// Returns the code for the attribute `lang`.
    pub(super) fn code(&self) -> &'static str {
        if self.is_indonesian() { "id" } else { "en" }
    }

    pub(super) fn other_code(&self) -> &'static str {
        if self.is_indonesian() { "en" } else { "id" }
    }

    pub(super) fn words(&self) -> &'static Words {
        if self.is_indonesian() { &INDONESIAN } else { &ENGLISH }
    }
}

fn link(path: &str, pairs: &[(&str, &str)], indonesian: bool) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    if indonesian {
        query.append_pair("lang", "id");
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_back() {
        for number in ["INV-1", "..", "a b+c&d=e%2F/?#", "<script>", "\u{202e}é"] {
            let ask = Ask::read(ORDER, &"/page/order?lang=id".parse().unwrap());
            let uri: Uri = ask.link(ORDER, &[("invoice", number), ("after", "")]).parse().unwrap();
            let read = Ask::read(ORDER, &uri);
            assert_eq!((uri.path(), &*read.invoice_number, read.code()), (ORDER, number, "id"));
        }
    }

    #[test]
    fn what_is_not_known_is_passed_over() {
        let ask = Ask::read(PAGE, &"/page?list=x&invoice=+INV-1%20&lang=fr&after=&y=%FF".parse().unwrap());
        let read = (ask.list, &*ask.invoice_number, ask.code(), ask.after_id());
        assert_eq!(read, (List::All, "INV-1", "en", 0));
        assert_eq!(ask.in_other_language(), "/page?invoice=INV-1&lang=id");
    }
}
