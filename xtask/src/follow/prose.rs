//! What names an address of the API beside the contract: documentation and examples.

use std::{fs, path::Path};

/// What is generated, what is DOKU's, what tells of the past, and our own tests: an address is never replaced there.
const KEPT: [&str; 5] = ["spec/", "CHANGELOG.md", "xtask/", "bindings/node/generated", "target/"];

/// Writes a new address wherever the old one stands in documentation, examples and code; in a regular expression its slashes are
/// escaped.
///
/// # Errors
///
/// Where a file cannot be written.
pub(super) fn rename(was: &str, is: &str) -> Result<(), String> {
    for file in files(Path::new("."))? {
        let name = file.trim_start_matches("./");
        let Ok(text) = fs::read_to_string(name) else { continue };
        let new = renamed(&text, was, is);
        if new == text || KEPT.iter().any(|kept| name.starts_with(kept)) {
            continue;
        }
        fs::write(name, new).map_err(|error| format!("cannot write {name}: {error}"))?;
    }
    Ok(())
}

fn renamed(text: &str, was: &str, is: &str) -> String {
    let escaped = |address: &str| address.replace('/', r"\/");
    text.replace(was, is).replace(&escaped(was), &escaped(is))
}

fn files(folder: &Path) -> Result<Vec<String>, String> {
    let failed = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", ".git", "__pycache__"].contains(&&*name) {
                found.extend(files(&path)?);
            }
        } else {
            found.push(path.display().to_string());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn an_address_in_a_regular_expression_is_one() {
        let text = r"POST /a/v2/b, /^POST \/a\/v2\/b\n/, /a/v2/c";
        assert_eq!(renamed(text, "/a/v2/b", "/a/v3/b"), r"POST /a/v3/b, /^POST \/a\/v3\/b\n/, /a/v2/c");
    }
}
