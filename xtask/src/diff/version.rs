//! The version that a set of differences asks for.

/// What a set of differences needs of the next version.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) enum Need {
    /// Words alone.
    Patch,
    /// Something new, nothing broken.
    Addition,
    /// Somebody has to change something.
    Breaking,
}

/// Returns the version after `version`: before 1.0 what breaks raises the minor number and all else the patch number,
/// afterwards as semantic versioning says.
///
/// # Errors
///
/// Where `version` is not three numbers.
pub(super) fn next(version: &str, need: Need) -> Result<String, String> {
    let numbers: Result<Vec<u64>, _> = version.split('.').map(str::parse).collect();
    let Ok([major, minor, patch]) = numbers.unwrap_or_default().try_into().map(|numbers: [u64; 3]| numbers) else {
        return Err(format!("info.version of the base is `{version}`, not three numbers such as 0.1.0"));
    };
    let [major, minor, patch] = match (major, need) {
        (0, Need::Breaking) => [0, minor + 1, 0],
        (0, _) | (_, Need::Patch) => [major, minor, patch + 1],
        (_, Need::Addition) => [major, minor + 1, 0],
        (_, Need::Breaking) => [major + 1, 0, 0],
    };
    Ok(format!("{major}.{minor}.{patch}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_what_breaks() {
        for (version, need, expect) in [
            ("0.1.4", Need::Breaking, "0.2.0"),
            ("0.1.4", Need::Addition, "0.1.5"),
            ("0.1.4", Need::Patch, "0.1.5"),
            ("1.2.3", Need::Breaking, "2.0.0"),
            ("1.2.3", Need::Addition, "1.3.0"),
            ("1.2.3", Need::Patch, "1.2.4"),
        ] {
            assert_eq!(next(version, need).as_deref(), Ok(expect), "{version} {need:?}");
        }
        for version in ["1.2", "1.2.x", "v1.2.3", ""] {
            let error = next(version, Need::Patch).unwrap_err();
            assert_eq!(error, format!("info.version of the base is `{version}`, not three numbers such as 0.1.0"));
        }
    }
}
