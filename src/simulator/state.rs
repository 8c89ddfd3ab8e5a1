//! The state file: what the local gateway remembers, across its ends.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    event::{Event, Happening},
    gateway::Gateway,
    ledger::Ledger,
    notice::Notice,
    order::Order,
    order::OrderRequest,
    serial,
    service::Service,
};
use doku_indodana::{RequestId, Timestamp, TransactionStatus, json::Document};

/// The form of the file. Another number is another form.
const VERSION: u32 = 1;

/// What is in the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Saved {
    version: u32,
    /// The gateway's time when it was written.
    #[serde(with = "serial::time")]
    time: SystemTime,
    switches: Vec<(String, String)>,
    orders: Vec<SavedOrder>,
    notifications: Vec<SavedNotice>,
    events: Vec<Event>,
}

#[derive(Serialize, Deserialize)]
struct SavedOrder {
    #[serde(with = "serial::text")]
    request_id: RequestId,
    body: String,
    answer: String,
    token: String,
    #[serde(with = "serial::time")]
    created: SystemTime,
    status: TransactionStatus,
    #[serde(with = "serial::optional_time")]
    settled: Option<SystemTime>,
    received: u32,
    faults: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct SavedNotice {
    invoice_number: String,
    url: Option<String>,
    body: String,
    #[serde(with = "serial::time")]
    created: SystemTime,
    attempts: u32,
    scheduled: u32,
    first: Option<(String, String)>,
    #[serde(with = "serial::optional_time")]
    next: Option<SystemTime>,
    faults: Vec<String>,
    repeats: bool,
}

/// How long a gateway of the same state file may take to end.
const ENDING: Duration = Duration::from_secs(1);

/// Takes a state file for one gateway alone, for as long as what is returned lives. What is locked is a file beside it,
/// which stays, because the state file itself is replaced. Where the system has no locks there is none.
pub(super) async fn lock(path: &Path) -> io::Result<Option<File>> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let file = fs::OpenOptions::new().write(true).create(true).truncate(false).open(&beside)?;
    let wait = Duration::from_millis(20);
    for _ in 0..ENDING.as_millis() / wait.as_millis() {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(wait).await,
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    let text = format!("the state file {} is in use by another gateway; stop it or name another", path.display());
    Err(io::Error::new(io::ErrorKind::ResourceBusy, text))
}

/// Reads a state file; `None` if there is none yet.
pub(super) fn read(path: &Path) -> io::Result<Option<Saved>> {
    let refuse = |why: &dyn std::fmt::Display| {
        let text = format!("the state file {} cannot be used: {why}; move it away or name another", path.display());
        io::Error::new(io::ErrorKind::InvalidData, text)
    };
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refuse(&error)),
    };
    let saved: Saved = serde_json::from_slice(&bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        refuse(&format_args!("it is no state file of this gateway, or is cut off (line {line}, column {column})"))
    })?;
    if saved.version != VERSION {
        return Err(refuse(&format_args!("it has version {}, not {VERSION}", saved.version)));
    }
    Ok(Some(saved))
}

