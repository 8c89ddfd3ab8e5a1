//! Why a sidecar does not start: [`StartError`].

use std::fmt;

use doku_store::StoreError;

/// Why a sidecar does not start. The text names the setting and says what to do; it holds no value of a secret.
#[derive(Debug)]
pub struct StartError(Kind);

#[derive(Debug)]
enum Kind {
    Setting { name: String, what: String },
    Text(String),
    Store(StoreError),
}

impl StartError {
    /// A setting cannot be used; `name` is how whoever set it calls it.
    pub(crate) fn setting(name: &str, what: impl Into<String>) -> Self {
        Self(Kind::Setting { name: name.to_owned(), what: what.into() })
    }

    pub(crate) fn text(what: impl Into<String>) -> Self {
        Self(Kind::Text(what.into()))
    }

    /// Returns the setting that is at fault, as it is called where it was set; `None` for any other fault.
    pub fn setting_name(&self) -> Option<&str> {
        match &self.0 {
            Kind::Setting { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Returns the error of the store, if that is what it is.
    pub fn store_error(&self) -> Option<&StoreError> {
        match &self.0 {
            Kind::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Setting { name, what } => write!(f, "{name}: {what}"),
            Kind::Text(what) => f.write_str(what),
            Kind::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.store_error().map(|error| error as _)
    }
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self(Kind::Store(error))
    }
}
