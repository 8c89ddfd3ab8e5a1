//! That relative links in the documentation lead somewhere.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders whose Markdown is ours.
const FOLDERS: [&str; 14] = [
    ".",
    "benches",
    "bindings/go",
    "bindings/java",
    "bindings/node",
    "bindings/php",
    "bindings/python",
    "examples/docker",
    "spec",
    "spec/generated",
    "spec/vectors",
    "src/cli",
    "src/simulator",
    "src/store",
];

/// Returns a line for each relative link of a Markdown file that leads nowhere.
///
/// # Errors
///
/// Where a folder or a file cannot be read.
pub(super) fn broken(root: &Path) -> Result<Vec<String>, String> {
    let mut findings = Vec::new();
    for folder in FOLDERS {
        for path in documents(&root.join(folder))? {
            let text = fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
            let folder = path.parent().unwrap_or(root);
            for (line, target) in links(&text) {
                let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
                let file = if file.is_empty() { path.clone() } else { folder.join(file) };
                let name = path.strip_prefix(root).unwrap_or(&path).display();
                if !file.exists() {
                    findings.push(format!("{name}:{line} links to {target}, which does not exist"));
                } else if !anchor.is_empty() && !has_anchor(&file, anchor) {
                    findings.push(format!("{name}:{line} links to {target}, where no heading has this anchor"));
                }
            }
        }
    }
    Ok(findings)
}

fn documents(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error| format!("cannot read {}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the relative targets of links outside of code blocks, with their lines.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (at, line) in text.lines().enumerate() {
        in_code ^= line.trim_start().starts_with("```");
        if in_code {
            continue;
        }
        found.extend(targets(line).filter(|target| !target.contains(':')).map(|target| (at + 1, target)));
    }
    found
}

/// Returns the targets of the inline links and the link definition of a line.
pub(super) fn targets(line: &str) -> impl Iterator<Item = &str> {
    let inline = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let definition = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, target)| target.trim());
    inline.chain(definition).filter(|target| !target.is_empty())
}

/// Tells whether a heading of a Markdown file has an anchor; other files have lines: `#L10`.
fn has_anchor(file: &Path, anchor: &str) -> bool {
    if file.extension().is_none_or(|extension| extension != "md") {
        return true;
    }
    let text = fs::read_to_string(file).unwrap_or_default();
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let slug = |heading: &str| -> String {
        let kept = heading.to_lowercase();
        let kept = kept.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
        kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
    };
    headings.map(slug).any(|known| known == anchor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_of_code() {
        let text = "[a](a.md) and [b](b/c.md#d 'title'), [far](https://doku.com)\n```\n[code](x)\n```\n[e]: e.md\n";
        assert_eq!(links(text), [(1, "a.md"), (1, "b/c.md#d"), (5, "e.md")]);
    }

    #[test]
    fn links_that_lead_nowhere_are_named() {
        let root = std::env::temp_dir().join(format!("links-{}", std::process::id()));
        for folder in &FOLDERS[1..] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        fs::write(root.join("A.md"), "# Two words\n[b](spec/B.md#one) [c](C.md) [a](#two-words)\n").unwrap();
        fs::write(root.join("spec/B.md"), "[a](../A.md#two-words)\n[v](vectors)\n").unwrap();
        let expect = [
            "A.md:2 links to spec/B.md#one, where no heading has this anchor",
            "A.md:2 links to C.md, which does not exist",
        ];
        assert_eq!(broken(&root).unwrap(), expect.map(str::to_owned));
        fs::remove_dir_all(root).unwrap();
    }
}
