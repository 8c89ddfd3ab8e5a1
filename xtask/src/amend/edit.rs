//! One edit of the contract: of its tree in memory, and of its text, which keeps comments and order.

use serde_json::{Map, Value};

/// An edit of a YAML document. A path is a list of keys; an element of a list has its number as key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Edit {
    /// Gives a member of an object a value. One that is new stands behind `after`, or at the end.
    Set { at: Vec<String>, key: String, value: Value, after: Option<String> },
    /// Removes a member of an object.
    Remove { at: Vec<String>, key: String },
    /// Gives a member of an object another key, at the same place.
    Rename { at: Vec<String>, key: String, to: String },
    /// Puts an element into a list, so that it has this number.
    Insert { at: Vec<String>, number: usize, value: Value },
    /// Removes the element with this value from a list.
    Take { at: Vec<String>, value: Value },
}

impl Edit {
    /// Returns the path to the object or list that is edited.
    pub(super) fn at(&self) -> &[String] {
        let (Self::Set { at, .. }
        | Self::Remove { at, .. }
        | Self::Rename { at, .. }
        | Self::Insert { at, .. }
        | Self::Take { at, .. }) = self;
        at
    }

    /// Makes the edit in a tree.
    ///
    /// # Errors
    ///
    /// Where the document has no such place.
    pub(crate) fn apply(&self, tree: &mut Value) -> Result<(), String> {
        let place = self.at().join("/");
        let target = find(tree, self.at()).ok_or_else(|| format!("there is no {place} to edit"))?;
        let lacking = |key: &str| format!("{place} has no {key} to edit");
        match (self, target) {
            (Self::Set { key, value, after, .. }, Value::Object(members)) => {
                if let Some(member) = members.get_mut(key) {
                    *member = value.clone();
                } else {
                    let behind = after.as_ref().and_then(|after| members.keys().position(|known| known == after));
                    let number = behind.map_or(members.len(), |at| at + 1);
                    members.shift_insert(number, key.clone(), value.clone());
                }
            }
            (Self::Remove { key, .. }, Value::Object(members)) => {
                members.shift_remove(key).ok_or_else(|| lacking(key))?;
            }
            (Self::Rename { key, to, .. }, Value::Object(members)) => {
                if !members.contains_key(key) || members.contains_key(to) {
                    return Err(lacking(key));
                }
                let renamed = |(name, value)| (if name == *key { to.clone() } else { name }, value);
                *members = std::mem::take(members).into_iter().map(renamed).collect::<Map<_, _>>();
            }
            (Self::Insert { number, value, .. }, Value::Array(elements)) if *number <= elements.len() => {
                elements.insert(*number, value.clone());
            }
            (Self::Take { value, .. }, Value::Array(elements)) => {
                let number = elements.iter().position(|element| element == value);
                elements.remove(number.ok_or_else(|| lacking(&value.to_string()))?);
            }
            _ => return Err(format!("{place} is not of the kind that this edit is for")),
        }
        Ok(())
    }
}

fn find<'a>(tree: &'a mut Value, at: &[String]) -> Option<&'a mut Value> {
    at.iter().try_fold(tree, |value, key| match value {
        Value::Object(members) => members.get_mut(key),
        Value::Array(elements) => elements.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Returns a path from its keys.
#[cfg(test)]
pub(crate) fn path<const N: usize>(keys: [&str; N]) -> Vec<String> {
    keys.map(str::to_owned).to_vec()
}
