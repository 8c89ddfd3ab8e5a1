//! Where effects are forwarded to, from the settings.

use std::{path::Path, time::Duration};

use super::source::Source;
use crate::{
    StartError,
    forward::{Forwarder, Secret, Target},
    secret_file,
};

/// How long a service may take to answer, in seconds, unless it is told otherwise. Source: Standard Webhooks, "Request
/// timeouts".
const TIMEOUT: u64 = 20;

/// The longest time, in seconds: an attempt ends before the store gives it up.
const LONGEST_TIMEOUT: u64 = 50;

/// Returns what forwards effects; `None` where no setting says so.
pub(super) fn read(source: &Source) -> Result<Option<Forwarder>, StartError> {
    let (url, files) = ("forward.url", "forward.secret_files");
    let plain = source.list("forward.danger_plain_http_hosts");
    if source.one(url).is_none() {
        let alone = [files, "forward.timeout", "forward.danger_plain_http_hosts"];
        return match alone.into_iter().find(|key| !source.list(key).is_empty()) {
            Some(key) => {
                let what = format!("is set, and nothing is forwarded; set {}, or leave it out", source.name(url));
                Err(source.error(key, what))
            }
            None => Ok(None),
        };
    }
    let text = source.needed(url, "the url of the service, such as https://shop.example/effects")?;
    let target = Target::new(text, plain).map_err(|what| source.error(url, what))?;
    let mut secrets = Vec::new();
    for path in source.list(files) {
        secrets.push(secret_of_file(path).map_err(|what| source.error(files, what))?);
    }
    if !(1..=2).contains(&secrets.len()) {
        let what = "must name one file with whsec_ and the base64 of 32 random bytes, or two while the service changes \
                    from one to the other";
        return Err(source.error(files, what));
    }
    let forwarder = Forwarder::new(target, secrets, timeout(source)?);
    forwarder.map(Some).map_err(|what| source.error(url, what))
}

/// Reads a secret. The path is not shown, because it may be the secret.
fn secret_of_file(path: &str) -> Result<Secret, String> {
    let text = secret_file::read(Path::new(path))?;
    text.trim_end_matches(['\n', '\r']).parse().map_err(str::to_owned)
}

fn timeout(source: &Source) -> Result<Duration, StartError> {
    let key = "forward.timeout";
    let seconds = match source.one(key) {
        None => Some(TIMEOUT),
        Some(text) => text.strip_suffix('s').unwrap_or(text).parse().ok(),
    };
    match seconds {
        Some(seconds @ 1..=LONGEST_TIMEOUT) => Ok(Duration::from_secs(seconds)),
        _ => Err(source.error(key, "must be 1 to 50 seconds, such as 20s")),
    }
}
