//! Tables: what each column holds, what a row says, what a table is about.

use serde_json::{Map, Value};

use super::{clean, facts, link::Linked, words::hash};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Name,
    Kind,
    Presence,
    Length,
    Value,
    Description,
    /// Nothing that is known.
    Other,
}

/// What a table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Endpoint,
    Headers,
    Fields,
}

/// A part of the page with rows and columns.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The columns' names.
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// Line of the first cell that spans several rows or columns.
    pub(super) merged: Option<usize>,
    /// The site's way to show links: its cells are texts.
    pub(super) cards: bool,
    /// Columns that are not shown.
    pub(super) hidden: Vec<usize>,
    /// What was not understood inside of cells: the row, and what to say.
    pub(super) nested: Vec<(usize, String)>,
    /// Where its cells run together, so that none of its rows is known.
    pub(super) glued: Option<usize>,
    /// What the columns hold, where the reader had to find it.
    pub(super) roles: Option<Vec<Role>>,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

/// Returns what a column holds, from its name.
pub(super) fn role_of(name: &str) -> Option<Role> {
    let name = clean(name);
    if name.contains(['.', '_']) || ["request", "response"].iter().any(|word| name.to_lowercase().contains(word)) {
        return None;
    }
    let lower = name.trim_matches(['*', ':', '?', ' ']).to_lowercase();
    if lower.is_empty() || lower.split_whitespace().count() > 4 || lower.chars().count() > 40 {
        return None;
    }
    let words: Vec<_> = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let starts = |known: &[&str]| words.iter().any(|word| known.iter().any(|start| word.starts_with(start)));
    Some(
        if starts(&[
            "description",
            "explanation",
            "remark",
            "definition",
            "keterangan",
            "deskripsi",
            "penjelasan",
            "comment",
        ]) || has(&["note", "notes", "detail", "details", "information", "meaning"])
        {
            Role::Description
        } else if starts(&["mandatory", "wajib", "presence", "optional", "conditional"])
            || has(&["required", "necessity"])
            || matches!(lower.as_str(), "m/o" | "m/o/c" | "m")
        {
            Role::Presence
        } else if has(&["type", "tipe", "datatype"]) {
            Role::Kind
        } else if has(&["length", "len", "max", "maximum", "panjang", "size"]) {
            Role::Length
        } else if has(&[
            "parameter",
            "parameters",
            "field",
            "fields",
            "attribute",
            "attributes",
            "property",
            "name",
            "header",
            "headers",
            "key",
            "nama",
            "variable",
            "element",
            "tag",
        ]) {
            Role::Name
        } else if has(&["value", "values", "nilai"]) {
            Role::Value
        } else {
            return None;
        },
    )
}

/// Returns `mandatory`, `optional` or `conditional`.
pub(super) fn presence(text: &str) -> Option<&'static str> {
    let text = clean(text);
    match text.trim_matches(['*', '.', '(', ')', ' ']).to_lowercase().as_str() {
        "mandatory" | "required" | "yes" | "m" | "y" | "wajib" | "ya" | "true" | "✓" | "✔" => Some("mandatory"),
        "optional" | "no" | "o" | "n" | "opsional" | "tidak" | "tidak wajib" | "not required" | "not mandatory"
        | "false" => Some("optional"),
        "conditional" | "c" | "kondisional" | "bersyarat" | "conditional mandatory" | "conditionally mandatory" => {
            Some("conditional")
        }
        _ => None,
    }
}

const TYPES: [&str; 25] = [
    "string",
    "number",
    "integer",
    "int",
    "long",
    "decimal",
    "float",
    "double",
    "enum",
    "json",
    "object",
    "array",
    "boolean",
    "bool",
    "date",
    "datetime",
    "timestamp",
    "str",
    "list",
    "numeric",
    "text",
    "map",
    "alphanumeric",
    "bigdecimal",
    "uuid",
];

/// Tells whether a cell is a type: a known word, alone, with a limit in brackets, or of something.
pub(super) fn is_type(text: &str) -> bool {
    let word = text.trim().to_lowercase();
    let first = word.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    TYPES.contains(&first) && word.split_whitespace().count() <= 4 && !word.ends_with('.')
}

