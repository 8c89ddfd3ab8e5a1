//! What a row of fields says.

use serde_json::{Map, Value};

use super::{
    super::{clean, facts},
    cell::{indented, is_length, is_path, is_type, marked, normal, presence},
};

/// A path and its facts.
pub(in crate::page) type Said = (String, facts::Facts);

/// What a row of fields says, or why it was not understood.
pub(in crate::page) struct Field<'a> {
    pub(in crate::page) name: &'a str,
    pub(in crate::page) kind: &'a str,
    pub(in crate::page) presence: &'a str,
    /// What a column of lengths says.
    pub(in crate::page) length: &'a str,
    pub(in crate::page) text: &'a str,
}

impl Field<'_> {
    /// Returns path and facts; `nesting` holds indents and paths of the rows above.
    ///
    /// # Errors
    ///
    /// Where it was not understood: its name, and what to say.
    pub(in crate::page) fn read(&self, nesting: &mut Vec<(usize, String)>) -> Result<Said, (String, String)> {
        let (indent, name) = indented(self.name);
        let (name, remark) = marked(&name);
        let name = normal(name);
        if !is_path(&name) {
            return Err((name.clone(), format!("a row whose name is no field: {name}")));
        }
        nesting.retain(|(above, _)| *above < indent);
        let path = match nesting.last() {
            Some((_, parent)) => {
                let root = parent.split('.').next().unwrap_or_default();
                let whole = name.contains('.') && name.split('.').next() == Some(root);
                if whole { name } else { format!("{parent}.{name}") }
            }
            None => name,
        };
        nesting.push((indent, path.clone()));
        let (said, mark) = marked(self.presence);
        // A footnote at the presence says more of it; what stands in brackets may be anything.
        let (said, mark) = if mark.starts_with('(') { (self.presence, "") } else { (said, mark) };
        let Some(presence) = presence(said) else {
            let reason =
                format!("{path} is neither mandatory, optional nor conditional but `{}`", clean(self.presence));
            return Err((path, reason));
        };
        let kind = clean(self.kind).to_lowercase();
        let (kind, limit) = match kind.split_once('(') {
            Some((kind, limit)) if is_length(limit.trim_end_matches(')')) => {
                (kind.trim().to_owned(), limit.trim_end_matches(')').trim().to_owned())
            }
            Some((bare, limit)) if is_type(bare) && limit.contains(|letter: char| letter.is_ascii_digit()) => {
                let limit = facts::facts(limit.trim_end_matches(')')).facts;
                let limit = limit.get("max").and_then(Value::as_str).map(str::to_owned);
                limit.map_or_else(|| (kind.clone(), String::new()), |limit| (bare.trim().to_owned(), limit))
            }
            _ => (kind, String::new()),
        };
        let (kind, footnote) = match marked(&kind) {
            (bare, mark) if !mark.starts_with('(') => (bare.to_owned(), mark.to_owned()),
            _ => (kind, String::new()),
        };
        if kind.is_empty() {
            return Err((path.clone(), format!("{path} has no type")));
        }
        let mut facts: Map<_, _> =
            [("type".into(), kind.clone().into()), ("mandatory".into(), presence.into())].into_iter().collect();
        let facts::Facts { facts: said, doubt, rules } = {
            let marks = [remark, mark, &footnote].join(" ");
            facts::of_type(&[self.text, marks.trim_end()].join(if marks.trim().is_empty() { "" } else { "\n" }), &kind)
        };
        facts.extend(said);
        for limit in [&*limit, self.length].into_iter().filter(|limit| !limit.trim().is_empty()) {
            let column = facts::facts(&format!("Max length: {}", limit.trim())).facts;
            let column = if limit.contains(['-', '–']) {
                facts::facts(&format!("Length: {}", limit.trim())).facts
            } else {
                column
            };
            for (fact, value) in column.into_iter().filter(|(fact, _)| fact != "text") {
                match facts.get(&fact) {
                    Some(other) if *other != value => {
                        let text = other.as_str().unwrap_or_default();
                        return Err((path.clone(), format!("{path} has two limits: {} and {text}", limit.trim())));
                    }
                    _ => drop(facts.insert(fact, value)),
                }
            }
        }
        if kind == "enum" && !facts.contains_key("enum") {
            let reason = format!("{path} is an enum whose values were not found");
            return Err((path, reason));
        }
        Ok((path, facts::Facts { facts, doubt, rules }))
    }
}
