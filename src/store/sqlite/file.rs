//! The file of a store: looked at before it is opened, made so that it is there as a whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read as _},
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};

use super::{fault, migration};
use crate::{StoreError, entry::Entry, record::Owner, schedule::Millis};

/// What SQLite's files begin with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// SQLite before 3.51.3 can damage a database when two connections write and empty the log at once.
const LEAST_SQLITE: i32 = 3_051_003;

/// Looks at the file without changing it, and makes it where there is none and it may be made. Returns whose it is.
pub(super) fn prepare(path: &Path, entry: &Entry, now: Millis, allow_network: bool) -> Result<Owner, StoreError> {
    check_library(rusqlite::version_number(), rusqlite::version())?;
    let folder = folder(path);
    match fs::metadata(folder) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(unusable(path, "its folder is a file; name a file within a folder")),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(unusable(path, "its folder does not exist; make the folder first"));
        }
        Err(error) => return Err(unusable(path, &format!("its folder cannot be looked at: {}", reason(&error)))),
    }
    if !allow_network {
        check_file_system(path, folder)?;
    }
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return match entry.owner() {
                Some(owner) => create(path, folder, owner, now).and_then(|()| check_owner(path, entry)),
                None => Err(unusable(path, "there is no such file; name the file of a store")),
            };
        }
        Err(error) => return Err(unusable(path, &format!("it cannot be looked at: {}", reason(&error)))),
        Ok(_) => {}
    }
    let metadata =
        fs::metadata(path).map_err(|_| unusable(path, "it is a link that leads nowhere; correct the link"))?;
    if !metadata.is_file() {
        return Err(unusable(path, "it is no file; name a file"));
    }
    check_mode(path, &metadata)?;
    check_header(path, metadata.len())?;
    check_owner(path, entry)
}

/// Returns the size of a file beside the store, 0 where there is none.
pub(super) fn size(path: &Path, suffix: &str) -> u64 {
    fs::metadata(beside(path, suffix)).map_or(0, |metadata| metadata.len())
}

/// Returns the mode of the store's file, where files have one.
#[cfg(unix)]
pub(super) fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(fs::metadata(path).ok()?.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
pub(super) fn mode(_: &Path) -> Option<u32> {
    None
}

/// Refuses a library that is too old.
fn check_library(number: i32, version: &str) -> Result<(), StoreError> {
    if number >= LEAST_SQLITE {
        return Ok(());
    }
    Err(StoreError::unusable(format!(
        "sqlite {version} is linked, which can damage a store; link 3.51.3 or newer (the feature `bundled` of rusqlite \
         brings one)"
    )))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

pub(super) fn unusable(path: &Path, what: &str) -> StoreError {
    StoreError::unusable(format!("the store {} cannot be used: {what}", path.display()))
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => "this user may not; give it the right to read and write".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only; name another folder".to_owned(),
        kind => kind.to_string(),
    }
}

/// Refuses a file that others than its owner may read: bodies hold personal data.
#[cfg(unix)]
fn check_mode(path: &Path, metadata: &fs::Metadata) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let what = format!("others may read it (mode {mode:03o}), and it holds customers' data; run chmod 600 on it");
    Err(unusable(path, &what))
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &fs::Metadata) -> Result<(), StoreError> {
    Ok(())
}

fn check_header(path: &Path, length: u64) -> Result<(), StoreError> {
    if length == 0 {
        let what =
            "it is empty, and a store never is; if there never were orders in it, remove it, else restore a backup";
        return Err(unusable(path, what));
    }
    let mut header = [0_u8; 100];
    let mut file =
        File::open(path).map_err(|error| unusable(path, &format!("it cannot be read: {}", reason(&error))))?;
    if file.read_exact(&mut header).is_err() || header[..16] != *MAGIC {
        return Err(unusable(
            path,
            "it is no sqlite database; name the file of a store, or one that does not exist yet",
        ));
    }
    let page_size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let pages = u64::from(u32::from_be_bytes([header[28], header[29], header[30], header[31]]));
    // While there is a log, what is missing here may be there.
    if size(path, "-wal") == 0 && pages * page_size > length {
        let what = format!("it is cut off: {length} bytes of {}; keep it, and restore a backup", pages * page_size);
        return Err(unusable(path, &what));
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Refuses what another program, another version, another environment or another client id made. Returns whose it is.
fn check_owner(path: &Path, entry: &Entry) -> Result<Owner, StoreError> {
    let has_log = || beside(path, "-wal").exists();
    // Whoever has the file open has a log. Where nobody has, it is read without the files that SQLite makes beside it.
    let mut label = if has_log() { read_label(path, false) } else { read_label(path, true) };
    if label.is_err() && has_log() {
        label = read_label(path, false);
    }
    let Some((version, theirs)) = label.map_err(|error| fault::unopened(path, &error))? else {
        return Err(unusable(path, "it is another program's database; name another file"));
    };
    entry.judge(version, migration::NEWEST, &theirs).map_err(|what| unusable(path, &what))?;
    Ok(theirs)
}

/// Returns version and owner of the store in a file; `None` where there is none in it. `still` is for a file that nobody
/// changes meanwhile.
fn read_label(path: &Path, still: bool) -> Result<Option<(i64, Owner)>, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match still_address(path).filter(|_| still) {
        Some(address) => Connection::open_with_flags(address, flags | OpenFlags::SQLITE_OPEN_URI)?,
        None => Connection::open_with_flags(path, flags)?,
    };
    let ours = "select count(*) from sqlite_schema where type = 'table' and name = 'doku_meta'";
    if connection.query_row(ours, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(None);
    }
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, Owner { environment: row.get(1)?, client_id: row.get(2)? }));
    connection.query_row(include_str!("statements/meta_select.sql"), [], read).map(Some)
}