/// Tells whether a text is a name of a field or a dotted path of names.
pub(super) fn is_path(text: &str) -> bool {
    let (_, text) = indented(text);
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    let text = normal(&text);
    let small = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_lowercase() || first == '_') || text.contains(['.', '_'])
    };
    !text.is_empty() && text.split('.').all(part) && small(&text)
}

/// Tells whether a text is a name of a header: a capital at least, or a hyphen, and neither a point nor an underscore.
pub(super) fn is_header(text: &str) -> bool {
    let text = text.trim();
    let letters = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric());
    let single = ["Signature", "Digest", "Authorization", "Accept", "Host", "Date", "Origin"];
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.split('-').all(letters)
        && (text.contains('-') || single.iter().any(|known| known.eq_ignore_ascii_case(text)))
}

fn is_length(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.chars().all(|letter| letter.is_ascii_digit() || ".,- –".contains(letter))
        && text.contains(|letter: char| letter.is_ascii_digit())
}

impl Table {
    /// Finds what each column holds: by what stands in it, and by its name where that does not tell.
    pub(super) fn roles(&self) -> Vec<Role> {
        if let Some(roles) = &self.roles {
            return roles.clone();
        }
        let count = self.columns.len();
        let named: Vec<_> = self.columns.iter().map(|name| role_of(name)).collect();
        let mut roles: Vec<Option<Role>> = vec![None; count];
        let share = |at: usize, test: &dyn Fn(&str) -> bool| {
            let cells = self.rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| Linked::new(cell));
            let cells: Vec<_> = cells
                .map(|cell| if cell.whole.trim().is_empty() { cell.struck.join(" ") } else { cell.whole })
                .filter(|cell| !cell.trim().is_empty())
                .collect();
            let good = cells.iter().filter(|cell| test(cell)).count();
            (!cells.is_empty() && good * 5 >= cells.len() * 3).then(|| (good * 1000) / cells.len())
        };
        let assign = |roles: &mut Vec<Option<Role>>, role: Role, test: &dyn Fn(&str) -> bool| {
            let free = (0..count).filter(|at| roles[*at].is_none());
            let best = free.filter_map(|at| Some((share(at, test)? + usize::from(named[at] == Some(role)) * 10, at)));
            if let Some((_, at)) = best.max_by_key(|(share, at)| (*share, count - at)) {
                roles[at] = Some(role);
            }
        };
        assign(&mut roles, Role::Presence, &|cell| presence(cell).is_some());
        assign(&mut roles, Role::Kind, &is_type);
        assign(&mut roles, Role::Name, &|cell| {
            is_path(cell) && !is_type(cell) || is_header(cell) || cell.contains('.') && is_path(cell)
        });
        if !roles.contains(&Some(Role::Name)) {
            assign(&mut roles, Role::Name, &is_path);
        }
        for at in 0..count {
            let numbers = share(at, &is_length).is_some();
            let empty = self.rows.iter().all(|row| row.cells.get(at).is_none_or(|cell| cell.trim().is_empty()));
            if roles[at].is_none() && named[at] == Some(Role::Length) && (numbers || empty) {
                roles[at] = Some(Role::Length);
            }
        }
        for at in 0..count {
            if roles[at].is_none() && named[at].is_some_and(|role| !roles.contains(&Some(role))) {
                roles[at] = named[at];
            }
        }
        // What is left with the longest texts is the description.
        if !roles.contains(&Some(Role::Description)) && !roles.contains(&Some(Role::Value)) {
            let width =
                |at: usize| self.rows.iter().filter_map(|row| row.cells.get(at)).map(String::len).sum::<usize>();
            if let Some(at) = (0..count).filter(|at| roles[*at].is_none()).max_by_key(|at| (width(*at), count - at)) {
                roles[at] = Some(Role::Description);
            }
        }
        roles.into_iter().map(|role| role.unwrap_or(Role::Other)).collect()
    }

    /// Tells what a table with these columns is about; nothing where it is none of the known.
    pub(super) fn subject(&self, roles: &[Role]) -> Option<Subject> {
        let has = |role| roles.contains(&role);
        let at = roles.iter().position(|role| *role == Role::Name);
        let names = |test: fn(&str) -> bool| {
            let cells: Vec<_> = self.rows.iter().filter_map(|row| row.cells.get(at?)).collect();
            (!cells.is_empty()).then(|| cells.iter().filter(|cell| test(&bare(cell))).count() * 2 > cells.len())
        };
        if names(is_header) == Some(true) && (has(Role::Description) || has(Role::Value)) {
            return Some(Subject::Headers);
        }
        if at.is_some() && has(Role::Kind) && has(Role::Presence) {
            return Some(Subject::Fields);
        }
        let endpoint = |row: &Row| {
            row.cells.iter().any(|cell| {
                let cell = bare(cell);
                cell.starts_with("http://")
                    || cell.starts_with("https://")
                    || ["GET", "POST", "PUT", "DELETE", "PATCH"].contains(&cell.as_str())
            }) || row.cells.first().is_some_and(|cell| bare(cell).to_lowercase().contains("http status"))
        };
        (roles.len() == 2 && self.rows.iter().any(endpoint)).then_some(Subject::Endpoint)
    }
}

