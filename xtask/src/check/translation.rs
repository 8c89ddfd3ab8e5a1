//! That the Indonesian README has the headings, code, tables, links and numbers of the English one.

use std::{fmt, mem};

use super::link;

/// The English README, relative to the package.
pub(super) const ORIGINAL: &str = "README.md";

/// The Indonesian README, relative to the package.
pub(super) const TRANSLATION: &str = "README.id.md";

/// Returns a line for each place where the two texts differ in more than their language.
///
/// Headings have the same levels in the same order. In each section, code blocks are the same but for comments, tables have
/// as many rows and columns, and links, code within a line and numbers are the same in any order.
pub(super) fn differences(original: &str, translation: &str) -> Vec<String> {
    let (originals, translations) = (sections(original), sections(translation));
    let heading = |section: &Section<'_>| (section.line, format!("a heading of level {}", section.level));
    let [ours, theirs] = [&originals, &translations].map(|sections| sections.iter().map(heading).collect::<Vec<_>>());
    if let Some(finding) = difference("headings", &ours, &theirs) {
        return vec![finding];
    }
    let mut findings = Vec::new();
    for (ours, theirs) in originals.iter().zip(&translations) {
        let (at, translated) = (ours.line, theirs.line);
        let (count, others) = (ours.blocks.len(), theirs.blocks.len());
        if count == others {
            let pairs = ours.blocks.iter().zip(&theirs.blocks);
            findings.extend(pairs.filter_map(|(ours, theirs)| difference(&ours.name, &ours.lines, &theirs.lines)));
        } else {
            findings.push(format!(
                "{TRANSLATION}:{translated} begins a section with {others} code blocks and tables, {ORIGINAL}:{at} with {count}"
            ));
        }
        for (line, mark) in beyond(&ours.marks, &theirs.marks) {
            findings.push(format!("{ORIGINAL}:{line} has {mark}, the section at {TRANSLATION}:{translated} lacks it"));
        }
        for (line, mark) in beyond(&theirs.marks, &ours.marks) {
            findings.push(format!("{TRANSLATION}:{line} has {mark}, the section at {ORIGINAL}:{at} lacks it"));
        }
    }
    findings
}

/// What is compared, with the line where it stands.
type ReadmeLine = (usize, String);

/// A heading, and what follows it up to the next one.
#[derive(Default)]
struct Section<'a> {
    line: usize,
    level: usize,
    blocks: Vec<Passage>,
    marks: Vec<(usize, Mark<'a>)>,
}

/// A code block without comments and blank lines, or the shape of a table.
struct Passage {
    name: String,
    lines: Vec<ReadmeLine>,
}

/// What a line of prose has in any language.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark<'a> {
    Link(&'a str),
    Code(&'a str),
    Number(&'a str),
}

impl fmt::Display for Mark<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(target) => write!(f, "a link to {target}"),
            Self::Code(code) => write!(f, "`{code}`"),
            Self::Number(digits) => write!(f, "the number {digits}"),
        }
    }
}

fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections = Vec::new();
    let mut section = Section { line: 1, ..Section::default() };
    let (mut codes, mut tables) = (0, 0);
    let mut block: Option<Passage> = None;
    let mut language = None;
    for (at, line) in (1..).zip(text.lines()) {
        if let Some(known) = language {
            let code = without_comment(known, line);
            if line.starts_with("```") {
                section.blocks.extend(block.take());
                language = None;
            } else if let Some(block) = block.as_mut().filter(|_| !code.is_empty()) {
                block.lines.push((at, format!("`{code}`")));
            }
            continue;
        }
        if line.starts_with('|') {
            let table = block.get_or_insert_with(|| {
                tables += 1;
                Passage { name: format!("table {tables}"), lines: Vec::new() }
            });
            table.lines.push((at, format!("a row of {} columns", line.matches('|').count() - 1)));
        } else {
            section.blocks.extend(block.take());
        }
        if line.starts_with('#') {
            let level = line.bytes().take_while(|byte| *byte == b'#').count();
            sections.push(mem::replace(&mut section, Section { line: at, level, ..Section::default() }));
        }
        if let Some(opened) = line.strip_prefix("```") {
            codes += 1;
            block = Some(Passage {
                name: format!("code block {codes}"),
                lines: vec![(at, format!("the language {opened}"))],
            });
            language = Some(opened);
        } else {
            section.marks.extend(marks(line).into_iter().map(|mark| (at, mark)));
        }
    }
    section.blocks.extend(block);
    sections.push(section);
    sections
}

/// Returns a line of code without its comment; of a diagram, without what it shows to people.
fn without_comment<'a>(language: &str, line: &'a str) -> &'a str {
    let starts_word = |at: &usize| line[..*at].chars().next_back().is_none_or(char::is_whitespace);
    let comment = |sign: &str| line.match_indices(sign).map(|(at, _)| at).find(starts_word);
    let end = match language.split(',').next() {
        Some("rust") => comment("//"),
        Some("sh") => comment("#"),
        Some("mermaid") => line.find(": ").or_else(|| line.find(" as ")),
        _ => None,
    };
    line[..end.unwrap_or(line.len())].trim_end()
}

