//! The package for Python: built as `pip install` does, then its tests and its types.

use std::{fs, path::PathBuf, process::Command};

use super::{Outcome, postgres, process};
use crate::tool::{self, node, run as execute};

/// What the tests and the examples need. Maturin is pinned in pyproject.toml.
const PACKAGES: [&str; 5] = ["pytest==9.2.0", "mypy==2.4.1", "ruff==0.17.6", "fastapi==0.165.0", "uvicorn==0.54.0"];
const PYRIGHT: &str = "pyright@1.1.414";

const BINDING: &str = "bindings/python";

/// Without optimisation, which takes minutes; `pip install` of a user's has it.
const UNOPTIMISED: (&str, &str) = ("MATURIN_PEP517_ARGS", "--profile=dev");

pub(super) fn python_package() -> Result<Outcome, String> {
    let programs = match tool::python("pip", &PACKAGES) {
        Ok(pip) => absolute(pip.with_file_name("")),
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let program = |name| tool::without_cargo(Command::new(programs.join(name)));
    execute(program("ruff").args(["format", "--quiet", "--check", BINDING]))?;
    execute(program("ruff").args(["check", "--quiet", BINDING]))?;
    let wheel = build(program("pip"))?;
    let install = ["install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--force-reinstall"];
    execute(program("pip").args(install).arg(&wheel))?;
    let doku = process::doku()?;
    let mut tests = program("pytest");
    tests.args(["-p", "no:cacheprovider", "--quiet", BINDING]);
    tests.env("DOKU", doku).env("PYTHONDONTWRITEBYTECODE", "1");
    let server = postgres::server();
    if server.is_ok() {
        tests.env("DOKU_STORE_POSTGRES", "required");
    }
    execute(&mut tests)?;
    execute(program("mypy").current_dir(BINDING))?;
    execute(program("stubtest").arg("doku_indodana._native"))?;
    let pyright = match node("pyright", PYRIGHT) {
        Ok(pyright) => pyright,
        Err(reason) => return Ok(Outcome::PassedWithout(format!("pyright: {reason}"))),
    };
    let interpreter = programs.join("python");
    execute(Command::new(pyright).args(["--project", BINDING, "--pythonpath"]).arg(interpreter))?;
    Ok(postgres::without(server))
}

/// Builds the wheel and says how large it is.
fn build(mut pip: Command) -> Result<PathBuf, String> {
    let folder = absolute(tool::target()).join("wheels/python");
    let failed = |error| format!("cannot use {}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    let options = ["wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir"];
    let (name, value) = UNOPTIMISED;
    execute(pip.args(options).arg(&folder).arg(format!("./{BINDING}")).env(name, value))?;
    let entry = fs::read_dir(&folder).map_err(failed)?.next().ok_or("pip made no wheel")?.map_err(failed)?;
    let size = entry.metadata().map_err(failed)?.len();
    println!("{}: {:.1} MB without optimisation", entry.file_name().display(), size as f64 / 1e6);
    Ok(entry.path())
}

/// Returns an absolute path, because some programs run in another folder.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}
