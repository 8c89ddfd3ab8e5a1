//! The table as Markdown.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    payload::{COMPONENTS, Payload},
    trial::{TRIALS, Trial, Verdicts},
};

const INTRODUCTION: &str = "\
# Generated types

Written by `cargo xtask generators`, which runs each generator on the files of this folder, compiles what it generates, and reads
every payload of `spec/vectors/violations.json` and every answer, notification and error of `spec/examples` with it.
`cargo xtask test` compares. The versions are those that were tried.

A generated type is no check. Before a request is signed and sent, check its JSON text with `schemas/GenerateOrderRequest.json`
(any implementation of JSON Schema 2020-12), and by yourself what JSON Schema cannot say: the sum of price × quantity is the
amount (`sum_mismatch`), prices have at most two decimals (`too_precise`). Or call `doku check request FILE`, which checks all
of it. Read answers and notifications leniently, and only after their signature is verified over the bytes received.
";

/// What came of one generator and of inputs for which it is the same.
pub(super) struct GeneratorRow {
    pub(super) trial: Trial,
    pub(super) inputs: Vec<&'static str>,
    pub(super) result: Verdicts,
}

/// How many of a kind were accepted or refused as the contract says.
struct Count {
    right: usize,
    all: usize,
}

impl GeneratorRow {
    /// Returns a line for the reader while the work goes on.
    pub(super) fn summary(&self, payloads: &[Payload]) -> String {
        let Trial { generator, language, .. } = self.trial;
        let result = match &self.result {
            Ok(accepted) => {
                let right = payloads.iter().zip(accepted).filter(|(payload, accepted)| payload.valid == **accepted);
                format!("{} of {} payloads as the contract says", right.count(), payloads.len())
            }
            Err(reason) => format!("does not compile: {reason}"),
        };
        format!("{generator}, {}, {language}: {result}", self.inputs.join(", "))
    }

    /// Tells whether another row would say the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let [name, others] = [self, other].map(|Self { trial, .. }| (trial.generator, trial.language));
        name == others && self.result == other.result
    }

    /// Returns what it is called in the lists; with its inputs, where these make a difference.
    fn name(&self, rows: &[Self]) -> String {
        let Trial { generator, language, .. } = self.trial;
        let name = format!("{generator}, {language}");
        let namesakes = rows.iter().filter(|row| (row.trial.generator, row.trial.language) == (generator, language));
        if namesakes.count() > 1 { format!("{name}, {}", self.inputs()) } else { name }
    }

    fn inputs(&self) -> String {
        self.inputs.iter().map(|input| format!("`{input}`")).collect::<Vec<_>>().join(", ")
    }
}

/// Returns the table.
pub(super) fn table(rows: &[GeneratorRow], payloads: &[Payload]) -> String {
    let is_request = |payload: &Payload| payload.component == COMPONENTS[0].1;
    let mut text = INTRODUCTION.to_owned();
    text.push_str(
        "\n| generator | options | language | input | compiles | valid requests accepted | invalid requests refused \
         | valid answers accepted | invalid answers refused |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let (GeneratorRow { trial, result, .. }, inputs) = (row, row.inputs());
        let Trial { generator, language, options, .. } = trial;
        let options = if options.is_empty() { String::new() } else { format!("`{options}`") };
        let cells = match result {
            Ok(accepted) => [(true, true), (true, false), (false, true), (false, false)]
                .map(|(request, valid)| {
                    let Count { right, all } =
                        count(payloads, accepted, |payload| is_request(payload) == request && payload.valid == valid);
                    format!("{right} of {all}")
                })
                .join(" | "),
            Err(_) => " | | | ".to_owned(),
        };
        let compiles = if result.is_ok() { "yes" } else { "no" };
        text.push_str(&format!("| {generator} | {options} | {language} | {inputs} | {compiles} | {cells} |\n"));
    }
    text.push_str("\n## What to know\n\n");
    for Trial { generator, language, note, .. } in TRIALS {
        text.push_str(&format!("- {generator}, {language}: {note}\n"));
    }
    text.push_str(
        "\n## What is not enforced\n\nInvalid requests that are accepted, by the code of what they break.\n\n",
    );
    text.push_str(&not_enforced(rows, payloads));
    text.push_str("\n## What is refused though it is valid\n\n");
    for (ids, names) in grouped(rows, payloads, |payload, accepted| payload.valid && !accepted) {
        text.push_str(&format!("- {}: {ids}\n", names.join("; ")));
    }
    text.push_str("\n## Invalid answers that are accepted\n\n");
    for (ids, names) in grouped(rows, payloads, |payload, accepted| !payload.valid && accepted && !is_request(payload))
    {
        text.push_str(&format!("- {}: {ids}\n", names.join("; ")));
    }
    text
}

