//! Settings that cannot be used, and what is said of them.

use std::fs;

use doku_sidecar::{Config, SETTINGS, Sidecar};

use crate::world::{Settings, World};

/// Returns why settings cannot be used, without what differs from run to run.
async fn why(world: &World, settings: &Settings) -> String {
    let error = match Config::from_toml(&settings.text()) {
        Err(error) => error,
        Ok(config) => match Sidecar::open(config).await {
            Err(error) => error,
            Ok(sidecar) => sidecar.run().await.unwrap_err(),
        },
    };
    error.to_string().replace(world.path("").to_str().unwrap(), "FOLDER/")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_used_is_said_with_its_name() {
    let world = World::new().await;
    world.secret("empty", "");
    world.secret("short", "# one\nshort\n");
    world.secret("quoted", "\"SK-not-a-real-key\"");
    world.secret("other_key", "SK-not-a-real-key\n");
    fs::write(world.path("open"), "a-token-of-the-tests").unwrap();
    #[cfg(unix)]
    fs::set_permissions(world.path("open"), std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let file = |name: &str| world.path(name).display().to_string();
    let base = || world.settings();
    let mut said = String::new();
    for (name, settings) in [
        ("no environment", base().set("environment", "")),
        ("an environment that is none", base().set("environment", "sandbocks")),
        ("an environment without tls", base().set("environment", "http://doku.example")),
        ("the simulator's credentials in production", base().set("environment", "production")),
        (
            "the simulator's client id in the sandbox",
            base().set("environment", "sandbox").set("secret_key_file", &file("other_key")),
        ),
        ("no client id", base().set("client_id", "")),
        ("a secret key as client id", base().set("client_id", "SK-not-a-real-key")),
        ("a secret key in quotation marks", base().set("secret_key_file", &file("quoted"))),
        ("a secret key that others may read", base().set("secret_key_file", &file("open"))),
        ("a secret key that is not there", base().set("secret_key_file", "SK-not-a-real-key")),
        ("no store", base().set("store", "")),
        ("a store without a folder", base().set("store", &file("nowhere/doku.db"))),
        ("no tokens", base().set("api.tokens_file", "")),
        ("empty tokens", base().set("api.tokens_file", &file("empty"))),
        ("a short token", base().set("api.tokens_file", &file("short"))),
        ("tokens that others may read", base().set("api.tokens_file", &file("open"))),
        ("an address that is none", base().set("api.listen", "localhost")),
        ("a socket without a name", base().set("api.listen", "unix:")),
        ("a host with a port", base().set("api.hosts", "[\"sidecar:4100\"]")),
        ("hosts that are no list", base().set("api.hosts", "sidecar")),
        ("a certificate without its key", base().set("api.certificate_file", &file("empty"))),
        ("a client authority without a certificate", base().set("api.client_ca_file", &file("empty"))),
        ("an address of notifications that is none", base().set("notifications.listen", "4101")),
        ("a notification url as path", base().set("notifications.path", "https://shop.example/payments")),
        ("a misspelt name", base().set("api.token_file", &file("tokens"))),
        ("a name that is like no other", base().set("colour", "green")),
        ("a port that is taken", base().set("api.listen", &taken)),
    ] {
        said.push_str(&format!("{name}\n  {}\n", why(&world, &settings).await.replace(&taken, "TAKEN")));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn a_file_that_is_no_toml_is_not_quoted() {
    let error = Config::from_toml("store = \"a\"\nsecret_key = \"SK-not-a-real-key\n").unwrap_err();
    assert_eq!(error.to_string(), "the file of settings is no toml, line 2: look at its quotes and brackets");
}

#[tokio::test]
async fn the_environment_has_all_that_a_file_has() {
    let world = World::new().await;
    let folder = world.path("");
    let folder = folder.display();
    let variables = |more: &[(&str, &str)]| {
        let base = [
            ("DOKU_ENVIRONMENT", world.simulator.environment().base_url().to_owned()),
            ("DOKU_CLIENT_ID", doku_simulator::CLIENT_ID.to_owned()),
            ("DOKU_STORE", format!("{folder}/doku.db")),
            ("DOKU_API_TOKENS_FILE", format!("{folder}/tokens")),
            ("PATH", "/bin".to_owned()),
        ];
        let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        base.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(more).collect::<Vec<_>>()
    };
    let key = ("DOKU_SECRET_KEY", doku_simulator::SECRET_KEY);
    let config = Config::from_variables(variables(&[key, ("DOKU_API_HOSTS", "sidecar, 10.0.0.7")])).unwrap();
    let shown = format!("{config:?}");
    assert!(shown.contains(r#"["sidecar", "10.0.0.7"]"#) && !shown.contains(doku_simulator::SECRET_KEY), "{shown}");
    for (more, expected) in [
        (vec![], "DOKU_SECRET_KEY_FILE: is not set; set it to the path of a file that holds the secret key"),
        (
            vec![key, ("DOKU_SECRET_KEY_FILE", "x")],
            "DOKU_SECRET_KEY_FILE: and DOKU_SECRET_KEY are both set; leave one out",
        ),
        (
            vec![key, ("DOKU_API_LISTN", "x")],
            "DOKU_API_LISTN: there is no such variable; did you mean DOKU_API_LISTEN?",
        ),
    ] {
        assert_eq!(Config::from_variables(variables(&more)).unwrap_err().to_string(), expected);
    }
}

#[cfg(unix)]
#[test]
fn a_file_of_settings_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sidecar.toml");
    fs::write(&path, "environment = \"sandbox\"\n").unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let error = Config::read(&path).unwrap_err().to_string();
    assert!(error.ends_with("others may read the file (mode 644); run chmod 600 on it"), "{error}");
}

/// The README has each setting with its variable, in the order of the list, and no other.
#[test]
fn the_readme_has_every_setting() {
    let readme = include_str!("../../src/sidecar/README.md");
    let (_, section) = readme.split_once("## Settings").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let mut named = Vec::new();
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let names = |cell: &str| cell.split(", ").map(|name| name.trim_matches('`').to_owned()).collect::<Vec<_>>();
        named.extend(names(cells[1]).into_iter().zip(names(cells[2])));
    }
    let settings: Vec<_> =
        SETTINGS.iter().map(|setting| (setting.key.to_owned(), setting.variable.to_owned())).collect();
    assert_eq!(named, settings);
}
