//! The signers of `bindings`: built, checked, run with the signature vectors, and their shops played through.

use std::{
    env::current_dir,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Outcome,
    shop::{Shop, answers, play},
};
use crate::tool::{debian, read, run, target};

/// `bindings/go`, with no network and no module but its own.
pub(super) fn go() -> Result<Outcome, String> {
    if let Err(reason) = debian("go", "version", &["golang-go"]) {
        return Ok(Outcome::Skipped(reason));
    }
    quotes("go", &["doku.go", "example/main.go", "example/order.go", "example/answer.go", "example/receiver.go"])?;
    let folder = folder("go")?;
    let go = |arguments: &[&str]| {
        let mut go = Command::new("go");
        go.current_dir("bindings/go").args(arguments).env("GOCACHE", folder.join("cache")).env("CGO_ENABLED", "0");
        go.envs([("GOFLAGS", "-mod=mod"), ("GOPROXY", "off"), ("GOTOOLCHAIN", "local")]);
        go
    };
    let unformatted = read(Command::new("gofmt").args(["-l", "bindings/go"]))?;
    if !unformatted.is_empty() {
        return Err(format!("gofmt would change {}", unformatted.trim().replace('\n', ", ")));
    }
    run(&mut go(&["vet", "./..."]))?;
    run(&mut go(&["test", "-count=1", "-v", "./..."]))?;
    let program = folder.join("shop");
    run(go(&["build", "-o"]).arg(&program).arg("./example"))?;
    let command = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.args(arguments);
        command
    };
    answers(&command(&["order"]))?;
    play(&Shop { serve: &|| command(&["serve", "127.0.0.1:0"]), order: &|number| command(&["order", number]) })?;
    Ok(Outcome::Passed)
}

/// `bindings/java`, with the compiler's warnings as errors.
pub(super) fn java() -> Result<Outcome, String> {
    if let Err(reason) = debian("javac", "-version", &["default-jdk-headless"]) {
        return Ok(Outcome::Skipped(reason));
    }
    quotes("java", &["Doku.java", "Shop.java", "Order.java", "Receiver.java"])?;
    let folder = folder("java")?;
    run(Command::new("javac").args(["-Xlint:all", "-Werror", "-d"]).arg(&folder).args(sources("java", "java")?))?;
    let java = |arguments: &[&str]| {
        let mut java = Command::new("java");
        // Each run is short: the second compiler of the virtual machine would take longer than it saves.
        java.args(["-XX:TieredStopAtLevel=1", "-cp"]).arg(&folder).args(arguments);
        java
    };
    run(&mut java(&["Vectors", "spec/vectors"]))?;
    answers(&java(&["Shop", "order"]))?;
    play(&Shop { serve: &|| java(&["Shop", "serve", "0"]), order: &|number| java(&["Shop", "order", number]) })?;
    Ok(Outcome::Passed)
}

/// What has PHP say whether it has its extension for curl, by its exit code.
const HAS_CURL: &str = "-rexit((int) !extension_loaded('curl'));";

/// `bindings/php`.
pub(super) fn php() -> Result<Outcome, String> {
    if let Err(reason) = debian("php", HAS_CURL, &["php-cli", "php-curl"]) {
        return Ok(Outcome::Skipped(reason));
    }
    quotes("php", &["doku.php", "example/order.php", "example/answer.php", "example/notifications.php"])?;
    let php = |arguments: &[&str]| {
        let mut php = Command::new("php");
        php.args(["-d", "error_reporting=-1", "-d", "display_errors=stderr"]).args(arguments);
        php
    };
    for source in sources("php", "php")?.into_iter().chain(sources("php/example", "php")?) {
        read(php(&["-l"]).arg(source))?;
    }
    run(&mut php(&["bindings/php/vectors.php"]))?;
    answers(&php(&["bindings/php/example/order.php"]))?;
    play(&Shop {
        serve: &|| php(&["-S", "127.0.0.1:0", "bindings/php/example/notifications.php"]),
        order: &|number| php(&["bindings/php/example/order.php", number]),
    })?;
    Ok(Outcome::Passed)
}

/// Checks that the code in the README of a language stands in one of its sources, line after line; what is left out
/// between two lines is not code of its own, and comments are not compared.
fn quotes(language: &str, sources: &[&str]) -> Result<(), String> {
    let text = |name: &str| {
        let path = Path::new("bindings").join(language).join(name);
        fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let readme = text("README.md")?;
    let sources = sources.iter().map(|name| text(name)).collect::<Result<Vec<_>, _>>()?;
    let fence = format!("```{language}\n");
    let blocks = readme.split(&fence).skip(1).filter_map(|rest| rest.split("```").next());
    for block in blocks {
        let lines = || block.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
        let missing = sources.iter().map(|source| {
            let mut rest = source.lines().map(str::trim);
            lines().enumerate().find(|(_, line)| !rest.any(|other| other == *line))
        });
        // Of the source that goes on for longest: that is the one that is quoted.
        if let Some((_, line)) = missing.collect::<Option<Vec<_>>>().and_then(|missing| missing.into_iter().max()) {
            return Err(format!("bindings/{language}/README.md shows code that is in no source: {line}"));
        }
    }
    Ok(())
}

/// Returns the folder for what is built of a language, as an absolute path.
fn folder(language: &str) -> Result<PathBuf, String> {
    let folder = current_dir().map_err(|error| format!("no current folder: {error}"))?.join(target());
    let folder = folder.join("signers").join(language);
    fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    Ok(folder)
}

fn sources(folder: &str, extension: &str) -> Result<Vec<PathBuf>, String> {
    let folder = Path::new("bindings").join(folder);
    let failed = |error| format!("cannot read {}: {error}", folder.display());
    let mut sources = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|found| found == extension) {
            sources.push(path);
        }
    }
    sources.sort();
    Ok(sources)
}