/// Returns links, code and numbers of a line; the two texts link to each other, which is no difference.
fn marks(line: &str) -> Vec<Mark<'_>> {
    let links = link::targets(line).filter(|target| ![ORIGINAL, TRANSLATION].contains(target)).map(Mark::Link);
    let code = line.split('`').skip(1).step_by(2).map(Mark::Code);
    let prose = line.split('`').step_by(2);
    let numbers = prose.flat_map(|prose| prose.split(|letter: char| !letter.is_ascii_digit()));
    links.chain(code).chain(numbers.filter(|digits| !digits.is_empty()).map(Mark::Number)).collect()
}

/// Returns the first place where lines differ.
fn difference(name: &str, ours: &[ReadmeLine], theirs: &[ReadmeLine]) -> Option<String> {
    let text = |lines: &[ReadmeLine], at: usize| lines.get(at).map(|(_, text)| text.clone());
    let at = (0..ours.len().max(theirs.len())).find(|at| text(ours, *at) != text(theirs, *at))?;
    let told = |lines: &[ReadmeLine]| match lines.get(at).or(lines.last()) {
        Some((line, _)) => format!("{line} has {}", text(lines, at).unwrap_or_else(|| "nothing more".to_owned())),
        None => "1 has nothing".to_owned(),
    };
    Some(format!("{TRANSLATION}:{}, {ORIGINAL}:{} ({name})", told(theirs), told(ours)))
}

/// Returns the marks that one side has more often than the other.
fn beyond<'a>(these: &[(usize, Mark<'a>)], others: &[(usize, Mark<'a>)]) -> Vec<(usize, Mark<'a>)> {
    let mut rest: Vec<_> = others.iter().map(|(_, mark)| *mark).collect();
    let lacks = |(_, mark): &&(usize, Mark<'a>)| {
        let found = rest.iter().position(|other| other == mark);
        found.map(|at| rest.swap_remove(at)).is_none()
    };
    these.iter().filter(lacks).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "\
# Title
[Bahasa Indonesia](README.id.md), [far](https://doku.com) and `a`, 3 times.
```rust,no_run
// A comment.
call(\"http://shop.example\"); // another

# hidden();
```
## Table
| a | b |
|---|---|
| x | y |
```sh
doku help   # all
```
```mermaid
    participant C as Customer
    C->>M: pays
```
";

    /// The same, in the other language.
    const INDONESIAN: &str = "\
# Judul
[English](README.md): 3 kali `a`,
dan [jauh](https://doku.com).
```rust,no_run
call(\"http://shop.example\"); // yang lain
# hidden();
```
## Tabel
| a | b |
|---|---|
| x | y |
```sh
doku help   # semua
```
```mermaid
    participant C as Pelanggan
    C->>M: membayar
```
";

    #[test]
    fn a_translation_differs_in_words_alone() {
        assert_eq!(differences(ENGLISH, INDONESIAN), [""; 0]);
    }

    #[test]
    fn each_other_difference_is_named() {
        for (from, to, expect) in [
            (
                "shop.",
                "toko.",
                "README.id.md:5 has `call(\"http://toko.example\");`, README.md:5 has `call(\"http://shop.example\");` \
                 (code block 1)",
            ),
            ("# hidden();\n", "", "README.id.md:5 has nothing more, README.md:7 has `# hidden();` (code block 1)"),
            (
                "rust,no_run",
                "rust",
                "README.id.md:4 has the language rust, README.md:3 has the language rust,no_run (code block 1)",
            ),
            ("help ", "halo ", "README.id.md:13 has `doku halo`, README.md:14 has `doku help` (code block 2)"),
            (
                "```mermaid\n    participant C as Pelanggan\n    C->>M: membayar\n```\n",
                "",
                "README.id.md:8 begins a section with 2 code blocks and tables, README.md:9 with 3",
            ),
            (
                "## Tabel",
                "### Tabel",
                "README.id.md:8 has a heading of level 3, README.md:9 has a heading of level 2 (headings)",
            ),
            ("| x | y |\n", "", "README.id.md:10 has nothing more, README.md:12 has a row of 2 columns (table 1)"),
            (
                "| x | y |",
                "| x |",
                "README.id.md:11 has a row of 1 columns, README.md:12 has a row of 2 columns (table 1)",
            ),
            ("3 kali", "tiga kali", "README.md:2 has the number 3, the section at README.id.md:1 lacks it"),
            (
                "doku.com",
                "doku.example",
                "README.md:2 has a link to https://doku.com, the section at README.id.md:1 lacks it; \
                 README.id.md:3 has a link to https://doku.example, the section at README.md:1 lacks it",
            ),
            ("`a`", "`a` `a`", "README.id.md:2 has `a`, the section at README.md:1 lacks it"),
        ] {
            assert!(INDONESIAN.contains(from), "{from}");
            assert_eq!(differences(ENGLISH, &INDONESIAN.replacen(from, to, 1)).join("; "), expect);
        }
    }
}
