//! The state file: what the simulator remembers, across its ends. What was answered is on the disk before the answer.

mod file;
mod record;

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::sync::{mpsc, oneshot};

use self::{
    file::StateFile,
    record::{Record, VERSION},
};
use crate::{
    doku::identity::Identity,
    error::SimulatorError,
    run::{memory::Memory, service::Service},
    told::event::Happening,
};

/// What is asked of whoever writes the state file.
pub(crate) enum Ask {
    /// That all so far is on the disk; it is answered then, and dropped if it cannot be.
    Commit(oneshot::Sender<()>),
    /// To write the rest and end.
    End,
}

/// A state file that was read and is this simulator's.
pub(crate) struct Opened {
    path: PathBuf,
    lock: file::Lock,
    /// The simulator's time when it was last written.
    pub(crate) time: Option<SystemTime>,
}

/// What happened is written after so long, if nobody waits for it.
const LAZY: Duration = Duration::from_millis(200);

/// Reads a state file, if there is one, and puts back what it has.
///
/// # Errors
///
/// [`ErrorKind::ResourceBusy`] for the file of another simulator, [`ErrorKind::InvalidData`] for one that cannot be
/// used; any other where the system refuses.
pub(crate) async fn open(path: PathBuf, memory: &mut Memory, identity: &Identity) -> io::Result<Opened> {
    // Nothing is put beside a file that is another.
    recognise(&path, file::read(&path).map_err(|error| unusable(&path, &error.to_string()))?.as_deref())?;
    let lock = file::lock(&path).await.map_err(|error| match error.kind() {
        ErrorKind::ResourceBusy => error,
        _ => unwritable(&path, &error),
    })?;
    let mut time = None;
    for (line, record) in records(&path)? {
        let restored = record::restore(record, memory, identity);
        time = restored.map_err(|why| unusable(&path, &format!("line {line} {why}")))?.or(time);
    }
    // What was read is written already, by whoever writes all of it.
    memory.take_changes();
    Ok(Opened { path, lock, time })
}

/// Reads the lines of a state file, with their numbers. A last line that was not written to its end was never
/// acknowledged.
fn records(path: &Path) -> io::Result<Vec<(usize, Record)>> {
    let bytes = file::read(path).map_err(|error| unusable(path, &error.to_string()))?;
    recognise(path, bytes.as_deref())?;
    let bytes = bytes.unwrap_or_default();
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let lines = bytes[..whole].split_inclusive(|byte| *byte == b'\n').zip(1..).skip(1);
    let read = |(line, number): (&[u8], usize)| match serde_json::from_slice(line) {
        Ok(record) => Ok((number, record)),
        Err(error) => {
            let column = error.column();
            Err(unusable(path, &format!("line {number} is not one that this simulator writes (column {column})")))
        }
    };
    lines.map(read).collect()
}

/// Refuses what is no state file of this version, by its first line.
fn recognise(path: &Path, bytes: Option<&[u8]>) -> io::Result<()> {
    let Some(bytes) = bytes else { return Ok(()) };
    let line = bytes.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    match serde_json::from_slice(line) {
        Ok(Record::Version(VERSION)) if line.ends_with(b"\n") => Ok(()),
        Ok(Record::Version(other)) if other != VERSION => {
            Err(unusable(path, &format!("it has version {other}, this simulator writes {VERSION}")))
        }
        _ => Err(unusable(path, "it is not a state file of this simulator, or one of an earlier version")),
    }
}

impl Opened {
    /// Writes the state file anew, and returns whoever writes it from now on, to be run until it is told to end.
    ///
    /// # Errors
    ///
    /// Where the system refuses.
    pub(crate) fn keep(
        self,
        service: Arc<Service>,
        asked: mpsc::UnboundedReceiver<Ask>,
    ) -> io::Result<impl Future<Output = Result<(), SimulatorError>> + Send + use<>> {
        let lines = {
            let mut memory = service.memory();
            memory.take_changes();
            record::whole(&memory, service.clock.now())
        };
        let file = StateFile::create(&self.path, &lines, self.lock).map_err(|error| unwritable(&self.path, &error))?;
        Ok(keep(service, self.path, file, asked))
    }
}

/// Writes what happens: at once if somebody waits for it, all that wait together; else soon.
async fn keep(
    service: Arc<Service>,
    path: PathBuf,
    mut file: StateFile,
    mut asked: mpsc::UnboundedReceiver<Ask>,
) -> Result<(), SimulatorError> {
    let mut told = service.told.subscribe();
    // Something may have happened before.
    told.mark_changed();
    let mut ending = false;
    while !ending {
        let mut waiting = Vec::new();
        let mut take = |ask: Ask| match ask {
            Ask::Commit(done) => waiting.push(done),
            Ask::End => ending = true,
        };
        tokio::select! {
            // The sender lives as long as the service does.
            Some(ask) = asked.recv() => take(ask),
            () = async { let _ = told.changed().await; tokio::time::sleep(LAZY).await } => {}
        }
        while let Ok(ask) = asked.try_recv() {
            take(ask);
        }
        let writer = Arc::clone(&service);
        let written = tokio::task::spawn_blocking(move || {
            let result = write(&writer, &mut file);
            (file, result)
        });
        let (same, result) = written.await.map_err(|_| SimulatorError::Unwritable)?;
        file = same;
        if let Err(error) = result {
            let path = path.display();
            let reason = format!(
                "the state file {path} cannot be written: {error}; the simulator stops, because it could forget what \
                 it answers; free the disk and start it again"
            );
            service.tell(None, Happening::Failed { reason });
            service.stopping.send_replace(true);
            // Whoever waits, and whoever will, learns it because this ends.
            return Err(SimulatorError::Unwritable);
        }
        for done in waiting {
            // Whoever asked may have left.
            let _ = done.send(());
        }
    }
    Ok(())
}

fn write(service: &Service, file: &mut StateFile) -> io::Result<()> {
    let lines = record::changes(&mut service.memory(), service.clock.now());
    if !lines.is_empty() {
        file.append(&lines)?;
    }
    if !file.is_long() {
        return Ok(());
    }
    let lines = {
        let mut memory = service.memory();
        memory.take_changes();
        record::whole(&memory, service.clock.now())
    };
    file.rewrite(&lines)
}

fn unusable(path: &Path, why: &str) -> io::Error {
    let text = format!("the state file {} cannot be used: {why}; move it away or name another file", path.display());
    io::Error::new(ErrorKind::InvalidData, text)
}

fn unwritable(path: &Path, error: &io::Error) -> io::Error {
    let text = format!("the state file {} cannot be written: {error}; name one in a folder of yours", path.display());
    io::Error::new(error.kind(), text)
}
