//! Maintenance of this repository: what is generated, what must hold, and what continuous integration runs.

mod amend;
mod check;
#[path = "../../src/contract/codegen/mod.rs"]
mod codegen;
mod diff;
mod drift;
mod export;
#[path = "../../src/cli/fields.rs"]
mod fields;
mod follow;
mod generators;
mod page;
mod regenerate;
mod regeneration;
mod table;
mod test;
mod tool;
mod torture;

use std::{env, path::Path, process::ExitCode};

const USAGE: &str = "\
usage: cargo xtask <command>

  export           write spec/generated and the generated files of the bindings
  export --check   compare them with what export would write
  generators       run other generators on spec/generated, and write what their types accept and refuse;
                   --check compares with what was written
  check            check spec/openapi.yaml and spec/examples against the rules of this repository
  diff [--base REV|FILE] [FILE] [--json]
                   compare two contracts: what differs, whom it breaks, the version and the changelog
  drift FILE…      compare DOKU's page, as text, Markdown, HTML or copied from the window, with its last reading and the
                   contract; - is standard input; --json or --markdown for another output; --accept stores the reading of
                   one file, unless the contract lacks what it says; --despite POINTER accepts one change all the same;
                   --channel akulaku|kredivo reads the page of a sibling, for which there is no contract
  follow PAGE      make the change that the page asks for, in a copy, and show it; --apply makes it here
                   --decide ID=WORD answers a question, --quick leaves the snapshots out, --pull-request FILE writes the body
  regenerate       write all that is made of the contract and of the vectors, in order
  test [STEP…]     run everything that continuous integration runs, or the steps with these names, such as
                   'signer for go'
  torture [--sidecar] [--orders N] [--deliveries N] [--kills N] [--seed S]
                   kill shops at work on one store again and again, and compare three books in the end; with --sidecar
                   two sidecars, on a network that goes wrong as well
  help             print this text

exit codes: 0 done, 1 something is wrong, 2 the command or its input is not usable, 6 drift or a difference
";

fn main() -> ExitCode {
    let folder = env::current_dir().unwrap_or_default();
    // Asked at run time first, because clones may share a target folder.
    let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let package = Path::new(&package);
    let started = env::current_dir().unwrap_or_default();
    if let Err(error) = env::set_current_dir(package.parent().unwrap_or(package)) {
        eprintln!("error: cannot enter the repository above {}: {error}", package.display());
        return ExitCode::FAILURE;
    }
    let arguments: Vec<_> = env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["export"] => export::run(export::Mode::Write),
        ["export", "--check"] => export::run(export::Mode::Compare),
        ["check"] => check::run(),
        ["generators"] => generators(export::Mode::Write),
        ["generators", "--check"] => generators(export::Mode::Compare),
        ["diff", ref options @ ..] => return diff::run(options, &folder),
        ["test", ref names @ ..] => return test::run(names),
        ["follow", ref arguments @ ..] => return follow::run(arguments, &started),
        ["regenerate"] => regenerated(),
        ["torture", ref options @ ..] => torture::torture(options),
        ["drift", ref arguments @ ..] => return drift::run(arguments, &started),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => {
            match arguments[..] {
                [] => eprintln!("error: a command is missing\n"),
                _ => eprintln!("error: `{}` is no command\n", arguments.join(" ")),
            }
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn regenerated() -> Result<(), String> {
    let left = regenerate::run(regenerate::Depth::All, &tool::target())?;
    println!("\nleft to do by hand:");
    left.iter().for_each(|line| println!("  {line}"));
    Ok(())
}

fn generators(mode: export::Mode) -> Result<(), String> {
    generators::run(mode).map_err(|failure| match failure {
        generators::Failure::Lacking(reason) | generators::Failure::Wrong(reason) => reason,
    })
}
