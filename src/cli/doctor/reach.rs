//! Whether a host can be reached: name, connection, certificate, one after the other.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use rustls::pki_types::ServerName;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::{
    super::{
        output::{Exit, clean},
        transport,
    },
    check::Check,
};

/// How long each of the three may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Returns what is found at the host of a URL. Nothing is sent but a handshake.
pub(super) async fn checks(url: &Url) -> Vec<Check> {
    let mut checks = Vec::new();
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else { return checks };
    let name = host.to_string();
    let addresses = match resolve(&host, port).await {
        Ok(addresses) => addresses,
        Err(why) => {
            let help = "check the spelling, the network and the resolver of this machine";
            checks.push(Check::failed("dns", Exit::Unknown, format!("{name} has no address: {why}")).help(help));
            checks.extend(["tcp", "tls"].map(|name| Check::skipped(name, "there is no address")));
            return checks;
        }
    };
    checks.push(match host {
        Host::Domain(_) => Check::ok("dns", format!("{name} has an address")),
        _ => Check::skipped("dns", format!("{name} is an address")),
    });
    let stream = match connect(&addresses).await {
        Ok(stream) => stream,
        Err(why) => {
            let help = "check that it runs, the port, and the firewall of this machine; no proxy is used";
            checks
                .push(Check::failed("tcp", Exit::Unknown, format!("no connection to {name}:{port}: {why}")).help(help));
            checks.push(Check::skipped("tls", "there is no connection"));
            return checks;
        }
    };
    checks.push(Check::ok("tcp", format!("{name}:{port} takes connections")));
    checks.push(match url.scheme() {
        "https" => tls(&host, stream).await,
        _ => Check::skipped("tls", "plain http"),
    });
    checks
}

async fn resolve(host: &Host<&str>, port: u16) -> Result<Vec<SocketAddr>, String> {
    match host {
        Host::Ipv4(ip) => Ok(vec![(*ip, port).into()]),
        Host::Ipv6(ip) => Ok(vec![(*ip, port).into()]),
        // This machine, whatever DNS says.
        Host::Domain("localhost") => {
            Ok(vec![([127, 0, 0, 1], port).into(), ([0_u16, 0, 0, 0, 0, 0, 0, 1], port).into()])
        }
        Host::Domain(name) => match timeout(PATIENCE, lookup_host((*name, port))).await {
            Ok(Ok(addresses)) => Ok(addresses.collect()),
            Ok(Err(error)) => Err(clean(&error.to_string())),
            Err(_) => Err("no answer within 5 s".to_owned()),
        },
    }
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, String> {
    let mut why = "it has no address".to_owned();
    for address in addresses {
        match timeout(PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => why = reason(&error),
            Err(_) => why = "no answer within 5 s".to_owned(),
        }
    }
    Err(why)
}

async fn tls(host: &Host<&str>, stream: TcpStream) -> Check {
    let failed = |message: String| Check::failed("tls", Exit::Unknown, message);
    let config = match transport::tls(true) {
        Ok(config) => config,
        Err(error) => {
            return failed(format!("the system's certificates cannot be used: {}", clean(&error.to_string())))
                .help("install the ca-certificates of the system");
        }
    };
    let name = match host {
        Host::Domain(name) => ServerName::try_from((*name).to_owned()).ok(),
        Host::Ipv4(ip) => Some(ServerName::from(std::net::IpAddr::from(*ip))),
        Host::Ipv6(ip) => Some(ServerName::from(std::net::IpAddr::from(*ip))),
    };
    let Some(name) = name else { return failed("no certificate can name this host".to_owned()) };
    match timeout(PATIENCE, TlsConnector::from(Arc::new(config)).connect(name, stream)).await {
        Ok(Ok(_)) => Check::ok("tls", "the certificate is accepted"),
        Ok(Err(error)) => failed(format!("the handshake failed: {}", reason(&error)))
            .help("check the clock, the certificates of this machine, and whether something stands in between"),
        Err(_) => failed("the handshake took longer than 5 s".to_owned()),
    }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::InvalidData | io::ErrorKind::Other => clean(&error.to_string()),
        kind => kind.to_string(),
    }
}
