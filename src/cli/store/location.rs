//! Where a store is: [`Location`].

use std::{env, fs};

use clap::Args;
use doku_store::Store;

use super::{super::output::Failure, failure};

pub(crate) const STORE_VARIABLE: &str = "DOKU_STORE";
pub(crate) const STORE_FILE_VARIABLE: &str = "DOKU_STORE_FILE";

/// The store: this argument, or else the variable `DOKU_STORE`, or else the file that `DOKU_STORE_FILE` names.
#[derive(Args)]
pub(crate) struct Location {
    /// The store: a file, or postgres://user@host/database; without it, that of DOKU_STORE. An address with a password
    /// belongs in DOKU_STORE, or in a file that DOKU_STORE_FILE names
    #[arg(long, value_name = "LOCATION")]
    store: Option<String>,
}

impl Location {
    /// Returns where the store is; `None` where nothing names one.
    pub(crate) fn find(&self) -> Result<Option<String>, Failure> {
        if let Some(location) = &self.store {
            if holds_password(location) {
                return Err(Failure::usage(
                    "--store holds a password, where other users can see it and the shell keeps it",
                )
                .help(format!(
                    "set {STORE_VARIABLE} to the address, or {STORE_FILE_VARIABLE} to the path of a file that holds it; \
                     where others use this machine, have the password changed"
                )));
            }
            return Ok(Some(location.clone()));
        }
        if let Some(location) = env::var_os(STORE_VARIABLE) {
            let location =
                location.into_string().map_err(|_| Failure::usage(format!("{STORE_VARIABLE} is no text")))?;
            return Ok(Some(location));
        }
        let Some(file) = env::var_os(STORE_FILE_VARIABLE) else { return Ok(None) };
        let text = fs::read_to_string(file).map_err(|error| {
            Failure::usage(format!("the file that {STORE_FILE_VARIABLE} names cannot be read: {}", error.kind()))
        })?;
        Ok(Some(text.trim().to_owned()))
    }

    /// Returns where the store is.
    pub(crate) fn require(&self) -> Result<String, Failure> {
        self.find()?.ok_or_else(|| {
            Failure::usage("no store is named").help(format!("add --store LOCATION, or set {STORE_VARIABLE}"))
        })
    }

    /// Opens the store, which must exist.
    pub(crate) async fn open(&self) -> Result<Store, Failure> {
        Store::open(self.require()?).await.map_err(|error| failure(&error))
    }
}

/// Returns whether a location holds a password, in whatever form addresses of PostgreSQL have one.
fn holds_password(location: &str) -> bool {
    let named = location.to_ascii_lowercase().contains("password=");
    let user = location.split_once("://").and_then(|(_, rest)| rest.split(['/', '?']).next()?.rsplit_once('@'));
    named || user.is_some_and(|(user, _)| user.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::holds_password;

    #[test]
    fn passwords_are_seen_in_every_form() {
        for (location, holds) in [
            ("doku.db", false),
            ("/srv/a@b:c/doku.db", false),
            ("postgres://shop@db.example:5432/shop", false),
            ("postgres://db.example/shop?sslmode=require", false),
            ("postgres://shop:hunter2@db.example/shop", true),
            ("postgresql://shop:@db.example", true),
            ("postgres://shop:p@ss@db.example/shop", true),
            ("postgres://db.example/shop?user=shop&PassWord=hunter2", true),
            ("host=db.example password=hunter2", true),
        ] {
            assert_eq!(holds_password(location), holds, "{location}");
        }
    }
}
