//! The ledger of deviations, as far as it rests on the page.

use serde_json::Value;

use super::compare;

/// The entries that rest on the page.
pub(super) struct Ledger(Vec<LedgerEntry>);

struct LedgerEntry {
    id: String,
    line: usize,
    reads: Vec<Read>,
}

struct Read {
    pointer: String,
    /// What must stand there; nothing for what must be absent.
    value: Option<Value>,
}

/// A deviation that rests on something which the page does not say any more.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Expired {
    pub(super) id: String,
    /// Line of `spec/deviations.toml`.
    pub(super) line: usize,
    /// Nothing that it rests on is left; otherwise a part is.
    pub(super) wholly: bool,
    /// What the page says instead.
    pub(super) reason: String,
}

impl Ledger {
    /// Reads the ledger.
    ///
    /// # Errors
    ///
    /// Where it is no TOML, or an entry lacks what it must have.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        let tree = serde_json::to_value(table).map_err(|error| error.to_string())?;
        let mut entries = Vec::new();
        for entry in tree["deviation"].as_array().into_iter().flatten() {
            let id = entry["id"].as_str().ok_or("an entry without id")?;
            let mark = format!("id = \"{id}\"");
            let line = text.lines().position(|line| line == mark).map_or(1, |at| at + 1);
            let mut reads = Vec::new();
            for read in entry["reads"].as_array().into_iter().flatten() {
                let pointer = read["pointer"].as_str().ok_or_else(|| format!("{id}: reads without pointer"))?;
                let value = read.get("value").cloned();
                if value.is_some() == (read["absent"] == true) {
                    return Err(format!("{id}: {pointer} needs a value or `absent = true`"));
                }
                reads.push(Read { pointer: pointer.into(), value });
            }
            entries.push(LedgerEntry { id: id.into(), line, reads });
        }
        Ok(Self(entries))
    }

    /// Returns the entries that rest on what stands at a pointer, or on a part of it.
    pub(super) fn about(&self, pointer: &str) -> Vec<String> {
        self.ids(pointer, |_| true)
    }

    /// Returns the entries that say of a pointer, or of a part of it, what the page says.
    pub(super) fn explain(&self, pointer: &str, page: &Value) -> Vec<String> {
        self.ids(pointer, |read| read.holds(page))
    }

    fn ids(&self, pointer: &str, counts: impl Fn(&Read) -> bool) -> Vec<String> {
        let rests = |read: &Read| {
            let below = pointer.strip_prefix(&*read.pointer);
            let above = read.pointer.strip_prefix(pointer);
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                || above.is_some_and(|rest| rest.starts_with('/'))
        };
        let named = self.0.iter().filter(|entry| entry.reads.iter().any(|read| rests(read) && counts(read)));
        named.map(|entry| entry.id.clone()).collect()
    }

    /// Returns the entries that rest on something which the page does not say any more; of a row that was not understood
    /// nobody knows.
    pub(super) fn expired(&self, page: &Value, is_unread: impl Fn(&str) -> bool) -> Vec<Expired> {
        let mut expired = Vec::new();
        for LedgerEntry { id, line, reads } in &self.0 {
            let overtaken = |read: &&Read| !read.holds(page) && !is_unread(&read.pointer);
            let overtaken: Vec<_> = reads.iter().filter(overtaken).collect();
            let say = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), super::report::show);
            let reasons = overtaken.iter().map(|read| {
                let (rests, says) = (say(read.value.as_ref()), say(page.pointer(&read.pointer)));
                format!("{} was {rests} and is {says}", read.pointer)
            });
            if !overtaken.is_empty() {
                let (reason, wholly) = (reasons.collect::<Vec<_>>().join("; "), overtaken.len() == reads.len());
                expired.push(Expired { id: id.clone(), line: *line, wholly, reason });
            }
        }
        expired
    }
}

impl Read {
    fn holds(&self, page: &Value) -> bool {
        let fact = self.pointer.rsplit('/').next().unwrap_or_default();
        match (page.pointer(&self.pointer), &self.value) {
            (Some(page), Some(value)) => compare::same(fact, value, page),
            (page, value) => page.is_none() && value.is_none(),
        }
    }
}
