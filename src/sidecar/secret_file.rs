//! Files that hold secrets: for their owner alone.

use std::{
    fs::File,
    io::{ErrorKind, Read as _},
    path::Path,
};

/// The longest file of settings or secrets that is read, in bytes.
const LONGEST: u64 = 64 << 10;

/// Reads a file that others than its owner must not read. The error says what is wrong, without the path.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound if path.is_relative() => {
            "there is no such file; a relative path begins at the folder in which the sidecar is started".to_owned()
        }
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "this user may not read the file".to_owned(),
        kind => format!("the file cannot be read: {kind}"),
    })?;
    check_mode(&file)?;
    let mut text = String::new();
    let read = file.take(LONGEST + 1).read_to_string(&mut text);
    let length = read.map_err(|error| match error.kind() {
        ErrorKind::InvalidData => "the file is no utf-8 text".to_owned(),
        ErrorKind::IsADirectory => "it is a folder; name a file".to_owned(),
        kind => format!("the file cannot be read: {kind}"),
    })?;
    if length as u64 > LONGEST {
        return Err("the file is longer than 64 KiB; name the right file".to_owned());
    }
    Ok(text)
}

/// Refuses a file that its group or others may read or change.
#[cfg(unix)]
fn check_mode(file: &File) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata().map_err(|error| format!("the file cannot be looked at: {}", error.kind()))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(format!("others may read the file (mode {mode:03o}); run chmod 600 on it"))
}

#[cfg(not(unix))]
fn check_mode(_: &File) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::read;

    #[test]
    fn a_relative_path_that_leads_nowhere_says_where_it_begins() {
        for (path, reason) in [
            ("/no/such/file", "there is no such file"),
            (
                "no-such-file",
                "there is no such file; a relative path begins at the folder in which the sidecar is started",
            ),
        ] {
            assert_eq!(read(Path::new(path)).unwrap_err(), reason);
        }
    }
}
