//! The quick start by plain HTTP in the sidecar's README, typed as it stands there.

use std::{
    env, fs,
    net::TcpStream,
    path::{Path, absolute},
    process::Command,
};

use serde_json::Value;

use super::{free, wait};
use crate::{
    test::{
        process::Running,
        shop::{address, post},
    },
    tool::{debian, read, target},
};

const README: &str = "src/sidecar/README.md";
const SECTION: &str = "\n## Any language, by plain HTTP\n";

/// Makes sure of the programs that the README's lines call, besides `doku`.
pub(super) fn tools() -> Result<(), String> {
    debian("curl", "--version", &["curl"])?;
    debian("openssl", "version", &["openssl"])
}

/// Types the lines: an order is placed, paid, and acted on once.
pub(super) fn play(doku: &Path) -> Result<(), String> {
    let folder = target().join("shops/plain_http");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let folder = absolute(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let ports = [("4000", free()?), ("4100", free()?), ("4101", free()?)];
    let [simulator, api, notifications] = ports.map(|(_, port)| format!("127.0.0.1:{port}"));

    let own = doku.parent().map(Path::to_owned).unwrap_or_default();
    let others = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([own].into_iter().chain(env::split_paths(&others)));
    let path = path.map_err(|error| format!("the path of programs: {error}"))?;
    let shell = |script: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-euc", script]).current_dir(&folder).env("PATH", &path);
        shell.env("DOKU_API_LISTEN", &api).env("DOKU_NOTIFICATIONS_LISTEN", &notifications);
        shell
    };

    let [start, order, effects] = blocks(&ports)?;
    let is_server = |line: &&str| line.ends_with(" &");
    let prepare: Vec<_> = start.lines().filter(|line| !is_server(line)).collect();
    read(&mut shell(&prepare.join("\n")))?;
    let exports: Vec<_> = prepare.into_iter().filter(|line| line.starts_with("export ")).collect();
    let mut running = Vec::new();
    for (server, listens) in start.lines().filter(is_server).zip([&simulator, &api]) {
        let server = server.trim_end_matches(" &");
        // Its own port is the one that the README need not name.
        let server = server.replace("doku simulator", &format!("doku simulator --port {}", ports[0].1));
        running.push(Running::start(&mut shell(&format!("{}\nexec {server}", exports.join("\n"))))?);
        wait(&format!("{server}: nothing listens on {listens}"), || TcpStream::connect(listens).is_ok())?;
    }

    let order = order.trim_end();
    let placed = asked(&mut shell(order))?;
    let again = asked(&mut shell(order))?;
    if placed["payment_url"].is_null() || placed["payment_url"] != again["payment_url"] {
        return Err(format!("`{order}` was answered with {placed}, and then with {again}"));
    }
    let payment = placed["payment_url"].as_str().unwrap_or_default();
    let page = payment.strip_prefix(&format!("http://{}", address(payment)?)).unwrap_or_default();
    post(&simulator, &format!("{page}/pay"), "", "")?;

    let Some((list, done)) = effects.trim_end().split_once('\n') else { return Err(format!("{README}: {effects}")) };
    wait("no effect came", || asked(&mut shell(list)).is_ok_and(|list| list["effects"][0]["status"] == "SUCCESS"))?;
    let (first, second) = (asked(&mut shell(done))?, asked(&mut shell(done))?);
    if first["done"] != true || second["code"] != "effect_ended" {
        return Err(format!("`{done}` was answered with {first}, and then with {second}"));
    }
    Ok(())
}

/// Returns the three blocks of the section, with other ports.
fn blocks(ports: &[(&str, u16)]) -> Result<[String; 3], String> {
    let text = fs::read_to_string(README).map_err(|error| format!("{README}: {error}"))?;
    let section = text.split_once(SECTION).and_then(|(_, rest)| rest.split("\n## ").next());
    let section = section.ok_or_else(|| format!("{README} has no section `{}`", SECTION.trim()))?;
    let section = ports.iter().fold(section.to_owned(), |text, (from, to)| {
        text.replace(&format!("127.0.0.1:{from}"), &format!("127.0.0.1:{to}"))
    });
    let blocks: Vec<_> = section.split("```sh\n").skip(1).filter_map(|block| block.split("```").next()).collect();
    let blocks: Vec<_> = blocks.into_iter().map(str::to_owned).collect();
    blocks.try_into().map_err(|blocks: Vec<_>| format!("{README}: the section has {} blocks, not 3", blocks.len()))
}

/// Types a line, and returns the JSON that comes.
fn asked(command: &mut Command) -> Result<Value, String> {
    let answer = read(command)?;
    serde_json::from_str(&answer).map_err(|error| format!("{answer:?}: {error}"))
}
