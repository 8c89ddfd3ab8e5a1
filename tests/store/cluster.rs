//! A private PostgreSQL cluster for this run of the tests, on a free port, as a user without rights.
//!
//! `DOKU_STORE_POSTGRES=required` makes its absence a failure; without it the cases are passed over where no server is
//! installed. `DOKU_STORE_PGBOUNCER=required` does the same for the pooler before it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::sync::OnceCell;
use tokio_postgres::NoTls;

/// Where servers are, besides the path.
const PLACES: [&str; 2] = ["/usr/lib/postgresql", "/usr/local/bin"];

/// The user that the server runs as where the tests are the superuser's.
const USER: &str = "postgres";

/// The user who has to give a password, if a test makes one; everybody else is trusted.
pub(crate) const LOCKED: &str = "locked";

/// A running server.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) port: u16,
    pub(crate) data: PathBuf,
    pub(crate) programs: PathBuf,
    _folder: tempfile::TempDir,
}

/// Returns the address of a database that nobody else uses; `None` where there is no server to start.
pub(crate) async fn database() -> Option<String> {
    Some(shared().await?.database().await)
}

/// Returns the address of such a database behind PgBouncer, which gives a connection for one transaction at a time.
pub(crate) async fn pooled_database() -> Option<String> {
    static POOLER: OnceCell<Option<Pooler>> = OnceCell::const_new();
    let cluster = shared().await?;
    let pooler = POOLER.get_or_init(|| Pooler::start(cluster)).await.as_ref();
    if pooler.is_none() {
        let required = std::env::var("DOKU_STORE_PGBOUNCER").as_deref() == Ok("required");
        assert!(!required, "PgBouncer is not installed; install the package pgbouncer");
    }
    let (address, pooler) = (cluster.database().await, pooler?);
    Some(address.replacen(&cluster.port.to_string(), &pooler.port.to_string(), 1))
}

/// Returns the server that all tests share; `None` where there is none to start.
pub(crate) async fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceCell<Option<Cluster>> = OnceCell::const_new();
    let cluster = SHARED.get_or_init(|| async { Cluster::start().await }).await;
    assert!(
        cluster.is_some() || std::env::var("DOKU_STORE_POSTGRES").as_deref() != Ok("required"),
        "no PostgreSQL server is installed; install the package postgresql"
    );
    cluster.as_ref()
}

/// PgBouncer before a server.
#[derive(Debug)]
struct Pooler {
    port: u16,
    _folder: tempfile::TempDir,
}

impl Pooler {
    /// Starts it; `None` where it is not installed.
    async fn start(cluster: &Cluster) -> Option<Self> {
        Command::new("pgbouncer").arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let settings = folder.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=doku\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n\
             server_idle_timeout = 2\nmax_client_conn = 1000\n",
            cluster.port
        );
        std::fs::write(&settings, text).unwrap();
        give_away(folder.path());
        let mut pooler = as_user(Path::new("pgbouncer"));
        pooler.arg("--quiet").arg(&settings).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        keep(pooler);
        wait(&format!("postgres://doku@127.0.0.1:{port}/postgres")).await;
        Some(Self { port, _folder: folder })
    }
}

impl Cluster {
    /// Starts a server; `None` where none is installed.
    pub(crate) async fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        give_away(folder.path());
        give_away(&data);
        let made = as_user(&programs.join("initdb"))
            .args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--username=doku", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success(), "initdb failed");
        let access = data.join("pg_hba.conf");
        let trusting = std::fs::read_to_string(&access).unwrap();
        std::fs::write(&access, format!("host all {LOCKED} 127.0.0.1/32 scram-sha-256\n{trusting}")).unwrap();
        let cluster = Self { port: free_port(), data, programs, _folder: folder };
        cluster.serve();
        cluster.wait().await;
        Some(cluster)
    }

    /// Starts the server's process, which ends with this one.
    pub(crate) fn serve(&self) {
        let mut server = as_user(&self.programs.join("postgres"));
        server.arg("-D").arg(&self.data).arg("-k").arg(&self.data).arg("-p").arg(self.port.to_string());
        server.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "shared_buffers=32MB"]);
        server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        keep(server);
    }

    pub(crate) async fn wait(&self) {
        wait(&self.address("postgres")).await;
    }

    pub(crate) fn address(&self, database: &str) -> String {
        format!("postgres://doku@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and returns its address.
    pub(crate) async fn database(&self) -> String {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("store_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.execute("postgres", &format!("create database {name}")).await;
        self.address(&name)
    }

    pub(crate) async fn execute(&self, database: &str, sql: &str) {
        let (client, connection) = tokio_postgres::connect(&self.address(database), NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(sql).await.unwrap();
    }

    /// Returns what a query of one text answers.
    pub(crate) async fn told(&self, database: &str, sql: &str) -> String {
        let (client, connection) = tokio_postgres::connect(&self.address(database), NoTls).await.unwrap();
        tokio::spawn(connection);
        client.query_one(sql, &[]).await.unwrap().get(0)
    }

    /// Waits until a query is answered with a text.
    pub(crate) async fn until(&self, sql: &str, expect: &str) {
        for _ in 0..200 {
            if self.told("postgres", sql).await == expect {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("`{sql}` is not {expect}");
    }

    /// Puts a private file into the folder of the data.
    pub(crate) fn put(&self, name: &str, from: &Path) {
        let to = self.data.join(name);
        std::fs::copy(from, &to).unwrap();
        std::fs::set_permissions(&to, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        if is_superuser() {
            assert!(Command::new("chown").arg(USER).arg(&to).status().unwrap().success());
        }
    }

    /// Stops the server at once, as a power cut does, and waits until it is gone.
    pub(crate) fn cut_the_power(&self) {
        let stopped = as_user(&self.programs.join("pg_ctl"))
            .args(["stop", "--mode=immediate", "--wait", "-D"])
            .arg(&self.data)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(stopped.success());
    }
}

/// Starts a server's process, which ends with this one.
fn keep(mut server: Command) {
    // The signal that ends the server comes when this thread ends, so it lives as long as the process.
    std::thread::spawn(move || {
        let _ = server.status();
    });
}

async fn wait(address: &str) {
    for _ in 0..600 {
        if tokio_postgres::connect(address, NoTls).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the server did not start");
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Returns the folder with the server's programs, of the newest version there is.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir(PLACES[0]).into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = versions.collect();
    folders.sort();
    folders.reverse();
    folders.extend(std::env::split_paths(&path).chain([PathBuf::from(PLACES[1])]));
    folders.into_iter().find(|folder| ["initdb", "postgres", "pg_ctl"].iter().all(|name| folder.join(name).exists()))
}

fn is_superuser() -> bool {
    rustix::process::geteuid().is_root()
}

/// Returns a command that runs without rights, and ends when this process does.
fn as_user(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if is_superuser() {
        command.args(["--reuid", USER, "--regid", USER, "--clear-groups"]);
    }
    command.args(["--pdeathsig", "INT", "--"]).arg(program).current_dir("/");
    command
}

/// Gives a folder to the user that the server runs as.
fn give_away(folder: &Path) {
    if is_superuser() {
        let given = Command::new("chown").arg(USER).arg(folder).status().unwrap();
        assert!(given.success());
        // The way to it must be open as well.
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        if !folder.ends_with("data") {
            std::fs::set_permissions(folder, mode).unwrap();
        }
    }
}
