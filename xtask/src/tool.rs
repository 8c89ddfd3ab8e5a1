//! Programs that are no crates: run, and installed below the target folder where they are missing.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Returns a command for cargo, without what cargo set for this process.
pub(crate) fn cargo() -> Command {
    let mut command = without_cargo(Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())));
    command.env("CI", "true").env("INSTA_UPDATE", "no");
    command
}

/// Returns a command for npm in a folder.
pub(crate) fn npm(folder: &str) -> Command {
    let mut command = without_cargo(Command::new("npm"));
    command.args(["--prefix", folder]);
    command
}

/// Returns a command, which may start cargo, without what cargo set for this process.
pub(crate) fn without_cargo(mut command: Command) -> Command {
    for (name, _) in env::vars_os() {
        // Build scripts of dependencies read some of these: with them they would run again each time.
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command, which writes to our own output, and shows it first.
///
/// # Errors
///
/// Where it cannot be started, or says that it failed.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let text = show(command);
    println!("$ {text}");
    let status = command.status().map_err(|error| format!("cannot start `{text}`: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{text}` failed, {status}")) }
}

/// Runs a command and returns what it writes to standard output.
///
/// # Errors
///
/// Where it cannot be started, or says that it failed: the last line that it wrote about this.
pub(crate) fn read(command: &mut Command) -> Result<String, String> {
    let text = show(command);
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("cannot start `{text}`: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let [errors, result] = [output.stderr, output.stdout].map(|text| String::from_utf8_lossy(&text).into_owned());
    let mut lines = errors.lines().rev().chain(result.lines().rev()).map(str::trim);
    let reason = lines.find(|line| !line.is_empty()).unwrap_or("no reason given");
    Err(format!("`{text}` failed: {reason}"))
}

/// Returns the path of a program of a Python package, which is installed first.
///
/// `packages` are requirements such as `name==1.0`.
///
/// # Errors
///
/// Why it is not to be had on this machine.
pub(crate) fn python(program: &str, packages: &[&str]) -> Result<PathBuf, String> {
    let folder = folder().join("python");
    let programs = folder.join("bin");
    if !programs.join("pip").exists() {
        read(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let pip = ["install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"];
    read(Command::new(programs.join("pip")).args(pip).args(packages))?;
    Ok(programs.join(program))
}

/// Returns the path of a program of a package for Node, which is installed first.
///
/// `package` has a version: `name@1.0`.
///
/// # Errors
///
/// Why it is not to be had on this machine.
pub(crate) fn node(program: &str, package: &str) -> Result<PathBuf, String> {
    let program = packages(&package.replace('/', "-"), &[package])?.join("node_modules/.bin").join(program);
    read(Command::new(&program).arg("--version"))?;
    Ok(program)
}

/// Makes sure of a program of Debian packages, which are installed first where this process may.
///
/// `version` is the argument that has the program do nothing but tell its version.
///
/// # Errors
///
/// Why it is not to be had on this machine.
pub(crate) fn debian(program: &str, version: &str, packages: &[&str]) -> Result<(), String> {
    let Err(reason) = read(Command::new(program).arg(version)) else { return Ok(()) };
    let is_root = read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !is_root || !Path::new("/etc/debian_version").exists() {
        let packages = packages.join(" and ");
        return Err(format!("{reason}; install Debian's {packages}, or what has {program} elsewhere"));
    }
    read(Command::new("apt-get").args(["update", "-qq"]))?;
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    read(Command::new("apt-get").args(install).args(packages).env("DEBIAN_FRONTEND", "noninteractive"))?;
    read(Command::new(program).arg(version)).map(|_| ())
}

/// Returns the folder that everything is built in.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}

/// Returns the folder of several packages for Node, which are installed first, side by side in its `node_modules`.
///
/// Each of `packages` has a version: `name@1.0`. Other versions need another `name` of the folder, or are installed anew.
///
/// # Errors
///
/// Why they are not to be had on this machine.
pub(crate) fn packages(name: &str, packages: &[&str]) -> Result<PathBuf, String> {
    let folder = folder().join("node").join(name);
    let installed = folder.join("installed");
    let wanted = packages.join("\n");
    if fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        return Ok(folder);
    }
    read(Command::new("node").arg("--version"))?;
    fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let npm = ["install", "--no-audit", "--no-fund", "--no-save", "--loglevel=error", "--prefix"];
    read(Command::new("npm").args(npm).arg(&folder).args(packages))?;
    fs::write(&installed, wanted).map_err(|error| format!("cannot write {}: {error}", installed.display()))?;
    Ok(folder)
}

fn folder() -> PathBuf {
    target().join("tools")
}

/// Returns a command as one would type it in the repository.
fn show(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().filter(|_| program.is_absolute()).unwrap_or(program.as_os_str()).to_string_lossy();
    let settings = command
        .get_envs()
        .filter_map(|(name, value)| Some(format!("{}={}", name.to_string_lossy(), quote(&value?.to_string_lossy()))));
    let arguments = command.get_args().map(|argument| quote(&argument.to_string_lossy()));
    settings.chain([name.into_owned()]).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn quote(text: &str) -> String {
    if text.contains(' ') { format!("\"{text}\"") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_shown_as_typed() {
        let mut command = Command::new("/opt/tools/cargo");
        command.args(["doc", "--config", "a b"]).env("RUSTDOCFLAGS", "-D warnings").env_remove("OTHER");
        assert_eq!(show(&command), "RUSTDOCFLAGS=\"-D warnings\" cargo doc --config \"a b\"");
    }

    #[test]
    fn failures_say_why() {
        let script = "echo 'the reason' >&2; echo; echo progress; exit 3";
        let failure = read(Command::new("sh").args(["-c", script])).unwrap_err();
        assert!(failure.ends_with("failed: the reason"), "{failure}");
        let failure = read(&mut Command::new("/no/such/program")).unwrap_err();
        assert!(failure.starts_with("cannot start `program`: "), "{failure}");
    }
}