fn not_enforced(rows: &[GeneratorRow], payloads: &[Payload]) -> String {
    let codes: BTreeSet<_> = payloads.iter().flat_map(|payload| &payload.codes).collect();
    let titles: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
    let mut text = format!("| generator | {} |\n|---|{}\n", titles.join(" | "), "---|".repeat(codes.len()));
    for row in rows {
        let Ok(accepted) = &row.result else { continue };
        let cells: Vec<_> = codes
            .iter()
            .map(|code| {
                let Count { right, all } = count(payloads, accepted, |payload| payload.codes.contains(*code));
                if right == all { String::new() } else { format!("{} of {all}", all - right) }
            })
            .collect();
        text.push_str(&format!("| {} | {} |\n", row.name(rows), cells.join(" | ")));
    }
    text
}

/// Returns the payloads that fall under something, with the generators that have just these.
fn grouped(
    rows: &[GeneratorRow],
    payloads: &[Payload],
    wanted: impl Fn(&Payload, bool) -> bool,
) -> BTreeMap<String, Vec<String>> {
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    for row in rows {
        let Ok(accepted) = &row.result else { continue };
        let found = payloads.iter().zip(accepted).filter(|(payload, accepted)| wanted(payload, **accepted));
        let ids: Vec<_> = found.map(|(payload, _)| format!("`{}`", payload.id)).collect();
        let ids = if ids.is_empty() { "nothing".to_owned() } else { ids.join(", ") };
        groups.entry(ids).or_default().push(row.name(rows));
    }
    groups
}

/// Counts the payloads of a kind, and those that were accepted or refused as the contract says.
fn count(payloads: &[Payload], accepted: &[bool], wanted: impl Fn(&Payload) -> bool) -> Count {
    let of_kind = payloads.iter().zip(accepted).filter(|(payload, _)| wanted(payload));
    let right = of_kind.clone().filter(|(payload, accepted)| payload.valid == **accepted).count();
    Count { right, all: of_kind.count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(id: &str, code: Option<&str>) -> Payload {
        let codes = code.map(str::to_owned).into_iter().collect();
        Payload { id: id.into(), component: COMPONENTS[0].1, text: "{}".into(), codes, valid: code.is_none() }
    }

    #[test]
    fn table_counts_what_is_accepted_and_names_what_is_wrong() {
        let payloads = [payload("a", None), payload("b", Some("too_long")), payload("c", Some("too_long"))];
        let [first, second, ..] = TRIALS;
        let rows = [
            GeneratorRow {
                trial: first,
                inputs: vec!["openapi-3.0.json", "schemas"],
                result: Ok(vec![false, true, false]),
            },
            GeneratorRow { trial: second, inputs: vec!["openapi-3.1.json"], result: Err("no".into()) },
        ];
        let text = table(&rows, &payloads);
        assert!(
            text.contains("| `openapi-3.0.json`, `schemas` | yes | 0 of 1 | 1 of 2 | 0 of 0 | 0 of 0 |\n"),
            "{text}"
        );
        assert!(text.contains("| `openapi-3.1.json` | no |  | | |  |\n"), "{text}");
        assert!(text.contains("| datamodel-code-generator 0.89.0, Python, pydantic 2.14.4 | 1 of 2 |\n"), "{text}");
        assert!(text.contains("- datamodel-code-generator 0.89.0, Python, pydantic 2.14.4: `a`\n"), "{text}");
        assert!(rows[0].is_same(&rows[0]) && !rows[0].is_same(&rows[1]));
        assert_eq!(rows[1].summary(&payloads).rsplit_once(": ").unwrap().1, "no");
    }
}