/// Returns the address under which SQLite takes a file for one that does not change.
fn still_address(path: &Path) -> Option<String> {
    let path = fs::canonicalize(path).ok()?;
    let mut address = "file:".to_owned();
    for byte in path.to_str().filter(|path| path.starts_with('/'))?.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address.push_str("?immutable=1");
    Some(address)
}

/// Makes the store beside its place and then links it there: after a crash it is there as a whole or not at all, and of
/// two processes that do so at once one wins.
fn create(path: &Path, folder: &Path, owner: &Owner, now: Millis) -> Result<(), StoreError> {
    let draft = beside(path, &format!(".{}-{}.new", std::process::id(), number()));
    let cannot = |error: &std::io::Error| unusable(path, &format!("it cannot be made: {}", reason(error)));
    open_private(&draft).map_err(|error| cannot(&error))?;
    let made = fill(&draft, owner, now).map_err(|error| fault::unopened(path, &error));
    let linked = made.and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        // A file system without links: the plain way.
        Err(_) => fs::rename(&draft, path).map_err(|error| cannot(&error)),
        Ok(()) => Ok(()),
    });
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let _ = fs::remove_file(beside(&draft, suffix));
    }
    linked?;
    // The name must be on the disk before anything in it counts as stored.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| cannot(&error))
}

/// A name that no other thread of this process takes.
fn number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn open_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map(drop)
}

fn fill(draft: &Path, owner: &Owner, now: Millis) -> Result<(), rusqlite::Error> {
    let connection = Connection::open(draft)?;
    // Write-ahead logging is a property of the file; all else is set by each connection.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    migration::create(&connection, owner, now)?;
    connection.execute_batch("pragma wal_checkpoint(truncate)")?;
    connection.close().map_err(|(_, error)| error)
}

/// Makes an empty file for a copy, which nobody else may read.
pub(super) fn reserve(path: &Path) -> Result<(), StoreError> {
    open_private(path).map_err(|error| {
        let what = match error.kind() {
            ErrorKind::AlreadyExists => "it exists; name a file that does not".to_owned(),
            _ => reason(&error),
        };
        StoreError::unusable(format!("the backup {} cannot be made: {what}", path.display()))
    })
}

/// Waits until a finished copy is on the disk.
pub(super) fn seal(path: &Path) -> Result<(), StoreError> {
    let sealed = File::open(path).and_then(|file| {
        file.sync_all()?;
        File::open(folder(path))?.sync_all()
    });
    sealed.map_err(|error| StoreError::unavailable(format!("the backup is not on the disk: {}", reason(&error))))
}

/// Refuses a file system whose locks or writes do not hold what SQLite needs of them.
#[cfg(target_os = "linux")]
fn check_file_system(path: &Path, folder: &Path) -> Result<(), StoreError> {
    let Ok(found) = rustix::fs::statfs(folder) else { return Ok(()) };
    // The field's type differs between architectures; the numbers are of 32 bits.
    let kind = (found.f_type as u64) & 0xFFFF_FFFF;
    let Some(name) = network_name(kind) else { return Ok(()) };
    let what = format!(
        "it is on a network file system ({name}), where locks may not hold; use a disk of this machine, or postgresql"
    );
    Err(unusable(path, &what))
}

#[cfg(not(target_os = "linux"))]
fn check_file_system(_: &Path, _: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// Source: statfs(2).
#[cfg(target_os = "linux")]
fn network_name(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0x6969 => "nfs",
        0x517B | 0xFF53_4D42 | 0xFE53_4D42 => "smb",
        0x0102_1997 => "9p",
        0x6573_5546 => "fuse",
        0x5346_414F => "afs",
        0x00C3_6400 => "ceph",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_library_is_refused() {
        assert!(check_library(3_051_003, "3.51.3").is_ok());
        let error = check_library(3_051_002, "3.51.2").unwrap_err().to_string();
        assert_eq!(
            error,
            "sqlite 3.51.2 is linked, which can damage a store; link 3.51.3 or newer (the feature `bundled` of rusqlite \
             brings one)"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn network_file_systems_are_known() {
        for (kind, name) in [(0x6969, "nfs"), (0xFF53_4D42, "smb"), (0x0102_1997, "9p"), (0x6573_5546, "fuse")] {
            assert_eq!(network_name(kind), Some(name));
        }
        // ext4, tmpfs, overlay, xfs, btrfs.
        for kind in [0xEF53, 0x0102_1994, 0x794C_7630, 0x5846_5342, 0x9123_683E] {
            assert_eq!(network_name(kind), None, "{kind:x}");
        }
    }
}
