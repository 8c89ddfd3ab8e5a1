//! `cargo xtask follow`: a changed page becomes a change of the contract, and of all that rests on it.
//!
//! Everything is done in a copy of the tree below the target folder. The tree itself changes with `--apply` alone.

mod arguments;
mod body;
mod built;
mod copy;
mod decision;
mod deviations;
mod examples;
mod idle;
mod prose;
mod renamed;
mod report;
mod vectors;

use std::{env, fs, path::Path, process::ExitCode};

use serde_json::Value;

use self::{
    arguments::{Arguments, parse},
    copy::Copy,
    decision::Decisions,
    deviations::ChangedFacts,
    idle::idle,
    report::report,
};
use crate::{
    amend::{self, Amendment, Edit},
    check::VECTORS,
    codegen::{self, CONTRACT},
    diff,
    drift::{self, Contract, Drift, LEDGER},
    regenerate::{self, Depth},
    tool,
};

/// The exit code where something is left to decide.
const OPEN: u8 = 6;
const BAD_INPUT: u8 = 2;
const EXAMPLES: &str = "spec/examples";
const CHANGELOG: &str = "CHANGELOG.md";

/// What was followed, and what is left.
struct Followed {
    /// The contract before and now, as trees.
    contract: [Value; 2],
    /// The same as texts.
    texts: [String; 2],
    /// Lines of the report on what was done.
    done: Vec<String>,
    /// What somebody has to do or to read.
    left: Vec<String>,
    decisions: Decisions,
}

/// Follows a page, shows what that changes, and changes it where `--apply` says so.
///
/// `arguments` are the page and the options of [`arguments::HELP`]; files are named as from the folder `started`. Exit codes: 0 followed,
/// 1 the copy could not be made right, 2 a page or an option that cannot be used, 6 something is left to decide.
pub(crate) fn run(arguments: &[&str], started: &Path) -> ExitCode {
    match follow(arguments, started) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            BAD_INPUT.into()
        }
    }
}

