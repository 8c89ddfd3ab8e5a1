//! The query of a list: [`Query`].

use http::Uri;
use percent_encoding::percent_decode_str;

use crate::problem::{Code, Problem};

/// So many are listed where nothing else is asked for, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 500;

/// A query whose names are all known.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query of a request. A name that is not in `known` is an error, because it would be passed over.
    pub(crate) fn read(uri: &Uri, known: &[&str]) -> Result<Self, Problem> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !known.contains(&name) {
                let text = format!("the query has a name that is not known here; known are: {}", known.join(", "));
                return Err(Problem::new(Code::BadRequest, text));
            }
            if pairs.iter().any(|(other, _)| other == name) {
                return Err(Problem::new(Code::BadRequest, format!("the query has {name} twice")));
            }
            let value = percent_decode_str(value).decode_utf8();
            let value = value.map_err(|_| Problem::new(Code::BadRequest, format!("{name} is no utf-8 text")))?;
            pairs.push((name.to_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Returns a flag: `?open`, `?open=true` or `?open=false`.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.value(name) {
            None | Some("false") => Ok(false),
            Some("" | "true") => Ok(true),
            Some(_) => Err(Problem::new(Code::BadRequest, format!("{name} is neither true nor false"))),
        }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.value(name).unwrap_or_default()
    }

    /// Returns how many to list.
    pub(crate) fn limit(&self) -> Result<u32, Problem> {
        let Some(text) = self.value("limit") else { return Ok(USUAL) };
        let wrong = || Problem::new(Code::BadRequest, format!("limit is no number from 1 to {MOST}"));
        text.parse().ok().filter(|limit| (1..=MOST).contains(limit)).ok_or_else(wrong)
    }
}
