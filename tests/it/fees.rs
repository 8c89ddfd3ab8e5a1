//! What the READMEs of the bindings show of fees, discounts and rounding passes the check.

use std::fs;

use doku_indodana::check::{Kind, check};
use serde_json::Value;

#[test]
fn fees_of_the_readmes_pass_the_check() {
    let root = env!("CARGO_MANIFEST_DIR");
    let minimal = fs::read_to_string(format!("{root}/spec/examples/generate_order.request.minimal.json")).unwrap();
    for language in ["go", "java", "node", "php", "python"] {
        let readme = fs::read_to_string(format!("{root}/bindings/{language}/README.md")).unwrap();
        let shown = readme.split_once("```json\n").and_then(|(_, rest)| rest.split_once("```"));
        let (shown, _) = shown.expect("the README shows line items as JSON");
        let shown: Value = serde_json::from_str(shown).expect(language);
        let mut request: Value = serde_json::from_str(&minimal).unwrap();
        for member in ["amount", "line_items"] {
            request["order"][member] = shown[member].clone();
        }
        let report = check(Kind::Request, request.to_string().as_bytes()).expect(language);
        assert_eq!(report.violations(), [], "{language}");
        assert_eq!(report.advisories(), [], "{language}");
    }
}
