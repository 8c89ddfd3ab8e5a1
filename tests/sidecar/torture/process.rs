//! A sidecar in a process of its own: [`Process`].
//!
//! It is this very binary, started with the one test `child` and told by a variable what to be: a sidecar with the settings
//! of a file, as `doku sidecar` runs it, but that its clock is ahead of the machine's by as much as it is told.

use std::{
    io::BufRead as _,
    net::SocketAddr,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use doku_indodana::{Client, Credentials, Environment};
use doku_sidecar::{Config, EFFECT_SCHEDULE, Sidecar};
use doku_store::{Orders, Point};
use rustix::process::{Pid, Signal, getpid, kill_process};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    signal::unix::{SignalKind, signal},
};

/// Tells a process what to be.
const TASK: &str = "DOKU_SIDECAR_CHILD";

/// What a process is started with.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// The text of the file of settings.
    pub(crate) settings: String,
    pub(crate) doku: String,
    pub(crate) store: String,
    /// Where its clock is ahead of the machine's.
    pub(crate) ahead: Duration,
    /// Where it kills itself, and at which time that it comes there.
    pub(crate) point: Option<(Point, u64)>,
}

pub(crate) struct Process {
    child: Child,
    told: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    pub(crate) api: SocketAddr,
    pub(crate) notifications: SocketAddr,
}

impl Process {
    /// Starts a sidecar and waits until it listens; `None` where it ends before that.
    pub(crate) async fn start(task: &Task) -> Option<Self> {
        let (point, nth) = task.point.map_or((String::new(), 0), |(point, nth)| (format!("{point:?}"), nth));
        let told = json!({
            "settings": task.settings, "doku": task.doku, "store": task.store, "ahead": task.ahead.as_secs(),
            "point": point, "nth": nth,
        });
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["torture::process::child", "--exact", "--nocapture", "--test-threads", "1"])
            .env(TASK, told.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let told = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut process = Self { child, told, lines, api: nowhere, notifications: nowhere };
        let open = process.hear("open ").await?;
        let (api, notifications) = open.split_once(' ').unwrap();
        process.api = api.parse().unwrap();
        process.notifications = notifications.parse().unwrap();
        Some(process)
    }

    /// Waits for a line that begins with a word, and returns its rest; `None` where the process is dead.
    async fn hear(&mut self, word: &str) -> Option<String> {
        while let Ok(Some(line)) = self.lines.next_line().await {
            if let Some(rest) = line.strip_prefix(word) {
                return Some(rest.to_owned());
            }
        }
        None
    }

    /// Sets where the clock is ahead of the machine's.
    pub(crate) async fn set_ahead(&mut self, ahead: Duration) {
        // It may be dead.
        let _ = self.told.write_all(format!("{}\n", ahead.as_secs()).as_bytes()).await;
        self.hear("ahead").await;
    }

    pub(crate) fn is_dead(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    pub(crate) async fn kill(mut self) {
        // It may have done so itself.
        let _ = self.child.kill().await;
    }

    /// Tells it to end. Returns whether it does, in time and well; one that is dead already does not.
    pub(crate) async fn terminate(mut self) -> bool {
        use std::os::unix::process::ExitStatusExt as _;
        let Some(process) = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)) else {
            return false;
        };
        let _ = kill_process(process, Signal::TERM);
        // What is under way has 10 seconds, and ending a process takes its time.
        let ended = tokio::time::timeout(Duration::from_secs(20), self.child.wait()).await;
        let ended = ended.expect("a sidecar that was told to end went on").unwrap();
        assert!(ended.success() || ended.signal() == Some(9), "it did not end well: {ended}");
        ended.success()
    }
}

/// What a sidecar does in its process.
#[test]
fn child() {
    let Ok(task) = std::env::var(TASK) else { return };
    let task: Value = serde_json::from_str(&task).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(run(&task));
}

async fn run(task: &Value) {
    let text = |field: &str| task[field].as_str().unwrap();
    let point = Point::ALL.into_iter().find(|point| format!("{point:?}") == text("point"));
    let left = AtomicU64::new(task["nth"].as_u64().unwrap());
    let ahead = Arc::new(AtomicU64::new(task["ahead"].as_u64().unwrap()));
    listen(ahead.clone());
    let clock = move || now() + Duration::from_secs(ahead.load(Ordering::Relaxed));
    let config = Config::from_toml(text("settings")).unwrap();
    let (client_id, key) = (doku_simulator::CLIENT_ID.parse().unwrap(), doku_simulator::SECRET_KEY.parse().unwrap());
    let client = Client::builder(Environment::custom(text("doku")).unwrap(), Credentials::new(client_id, key))
        .clock(clock.clone())
        .attempt_timeout(Duration::from_secs(2))
        .build()
        .unwrap();
    let builder = Orders::builder(client)
        .clock(clock)
        .calls_per_second(1_000.0)
        .patience(Duration::from_millis(200))
        .effect_schedule(EFFECT_SCHEDULE)
        .on_point(move |passed| {
            if Some(passed) == point && left.fetch_sub(1, Ordering::SeqCst) == 1 {
                let _ = kill_process(getpid(), Signal::KILL);
            }
        });
    // Before anybody can tell it to end.
    let mut told = signal(SignalKind::terminate()).unwrap();
    let orders = builder.open(text("store")).await.unwrap();
    let mut running = Sidecar::with_orders(config, orders).run().await.unwrap();
    println!("\nopen {} {}", running.api_address(), running.notification_address());
    tokio::select! {
        _ = told.recv() => {}
        error = running.failed() => panic!("{error}"),
    }
    running.stop().await;
}

/// Takes what the clock is ahead by, and ends when nobody is there any more to tell it.
fn listen(ahead: Arc<AtomicU64>) {
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            ahead.store(line.parse().unwrap(), Ordering::Relaxed);
            println!("\nahead");
        }
        std::process::exit(3);
    });
}

#[expect(clippy::disallowed_methods, reason = "processes share the system's clock alone")]
fn now() -> SystemTime {
    SystemTime::now()
}
