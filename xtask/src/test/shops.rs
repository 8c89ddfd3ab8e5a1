//! What `doku new` writes: the shop of each language, run behind the sidecar, with an order that is bought and paid.
//! And the quick start for any other language.

mod plain_http;

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, absolute},
    process::Command,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use super::{
    Outcome,
    process::{self, Running},
    shop::{address, post},
};
use crate::tool::{debian, run, target};

/// How long a shop may take until it listens, or an effect until it is there.
const PATIENCE: Duration = Duration::from_secs(60);

/// A language, what it needs of Debian, and how its shop is built and run.
struct Language {
    name: &'static str,
    /// The program, and the argument that has it do nothing but tell its version.
    tool: [&'static str; 2],
    packages: &'static [&'static str],
    build: &'static [&'static str],
    run: &'static [&'static str],
}

const LANGUAGES: [Language; 8] = [
    Language { name: "ruby", tool: ["ruby", "--version"], packages: &["ruby"], build: &[], run: &["ruby", "shop.rb"] },
    Language {
        name: "python",
        tool: ["python3", "--version"],
        packages: &["python3"],
        build: &[],
        run: &["python3", "shop.py"],
    },
    Language {
        name: "node",
        tool: ["node", "--version"],
        packages: &["nodejs"],
        build: &[],
        run: &["node", "shop.mjs"],
    },
    Language {
        name: "php",
        tool: ["php", "--version"],
        packages: &["php-cli"],
        build: &[],
        run: &["php", "-S", "{shop}", "shop.php"],
    },
    Language {
        name: "csharp",
        tool: ["mcs", "--version"],
        packages: &[
            "mono-mcs",
            "mono-runtime",
            "libmono-system-net-http4.0-cil",
            "libmono-system-runtime-serialization4.0-cil",
        ],
        build: &["mcs", "-warnaserror", "-r:System.Net.Http,System.Runtime.Serialization", "Shop.cs"],
        run: &["mono", "Shop.exe"],
    },
    Language {
        name: "go",
        tool: ["go", "version"],
        packages: &["golang-go"],
        build: &["go", "build", "-o", "shop", "."],
        run: &["./shop"],
    },
    Language {
        name: "java",
        tool: ["javac", "-version"],
        packages: &["default-jdk-headless"],
        build: &["javac", "-Xlint:all", "-Werror", "Shop.java", "Json.java"],
        run: &["java", "-XX:TieredStopAtLevel=1", "Shop"],
    },
    Language {
        name: "rust",
        tool: ["cargo", "--version"],
        packages: &["cargo"],
        build: &["cargo", "build", "--quiet"],
        run: &["{build}/debug/shop"],
    },
];

/// Plays the shop of each language whose tools are here, and the quick start by plain HTTP.
pub(super) fn shops() -> Result<Outcome, String> {
    let doku = process::doku()?;
    let mut missing = Vec::new();
    for language in &LANGUAGES {
        let [program, version] = language.tool;
        if let Err(reason) = debian(program, version, language.packages) {
            missing.push(format!("{}: {reason}", language.name));
            continue;
        }
        play(language, &doku).map_err(|error| format!("the shop in {}: {error}", language.name))?;
        println!("{}: bought, paid, and acted on once", language.name);
    }
    match plain_http::tools() {
        Ok(()) => {
            plain_http::play(&doku).map_err(|error| format!("the quick start by plain HTTP: {error}"))?;
            println!("plain HTTP: bought, paid, and acted on once");
        }
        Err(reason) => missing.push(format!("plain HTTP: {reason}")),
    }
    Ok(if missing.is_empty() { Outcome::Passed } else { Outcome::PassedWithout(missing.join(", ")) })
}

