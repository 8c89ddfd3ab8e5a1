//! DOKU's rules of notification URLs.
//!
//! Source: DOKU, Setup Notification URL, Override Notification URL; D-39, D-40.

use std::net::IpAddr;

use doku_indodana::{Environment, RequestTarget};
use url::{Host, Url};

use super::{
    super::{
        output::{Exit, clean},
        transport::is_loopback,
    },
    check::Check,
};

const NAME: &str = "notification url";

const OVERRIDE: &str = "override url";

/// A longer one is unusual, in characters. DOKU documents no limit; other URLs of an order have 256.
const USUAL_LENGTH: usize = 256;

/// Domains of ngrok's tunnels, which DOKU refuses.
const NGROK: [&str; 6] = ["ngrok.io", "ngrok.app", "ngrok.dev", "ngrok.com", "ngrok-free.app", "ngrok-free.dev"];

/// Names that exist on a local network alone. Source: RFC 2606, RFC 6762, RFC 8375, ICANN's .internal.
const LOCAL: [&str; 6] = ["localhost", "local", "internal", "test", "lan", "home.arpa"];

/// Returns what is wrong with each, and whether all have the path of the first.
pub(super) fn checks(urls: &[String], environment: Option<&Environment>) -> Vec<Check> {
    let local = environment.is_some_and(|environment| environment.base_url().starts_with("http://"));
    let mut checks: Vec<_> = urls
        .iter()
        .enumerate()
        .flat_map(|(at, url)| {
            let name = if at == 0 { NAME } else { OVERRIDE };
            findings(url, local).into_iter().map(move |check| check.name(name))
        })
        .collect();
    let paths: Vec<_> = urls.iter().filter_map(|url| Some(Url::parse(url).ok()?.path().to_owned())).collect();
    if let Some((first, others)) = paths.split_first()
        && let Some(other) = others.iter().find(|path| *path != first)
    {
        let message = format!("its path {} is not {}", clean(other), clean(first));
        checks.push(
            failed(message).name(OVERRIDE).help("an override may differ in its host alone, otherwise it does not work"),
        );
    }
    checks
}

fn failed(message: impl Into<String>) -> Check {
    Check::failed(NAME, Exit::Usage, message)
}

/// Returns all that is wrong with a URL, or which path is signed.
fn findings(text: &str, local: bool) -> Vec<Check> {
    let url = match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        _ => {
            return vec![
                failed("is no absolute http or https url")
                    .help("give one such as https://shop.example/payments/notifications"),
            ];
        }
    };
    let mut checks: Vec<_> = if local { for_local_simulator(&url) } else { for_doku(&url) };
    if !url.username().is_empty() || url.password().is_some() {
        checks.push(failed("names a user").help("DOKU does not log in; the signature is the proof"));
    }
    if url.fragment().is_some() {
        checks.push(failed("has a fragment").help("leave out # and what follows it; it is never sent"));
    }
    if url.query().is_some() {
        let message = "has a query, and DOKU documents the path alone as what is signed";
        checks.push(Check::warning(NAME, message).help("put what you need into the path"));
    }
    if url.path().parse::<RequestTarget>().is_err() {
        checks.push(failed("has a path of more than 2048 characters").help("make it shorter"));
    } else if text.chars().count() > USUAL_LENGTH {
        checks.push(Check::warning(NAME, format!("has more than {USUAL_LENGTH} characters")).help("make it shorter"));
    }
    if !is_plain(text, url.path()) {
        let message = "has a path that programs write in different ways, so the signed one is not sure";
        checks.push(Check::warning(NAME, message).help("use letters, digits and - . _ ~ / without .. in it"));
    }
    if checks.iter().all(Check::is_passed) {
        checks.push(Check::ok(NAME, format!("the path that is signed is {}", clean(url.path()))));
    }
    checks
}

/// Returns whether a URL's path is written as a parser reads it.
fn is_plain(text: &str, path: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let written = rest.find(['/', '\\', '?', '#']).map_or("", |start| &rest[start..]);
    let written = written.find(['?', '#']).map_or(written, |end| &written[..end]);
    written == path || (written.is_empty() && path == "/")
}

/// The simulator sends to this machine alone.
fn for_local_simulator(url: &Url) -> Vec<Check> {
    let mut checks = Vec::new();
    if !is_loopback(url) {
        checks.push(failed("is not on this machine; the simulator sends to localhost, 127.0.0.0/8 and ::1 only"));
    }
    if url.scheme() != "http" {
        checks.push(failed("does not begin with http://; the simulator has no certificate to trust"));
    }
    checks
}

/// DOKU sends to the public internet.
fn for_doku(url: &Url) -> Vec<Check> {
    let mut checks = Vec::new();
    if url.scheme() == "http" {
        let message = "does not begin with https://, so everyone on the way can read it";
        checks.push(Check::warning(NAME, message).help("DOKU encourages https"));
    }
    let reachable =
        "DOKU sends from the internet; use a public host, or a tunnel such as localhost.run while developing";
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let is_below = |domain: &&str| name == *domain || name.ends_with(&format!(".{domain}"));
            if NGROK.iter().any(is_below) {
                checks.push(failed("is on a domain of ngrok, which DOKU refuses").help(reachable));
            } else if !name.contains('.') || LOCAL.iter().any(is_below) {
                checks.push(failed("is on a host that only a local network knows").help(reachable));
            }
        }
        Some(Host::Ipv4(ip)) if !is_public(ip.into()) => checks.push(failed("is on a private address").help(reachable)),
        Some(Host::Ipv6(ip)) if !is_public(ip.into()) => checks.push(failed("is on a private address").help(reachable)),
        _ => {}
    }
    if let Some(port) = url.port() {
        checks.push(failed(format!("has port {port}, and DOKU takes no odd ports")).help("use 443, or 80 for http"));
    }
    checks
}

/// Returns whether an address is on the public internet. Source: IANA's registries of special-purpose addresses.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let special = (a, b, c) == (192, 0, 0) || a == 0 || a >= 240 || (a, b & 0xFE) == (198, 18);
            let named = ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_documentation();
            !(named || ip.is_multicast() || shared || special)
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => is_public(ip.into()),
            // The global addresses are 2000::/3, without 2001:db8::/32 for documentation.
            None => ip.segments()[0] & 0xE000 == 0x2000 && ip.segments()[..2] != [0x2001, 0x0DB8],
        },
    }
}
