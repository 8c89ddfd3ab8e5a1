//! A copy of this repository, in which the page is followed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A copy below the target folder.
pub(super) struct Tree(PathBuf);

/// What `follow` said.
pub(super) struct Said {
    pub(super) code: i32,
    pub(super) text: String,
}

/// Returns the repository whose tests run.
fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn git(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("git").current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

impl Tree {
    /// Copies the files of this repository that git knows, or would take.
    pub(super) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("follow-{name}"));
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let listed = git(repository(), &["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
        for file in String::from_utf8(listed).unwrap().split('\0').filter(|file| !file.is_empty()) {
            let (from, to) = (repository().join(file), folder.join(file));
            if from.is_file() {
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::copy(from, to).unwrap();
            }
        }
        fs::create_dir_all(folder.join("target")).unwrap();
        git(&folder, &["init", "--quiet"]);
        Self(folder)
    }

    /// Returns a file of this repository.
    pub(super) fn source(path: &str) -> String {
        fs::read_to_string(repository().join(path)).unwrap()
    }

    /// Returns a file of the copy.
    pub(super) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap()
    }

    /// Writes a file of the copy.
    pub(super) fn write(&self, path: &str, text: &str) {
        fs::write(self.0.join(path), text).unwrap();
    }

    /// Makes a page the one that was read last.
    pub(super) fn known(&self, page: &str) {
        self.write("target/page.md", page);
        self.xtask(&["drift", "target/page.md", "--accept"], 0);
        let said = self.xtask(&["drift", "target/page.md"], 0);
        assert!(said.contains("no drift; "), "{said}");
    }

    fn command(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.current_dir(&self.0).args(arguments).env("CARGO_MANIFEST_DIR", self.0.join("xtask"));
        command.env_remove("CARGO_TARGET_DIR").output().unwrap()
    }

    /// Runs a command of `cargo xtask` in the copy, and returns what it writes.
    pub(super) fn xtask(&self, arguments: &[&str], code: i32) -> String {
        let output = self.command(arguments);
        let [text, errors] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{text}{errors}");
        text
    }

    /// Follows a page.
    pub(super) fn follow(&self, page: &str, options: &[&str]) -> Said {
        self.write("target/page.md", page);
        let output = self.command(&[&["follow", "target/page.md", "--quick"], options].concat());
        let [text, errors] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        assert_eq!(errors, "", "{options:?}\n{text}");
        Said { code: output.status.code().unwrap(), text }
    }

    /// Has the vectors judged by the script that made them, where there is Python.
    pub(super) fn vectors(&self) {
        let script = ["spec/vectors/check_violations.py", "--no-jsonschema"];
        if let Ok(output) = Command::new("python3").current_dir(&self.0).args(script).output() {
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

impl Said {
    /// Returns the lines of the contract that differ, and what was done and is left; nothing that depends on other files.
    pub(super) fn in_short(&self) -> String {
        let contract = self.text.split("diff --git ").find(|part| part.starts_with("a/spec/openapi.yaml"));
        let differs =
            |line: &&str| line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---");
        let contract = contract.into_iter().flat_map(str::lines).take_while(|line| !line.ends_with(" files differ"));
        let contract: String = contract.filter(differs).map(|line| format!("    {line}\n")).collect();
        let report = self.text.split_once(" files differ\n").map_or(&*self.text, |(_, report)| report);
        // What each run ends with.
        let always =
            ["the snapshots: ", "what other generators make of the contract", "nothing is changed; ", "applied: "];
        let kept = |line: &&str| !line.is_empty() && !always.iter().any(|start| line.trim_start().starts_with(start));
        // Which vectors and examples are to be mended by hand depends on what there are.
        let mended =
            |line: &str| ["spec/vectors", "spec/examples"].iter().any(|start| line.trim_start().starts_with(start));
        let short = |line| if mended(line) { "  vectors or examples, each with what it says now" } else { line };
        let mut report: Vec<_> = report.lines().filter(kept).map(short).collect();
        report.dedup();
        let report: String = report.iter().map(|line| format!("{line}\n")).collect();
        format!("{contract}{report}exit code {}\n", self.code)
    }
}
