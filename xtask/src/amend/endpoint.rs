//! Another address, method or status.

use super::{Amendment, Edit, below, set};
use crate::drift::{Contract, Finding};

/// Returns what another endpoint asks for.
pub(super) fn changed(contract: &Contract, finding: &Finding) -> Amendment {
    let [paths, path, method] = &contract.operation[..] else { return Amendment::default() };
    let now = finding.now.as_str().unwrap_or_default();
    let by_hand = || Amendment::left(format!("{}: it is {now:?} now; edit the contract by hand", finding.name));
    let (host, target) = match now.split_once("://") {
        Some((scheme, rest)) => {
            let (host, target) = rest.split_once('/').map_or((rest, ""), |(host, target)| (host, target));
            (Some(format!("{scheme}://{host}")), format!("/{target}"))
        }
        None => match now.split_once(' ') {
            Some((verb, target)) if verb.eq_ignore_ascii_case(method) && target.starts_with('/') => {
                (None, target.to_owned())
            }
            _ if finding.name == "http method" && now.eq_ignore_ascii_case(method) => return Amendment::default(),
            _ => return by_hand(),
        },
    };
    if target == "/" || target.contains(['?', '#', '<', ' ']) {
        return by_hand();
    }
    let mut edits = Vec::new();
    if let Some(host) = host {
        let servers = contract.tree["servers"].as_array().into_iter().flatten();
        let urls: Vec<_> = servers.filter_map(|server| server["url"].as_str()).collect();
        if !urls.contains(&host.as_str()) {
            let before = finding.before.as_str().unwrap_or_default();
            let Some(number) = urls.iter().position(|url| before.starts_with(&format!("{url}/"))) else {
                return by_hand();
            };
            edits.push(set(&below(&[], &["servers", &number.to_string()]), "url", host, None));
        }
    }
    // The other rows with the same address find it there already.
    if target != *path {
        edits.push(Edit::Rename { at: vec![paths.clone()], key: path.clone(), to: target });
    }
    Amendment::edits(edits)
}
