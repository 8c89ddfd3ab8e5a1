//! `doku spec`: the contract inside the binary.

use clap::{Args, Subcommand, ValueEnum};
use doku_indodana::schema::{self, Kind};
use serde_json::Value;

use super::output::{self, Exit, Failure, clean};

/// Print the contract
#[derive(Args)]
pub(crate) struct Spec {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the contract as OpenAPI, JSON
    Openapi {
        /// The version of OpenAPI; 3.1 has the notification as a webhook
        #[arg(long, value_enum, default_value = "3.0")]
        version: Version,
    },
    /// Print the JSON Schema of a component, or the names of all
    Schema {
        /// A component, for example GenerateOrderRequest, or a kind of body: request, response, notification, status,
        /// error
        name: Option<String>,
    },
    /// Print the fields of a request as a table: path, mandatory, type, limits
    Fields,
}

#[derive(Clone, Copy, ValueEnum)]
enum Version {
    #[value(name = "3.0")]
    V30,
    #[value(name = "3.1")]
    V31,
}

impl Spec {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self.command {
            Command::Openapi { version: Version::V30 } => output::print(schema::openapi_30())?,
            Command::Openapi { version: Version::V31 } => output::print(schema::openapi_31())?,
            Command::Schema { name: None } => output::print(&schema::names().collect::<Vec<_>>().join("\n"))?,
            Command::Schema { name: Some(name) } => output::print_json(&component(&name)?)?,
            Command::Fields => output::print(&table(&fields()))?,
        }
        Ok(Exit::Done)
    }
}

fn component(name: &str) -> Result<Value, Failure> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == name);
    let component = kind.map_or_else(|| schema::schema(name), |kind| schema::schema(kind.component()));
    component.ok_or_else(|| {
        Failure::usage(format!("the contract has no component {}", clean(name)))
            .help("`doku spec schema` prints the names of all")
    })
}

/// One row of the table.
type Row = [String; 4];

/// Returns a row for each field of the request, in the order of the schema.
fn fields() -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(bundle) = schema::schema(Kind::Request.component()) {
        walk(&bundle["$defs"], &bundle["$defs"][Kind::Request.component()], "", &mut rows);
    }
    rows
}

fn walk(definitions: &Value, object: &Value, path: &str, rows: &mut Vec<Row>) {
    for (name, property) in object["properties"].as_object().into_iter().flatten() {
        let mut schema = resolve(definitions, property);
        let mut path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let is_mandatory = object["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name));
        let mandatory = if is_mandatory { "mandatory" } else { "optional" };
        let kind = schema["type"].as_str().unwrap_or("any");
        rows.push([path.clone(), mandatory.to_owned(), kind.to_owned(), limits(schema)]);
        if schema.get("items").is_some() {
            path.push_str("[]");
            schema = resolve(definitions, &schema["items"]);
        }
        walk(definitions, schema, &path, rows);
    }
}

fn resolve<'s>(definitions: &'s Value, schema: &'s Value) -> &'s Value {
    let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    name.map_or(schema, |name| &definitions[name])
}

fn limits(schema: &Value) -> String {
    let mut limits = Vec::new();
    limits.extend(range(&schema["minLength"], &schema["maxLength"], "characters"));
    limits.extend(range(&schema["minItems"], &schema["maxItems"], "elements"));
    let below = schema.get("exclusiveMaximum").map(|limit| format!("below {limit}"));
    limits.extend(range(&schema["minimum"], &schema["maximum"], "").into_iter().chain(below));
    limits.extend(schema.get("x-decimal-places").map(|places| format!("at most {places} decimals")));
    limits.extend(schema["pattern"].as_str().map(|pattern| match pattern {
        r"^[^\x00-\x1f\x7f]+$" | r"^[^\x00-\x1f\x7f]*$" => "no control characters".to_owned(),
        _ => pattern.to_owned(),
    }));
    if let Some(values) = schema["enum"].as_array() {
        limits.push(match &values[..] {
            few if few.len() <= 5 => few.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
            many => format!("one of {} values", many.len()),
        });
    }
    if schema.get("x-sum").is_some() {
        limits.push("amount = sum of price × quantity".to_owned());
    }
    if schema["x-sensitive"] == true {
        limits.push("personal".to_owned());
    }
    if let Some(number) = schema["x-advisory"]["deviation"].as_str() {
        let advised = self::limits(&advised(&schema["x-advisory"]));
        limits.push(format!("advised: {advised} ({number})"));
    }
    limits.join(", ")
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

/// Returns the rules of an advisory without its number.
fn advised(advisory: &Value) -> Value {
    let rules = advisory.as_object().into_iter().flatten().filter(|(keyword, _)| *keyword != "deviation");
    Value::Object(rules.map(|(keyword, value)| (keyword.clone(), value.clone())).collect())
}

fn table(rows: &[Row]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |[path, mandatory, kind, limits]: &Row| {
        let [a, b, c] = widths;
        format!("{path:a$}  {mandatory:b$}  {kind:c$}  {limits}").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