/// Writes the state file after changes, at most once a second, until the gateway stops. Nobody else writes it meanwhile.
pub(super) async fn keep(service: Arc<Service>, path: PathBuf) {
    let mut told = service.told.subscribe();
    // Something may have happened before.
    told.mark_changed();
    let mut works = true;
    loop {
        tokio::select! {
            () = service.stopped() => return,
            // The sender lives as long as the service does.
            _ = told.changed() => {}
        }
        // A failure is told once: telling it is an event, after which the file is written again.
        let (writer, file) = (Arc::clone(&service), path.clone());
        let written = move || if works { save(&writer, &file) } else { write(&writer, &file).is_ok() };
        // Many orders take their time.
        works = tokio::task::spawn_blocking(written).await.unwrap_or(false);
        tokio::select! {
            () = service.stopped() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}

/// Writes the state file and returns whether that worked; if not, it is told.
pub(super) fn save(service: &Service, path: &Path) -> bool {
    let written = write(service, path);
    if let Err(error) = &written {
        let reason = format!("the state file {} cannot be written: {error}", path.display());
        service.tell(None, Happening::Failed { reason });
    }
    written.is_ok()
}

/// Writes the state file: first beside it, so that there is always a whole one. It holds customers' data, so only its
/// owner can read it.
pub(super) fn write(service: &Service, path: &Path) -> io::Result<()> {
    let saved = Saved::new(&service.ledger(), service.clock.now());
    let text = serde_json::to_vec_pretty(&saved)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    // What is left of a process that ended meanwhile may be readable by others, or lead elsewhere.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(&text)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

impl Saved {
    fn new(ledger: &Ledger, time: SystemTime) -> Self {
        let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
        let faults = |faults: &[super::Fault]| faults.iter().map(ToString::to_string).collect();
        let orders = ledger.orders().iter().map(|order| SavedOrder {
            request_id: order.request_id.clone(),
            body: text(&order.body),
            answer: text(&order.answer),
            token: order.token.clone(),
            created: order.created,
            status: order.status.clone(),
            settled: order.settled,
            received: order.received,
            faults: faults(&order.faults),
        });
        let notifications = ledger.notices.iter().map(|notice| SavedNotice {
            invoice_number: notice.invoice_number.clone(),
            url: notice.url.clone(),
            body: text(&notice.body),
            created: notice.created,
            attempts: notice.attempts,
            scheduled: notice.scheduled,
            first: notice.first.as_ref().map(|(id, time)| (id.to_string(), time.to_string())),
            // The earlier one: what is under way may not arrive.
            next: notice.under_way.or(notice.next),
            faults: faults(&notice.faults),
            repeats: notice.repeats,
        });
        Self {
            version: VERSION,
            time,
            switches: ledger.switches.all().map(|(switch, value)| (switch.name.to_owned(), value)).collect(),
            orders: orders.collect(),
            notifications: notifications.collect(),
            events: ledger.journal.after(0).cloned().collect(),
        }
    }

    /// Returns the gateway's time when it was written.
    pub(super) fn time(&self) -> SystemTime {
        self.time
    }

    /// Puts everything back, or says what is wrong with it.
    pub(super) fn restore(self, ledger: &mut Ledger, gateway: &Gateway) -> Result<(), String> {
        for (name, value) in &self.switches {
            ledger.switches.set(name, value).map_err(|error| format!("the state file: {error}"))?;
        }
        for (at, saved) in self.orders.into_iter().enumerate() {
            let order = saved.order(gateway).ok_or_else(|| format!("the state file: order {at} is none"))?;
            ledger.add(order);
        }
        for (at, saved) in self.notifications.into_iter().enumerate() {
            let notice =
                saved.notice(at as u64 + 1).ok_or_else(|| format!("the state file: notification {at} is none"))?;
            ledger.add_notice(notice);
        }
        for (at, event) in self.events.into_iter().enumerate() {
            if at > 0 && event.number != ledger.journal.last().saturating_add(1) {
                return Err(format!("the state file: event {at} does not follow the one before"));
            }
            ledger.journal.keep(event);
        }
        Ok(())
    }
}

impl SavedOrder {
    fn order(self, gateway: &Gateway) -> Option<Order> {
        let request = OrderRequest::read(&Document::parse(self.body.as_bytes()).ok()?)?;
        // Faults change these members of an answer.
        let answer: Value = serde_json::from_str(&self.answer).ok()?;
        ["order", "payment"].iter().all(|name| answer[name].is_object()).then_some(())?;
        Some(Order {
            request,
            request_id: self.request_id,
            body: self.body.into(),
            answer: self.answer.into(),
            payment_url: format!("{}/pay/{}", gateway.url, self.token),
            token: self.token,
            created: self.created,
            status: self.status,
            settled: self.settled,
            received: self.received,
            faults: self.faults.iter().map(|fault| fault.parse().ok()).collect::<Option<_>>()?,
        })
    }
}

impl SavedNotice {
    fn notice(self, number: u64) -> Option<Notice> {
        let first = match self.first {
            Some((id, time)) => Some((id.parse::<RequestId>().ok()?, time.parse::<Timestamp>().ok()?)),
            None => None,
        };
        Some(Notice {
            number,
            invoice_number: self.invoice_number,
            url: self.url,
            body: self.body.into(),
            created: self.created,
            attempts: self.attempts,
            scheduled: self.scheduled,
            first,
            next: self.next,
            under_way: None,
            faults: self.faults.iter().map(|fault| fault.parse().ok()).collect::<Option<_>>()?,
            repeats: self.repeats,
        })
    }
}
