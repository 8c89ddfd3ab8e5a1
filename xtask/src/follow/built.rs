//! What is built already: the copy takes the compiled crates of others, so that it compiles no more than what changed.

use std::{fs, io, path::Path};

/// What cargo keeps of a compiled crate, in the folder of a profile.
const PARTS: [&str; 3] = [".fingerprint", "build", "deps"];

/// How the names of our own crates begin: they are compiled from the copy.
const OURS: [&str; 2] = ["doku", "xtask"];

/// Copies the compiled crates of others from one target folder to another, unless that has some already.
///
/// It spares time and decides nothing: cargo compiles whatever is missing or does not fit. So what cannot be copied is left out.
pub(super) fn take(from: &Path, to: &Path) {
    let (from, to) = (from.join("debug"), to.join("debug"));
    if to.exists() || !from.exists() {
        return;
    }
    for part in PARTS {
        let Ok(entries) = fs::read_dir(from.join(part)) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name();
            if is_of_others(part, &name.to_string_lossy()) {
                let _ = copy(&entry.path(), &to.join(part).join(name));
            }
        }
    }
}

/// Has the copy use the programs that are installed below the target folder, and what other generators wrote there.
///
/// It spares the network and decides nothing: without it they are installed once more.
pub(super) fn share(target: &Path, copy: &Path) {
    #[cfg(unix)]
    for part in ["tools", "generators"] {
        let (from, to) = (target.join(part), copy.join("target").join(part));
        if !to.exists() && fs::create_dir_all(&from).and(fs::create_dir_all(copy.join("target"))).is_ok() {
            let _ = std::os::unix::fs::symlink(from, to);
        }
    }
    #[cfg(not(unix))]
    let _ = (target, copy);
}

/// Returns whether a file or folder of cargo's is of another's crate. Programs are ours alone, and large.
fn is_of_others(part: &str, name: &str) -> bool {
    let library = name.strip_prefix("lib");
    (part != "deps" || library.is_some()) && !OURS.iter().any(|ours| library.unwrap_or(name).starts_with(ours))
}

/// Copies a file or a folder with the times of its files, which cargo compares.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        return fs::read_dir(from)?.try_for_each(|entry| {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))
        });
    }
    to.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::copy(from, to)?;
    fs::File::options().write(true).open(to)?.set_modified(from.metadata()?.modified()?)
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        time::{Duration, SystemTime},
    };

    use super::take;

    #[test]
    fn crates_of_others_come_with_their_times() {
        let folder = std::env::temp_dir().join(format!("built-{}", std::process::id()));
        let [from, to] = ["from", "to"].map(|name| folder.join(name));
        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        for file in ["deps/libserde-1.rlib", "deps/libdoku_indodana-1.rlib", "build/serde-1/output", "deps/it-1"] {
            let path = from.join("debug").join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, file).unwrap();
            fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
        }
        take(&from, &to);
        let copied = |file: &str| fs::metadata(to.join("debug").join(file)).and_then(|file| file.modified()).ok();
        assert_eq!(copied("deps/libserde-1.rlib"), Some(old));
        assert_eq!(copied("build/serde-1/output"), Some(old));
        assert_eq!((copied("deps/libdoku_indodana-1.rlib"), copied("deps/it-1")), (None, None));
        // What was built in the copy meanwhile stays.
        fs::write(from.join("debug/deps/libtoml-1.rlib"), "").unwrap();
        take(&from, &to);
        assert_eq!(copied("deps/libtoml-1.rlib"), None);
        fs::remove_dir_all(folder).unwrap();
    }
}
