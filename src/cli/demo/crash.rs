//! A process that is killed between sending an order and the answer, and started again.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use doku_indodana::credentials::{CLIENT_ID_VARIABLE, SECRET_KEY_FILE_VARIABLE, SECRET_KEY_VARIABLE};
use doku_simulator::{Fault, Simulator};
use doku_store::Store;
use tokio::{task::spawn_blocking, time::timeout};

use super::{ORDER, line, step};
use crate::{
    environment::ENVIRONMENT_VARIABLE,
    output::{Exit, Failure},
    store::{self, location},
};

/// The simulator's fault: the order is made, and its answer never comes.
const NO_ANSWER: &str = "no-answer";

/// How long the first process may take to send its order.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often is looked whether it has.
const GLANCE: Duration = Duration::from_millis(5);

/// Shows it with this very program, on a simulator and a store of its own.
pub(super) async fn show(ids: impl Fn() -> u128 + Send + Sync + 'static) -> Result<(), Failure> {
    step("5. Kill a process between sending and the answer, and start it again")?;
    let internal = |what: &str| Failure::new(Exit::Internal, format!("the demonstration of a crash stopped: {what}"));
    let failed = |error: io::Error| internal(&error.kind().to_string());
    let simulator = Simulator::builder().ids(ids).start().await.map_err(failed)?;
    let fault: Fault = NO_ANSWER.parse().map_err(|_| internal("the simulator has no such fault"))?;
    simulator.fail_next(fault);
    let folder = Folder::make(crate::order::new_request_id()?.as_str()).map_err(failed)?;
    fs::write(folder.0.join("order.json"), ORDER).map_err(failed)?;
    let environment = simulator.environment();
    let create = || create(&folder.0, environment.base_url());

    let mut first = create().and_then(|mut command| command.spawn()).map_err(failed)?;
    let made = async {
        while simulator.orders().is_empty() {
            tokio::time::sleep(GLANCE).await;
        }
    };
    let made = timeout(PATIENCE, made).await;
    let killed = first.kill().and_then(|()| first.wait()).map_err(failed);
    made.map_err(|_| internal("no order came"))?;
    killed?;
    line("doku order create order.json --store doku.db: the simulator has the order, the process is killed")?;
    let store = Store::open(folder.store()).await.map_err(|error| store::failure(&error))?;
    for order in store.orders("", 10).await.map_err(|error| store::failure(&error))? {
        line(&format!("the store, which was written before: {} is {}", order.invoice_number(), order.rank()))?;
    }
    drop(store);

    let mut second = create().map_err(failed)?;
    // The simulator answers on this thread.
    let output = spawn_blocking(move || second.output()).await.map_err(|_| internal("it panicked"))?.map_err(failed)?;
    let payment_url = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(internal(&String::from_utf8_lossy(&output.stderr)));
    }
    line(&format!("the same command again: {}", payment_url.trim_end()))?;
    let orders = simulator.orders().len();
    line(&format!("orders at the simulator: {orders}"))?;
    simulator.stop().await.map_err(|error| internal(&error.to_string()))
}

/// Returns the command that a merchant would give, on the simulator and with nothing of this environment.
fn create(folder: &Path, simulator: &str) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command
        .args(["order", "create", "order.json", "--simulator", simulator, "--store", "doku.db"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for variable in [
        CLIENT_ID_VARIABLE,
        SECRET_KEY_VARIABLE,
        SECRET_KEY_FILE_VARIABLE,
        ENVIRONMENT_VARIABLE,
        location::STORE_VARIABLE,
        location::STORE_FILE_VARIABLE,
    ] {
        command.env_remove(variable);
    }
    Ok(command)
}

/// A folder of this user alone, which is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn make(name: &str) -> io::Result<Self> {
        let path = env::temp_dir().join(format!("doku-demo-{name}"));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Self(path))
    }

    fn store(&self) -> String {
        self.0.join("doku.db").to_string_lossy().into_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left of it is the system's to remove.
        let _ = fs::remove_dir_all(&self.0);
    }
}
