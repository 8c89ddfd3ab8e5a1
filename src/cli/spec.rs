//! `doku spec`: the contract inside the binary.

use clap::{Args, Subcommand, ValueEnum};
use doku_indodana::check::{self, Kind};
use serde_json::Value;

use super::{
    fields::{advisory, characters, fields, kind, limits, values},
    output::{self, Exit, Failure, clean},
};

/// Print the contract
#[derive(Args)]
pub(crate) struct SpecArgs {
    #[command(subcommand)]
    command: SpecCommand,
}

#[derive(Subcommand)]
enum SpecCommand {
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
    /// Print the fields of a request as a table: path, mandatory, type, deviation, limits
    Fields,
    /// Print an order to begin with, as JSON: the least that is accepted, or with every field
    Example {
        /// With every field
        #[arg(long)]
        full: bool,
    },
}

const MINIMAL: &str = include_str!("../../spec/examples/generate_order.request.minimal.json");
const FULL: &str = include_str!("../../spec/examples/generate_order.request.full.json");

#[derive(Clone, Copy, ValueEnum)]
enum Version {
    #[value(name = "3.0")]
    V30,
    #[value(name = "3.1")]
    V31,
}

impl SpecArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self.command {
            SpecCommand::Openapi { version: Version::V30 } => output::print(check::openapi_30())?,
            SpecCommand::Openapi { version: Version::V31 } => output::print(check::openapi_31())?,
            SpecCommand::Schema { name: None } => output::print(&check::names().collect::<Vec<_>>().join("\n"))?,
            SpecCommand::Schema { name: Some(name) } => output::print_json(&component(&name)?)?,
            SpecCommand::Fields => output::print(&table(&rows()))?,
            SpecCommand::Example { full } => output::print(if full { FULL } else { MINIMAL })?,
        }
        Ok(Exit::Done)
    }
}

fn component(name: &str) -> Result<Value, Failure> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == name);
    let component = kind.map_or_else(|| check::schema(name), |kind| check::schema(kind.component()));
    component.ok_or_else(|| {
        Failure::usage(format!("the contract has no component {}", clean(name)))
            .help("`doku spec schema` prints the names of all")
    })
}

/// One row of the table.
type Row = [String; 5];

/// Returns a row for each field of the request, in the order of the schema.
fn rows() -> Vec<Row> {
    let root = Kind::Request.component();
    let bundle = check::schema(root).expect("the contract has the request");
    let rows = fields(&bundle["$defs"], root).into_iter().map(|field| {
        let schema = field.schema;
        let limits = limits(schema).into_iter().chain(characters(schema)).chain(values(schema));
        let personal = (schema["x-sensitive"] == true).then(|| "personal".to_owned());
        let limits = limits.chain(personal).chain(advisory(schema)).collect::<Vec<_>>().join(", ");
        let deviation = schema["x-deviation"].as_str().unwrap_or_default().to_owned();
        [field.path, field.presence.to_owned(), kind(schema), limits, deviation]
    });
    rows.collect()
}

fn table(rows: &[Row]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    // The deviation comes before the limits, which have any length.
    let line = |[path, presence, kind, limits, deviation]: &Row| {
        let [a, b, c] = widths;
        format!("{path:a$}  {presence:b$}  {kind:c$}  {deviation:4}  {limits}").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
