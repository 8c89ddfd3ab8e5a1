//! That the ledger of deviations and the vectors are true of the contract as it is now.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{LEDGER, VECTORS};

/// Every deviation rests on what contract and last reading say.
pub(super) fn deviations(contract: &Value, reading: &Value, ledger: &Value, findings: &mut Vec<String>) {
    for entry in ledger["deviation"].as_array().into_iter().flatten() {
        let id = entry["id"].as_str().unwrap_or("an entry without id");
        for (list, tree, what) in [("holds", contract, "the contract"), ("reads", reading, "the last reading")] {
            for fact in entry[list].as_array().into_iter().flatten() {
                let pointer = fact["pointer"].as_str().unwrap_or_default();
                if let Some(problem) = of_list(fact, tree.pointer(pointer)) {
                    findings.push(format!("{LEDGER}: {id}: {pointer} {problem} in {what}; correct or delete it"));
                }
                if fact.get("contains").is_some() || fact.get("lacks").is_some() {
                    continue;
                }
                let (expect, found) = (fact.get("value"), tree.pointer(pointer));
                if found != expect {
                    let [expect, found] = [expect, found].map(|value| value.map_or("nothing".into(), Value::to_string));
                    findings.push(format!(
                        "{LEDGER}: {id} rests on {pointer} with {expect}, but {what} has {found}; correct or delete it"
                    ));
                }
            }
        }
    }
}

/// Returns what is wrong with a fact about a list: `contains`, `lacks`.
fn of_list(fact: &Value, found: Option<&Value>) -> Option<String> {
    let (expect, wanted) = match (fact.get("contains"), fact.get("lacks")) {
        (Some(value), None) => (value, true),
        (None, Some(value)) => (value, false),
        _ => return None,
    };
    let Some(list) = found.and_then(Value::as_array) else { return Some("is no list".to_owned()) };
    let verb = if wanted { "lacks" } else { "contains" };
    (list.contains(expect) != wanted).then(|| format!("{verb} {expect}"))
}

/// Every deviation that a vector names is one of the ledger.
pub(super) fn advisories(vectors: &Value, ledger: &BTreeSet<&str>, findings: &mut Vec<String>) {
    for vector in vectors["vectors"].as_array().into_iter().flatten() {
        let named = ["violations", "advisories"].into_iter().filter_map(|list| vector[list].as_array()).flatten();
        let unknown = named.filter_map(|finding| finding["deviation"].as_str()).find(|id| !ledger.contains(id));
        if let Some(id) = unknown {
            let vector = vector["id"].as_str().unwrap_or_default();
            findings.push(format!("{VECTORS}: {vector} has {id}, which {LEDGER} does not have"));
        }
    }
}

/// Every vector just over a limit, `City.maxLength.over`, names the limit that the contract has.
pub(super) fn limits(definitions: &Value, vectors: &Value, findings: &mut Vec<String>) {
    for vector in vectors["vectors"].as_array().into_iter().flatten() {
        let id = vector["id"].as_str().unwrap_or_default();
        let [component, keyword, "over", ..] = id.split('.').collect::<Vec<_>>()[..] else { continue };
        let Some(limit) = definitions[component].get(keyword).filter(|limit| limit.is_number() || limit.is_string())
        else {
            continue;
        };
        let stated = vector["violations"].as_array().into_iter().flatten().filter(|finding| finding["rule"] == keyword);
        let stated: Vec<_> = stated.map(|finding| &finding["limit"]).collect();
        if let [first, ..] = stated[..]
            && !stated.contains(&limit)
        {
            findings.push(format!("{VECTORS}: {id} has the limit {first}, but the contract has {limit}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_overtaken_is_said() {
        let (contract, reading) = (json!({ "a": 1 }), json!({ "b": "2" }));
        let ledger = json!({ "deviation": [
            { "id": "D-01", "holds": [{ "pointer": "/a", "value": 1 }], "reads": [{ "pointer": "/c", "absent": true }] },
            { "id": "D-02", "holds": [{ "pointer": "/a", "value": 2 }], "reads": [{ "pointer": "/b", "absent": true }] },
        ]});
        let mut findings = Vec::new();
        deviations(&contract, &reading, &ledger, &mut findings);
        let lists = json!({ "list": ["x"] });
        let ledger = json!({ "deviation": [{ "id": "D-03", "holds": [
            { "pointer": "/list", "contains": "x" },
            { "pointer": "/list", "lacks": "y" },
            { "pointer": "/list", "contains": "y" },
            { "pointer": "/list", "lacks": "x" },
            { "pointer": "/none", "lacks": "x" },
        ]}]});
        deviations(&lists, &reading, &ledger, &mut findings);
        let expect = [
            "spec/deviations.toml: D-02 rests on /a with 2, but the contract has 1; correct or delete it",
            "spec/deviations.toml: D-02 rests on /b with nothing, but the last reading has \"2\"; correct or delete it",
            "spec/deviations.toml: D-03: /list lacks \"y\" in the contract; correct or delete it",
            "spec/deviations.toml: D-03: /list contains \"x\" in the contract; correct or delete it",
            "spec/deviations.toml: D-03: /none is no list in the contract; correct or delete it",
        ];
        assert_eq!(findings, expect);
    }

    #[test]
    fn a_vector_names_deviations_of_the_ledger() {
        let vectors =
            json!({ "vectors": [{ "id": "City.x-advisory.maxLength.over", "advisories": [{ "deviation": "D-01" }] }] });
        let mut findings = Vec::new();
        advisories(&vectors, &BTreeSet::from(["D-01"]), &mut findings);
        assert_eq!(findings, [""; 0]);
        advisories(&vectors, &BTreeSet::new(), &mut findings);
        let expect = "spec/vectors/violations.json: City.x-advisory.maxLength.over has D-01, which spec/deviations.toml does not have";
        assert_eq!(findings, [expect]);
    }

    #[test]
    fn a_vector_has_the_limit_of_the_contract() {
        let definitions = json!({ "City": { "type": "string", "maxLength": 9 } });
        let vector = |id: &str, limit: u8| json!({ "id": id, "violations": [{ "rule": "maxLength", "limit": limit }] });
        let vectors = json!({ "vectors": [vector("City.maxLength.over", 9), vector("City.maxLength.over.long", 8)] });
        let mut findings = Vec::new();
        limits(&definitions, &vectors, &mut findings);
        let expect =
            "spec/vectors/violations.json: City.maxLength.over.long has the limit 8, but the contract has 9".to_owned();
        assert_eq!(findings, [expect]);
    }
}
