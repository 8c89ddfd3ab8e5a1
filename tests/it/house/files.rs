//! The Rust files of a package.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Returns the Rust files below a folder, but for those below the folders that are named.
pub(super) fn files(src: &Path, elsewhere: &[&str]) -> Vec<PathBuf> {
    let mut all = Vec::new();
    collect(src, &mut all);
    all.retain(|file| !elsewhere.iter().any(|folder| file.starts_with(src.join(folder))));
    all
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a folder of src").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

pub(super) fn parse(file: &Path) -> syn::File {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
