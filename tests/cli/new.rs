//! `doku new`: what it writes, and what it refuses to overwrite.

use std::{collections::BTreeSet, fs, path::Path};

use super::doku;

const LANGUAGES: [&str; 8] = ["csharp", "go", "java", "node", "php", "python", "ruby", "rust"];

fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_shop_has_an_order_that_is_valid_and_a_readme_that_says_how_to_run_it() {
    for language in LANGUAGES {
        let folder = tempfile::tempdir().unwrap();
        let shop = folder.path().join("shop");
        let run = doku(&["new", "--lang", language, shop.to_str().unwrap(), "--json"], &[], b"");
        assert_eq!(run.code(), 0, "{run:?}");
        let document = run.json();
        let files: Vec<_> = document["files"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        for name in &files {
            assert!(shop.join(name).is_file(), "{language}: {name}");
        }
        let order = shop.join("order.json");
        assert_eq!(doku(&["check", "request", order.to_str().unwrap()], &[], b"").code(), 0, "{language}");
        let readme = text(&shop, "README.md").replace(files[0], "PROGRAM");
        assert!(!readme.contains('{'), "{language}: a place was not filled in:\n{readme}");
        insta::assert_snapshot!(format!("new_{language}"), format!("{}\n\n{readme}", files.join("\n")));
    }
}

#[cfg(unix)]
#[test]
fn secrets_are_fresh_and_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let mut seen = BTreeSet::new();
    for name in ["one", "two"] {
        let shop = folder.path().join(name);
        assert_eq!(doku(&["new", "--lang", "php", shop.to_str().unwrap()], &[], b"").code(), 0);
        for secret in ["token", "webhook", "doku"] {
            let path = shop.join("secrets").join(secret);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{secret}");
            let value = text(&shop.join("secrets"), secret);
            assert!(secret == "doku" || seen.insert(value), "{secret} was made twice");
        }
    }
    let token = seen.iter().find(|value| !value.starts_with("whsec_")).unwrap();
    assert_eq!(token.trim_end().len(), 64);
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    fs::write(folder.path().join("shop.rb"), "mine").unwrap();
    let run = doku(&["new", "--lang", "ruby", path], &[], b"");
    insta::assert_snapshot!("new_not_empty", run.to_text().replace(path, "DIR"));
    assert_eq!(text(folder.path(), "shop.rb"), "mine");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let file = folder.path().join("shop.rb");
    let run = doku(&["new", "--lang", "ruby", file.to_str().unwrap()], &[], b"");
    insta::assert_snapshot!("new_file_in_the_way", run.to_text().replace(path, "DIR"));
}
