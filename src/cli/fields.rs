//! The fields of a body as rows: what `doku spec fields` prints, and `cargo xtask export` writes.
//!
//! Reads components of JSON Schema 2020-12 and knows nothing else, so that both show the same.

use serde_json::Value;

/// One field of a body.
pub(crate) struct Field<'s> {
    /// `order.line_items[].price`; `[]` stands for each element of an array.
    pub(crate) path: String,
    /// `mandatory`, `optional`, or `each` for the elements of an array.
    pub(crate) presence: &'static str,
    /// The component that describes it, unless it is described where it stands.
    pub(crate) component: Option<&'s str>,
    /// The schema, without reference.
    pub(crate) schema: &'s Value,
}

/// Returns the fields of a component in the order of its schema, each followed by those inside of it.
pub(crate) fn fields<'s>(definitions: &'s Value, component: &'s str) -> Vec<Field<'s>> {
    let mut fields = Vec::new();
    walk(definitions, &definitions[component], "", &mut vec![component], &mut fields);
    fields
}

fn walk<'s>(
    definitions: &'s Value,
    owner: &'s Value,
    path: &str,
    above: &mut Vec<&'s str>,
    fields: &mut Vec<Field<'s>>,
) {
    let required = owner["required"].as_array().map_or(&[][..], Vec::as_slice);
    let members = owner["properties"].as_object().into_iter().flatten().map(|(name, property)| {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        (path, if required.iter().any(|known| known == name) { "mandatory" } else { "optional" }, property)
    });
    let elements = owner.get("items").map(|element| (format!("{path}[]"), "each", element));
    for (path, presence, property) in members.chain(elements) {
        let component = property["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        let schema = component.map_or(property, |name| &definitions[name]);
        let field = Field { path, presence, component, schema };
        let (path, component) = (field.path.clone(), field.component);
        fields.push(field);
        // A component inside of itself would have no end.
        if component.is_none_or(|name| !above.contains(&name)) {
            above.extend(component);
            walk(definitions, schema, &path, above, fields);
            above.truncate(above.len() - usize::from(component.is_some()));
        }
    }
}

/// Returns the types that a value may have: `string`, `number or string`. Null is not among them.
pub(crate) fn kind(schema: &Value) -> String {
    let own = match &schema["type"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        name => Vec::from_iter(name.as_str()),
    };
    let branches = ["anyOf", "oneOf"].into_iter().filter_map(|keyword| schema[keyword].as_array()).flatten();
    let kinds: Vec<_> = own.into_iter().chain(branches.filter_map(|branch| branch["type"].as_str())).collect();
    let kinds: Vec<_> = kinds.into_iter().filter(|kind| *kind != "null").collect();
    if kinds.is_empty() { "any".to_owned() } else { kinds.join(" or ") }
}

/// Returns the limits of length and size, and the number of decimals.
pub(crate) fn limits(schema: &Value) -> Vec<String> {
    let mut limits = Vec::new();
    limits.extend(range(&schema["minLength"], &schema["maxLength"], "characters"));
    limits.extend(range(&schema["minItems"], &schema["maxItems"], "elements"));
    let below = schema.get("exclusiveMaximum").map(|limit| format!("below {limit}"));
    limits.extend(range(&schema["minimum"], &schema["maximum"], "").into_iter().chain(below));
    limits.extend(schema.get("x-decimal-places").map(|places| format!("at most {places} decimals")));
    limits.extend(schema.get("x-plain-digits").map(|_| "digits alone".to_owned()));
    if let Some(reserved) = schema["x-reserved"].as_array() {
        let reserved: Vec<_> = reserved.iter().filter_map(Value::as_str).collect();
        limits.push(format!("not {}", reserved.join(", ")));
    }
    if let Some(sum) = schema.get("x-sum") {
        let name = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let factors: Vec<_> = sum["factors"].as_array().into_iter().flatten().map(name).collect();
        limits.push(format!("{} = sum of {}", name(&sum["total"]), factors.join(" × ")));
    }
    limits
}

/// Returns the rule on characters: a pattern, or words for the most frequent one.
pub(crate) fn characters(schema: &Value) -> Option<String> {
    Some(match schema["pattern"].as_str()? {
        r"^[^\x00-\x1f\x7f]+$" | r"^[^\x00-\x1f\x7f]*$" => "no control characters".to_owned(),
        pattern => pattern.to_owned(),
    })
}

/// Returns the values of a closed list, or how many there are.
pub(crate) fn values(schema: &Value) -> Option<String> {
    Some(match &schema["enum"].as_array()?[..] {
        few if few.len() <= 5 => few.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        many => format!("one of {} values", many.len()),
    })
}

/// Returns what is reported and not enforced, with its deviation.
pub(crate) fn advisory(schema: &Value) -> Option<String> {
    let advisory = schema.get("x-advisory")?;
    let rules = limits(advisory).into_iter().chain(characters(advisory)).chain(values(advisory));
    let rules = rules.collect::<Vec<_>>().join(", ");
    Some(format!("advised: {rules} ({})", advisory["deviation"].as_str().unwrap_or_default()))
}

fn range(least: &Value, most: &Value, unit: &str) -> Option<String> {
    let text = match (least, most) {
        (Value::Null, Value::Null) => return None,
        (least, Value::Null) if *least == 1 && !unit.is_empty() => return Some("not empty".to_owned()),
        (least, Value::Null) => format!("at least {least}"),
        (Value::Null, most) => format!("at most {most}"),
        (least, most) => format!("{least} to {most}"),
    };
    Some(format!("{text} {unit}").trim_end().to_owned())
}