/// Returns a cell without its marks.
fn bare(cell: &str) -> String {
    let linked = Linked::new(cell);
    clean(if linked.whole.trim().is_empty() { linked.struck.first().map_or("", String::as_str) } else { &linked.whole })
}

/// A path, its facts, and whether something in them looks like a limit or a value that was not read.
pub(super) type Said = (String, Map<String, Value>, bool);

/// What a row of fields says, or why it was not understood.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) kind: &'a str,
    pub(super) presence: &'a str,
    /// What a column of lengths says.
    pub(super) length: &'a str,
    pub(super) text: &'a str,
}

impl Field<'_> {
    /// Returns path and facts; `nesting` holds indents and paths of the rows above.
    ///
    /// # Errors
    ///
    /// Where it was not understood: its name, and what to say.
    pub(super) fn read(&self, nesting: &mut Vec<(usize, String)>) -> Result<Said, (String, String)> {
        let (indent, name) = indented(self.name);
        let name = normal(&name);
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
        let Some(presence) = presence(self.presence) else {
            let reason =
                format!("{path} is neither mandatory, optional nor conditional but `{}`", clean(self.presence));
            return Err((path, reason));
        };
        let kind = clean(self.kind).to_lowercase();
        let (kind, limit) = match kind.split_once('(') {
            Some((kind, limit)) if is_length(limit.trim_end_matches(')')) => {
                (kind.trim().to_owned(), limit.trim_end_matches(')').trim().to_owned())
            }
            _ => (kind, String::new()),
        };
        if kind.is_empty() {
            return Err((path.clone(), format!("{path} has no type")));
        }
        let mut facts: Map<_, _> =
            [("type".into(), kind.clone().into()), ("mandatory".into(), presence.into())].into_iter().collect();
        let facts::Facts { facts: said, doubt } = facts::facts(self.text);
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
        Ok((path, facts, doubt))
    }
}

/// Returns how far a name is indented, and the name. One space is noise of the form.
pub(super) fn indented(name: &str) -> (usize, String) {
    let marks = "↳└├─│>»–•·→-";
    let is_mark = |letter: char| letter.is_whitespace() || marks.contains(letter);
    let rest = name.trim_start_matches(is_mark);
    let width = |letter| match letter {
        '\t' => 4,
        '\u{2003}' => 2,
        letter if marks.contains(letter) => 2,
        _ => 1,
    };
    let width: usize = name[..name.len() - rest.len()].chars().map(width).sum();
    (if width == 1 { 0 } else { width }, clean(rest))
}

/// Returns a path without marks of lists.
fn normal(path: &str) -> String {
    let parts = path.split('.').map(|part| part.split('[').next().unwrap_or_default().trim());
    let parts = parts.filter(|part| !part.is_empty() && part.parse::<usize>().is_err() && *part != "*");
    parts.collect::<Vec<_>>().join(".")
}

/// Returns the hashes of a text with links: of all words and, where it is another, of those outside of links.
pub(super) fn hashes(whole: &str, rest: &str) -> Option<Value> {
    let whole = hash(whole)?;
    Some(match hash(rest) {
        Some(rest) if rest != whole => serde_json::json!([whole, rest]),
        _ => whole.into(),
    })
}
