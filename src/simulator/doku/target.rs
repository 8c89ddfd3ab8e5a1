//! The addresses of the contract, as paths of requests.

use doku_indodana::address;

/// Returns the id in the path of check status, as it was sent; `None` for any other path.
pub(crate) fn status_id(path: &str) -> Option<&str> {
    let (before, after) = address::CHECK_STATUS.split_once('{').unwrap_or((address::CHECK_STATUS, ""));
    let after = after.split_once('}').map_or("", |(_, after)| after);
    path.strip_prefix(before)?.strip_suffix(after)
}

/// Returns whether something is at a path, but for the slash at its end.
pub(crate) fn has_slash_too_many(path: &str) -> bool {
    path.strip_suffix('/').is_some_and(|path| {
        let status = status_id(path).is_some_and(|id| !id.is_empty() && !id.contains('/'));
        path == address::GENERATE_ORDER || status
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_contract() {
        let path = address::CHECK_STATUS.replace("{id}", "INV%2F1");
        assert_eq!(status_id(&path), Some("INV%2F1"));
        assert_eq!(status_id(address::GENERATE_ORDER), None);
        for (path, expected) in [
            (format!("{}/", address::GENERATE_ORDER), true),
            (format!("{path}/"), true),
            (address::CHECK_STATUS.replace("{id}", "/"), false),
            (address::GENERATE_ORDER.to_owned(), false),
            ("/other/".to_owned(), false),
        ] {
            assert_eq!(has_slash_too_many(&path), expected, "{path}");
        }
    }
}
