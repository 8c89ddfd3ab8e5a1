//! A deviation that explains nothing any more.

use serde_json::Value;

use crate::{
    amend::{Answer, Edit, Question},
    drift::LEDGER,
};

/// Returns the question on a deviation that explains nothing any more.
pub(super) fn idle(contract: &Value, id: &str) -> Question {
    let text = format!("{id}: the page says now what the contract says, so {id} explains nothing any more");
    let delete = "delete it, and what the contract marks with it; its test is left to you";
    let mut edits = Vec::new();
    marks(contract, id, &mut Vec::new(), &mut edits);
    let delete = Answer {
        left: vec![format!("delete the test of {id}, or what names it")],
        ..Answer::new("delete", delete, edits)
    };
    let keep = Answer::by_hand("keep", "keep it", format!("{LEDGER}: say what {id} rests on"));
    Question { id: id.to_owned(), text, answers: vec![delete, keep] }
}

/// Collects the edits that take the marks of a deviation out of the contract.
fn marks(value: &Value, id: &str, at: &mut Vec<String>, edits: &mut Vec<Edit>) {
    let Some(members) = value.as_object() else { return };
    for (key, member) in members {
        let is_mark = key == "x-deviation" && member == id || key == "x-advisory" && member["deviation"] == id;
        if is_mark {
            edits.push(Edit::Remove { at: at.clone(), key: key.clone() });
        } else {
            at.push(key.clone());
            marks(member, id, at, edits);
            at.pop();
        }
    }
}
