//! A header that is new, gone, or has another limit.

use serde_json::{Map, Value, json};

use super::{Amendment, Answer, Edit, below, limit::keyword, remove, set};
use crate::drift::{Contract, Finding};

/// Returns what another header asks for.
pub(super) fn changed(contract: &Contract, finding: &Finding) -> Amendment {
    let (name, sent) = (&finding.name, finding.side == "request");
    match (finding.fact.as_str(), finding.now.is_null(), sent) {
        ("", false, true) => added(contract, finding),
        ("", false, false) => answered(contract, finding),
        ("", true, false) => {
            let at = answers(contract).into_iter().filter(|(_, headers)| headers.get(name).is_some());
            let gone = at.map(|(at, _)| remove(&at, name)).collect();
            let keep = format!("{name}: say in a deviation why the contract keeps it");
            Amendment::ask(
                name,
                format!("the page has no header {name} of the answer any more"),
                vec![
                    Answer::new("remove", "remove it from the answers", gone),
                    Answer::by_hand("keep", "keep it; the page may have forgotten it", keep),
                ],
            )
        }
        ("max", _, true) => longer(contract, finding),
        ("max", ..) => Amendment::default(),
        ("", true, true) => Amendment::left(format!(
            "{name}: the page has no such header any more; it is written by hand in src/message"
        )),
        (fact, ..) => Amendment::left(format!("{name}: read its {fact}")),
    }
}

fn added(contract: &Contract, finding: &Finding) -> Amendment {
    let name = &finding.name;
    let key: String = name.split('-').collect();
    let mut schema = Map::from_iter([("type".to_owned(), Value::from("string"))]);
    let mut edits = Vec::new();
    let source = format!("page: Request Header Explanation, {name}");
    if let Some(most) = finding.now["max"].as_str().and_then(|most| most.parse::<u64>().ok()) {
        let component = json!({
            "description": format!("The header {name}, at most {most} characters."),
            "x-source": source, "type": "string", "maxLength": most, "example": "1",
        });
        let first = below(&[], &["components", "schemas"]);
        edits.push(set(&first, &format!("{key}Header"), component, Some("TimestampHeader")));
        schema = Map::from_iter([("$ref".to_owned(), format!("#/components/schemas/{key}Header").into())]);
    }
    let parameter = json!({
        "name": name, "in": "header",
        "description": format!("What the page lists as {name}. The client does not send it."),
        "x-source": source, "schema": schema,
    });
    edits.push(set(&below(&[], &["components", "parameters"]), &key, parameter, None));
    let list = below(&contract.operation, &["parameters"]);
    let number = contract.operation.iter().fold(&contract.tree, |value, key| &value[key])["parameters"]
        .as_array()
        .map_or(0, Vec::len);
    let reference = json!({ "$ref": format!("#/components/parameters/{key}") });
    edits.push(Edit::Insert { at: list, number, value: reference });
    let teach = format!("{name}: have the client send it (`required: true` in the contract needs it), or say why not");
    let mut optional = Answer::new("optional", "describe it as optional; the client does not send it", edits);
    optional.left.push(teach.clone());
    Amendment::ask(
        name,
        format!("the page lists a header {name} of the request, and nothing sends it"),
        vec![optional, Answer::by_hand("hand", "leave it out; do it by hand", teach)],
    )
}

/// Returns the headers of the answers that have a body of an order, with their places.
fn answers(contract: &Contract) -> Vec<(Vec<String>, &Value)> {
    let answers = &contract.operation.iter().fold(&contract.tree, |value, key| &value[key])["responses"];
    let with = answers.as_object().into_iter().flatten().filter(|(_, answer)| answer.get("headers").is_some());
    with.map(|(status, answer)| (below(&contract.operation, &["responses", status, "headers"]), &answer["headers"]))
        .collect()
}

fn answered(contract: &Contract, finding: &Finding) -> Amendment {
    let name = &finding.name;
    let key: String = name.split('-').collect();
    let header = json!({ "description": format!("What the page lists as {name}."), "schema": { "type": "string" } });
    let mut edits = vec![set(&below(&[], &["components", "headers"]), &key, header, None)];
    let reference = json!({ "$ref": format!("#/components/headers/{key}") });
    edits.extend(answers(contract).into_iter().map(|(at, _)| set(&at, name, reference.clone(), None)));
    Amendment { edits, left: vec![format!("{name}: say in its description what it is")], question: None }
}

fn longer(contract: &Contract, finding: &Finding) -> Amendment {
    let by_hand = || Amendment::left(format!("{}: its limit is another one; edit it by hand", finding.name));
    let parameters = contract.tree["components"]["parameters"].as_object();
    let parameter = parameters.into_iter().flatten().find(|(_, value)| value["name"] == finding.name.as_str());
    let Some((_, parameter)) = parameter else { return by_hand() };
    let mut at = Vec::new();
    let schema = contract.resolve(&parameter["schema"], &mut at);
    let (true, Some(most)) = (at.len() == 3, finding.now.as_str().and_then(|most| most.parse::<u64>().ok())) else {
        return by_hand();
    };
    let mut edits = vec![keyword(&at, schema, "maxLength", most.into())];
    if let Some(was) = schema["maxLength"].as_u64() {
        let numbers = [(was.to_string(), most.to_string())];
        edits.extend(super::prose::edits(&at, schema, &numbers));
        let key = parameters.into_iter().flatten().find(|(_, value)| value["name"] == finding.name.as_str());
        if let Some((key, parameter)) = key {
            let at = below(&[], &["components", "parameters", key]);
            edits.extend(super::prose::edits(&at, parameter, &numbers));
        }
    }
    Amendment::edits(edits)
}
