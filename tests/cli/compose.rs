//! The examples of the sidecar in operation, without a container engine: each command line of the compose file and of the
//! unit, with the environment and the files that it gets there.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    Simulator, closed_port, cluster, command, doku,
    sidecar::{ORDER, Sidecar, files},
};

/// So long an effect may take to come.
const PATIENCE: Duration = Duration::from_secs(60);

fn example(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/sidecar")).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(example(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Returns the texts of a list.
fn texts(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// Returns a port that is free now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts a simulator as a service of the compose file does.
fn simulator(service: &Value, port: u16, folder: &str) -> Simulator {
    let state = format!("{folder}/");
    let arguments: Vec<_> = texts(&service["command"]).iter().map(|word| word.replace("/state/", &state)).collect();
    let arguments = arguments.into_iter().chain(["--port".to_owned(), port.to_string()]).collect::<Vec<_>>();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut child = command(&arguments, &[]).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut said).unwrap();
    assert!(!said.is_empty(), "the simulator does not start: {:?}", child.wait_with_output());
    Simulator { child, url: said.trim_end().to_owned() }
}

/// The network of the three containers is one, so this machine's does as well; only the ports are others.
#[test]
fn an_order_is_placed_and_paid_in_the_compose_file() {
    let wait = tokio::runtime::Runtime::new().unwrap();
    let Some(cluster) = wait.block_on(cluster::shared()) else { return };
    let ports = [("4000", free_port()), ("4100", free_port()), ("4101", free_port())];
    let text = ports.iter().fold(read("compose.yaml"), |text, (from, to)| text.replace(from, &to.to_string()));
    let compose: Value = serde_saphyr::from_str(&text).unwrap();
    let [ours, database, theirs] = ["sidecar", "postgres", "simulator"].map(|name| &compose["services"][name]);
    let [(_, simulator_port), (_, api), (_, notifications)] = ports;
    for service in [ours, database] {
        assert_eq!(service["network_mode"], "service:simulator");
    }
    let published = [simulator_port, api].map(|port| format!("127.0.0.1:{port}:{port}"));
    assert_eq!(texts(&theirs["ports"]), published);

    let folder = tempfile::tempdir().unwrap();
    let shown = folder.path().to_str().unwrap();
    fs::copy(example("secrets.sh"), folder.path().join("secrets.sh")).unwrap();
    let made = Command::new("sh").arg(folder.path().join("secrets.sh")).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    assert_eq!(texts(&ours["volumes"]), ["./secrets:/secrets:ro"]);

    // The database that the image makes from its variables.
    let made = &database["environment"];
    let [user, name] = ["POSTGRES_USER", "POSTGRES_DB"].map(|variable| made[variable].as_str().unwrap());
    assert_eq!((user, &made["POSTGRES_HOST_AUTH_METHOD"]), ("doku", &"trust".into()), "as the server of the tests");
    wait.block_on(cluster.execute("postgres", &format!("create database {name}")));

    let mut variables = Vec::new();
    for (variable, value) in ours["environment"].as_object().unwrap() {
        let value = value.as_str().unwrap().replace("/secrets/", &format!("{shown}/secrets/"));
        let address = format!("@127.0.0.1:{}/", cluster.port);
        let value = if variable == "DOKU_STORE" { value.replace("@127.0.0.1/", &address) } else { value };
        variables.push((variable.as_str(), value));
    }
    assert!(variables.contains(&("DOKU_STORE", cluster.address(name))), "{variables:?}");
    // Port 4101 where nothing is said.
    variables.push(("DOKU_NOTIFICATIONS_LISTEN", format!("127.0.0.1:{notifications}")));
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let arguments = texts(&ours["command"]);
    let check = doku(&[&arguments[..], &["--check"]].concat(), &variables, b"");
    assert_eq!((check.code(), check.stdout()), (0, "all settings can be used, and the store is open\n"), "{check:?}");

    let simulator = simulator(theirs, simulator_port, shown);
    let mut sidecar = Sidecar::spawn(&[&arguments[..], &["--json"]].concat(), &variables);
    let token = fs::read_to_string(folder.path().join("secrets/token")).unwrap();
    // It listens on all addresses, of which this is one.
    (sidecar.api, sidecar.token) = (format!("127.0.0.1:{api}"), token.trim().to_owned());
    let (status, placed) = sidecar.call("POST", "/orders", ORDER);
    assert_eq!(status, 201, "{placed}");
    let placed: Value = serde_json::from_str(&placed).unwrap();
    let page = placed["payment_url"].as_str().unwrap();
    let path = page.strip_prefix(&format!("http://localhost:{simulator_port}")).expect("the host's browser gets there");
    let (status, paid) = Sidecar::send(&format!("127.0.0.1:{simulator_port}"), "POST", &format!("{path}/pay"), "", "");
    assert!(matches!(status, 200..=303), "{status} {paid}");
    let end = Instant::now() + PATIENCE;
    loop {
        let (_, effects) = sidecar.call("GET", "/effects?open", "");
        let effects: Value = serde_json::from_str(&effects).unwrap();
        if effects["effects"][0]["status"] == "SUCCESS" {
            break;
        }
        assert!(Instant::now() < end, "no effect came: {effects}");
        thread::sleep(Duration::from_millis(20));
    }
    sidecar.stop();
    drop(simulator);
}

/// What systemd starts takes these arguments, with a file of settings where the unit has it.
#[test]
fn the_units_command_lines_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    let config = files(folder.path(), &format!("http://127.0.0.1:{}", closed_port()));
    let unit = read("doku-sidecar.service");
    let line = |name: &str| {
        let line = unit.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}"));
        let line = line.strip_prefix("/usr/local/bin/doku ").expect("the command");
        line.replace("/etc/doku/sidecar.toml", config.to_str().unwrap())
    };
    let [check, start] = ["ExecStartPre=", "ExecStart="].map(line);
    let run = doku(&check.split(' ').collect::<Vec<_>>(), &[], b"");
    assert_eq!(run.code(), 0, "{run:?}");
    let words: Vec<_> = start.split(' ').chain(["--json"]).collect();
    Sidecar::spawn(&words, &[]).stop();
}