fn follow(arguments: &[&str], started: &Path) -> Result<ExitCode, String> {
    let Arguments { page, decisions, apply, pull_request, quick } = parse(arguments)?;
    let decisions = Decisions::new(&decisions)?;
    let drift = drift::of_page(page, started)?;
    if drift.changes.is_empty() && drift.unexplained.is_empty() && drift.page.unread.is_empty() {
        println!("{page} says what the contract says; nothing to follow");
        return Ok(ExitCode::SUCCESS);
    }
    let root = env::current_dir().map_err(|error| error.to_string())?;
    // Cargo takes a copy of a workspace for the workspace itself, so the copy is built in a folder of its own.
    let built = std::path::absolute(tool::target()).map_err(|error| error.to_string())?;
    let target = built.join("follow-build");
    let copy = Copy::new()?;
    env::set_current_dir(copy.folder()).map_err(|error| format!("cannot enter the copy: {error}"))?;
    let followed = in_copy(&drift, decisions);
    let depth = if quick { Depth::Files } else { Depth::All };
    if depth == Depth::All {
        built::take(&built, &target);
        built::share(&built, copy.folder());
    }
    let regenerated = followed.as_ref().ok().map(|_| regenerate::run(depth, &target));
    env::set_current_dir(&root).map_err(|error| format!("cannot leave the copy: {error}"))?;
    let mut followed = followed?;
    let failed = match regenerated {
        Some(Ok(left)) => {
            followed.left.extend(left);
            false
        }
        Some(Err(error)) => {
            followed.left.push(error);
            true
        }
        None => false,
    };
    let files = copy.changed()?;
    print!("{}", copy.diff(&files));
    println!("{}", report(&followed, &files));
    let open = !followed.decisions.open.is_empty();
    if let Some(file) = pull_request {
        let text = body::write(&drift, &followed)?;
        fs::write(started.join(file), text).map_err(|error| format!("cannot write {file}: {error}"))?;
        println!("the pull request's body is in {file}");
    }
    if apply && open {
        println!("nothing is applied as long as something is to be decided");
    } else if apply {
        copy.apply(&files)?;
        println!("applied: {} files", files.len());
    } else {
        println!("nothing is changed; --apply makes the tree what the copy in {} is", copy.folder().display());
    }
    Ok(if open {
        OPEN.into()
    } else if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Follows a page in the current folder.
fn in_copy(drift: &Drift, mut decisions: Decisions) -> Result<Followed, String> {
    let (mut done, mut left) = (Vec::new(), Vec::new());
    let before = read(CONTRACT)?;
    let now = drift.page.to_value();
    let mut text = before.clone();
    let mut asked = Vec::new();
    let mut resolved = Vec::new();
    for finding in drift.changes.iter().chain(&drift.unexplained) {
        let contract = Contract::new(&text)?;
        let amendment = amend::amend(&contract, &now, finding);
        if amend::resolves(&contract, &amendment, finding) {
            resolved.push(finding.pointer());
        }
        let edits = settled(amendment, &mut decisions, &mut asked, &mut left)?;
        if !edits.is_empty() {
            text = amend::apply(&text, &edits)?;
            done.push(drift::report::row(finding)[..3].join(" "));
        }
    }
    left.extend(drift.page.unread.iter().map(|unread| format!("line {} of the page: {}", unread.line, unread.reason)));
    let trees = [&before, &text].map(|text| tree(text));
    let [old, new] = trees;
    let [old, mut new] = [old?, new?];
    let renamed = renamed::addresses(&old, &new);
    let last = json(drift::LAST)?;
    let mut ledger = read(LEDGER)?;
    let page = if drift.page.unread.is_empty() { &now } else { &last };
    let fields = renamed::fields(drift);
    let facts = ChangedFacts { contract: &new, page, renamed: &renamed, fields: &fields, resolved: &resolved };
    let followed = deviations::follow(&ledger, &facts)?;
    ledger = followed.text;
    left.extend(followed.left);
    for id in followed.idle {
        let question = idle(&new, &id);
        asked.push(id.clone());
        if let Some(answer) = decisions.decide(&question)? {
            if answer.word == "delete" {
                text = amend::apply(&text, &answer.edits)?;
                ledger = deviations::without(&ledger, &id);
                done.push(format!("{id} is deleted"));
            }
            left.extend(answer.left.iter().cloned());
        }
    }
    new = tree(&text)?;
    // What an advisory of a deleted deviation held is gone too.
    let facts = ChangedFacts { contract: &new, page, renamed: &[], fields: &[], resolved: &[] };
    ledger = deviations::follow(&ledger, &facts)?.text;
    write(LEDGER, &ledger)?;
    write(CONTRACT, &text)?;
    let definitions = [&before, &text].map(|text| definitions(text));
    let [definitions_before, definitions_now] = definitions;
    let (definitions_before, definitions_now) = (definitions_before?, definitions_now?);
    left.extend(examples::follow(Path::new(EXAMPLES), [&definitions_before, &definitions_now], drift)?);
    let base = json(&format!("{EXAMPLES}/generate_order.request.minimal.json"))?;
    let change = vectors::VectorChange { before: &definitions_before, now: &definitions_now, base: &base };
    let moved = fields.iter().filter(|(side, ..)| *side == "request");
    let text_of_vectors = moved.fold(read(VECTORS)?, |text, (_, was, is)| vectors::renamed(&text, was, is));
    let (vectors, lacking) = vectors::follow(&text_of_vectors, &change)?;
    write(VECTORS, &vectors)?;
    left.extend(lacking);
    if drift.page.unread.is_empty() {
        drift::store(&now, drift::LAST)?;
    }
    for (was, is) in &renamed {
        prose::rename(was, is)?;
    }
    changelog(&old, &new, &mut done)?;
    let unused = decisions.unused(&asked);
    if !unused.is_empty() {
        return Err(format!("nothing asks for {}; the questions are on {}", unused.join(", "), asked.join(", ")));
    }
    Ok(Followed { contract: [old, new], texts: [before, text], done, left, decisions })
}

/// Returns the edits of an amendment, with those of the answer to its question.
fn settled(
    amendment: Amendment,
    decisions: &mut Decisions,
    asked: &mut Vec<String>,
    left: &mut Vec<String>,
) -> Result<Vec<Edit>, String> {
    let Amendment { mut edits, question, left: more } = amendment;
    left.extend(more);
    if let Some(question) = question {
        asked.push(question.id.clone());
        if let Some(answer) = decisions.decide(&question)? {
            edits.extend(answer.edits.iter().cloned());
            left.extend(answer.left.iter().cloned());
        }
    }
    Ok(edits)
}

/// Writes what changed below `## Unreleased`, and the version where the last one is released.
fn changelog(old: &Value, new: &Value, done: &mut Vec<String>) -> Result<(), String> {
    let judged = diff::judge(old, new)?;
    if judged.is_empty() {
        return Ok(());
    }
    let text = read(CHANGELOG)?;
    let start = text.find("## Unreleased\n").ok_or_else(|| format!("{CHANGELOG} has no `## Unreleased`"))?;
    let end = text[start + 3..].find("\n## ").map_or(text.len(), |at| start + 3 + at);
    let section = text[start..end].trim_end();
    let rest = &text[end..];
    let entries = judged.entries();
    write(
        CHANGELOG,
        &format!("{}{section}\n{entries}{}{rest}", &text[..start], if rest.is_empty() { "" } else { "\n" }),
    )?;
    done.push(format!("{CHANGELOG}: the lines of {}", judged.version()));
    Ok(())
}

fn definitions(contract: &str) -> Result<Value, String> {
    let generated = codegen::generate(contract).map_err(|error| error.to_string())?;
    let bundle: Value =
        serde_json::from_str(&generated.schemas).map_err(|error| format!("the schemas are no JSON: {error}"))?;
    Ok(bundle["$defs"].clone())
}

fn tree(text: &str) -> Result<Value, String> {
    serde_saphyr::from_str(text).map_err(|error| format!("{CONTRACT}: {error}"))
}

fn json(path: &str) -> Result<Value, String> {
    serde_json::from_str(&read(path)?).map_err(|error| format!("{path}: {error}"))
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))
}

fn write(path: &str, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("cannot write {path}: {error}"))
}
