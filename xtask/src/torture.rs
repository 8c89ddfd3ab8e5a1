//! The long runs against the store, and against the sidecar: `cargo xtask torture`.

use crate::{
    test::{PACKAGES, postgres},
    tool::{cargo, run},
};

/// What a run is measured by, with its default: the measures of one engine.
type Measure = [(&'static str, u64); 4];

const STORE: Measure = [("orders", 2_500), ("deliveries", 12_500), ("kills", 50), ("seed", 1)];

/// With the sidecar in the path; there each round waits for what hangs.
const SIDECAR: Measure = [("orders", 1_500), ("deliveries", 4_500), ("kills", 50), ("seed", 1)];

/// Two shops on one store, or with `--sidecar` two sidecars, are killed again and again while DOKU goes wrong, on SQLite and,
/// where a server is to be had, on PostgreSQL. The store's run leaves pictures of faults and outcomes in the folder that
/// everything is built in.
///
/// # Errors
///
/// Where an option is none, or a book does not agree with the others.
pub(crate) fn torture(options: &[&str]) -> Result<(), String> {
    let (test, mut measure) = match options.contains(&"--sidecar") {
        true => ("sidecar", SIDECAR),
        false => ("store", STORE),
    };
    let mut words = options.iter().filter(|word| **word != "--sidecar");
    while let Some(word) = words.next() {
        let option = word.strip_prefix("--").and_then(|name| measure.iter_mut().find(|(known, _)| *known == name));
        let known = || {
            format!(
                "`{word}` is no option; --orders, --deliveries, --kills and --seed take a number each, --sidecar none"
            )
        };
        let number = words.next().and_then(|number| number.parse().ok());
        option.ok_or_else(known)?.1 = number.ok_or_else(known)?;
    }
    let told: Vec<_> = measure.iter().map(|(name, number)| format!("{name}={number}")).collect();
    let mut tests = cargo();
    // As the step of the tests builds them, so that nothing is built twice.
    tests.args(["test", "--all-features"]).args(PACKAGES).args(["--test", test, "torture::", "--", "--nocapture"]);
    tests.args(["--test-threads", "1"]).env("DOKU_TORTURE", told.join(" "));
    if let Err(reason) = postgres::server() {
        eprintln!("note: SQLite alone: {reason}");
    } else {
        tests.env("DOKU_STORE_POSTGRES", "required");
    }
    run(&mut tests)
}