fn play(language: &Language, doku: &Path) -> Result<(), String> {
    let folder = target().join("shops").join(language.name);
    let folder = absolute(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let _ = fs::remove_dir_all(&folder);
    run(Command::new(doku).args(["new", "--lang", language.name]).arg(&folder))?;
    let [api, notifications, shop] = [free()?, free()?, free()?];
    let url = format!("http://127.0.0.1:{notifications}/payments/notifications");
    let (_simulator, simulator_url) = process::simulator(&["--notification-url", &url])?;
    let simulator = address(&simulator_url)?;
    let simulator_port = simulator.rsplit(':').next().and_then(|port| port.parse().ok());
    let simulator_port = simulator_port.ok_or_else(|| format!("no port in {simulator_url}"))?;
    change_ports(&folder, &[("4000", simulator_port), ("4100", api), ("4101", notifications), ("8080", shop)])?;

    if language.name == "rust" {
        in_this_workspace(&folder)?;
    }

    let shop = format!("127.0.0.1:{shop}");
    // What is built once is not built again.
    let build = folder.with_file_name("build").display().to_string();
    let command = |words: &[&str]| {
        let mut words = words.iter().map(|word| word.replace("{shop}", &shop).replace("{build}", &build));
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).current_dir(&folder).env("CARGO_TARGET_DIR", &build);
        command.envs([("GOFLAGS", "-mod=mod"), ("GOPROXY", "off"), ("GOTOOLCHAIN", "local")]);
        command
    };
    if !language.build.is_empty() {
        run(&mut command(language.build))?;
    }
    let sidecar =
        Running::start(Command::new(doku).args(["sidecar", "--config", "sidecar.toml"]).current_dir(&folder))?;
    let program = Running::start(&mut command(language.run))?;
    for port in [format!("127.0.0.1:{api}"), format!("127.0.0.1:{notifications}"), shop.clone()] {
        wait(&format!("nothing listens on {port}"), || TcpStream::connect(&port).is_ok())?;
    }
    buy(&shop, &simulator, &folder)?;
    drop((program, sidecar));
    Ok(())
}

/// Lets a package stand within the folder of another one, and takes the versions that were tried here.
fn in_this_workspace(folder: &Path) -> Result<(), String> {
    let manifest = folder.join("Cargo.toml");
    let failed = |error| format!("{}: {error}", manifest.display());
    let text = fs::read_to_string(&manifest).map_err(failed)?;
    fs::write(&manifest, text + "\n[workspace]\n").map_err(failed)?;
    fs::copy("Cargo.lock", folder.join("Cargo.lock")).map(|_| ()).map_err(failed)
}

/// Has the programs and the settings in a folder use other ports.
fn change_ports(folder: &Path, ports: &[(&str, u16)]) -> Result<(), String> {
    let entries = [folder.to_owned(), folder.join("src")].into_iter().filter_map(|folder| fs::read_dir(folder).ok());
    let files = entries.flatten().flatten().map(|entry| entry.path());
    for path in files.filter(|path| path.is_file() && path.extension().is_some_and(|end| end != "json")) {
        let failed = |error| format!("{}: {error}", path.display());
        let text = fs::read_to_string(&path).map_err(failed)?;
        let text = ports.iter().fold(text, |text, (from, to)| text.replace(from, &to.to_string()));
        fs::write(&path, text).map_err(failed)?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "an old forgery would be refused for its age alone")]
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Buys a cart twice, pays, and waits for the effect; then forges one.
fn buy(shop: &str, doku: &str, folder: &Path) -> Result<(), String> {
    let cart = "/buy/INV-0001";
    let page = location(&post(shop, cart, "", "")?)?;
    let again = location(&post(shop, cart, "", "")?)?;
    if page != again {
        return Err(format!("the second click led to {again}, the first one to {page}"));
    }
    let path =
        page.strip_prefix(&format!("http://{doku}")).ok_or_else(|| format!("{page} is no page of the simulator"))?;
    post(doku, &format!("{path}/pay"), "", "")?;

    let effect = folder.join("effects/eff_1.json");
    wait("no effect came", || fs::metadata(&effect).is_ok_and(|file| file.len() > 0))?;
    let text = fs::read_to_string(&effect).map_err(|error| error.to_string())?;
    let event: Value = serde_json::from_str(&text).map_err(|error| format!("the effect {text:?}: {error}"))?;
    if event["type"] != "order.success" || event["data"]["invoice_number"] != "INV-0001" {
        return Err(format!("another effect came: {event}"));
    }

    let now = seconds();
    let forged =
        format!("webhook-id: eff_2\r\nwebhook-timestamp: {now}\r\nwebhook-signature: v1,{}=\r\n", "A".repeat(43));
    let (status, _) = post(shop, "/effects", &forged, &text)?;
    if status != 401 || folder.join("effects/eff_2.json").exists() {
        return Err(format!("a forged effect was answered with {status}"));
    }
    Ok(())
}

/// Returns where an answer leads to.
fn location((status, answer): &(u16, String)) -> Result<String, String> {
    let line =
        answer.lines().find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("location")));
    match line {
        Some((_, url)) if *status == 303 => Ok(url.trim().to_owned()),
        _ => Err(format!("the shop answered {status} and no payment page: {answer}")),
    }
}

/// Returns a port that is free now.
fn free() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| format!("no port is free: {error}"))
}

/// Waits until something holds.
fn wait(otherwise: &str, holds: impl Fn() -> bool) -> Result<(), String> {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        if Instant::now() > end {
            return Err(format!("{otherwise} within {} s", PATIENCE.as_secs()));
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
