//! What is measured runs in a process of its own: [`Process`]. It is this very program, told by a variable what to be.

use std::{
    io::{BufRead as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use doku_indodana::{Client, Credentials, Environment};
use doku_sidecar::{Config, Sidecar};
use doku_store::Orders;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::load::{AT_ONCE, order};

/// Tells a process what to be: `sidecar FOLDER` or `library FOLDER DOKU`.
pub(crate) const TASK: &str = "DOKU_SIDECAR_BENCH";

pub(crate) const TOKEN: &str = "a-token-of-the-benchmark";

/// Ticks of the clock in a second. Source: proc_pid_stat(5); it is 100 on every Linux that there is.
const TICKS: f64 = 100.0;

/// A process that is measured. It ends with this.
pub(crate) struct Process {
    child: Child,
    told: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    pub(crate) fn start(task: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("it runs"))
            .env(TASK, task)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("a process");
        let (told, heard) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        Self { child, told, lines: BufReader::new(heard).lines() }
    }

    /// Returns its next line.
    pub(crate) async fn line(&mut self) -> String {
        self.lines.next_line().await.expect("text").expect("it lives")
    }

    pub(crate) async fn tell(&mut self, line: &str) {
        self.told.write_all(format!("{line}\n").as_bytes()).await.expect("it lives");
    }

    fn file(&self, name: &str) -> String {
        let id = self.child.id().expect("it lives");
        std::fs::read_to_string(format!("/proc/{id}/{name}")).unwrap_or_default()
    }

    /// Returns the CPU time that it has had, in seconds. Source: proc_pid_stat(5), utime and stime.
    pub(crate) fn cpu(&self) -> f64 {
        let told = self.file("stat");
        let fields = told.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11);
        fields.take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS
    }

    /// Returns what it holds in memory. Source: proc_pid_statm(5), in pages of 4 KiB.
    pub(crate) fn resident(&self) -> u64 {
        let told = self.file("statm");
        told.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4_096
    }
}

/// Writes the files of a sidecar that sends to `doku`.
pub(crate) fn settle(folder: &Path, doku: &str) {
    let shown = folder.display();
    let settings = format!(
        "environment = \"{doku}\"\nclient_id = \"{}\"\nsecret_key_file = \"{shown}/key\"\nstore = \"{shown}/doku.db\"\n\
         [api]\nlisten = \"127.0.0.1:0\"\ntokens_file = \"{shown}/tokens\"\n[notifications]\nlisten = \"127.0.0.1:0\"\n",
        doku_simulator::CLIENT_ID
    );
    for (name, text) in [("key", doku_simulator::SECRET_KEY), ("tokens", TOKEN), ("sidecar.toml", &settings)] {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("room on the disk");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("it is ours");
    }
}

/// Returns the store of a folder, opened by the library.
pub(crate) async fn open(folder: &Path, doku: &str) -> Orders {
    let (client_id, key) = (doku_simulator::CLIENT_ID.parse(), doku_simulator::SECRET_KEY.parse());
    let credentials = Credentials::new(client_id.expect("an id"), key.expect("a key"));
    let client = Client::builder(Environment::custom(doku).expect("a url"), credentials).build().expect("a client");
    Orders::open(client, folder.join("doku.db").to_str().expect("a path of text")).await.expect("a store")
}

/// Is what the task says.
pub(crate) fn run(task: &str) {
    // As `doku sidecar` has it.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let words: Vec<&str> = task.split(' ').collect();
    match words[..] {
        ["sidecar", folder] => runtime.block_on(sidecar(Path::new(folder))),
        ["library", folder, doku] => runtime.block_on(library(Path::new(folder), doku)),
        _ => panic!("no task: {task}"),
    }
}

async fn sidecar(folder: &Path) {
    let config = Config::read(&folder.join("sidecar.toml")).expect("settings");
    let running = Sidecar::start(config).await.expect("it starts");
    say(&format!("{} {}", running.api_address(), running.notification_address()));
    tokio::task::spawn_blocking(|| std::io::stdin().lock().lines().for_each(drop)).await.expect("a pipe");
}

/// Places as many orders as its standard input asks for, and prints how long each took.
async fn library(folder: &Path, doku: &str) {
    let orders = open(folder, doku).await;
    say("open");
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let (first, count) = line.split_once(' ').expect("two numbers");
        let (first, count): (usize, usize) = (first.parse().expect("a number"), count.parse().expect("a number"));
        let next = Arc::new(AtomicUsize::new(first));
        let mut placing = tokio::task::JoinSet::new();
        for _ in 0..AT_ONCE {
            let (orders, next) = (orders.clone(), next.clone());
            placing.spawn(async move {
                let mut times = Vec::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= first + count {
                        return times;
                    }
                    let start = Instant::now();
                    let placed = orders.place_json(order(at)).await.expect("the store is well");
                    assert!(placed.payment_url().is_some(), "doku answers");
                    times.push(start.elapsed());
                }
            });
        }
        let times: Vec<Duration> = placing.join_all().await.into_iter().flatten().collect();
        let times: Vec<String> = times.iter().map(|time| time.as_micros().to_string()).collect();
        say(&times.join(" "));
    }
}

fn say(line: &str) {
    println!("{line}");
    std::io::stdout().flush().expect("a pipe");
}
