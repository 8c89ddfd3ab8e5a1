//! How an engine is opened, by where its store is: [`Opening`].

use std::{path::PathBuf, sync::Arc, time::SystemTime};

use crate::{
    engine::{Engine, Points},
    entry::Entry,
    error::StoreError,
    order::millis,
    record::Owner,
    schedule::Millis,
    settings::Clock,
};

/// All that an engine is opened with.
#[cfg_attr(not(all(feature = "sqlite", feature = "postgres")), allow(dead_code))]
pub(crate) struct Opening {
    pub(crate) entry: Entry,
    pub(crate) clock: Option<Clock>,
    pub(crate) allow_network: bool,
    pub(crate) most_bytes: Option<u64>,
    pub(crate) points: Points,
}

impl Opening {
    pub(crate) fn new(entry: Entry) -> Self {
        Self { entry, clock: None, allow_network: false, most_bytes: None, points: Points::default() }
    }

    /// Opens the engine. Returns whose the store is, and the clock that it goes by, as well.
    pub(crate) async fn open(self, location: &str) -> Result<(Arc<dyn Engine>, Owner, Clock), StoreError> {
        let clock = self.clock.clone().unwrap_or_else(|| Arc::new(system_clock));
        let (engine, owner) = self.open_engine(location, millis(clock())).await?;
        Ok((engine.into(), owner, clock))
    }

    async fn open_engine(self, location: &str, now: Millis) -> Result<(Box<dyn Engine>, Owner), StoreError> {
        if location.starts_with("postgres://") || location.starts_with("postgresql://") {
            return self.open_database(location).await;
        }
        if let Some((scheme, _)) = location.split_once("://") {
            let known = scheme.len() <= 16 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let what = if known { format!("{scheme}://") } else { "a url".to_owned() };
            return Err(StoreError::unusable(format!(
                "a store cannot be at {what}; name a file, or an address that begins with postgres://"
            )));
        }
        let path = PathBuf::from(location.strip_prefix("sqlite:").unwrap_or(location));
        if path.as_os_str().is_empty() || location == ":memory:" {
            return Err(StoreError::unusable("a store needs a file: what is in memory does not survive a crash"));
        }
        self.open_file(path, now).await
    }

    #[cfg(feature = "postgres")]
    async fn open_database(self, address: &str) -> Result<(Box<dyn Engine>, Owner), StoreError> {
        let own_clock = self.clock.is_some();
        let opened = crate::postgres::Postgres::open(address, &self.entry, own_clock, self.points).await;
        opened.map(|(engine, owner)| (Box::new(engine) as Box<dyn Engine>, owner))
    }

    /// The address may hold a password, so it is not quoted.
    #[cfg(not(feature = "postgres"))]
    async fn open_database(self, _: &str) -> Result<(Box<dyn Engine>, Owner), StoreError> {
        let what = "the store is a postgresql address, and this library was built without that engine; switch the \
                    feature `postgres` on, or name a file";
        Err(StoreError::unusable(what))
    }

    #[cfg(feature = "sqlite")]
    async fn open_file(self, path: PathBuf, now: Millis) -> Result<(Box<dyn Engine>, Owner), StoreError> {
        use crate::sqlite::{Options, Sqlite};
        let options = Options { allow_network: self.allow_network, most_bytes: self.most_bytes };
        let open = move || Sqlite::open(&path, &self.entry, now, &options, self.points);
        let opened = tokio::task::spawn_blocking(open).await;
        let opened = opened.map_err(|_| StoreError::bug("opening the store panicked, please report this"))?;
        opened.map(|(engine, owner)| (Box::new(engine) as Box<dyn Engine>, owner))
    }

    #[cfg(not(feature = "sqlite"))]
    async fn open_file(self, _: PathBuf, _: Millis) -> Result<(Box<dyn Engine>, Owner), StoreError> {
        Err(StoreError::unusable("this library was built without sqlite; switch the feature `sqlite` on"))
    }
}

#[expect(clippy::disallowed_methods, reason = "the default clock")]
fn system_clock() -> SystemTime {
    SystemTime::now()
}
