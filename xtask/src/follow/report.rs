//! What was done, decided, and is left, in lines.

use std::path::PathBuf;

use super::Followed;

/// Returns the report on a page that was followed, and how many files differ.
pub(super) fn report(followed: &Followed, files: &[PathBuf]) -> String {
    let Followed { done, left, decisions, .. } = followed;
    let left = &few(left);
    let mut out = format!("\n{} files differ\n", files.len());
    for (title, lines) in [
        ("done:", done),
        ("decided:", &decisions.made),
        ("left to do by hand, or to read:", left),
        ("to decide, here or by an option:", &decisions.open),
    ] {
        if !lines.is_empty() {
            let lines: String = lines.iter().map(|line| format!("  {line}\n")).collect();
            out += &format!("\n{title}\n{lines}");
        }
    }
    out
}

/// How many vectors and examples are named; what is wrong with many of them has one reason.
const NAMED: usize = 6;

/// Returns what is left to do, without the most of many vectors that are wrong.
fn few(left: &[String]) -> Vec<String> {
    let is_vector = |line: &&String| line.starts_with("spec/vectors");
    let count = left.iter().filter(is_vector).count();
    let Some(more) = count.checked_sub(NAMED).filter(|more| *more > 1) else { return left.to_vec() };
    let mut seen = 0;
    let mut few = Vec::new();
    for line in left {
        if line.starts_with("spec/vectors") {
            seen += 1;
            if seen == NAMED + 1 {
                few.push(format!(
                    "{more} more vectors; `cargo xtask check` and `python3 spec/vectors/check_violations.py` name them"
                ));
            }
            if seen > NAMED {
                continue;
            }
        }
        few.push(line.clone());
    }
    few
}
