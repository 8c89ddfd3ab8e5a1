//! Processes that run beside a step, the simulator among them.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf, absolute},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use crate::tool::{cargo, run, target};

/// Returns the path of the command, which is built first, once.
pub(super) fn doku() -> Result<PathBuf, String> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BUILT.get_or_init(build).clone()
}

fn build() -> Result<PathBuf, String> {
    run(cargo().args(["build", "--quiet", "--package", "doku-cli"]))?;
    let program = target().join("debug").join(format!("doku{}", env::consts::EXE_SUFFIX));
    absolute(&program).map_err(|error| format!("{}: {error}", program.display()))
}

/// Starts `doku simulator` on a free port, with more arguments, and returns it and its URL. It is built first.
pub(super) fn simulator(arguments: &[&str]) -> Result<(Running, String), String> {
    let simulator = Running::start(Command::new(doku()?).args(["simulator", "--port", "0"]).args(arguments))?;
    let url = simulator.line("http://127.0.0.1:")?;
    let url = url.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_default().to_owned();
    Ok((simulator, url.trim_end_matches(';').to_owned()))
}

/// The token of the sidecar's API.
pub(super) const TOKEN: &str = "a-token-of-the-tests";

/// Starts `doku sidecar` before a simulator, with its files and an empty store in a folder that
/// is made anew; returns it and the URL of its API.
pub(super) fn sidecar(folder: &Path, simulator: &str) -> Result<(Running, String), String> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let settings = settings(folder, simulator)?;
    let sidecar = Running::start(Command::new(doku()?).args(["sidecar", "--json", "--config"]).arg(settings))?;
    let line = sidecar.line("\"listening\"")?;
    let address = line.split('"').find(|word| word.starts_with("127.0.0.1:")).unwrap_or_default();
    let url = format!("http://{address}");
    Ok((sidecar, url))
}

/// Writes the files of a sidecar, each for its owner alone, and returns the path of its settings.
fn settings(folder: &Path, simulator: &str) -> Result<PathBuf, String> {
    let shown = folder.display();
    let settings = format!(
        "environment = \"{simulator}\"\nclient_id = \"SIM-0001-0000000000001\"\nsecret_key_file = \"{shown}/key\"\n\
         store = \"{shown}/doku.db\"\n[api]\nlisten = \"127.0.0.1:0\"\ntokens_file = \"{shown}/tokens\"\n\
         [notifications]\nlisten = \"127.0.0.1:0\"\n"
    );
    for (name, text) in [("key", "SK-simulator-known-to-everyone"), ("tokens", TOKEN), ("sidecar.toml", &settings)] {
        let path = folder.join(name);
        let written = fs::write(&path, text).and_then(|()| {
            #[cfg(unix)]
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
            Ok(())
        });
        written.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(folder.join("sidecar.toml"))
}

/// How long a line may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process that is ended when this is dropped, and its lines.
pub(super) struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    /// Starts a command and listens to it.
    pub(super) fn start(command: &mut Command) -> Result<Self, String> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child =
            child.map_err(|error| format!("cannot start {}: {error}", command.get_program().to_string_lossy()))?;
        let (sender, lines) = channel();
        let outputs: [Option<Box<dyn Read + Send>>; 2] =
            [child.stdout.take().map(|out| Box::new(out) as _), child.stderr.take().map(|err| Box::new(err) as _)];
        for output in outputs.into_iter().flatten() {
            let sender = sender.clone();
            thread::spawn(move || {
                // It reads on when nobody listens any more, so that the process never waits for a full pipe.
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        Ok(Self { child, lines })
    }

    /// Waits for a line with this text.
    pub(super) fn line(&self, text: &str) -> Result<String, String> {
        let end = Instant::now() + PATIENCE;
        let mut last = String::new();
        while let Ok(line) = self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if line.contains(text) {
                return Ok(line);
            }
            last = line;
        }
        Err(format!("no line with {text:?} came; the last one was {last:?}"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
