//! `doku simulator --list-switches` and `--list-faults`: their complete documentation.

use doku_simulator::{FAULT_HEADER, FaultKind, Stage, Switch, Values};
use serde_json::{Value, json};

use crate::output::{self, Failure, heading};

/// Prints every switch with its values.
pub(super) fn switches(as_json: bool) -> Result<(), Failure> {
    if as_json {
        let switches: Vec<_> = Switch::ALL.iter().map(switch_record).collect();
        return output::print_json(&json!({ "switches": switches }));
    }
    let mut text = "What DOKU does not document or contradicts, and the simulator must decide. * marks the default;\n\
                    D-nn is the entry among the deviations, spec/deviations.toml.\n"
        .to_owned();
    for switch in Switch::ALL {
        let deviation = switch.deviation.map(|entry| format!("  {entry}")).unwrap_or_default();
        text.push_str(&format!("\n{}{deviation}\n  {}\n", heading(switch.name), switch.about));
        match switch.values {
            Values::OneOf(values) => {
                let width = values.iter().map(|(value, _)| value.len()).max().unwrap_or_default();
                for (at, (value, about)) in values.iter().enumerate() {
                    let mark = if at == 0 { '*' } else { ' ' };
                    text.push_str(&format!("  {mark} {value:width$}  {about}\n"));
                }
            }
            Values::Seconds { default, about } => {
                text.push_str(&format!("  * {default}  a number of seconds from 0 to 999999999, {about}\n"));
            }
            _ => {}
        }
    }
    text.push_str(
        "\nHow to set one:
  at the start        doku simulator --switch replay-status=200
  while it runs       POST /simulator/switches with {\"replay-status\":\"200\"}, or on its page
  in a scenario       switches: {replay-status: \"200\"}, or the step set_switch
  in a Rust test      simulator.set_switch(\"replay-status\", \"200\")
",
    );
    output::print(&text)
}

fn switch_record(switch: &Switch) -> Value {
    let values = match switch.values {
        Values::OneOf(values) => values.iter().map(|(name, about)| json!({ "value": name, "about": about })).collect(),
        Values::Seconds { about, .. } => json!({ "seconds": about, "minimum": 0, "maximum": 999_999_999 }),
        _ => Value::Null,
    };
    json!({
        "name": switch.name,
        "about": switch.about,
        "default": switch.default_value(),
        "values": values,
        "deviation": switch.deviation,
    })
}

/// Prints every fault with its parameter, by what it strikes.
pub(super) fn faults(as_json: bool) -> Result<(), Failure> {
    if as_json {
        let faults: Vec<_> = FaultKind::ALL.iter().map(fault_record).collect();
        return output::print_json(&json!({ "header": FAULT_HEADER, "faults": faults }));
    }
    let mut text = "What goes wrong on request. A parameter is shown with its default.\n".to_owned();
    for stage in [Stage::Connection, Stage::Answer, Stage::Notification] {
        let title = format!("{}: {}", stage.as_str(), strikes(stage));
        text.push_str(&format!("\n{}\n", heading(&title)));
        let kinds = || FaultKind::ALL.iter().filter(|kind| kind.stage == stage);
        let width = kinds().map(|kind| written(kind).len()).max().unwrap_or_default();
        for kind in kinds() {
            text.push_str(&format!("  {:width$}  {}\n", written(kind), kind.about));
            if let Some((_, about)) = kind.parameter {
                text.push_str(&format!("  {:width$}  its parameter is {about}\n", ""));
            }
        }
    }
    text.push_str(&format!(
        "\nHow to ask for one:
  of everything                  doku simulator --fault latency=2s
  of one request, and of the     the header {FAULT_HEADER}: latency=2s, notify-duplicate
  notifications of its order
  of one order, where headers    an invoice number that begins with SIM-, the name in capitals and a hyphen:
  cannot be set                  SIM-RESET-AFTER-ORDER-1; with the default parameter, and once per request
  of what comes next, once       POST /simulator/faults with {{\"fault\":\"latency=2s\"}}, or on its page
  in a scenario                  faults: [latency=2s], or the step fail_next: latency=2s
  in a Rust test                 simulator.fail_next(\"latency=2s\".parse()?)
A fault of the connection has neither header nor invoice number; refuse-connections strikes what comes next alone.
"
    ));
    output::print(&text)
}

fn written(kind: &FaultKind) -> String {
    kind.parameter.map_or_else(|| kind.name.to_owned(), |(default, _)| format!("{}={default}", kind.name))
}

fn strikes(stage: Stage) -> &'static str {
    match stage {
        Stage::Connection => "before any request is read",
        Stage::Answer => "what the merchant gets for a request",
        _ => "what the merchant's notification URL gets",
    }
}

fn fault_record(kind: &FaultKind) -> Value {
    let connection = kind.stage == Stage::Connection;
    let prefix = (!connection).then(|| format!("SIM-{}-", kind.name.to_ascii_uppercase()));
    json!({
        "name": kind.name,
        "stage": kind.stage.as_str(),
        "about": kind.about,
        "parameter": kind.parameter.map(|(default, about)| json!({ "default": default, "about": about })),
        "flag": (kind.name != "refuse-connections").then(|| format!("--fault {}", written(kind))),
        "header": (!connection).then(|| format!("{FAULT_HEADER}: {}", written(kind))),
        "invoice_number_prefix": prefix,
        "control": { "method": "POST", "path": "/simulator/faults", "body": { "fault": written(kind) } },
    })
}
