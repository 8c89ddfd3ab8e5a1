//! Which constraints of a request have a vector that is accepted at the edge and one that is refused just over it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::fields::{Field, fields};

/// Keywords that refuse a value, in the order of the table.
const CONSTRAINTS: [&str; 18] = [
    "type",
    "required",
    "additionalProperties",
    "enum",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
    "uniqueItems",
    "x-decimal-places",
    "x-plain-digits",
    "x-reserved",
    "x-sum",
];

/// The vectors of `spec/vectors/violations.json`, by what each says of itself.
pub(crate) struct Vectors(BTreeSet<String>);

impl Vectors {
    /// Reads the ids of the vectors, those with no findings where they should have some left out.
    ///
    /// # Errors
    ///
    /// Where the text is not JSON, or a vector has no id.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let document: Value =
            serde_json::from_str(text).map_err(|error| format!("the vectors are no JSON: {error}"))?;
        let vectors = document["vectors"].as_array().ok_or("the vectors have no list of vectors")?;
        let mut ids = BTreeSet::new();
        for vector in vectors {
            let id = vector["id"].as_str().ok_or("a vector has no id")?;
            let found = |list: &str| vector[list].as_array().is_some_and(|findings| !findings.is_empty());
            let advisory = id.contains(".x-advisory.");
            let is_refused = found(if advisory { "advisories" } else { "violations" });
            let over = id.split('.').any(|part| part == "over");
            // A vector that does not do what its name says proves nothing.
            if is_refused == over {
                ids.insert(id.to_owned());
            }
        }
        Ok(Self(ids))
    }

    /// Tells whether there is the vector `id`, or a variant of it: `id.astral`.
    fn has(&self, id: &str) -> bool {
        let variants = format!("{id}.");
        self.0.contains(id) || self.0.range(variants.clone()..).next().is_some_and(|next| next.starts_with(&variants))
    }
}

/// Returns the vectors that the constraints of a request lack, by id: `City.pattern.over`.
pub(crate) fn unproven(definitions: &Value, root: &str, vectors: &Vectors) -> BTreeSet<String> {
    let own = missing(root, &definitions[root], vectors);
    let inner = fields(definitions, root).into_iter().filter_map(|field| Some((field.component?, field.schema)));
    own.into_iter().chain(inner.flat_map(|(name, schema)| missing(name, schema, vectors))).collect()
}

/// Returns `yes`, nothing where there is no constraint to prove, or what is missing.
pub(super) fn verdict(field: &Field<'_>, vectors: &Vectors) -> String {
    let Some(component) = field.component else { return String::new() };
    let missing = missing(component, field.schema, vectors);
    if missing.is_empty() { "yes".to_owned() } else { format!("missing: {}", missing.join(", ")) }
}

fn missing(component: &str, schema: &Value, vectors: &Vectors) -> Vec<String> {
    let mut wanted = Vec::new();
    for keyword in CONSTRAINTS.into_iter().filter(|keyword| schema.get(keyword).is_some()) {
        let rule = format!("{component}.{keyword}");
        // Any accepted payload is at the edge of a type, but for numbers, which have several ways to be written.
        if keyword != "type" || matches!(schema["type"].as_str(), Some("integer" | "number")) {
            wanted.push(format!("{rule}.edge"));
        }
        wanted.push(format!("{rule}.over"));
    }
    let advisory = &schema["x-advisory"];
    for keyword in CONSTRAINTS.into_iter().filter(|keyword| advisory.get(keyword).is_some()) {
        let rule = format!("{component}.x-advisory.{keyword}");
        wanted.extend([format!("{rule}.edge"), format!("{rule}.over")]);
    }
    wanted.retain(|id| !vectors.has(id));
    wanted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn vectors_prove_what_their_names_say() {
        let vector = |id: &str, violations: usize, advisories: usize| json!({ "id": id, "violations": vec![1; violations], "advisories": vec![1; advisories] });
        let text = json!({ "vectors": [
            vector("A.type.over", 1, 0),
            vector("A.maxLength.edge.astral", 0, 1),
            vector("A.maxLength.over", 0, 0),
            vector("A.x-advisory.maxLength.edge", 0, 0),
            vector("A.x-advisory.maxLength.over", 0, 1),
        ]});
        let vectors = Vectors::parse(&text.to_string()).unwrap();
        let definitions = json!({
            "Root": { "properties": { "a": { "$ref": "#/$defs/A" } } },
            "A": { "type": "string", "maxLength": 9, "x-advisory": { "maxLength": 5, "deviation": "D-01" } },
        });
        let missing: Vec<_> = unproven(&definitions, "Root", &vectors).into_iter().collect();
        assert_eq!(missing, ["A.maxLength.over"]);
        let field = &fields(&definitions, "Root")[0];
        assert_eq!(verdict(field, &vectors), "missing: A.maxLength.over");
        assert_eq!(Vectors::parse("{}").err().as_deref(), Some("the vectors have no list of vectors"));
    }
}
