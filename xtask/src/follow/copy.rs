//! A copy of the tree in which everything is done before anything is changed.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::tool::{read, target};

/// The tree, and its copy below the target folder.
pub(super) struct Copy {
    root: PathBuf,
    folder: PathBuf,
    files: BTreeSet<PathBuf>,
}

impl Copy {
    /// Copies what git knows or would know: the files that are tracked, and those that are new and not ignored.
    ///
    /// # Errors
    ///
    /// Where git does not say, or a file cannot be copied.
    pub(super) fn new() -> Result<Self, String> {
        let root = std::env::current_dir().map_err(|error| error.to_string())?;
        let folder = std::path::absolute(target().join("follow")).map_err(|error| error.to_string())?;
        let files = listed(&root)?;
        let failed = |path: &Path, error: io::Error| format!("cannot copy {}: {error}", path.display());
        // What did not change keeps its time, so that cargo builds no more than it must.
        for old in walk(&folder).map_err(|error| failed(&folder, error))?.difference(&files) {
            fs::remove_file(folder.join(old)).map_err(|error| failed(old, error))?;
        }
        for file in &files {
            let (from, to) = (root.join(file), folder.join(file));
            let text = fs::read(&from).map_err(|error| failed(file, error))?;
            if fs::read(&to).is_ok_and(|known| known == text) {
                continue;
            }
            let parent = to.parent().unwrap_or(&folder);
            fs::create_dir_all(parent).and_then(|()| fs::copy(&from, &to)).map_err(|error| failed(file, error))?;
        }
        // Tests in the copy ask git for its files, as they do in the tree.
        if !folder.join(".git").exists() {
            read(Command::new("git").arg("init").arg("--quiet").arg(&folder))?;
        }
        Ok(Self { root, folder, files })
    }

    /// Returns the folder of the copy.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the files that differ, are new, or are gone.
    ///
    /// # Errors
    ///
    /// Where the copy cannot be read.
    pub(super) fn changed(&self) -> Result<Vec<PathBuf>, String> {
        let now = walk(&self.folder).map_err(|error| format!("cannot read {}: {error}", self.folder.display()))?;
        let differs = |file: &&PathBuf| fs::read(self.root.join(file)).ok() != fs::read(self.folder.join(file)).ok();
        let all: BTreeSet<_> = now.union(&self.files).collect();
        Ok(all.into_iter().filter(differs).cloned().collect())
    }

    /// Returns the whole difference as a patch.
    pub(super) fn diff(&self, files: &[PathBuf]) -> String {
        let folder = self.folder.display().to_string();
        let root = self.root.display().to_string();
        let mut out = String::new();
        for file in files {
            let mut command = Command::new("git");
            command.args(["diff", "--no-index", "--no-color", "--"]);
            for side in [&self.root, &self.folder] {
                let path = side.join(file);
                command.arg(if path.exists() { path } else { PathBuf::from("/dev/null") });
            }
            // git exits with 1 where two files differ.
            if let Ok(output) = command.output() {
                let text = String::from_utf8_lossy(&output.stdout);
                out += &text.replace(&folder, "").replace(&root, "");
            }
        }
        out
    }

    /// Makes the tree what the copy is.
    ///
    /// # Errors
    ///
    /// Where a file changed meanwhile, or cannot be written.
    pub(super) fn apply(&self, files: &[PathBuf]) -> Result<(), String> {
        for file in files {
            let (from, to) = (self.folder.join(file), self.root.join(file));
            let parent = to.parent().unwrap_or(&self.root);
            let done = match from.exists() {
                true => fs::create_dir_all(parent).and_then(|()| fs::copy(&from, &to).map(drop)),
                false => fs::remove_file(&to),
            };
            done.map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        }
        Ok(())
    }
}

fn listed(root: &Path) -> Result<BTreeSet<PathBuf>, String> {
    let mut command = Command::new("git");
    command.current_dir(root).args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
    let files = read(&mut command)?;
    Ok(files
        .split('\0')
        .filter(|file| !file.is_empty())
        .map(PathBuf::from)
        .filter(|file| root.join(file).is_file())
        .collect())
}

/// Returns the files below a folder, without what building leaves there.
fn walk(folder: &Path) -> io::Result<BTreeSet<PathBuf>> {
    fn collect(folder: &Path, below: &Path, found: &mut BTreeSet<PathBuf>) -> io::Result<()> {
        for entry in fs::read_dir(folder.join(below))? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            let name = entry.file_name();
            if entry.file_type()?.is_dir() {
                if !["target", "node_modules", "__pycache__", ".git"].iter().any(|left| name == *left) {
                    collect(folder, &path, found)?;
                }
            } else if !path.to_string_lossy().ends_with(".snap.new") {
                found.insert(path);
            }
        }
        Ok(())
    }
    let mut found = BTreeSet::new();
    if folder.exists() {
        collect(folder, Path::new(""), &mut found)?;
    }
    Ok(found)
}
