//! A PostgreSQL server that is spoken to by TLS alone: who vouches for it, and for which name.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use doku_store::{StoreError, StoreErrorKind};

use crate::{
    cluster::Cluster,
    world::{World, place},
};

/// The name in the server's certificate. It leads nowhere: each address says beside it where the server is.
const NAME: &str = "db.example";

/// A server with a certificate of an authority that nobody knows.
struct Server {
    cluster: Cluster,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts it; `None` where none is installed.
    async fn start() -> Option<Self> {
        let cluster = Cluster::start().await?;
        let folder = tempfile::tempdir().unwrap();
        certify(folder.path());
        for file in ["server.crt", "server.key"] {
            cluster.put(file, &folder.path().join(file));
        }
        cluster.execute("postgres", "alter system set ssl = on").await;
        cluster.execute("postgres", "select pg_reload_conf()").await;
        cluster.until("show ssl", "on").await;
        Some(Self { cluster, folder })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns the address of a new database under a name of the server.
    async fn address(&self, name: &str, options: &str) -> String {
        let near = self.cluster.database().await;
        format!("{}?hostaddr=127.0.0.1{options}", near.replacen("@127.0.0.1", &format!("@{name}"), 1))
    }

    async fn refused(&self, world: &World, name: &str, options: &str) -> StoreError {
        world.builder().open(self.address(name, options).await).await.unwrap_err()
    }
}

/// Makes an authority, and the server's key and certificate.
fn certify(folder: &Path) {
    std::fs::write(folder.join("names"), format!("subjectAltName = DNS:{NAME}\n")).unwrap();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    for command in [
        format!("req -x509 {key} -keyout ca.key -out ca.pem -days 3650 -subj /CN=authority"),
        format!("req -x509 {key} -keyout other.key -out other.pem -days 3650 -subj /CN=other"),
        format!("req {key} -keyout server.key -out server.csr -subj /CN={NAME}"),
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile names -out server.crt"
            .into(),
    ] {
        let made = Command::new("openssl")
            .args(command.split(' '))
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success(), "openssl {command}");
    }
}

#[tokio::test]
async fn a_server_is_spoken_to_by_tls_if_the_named_authority_vouches_for_its_name() {
    let Some(server) = Server::start().await else { return };
    let world = World::sqlite().await;
    let (ours, other) = (server.file("ca.pem"), server.file("other.pem"));
    let vouched = format!("&sslmode=verify-full&sslrootcert={}", ours.display());

    let address = server.address(NAME, &vouched).await;
    let orders = world.builder().open(&address).await.unwrap();
    place(&orders, "INV-1").await;
    let database = address.split(['/', '?']).nth(3).unwrap();
    let private = "select bool_and(ssl)::text from pg_stat_ssl natural join pg_stat_activity \
                   where application_name = 'doku-store' and datname = current_database()";
    assert_eq!(server.cluster.told(database, private).await, "true");

    let untrusted = "no connection to postgresql: its certificate is not trusted, or is for another name; name its \
                     authority's file as sslrootcert in the address, and the host as the certificate does";
    let by_other = format!("&sslrootcert={}", other.display());
    for (name, options) in [(NAME, ""), (NAME, &by_other), ("other.example", &vouched)] {
        let error = server.refused(&world, name, options).await;
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (StoreErrorKind::Unavailable, untrusted),
            "{name} {options}"
        );
    }
    let error = server.refused(&world, NAME, "&sslrootcert=/nowhere/ca.pem").await;
    assert_eq!(error.kind(), StoreErrorKind::Unusable);
    assert_eq!(
        error.to_string(),
        "the certificates of sslrootcert, /nowhere/ca.pem, cannot be used: the file cannot be read; name a file in pem"
    );
}

#[tokio::test]
async fn a_server_on_this_machine_is_spoken_to_by_tls_where_the_address_says_so() {
    let Some(server) = Server::start().await else { return };
    let world = World::sqlite().await;
    // Its certificate is for another name, so that this one is refused shows that it was looked at.
    let address = server.cluster.database().await;
    let vouched = format!("{address}?sslmode=require&sslrootcert={}", server.file("ca.pem").display());
    let error = world.builder().open(vouched).await.unwrap_err();
    assert!(error.to_string().contains("its certificate is not trusted, or is for another name"), "{error}");
    drop(world.builder().open(address).await.unwrap());
}
