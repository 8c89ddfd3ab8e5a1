//! The state file on the disk: [`StateFile`]. What it has acknowledged survives the process, and the machine.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    time::Duration,
};

/// A state file that is written, by this simulator alone.
pub(crate) struct StateFile {
    path: PathBuf,
    file: File,
    length: u64,
    /// At this length it is written anew, without what later lines have changed.
    longest: u64,
    /// What keeps other simulators off, for as long as it is open. Where the system has no locks there is none.
    _lock: Option<File>,
}

/// A file grows by at least so many bytes before it is written anew.
const GROWTH: u64 = 64 << 20;

/// How long a simulator of the same state file may take to end.
const ENDING: Duration = Duration::from_secs(1);

/// What keeps other simulators off a state file.
pub(crate) struct Lock(Option<File>);

/// Takes a state file for one simulator alone. What is locked is a file beside it, which stays, because the state file
/// itself is replaced.
///
/// # Errors
///
/// [`ErrorKind::ResourceBusy`] if another simulator has it; any other if the system refuses.
pub(crate) async fn lock(path: &Path) -> io::Result<Lock> {
    let beside = beside(path, ".lock");
    regular(&beside)?;
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&beside)?;
    let wait = Duration::from_millis(20);
    for _ in 0..ENDING.as_millis() / wait.as_millis() {
        match file.try_lock() {
            Ok(()) => return Ok(Lock(Some(file))),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(wait).await,
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => return Ok(Lock(None)),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    let text =
        format!("the state file {} is in use by another simulator; stop it or name another file", path.display());
    Err(io::Error::new(ErrorKind::ResourceBusy, text))
}

/// Returns what is in a state file; `None` if there is none yet.
///
/// # Errors
///
/// Where it is a symbolic link, a pipe or anything else that is no plain file, or the system refuses.
pub(crate) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    if regular(path)? { fs::read(path).map(Some) } else { Ok(None) }
}

impl StateFile {
    /// Puts these lines in the place of a state file. There is a whole file at every moment.
    ///
    /// # Errors
    ///
    /// Where the system refuses; the file that was there stays.
    pub(crate) fn create(path: &Path, lines: &[u8], lock: Lock) -> io::Result<Self> {
        let file = replace(path, lines)?;
        let length = lines.len() as u64;
        Ok(Self { path: path.to_owned(), file, length, longest: longest(length), _lock: lock.0 })
    }

    /// Adds lines and waits until they are on the disk. After an error, what is in the file is unknown: nothing more may
    /// be added.
    ///
    /// # Errors
    ///
    /// Where the system refuses, for example because the disk is full.
    pub(crate) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.file.write_all(lines)?;
        self.file.sync_data()?;
        self.length += lines.len() as u64;
        Ok(())
    }

    /// Returns whether it is long enough to be written anew.
    pub(crate) fn is_long(&self) -> bool {
        self.length >= self.longest
    }

    /// Writes it anew.
    ///
    /// # Errors
    ///
    /// Where the system refuses.
    pub(crate) fn rewrite(&mut self, lines: &[u8]) -> io::Result<()> {
        self.file = replace(&self.path, lines)?;
        self.length = lines.len() as u64;
        self.longest = longest(self.length);
        Ok(())
    }
}

fn longest(length: u64) -> u64 {
    length.saturating_mul(2).max(length.saturating_add(GROWTH))
}

/// Writes a file beside, then puts it in its place: both the file and its name are on the disk on return. It holds
/// customers' data, so only its owner can read it.
fn replace(path: &Path, lines: &[u8]) -> io::Result<File> {
    regular(path)?;
    let new = beside(path, ".new");
    // What is left of a process that ended meanwhile may be readable by others, or lead elsewhere.
    match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(lines)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    sync_folder(path)?;
    Ok(file)
}

/// Waits until the names in the folder of a file are on the disk.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// A folder cannot be opened as a file here; the system keeps its names by itself.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Returns whether there is a plain file at this path; anything else that is there is an error, because to open a pipe
/// waits for ever and a link leads elsewhere.
fn regular(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(true),
        Ok(found) => {
            let what = if found.is_symlink() { "a symbolic link" } else { "not a plain file" };
            Err(io::Error::new(ErrorKind::InvalidInput, format!("{} is {what}", path.display())))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(suffix);
    beside.into()
}
