//! Edits of a YAML text: what is not edited stays as it is, comments and order included.
//!
//! Each edit is verified: the text is read again, and must be the tree that the edit makes of the tree before.

mod write;

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};
use serde_json::Value;

use self::write::{entry, inline};
use super::edit::Edit;

/// Makes edits in a text, one after the other.
///
/// # Errors
///
/// Where the text is no YAML, an edit finds no place, or the text would not become what the edit says.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> Result<String, String> {
    let mut text = text.to_owned();
    let mut tree = read(&text)?;
    for edit in edits {
        edit.apply(&mut tree)?;
        text = one(&text, edit)?;
        let place = edit.at().join("/");
        let found = read(&text).map_err(|error| format!("the edit at {place} makes no YAML: {error}"))?;
        // As text, because the order counts too.
        let (found, expect) = (found.to_string(), tree.to_string());
        if found != expect {
            return Err(format!("the edit at {place} makes another document than it should; edit it by hand"));
        }
    }
    Ok(text)
}

fn read(text: &str) -> Result<Value, String> {
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}

/// A value, and the bytes where it stands.
struct Node {
    bytes: Range<usize>,
    content: NodeContent,
}

enum NodeContent {
    /// The flag tells whether it stands on one line, without a mark for a block.
    Scalar(bool),
    List {
        flow: bool,
        elements: Vec<Node>,
    },
    Object {
        flow: bool,
        /// The key, where it stands, and its value.
        members: Vec<(String, Range<usize>, Node)>,
    },
}

fn one(text: &str, edit: &Edit) -> Result<String, String> {
    let root = parse(text)?;
    let place = edit.at().join("/");
    let node = edit.at().iter().try_fold(&root, |node, key| match &node.content {
        NodeContent::Object { members, .. } => members.iter().find(|(name, ..)| name == key).map(|(.., node)| node),
        NodeContent::List { elements, .. } => elements.get(key.parse::<usize>().ok()?),
        NodeContent::Scalar(_) => None,
    });
    let node = node.ok_or_else(|| format!("there is no {place} in the text"))?;
    let splice = |bytes: Range<usize>, with: &str| format!("{}{with}{}", &text[..bytes.start], &text[bytes.end..]);
    match (edit, &node.content) {
        (Edit::Set { key, value, after, .. }, NodeContent::Object { flow: false, members }) => {
            let indent = members.first().map_or(0, |(_, at, _)| column(text, at.start));
            if let Some((_, at, old)) = members.iter().find(|(name, ..)| name == key) {
                let plain = matches!(old.content, NodeContent::Scalar(true)) && old.bytes.start > at.end;
                return Ok(match inline(value, false).filter(|_| plain) {
                    Some(new) => splice(old.bytes.clone(), &new),
                    None => splice(lines(text, at.start..old.bytes.end), &entry(key, value, indent)),
                });
            }
            let after = after.as_ref().and_then(|after| members.iter().find(|(name, ..)| name == after));
            let (_, at, last) = after.or_else(|| members.last()).ok_or_else(|| format!("{place} is empty"))?;
            let behind = lines(text, at.start..last.bytes.end).end;
            // Components are set apart as those before them are.
            Ok(splice(behind..behind, &entry(key, value, indent)))
        }
        // JSON is YAML whose objects are in braces.
        (Edit::Set { key, value, .. }, NodeContent::Object { flow: true, members }) => {
            if let Some((.., old)) = members.iter().find(|(name, ..)| name == key) {
                return Ok(splice(old.bytes.clone(), &value.to_string()));
            }
            let new = format!("{}: {value}", Value::from(key.as_str()));
            let Some((_, at, last)) = members.last() else {
                return Ok(splice(node.bytes.clone(), &format!("{{ {new} }}")));
            };
            let margin = &text[lines(text, at.clone()).start..at.start];
            let separator = if margin.trim().is_empty() { format!(",\n{margin}") } else { ", ".to_owned() };
            Ok(splice(last.bytes.end..last.bytes.end, &format!("{separator}{new}")))
        }
        (Edit::Remove { key, .. }, NodeContent::Object { flow: true, members }) => {
            let number =
                members.iter().position(|(name, ..)| name == key).ok_or_else(|| format!("{place} has no {key}"))?;
            let (_, at, old) = &members[number];
            Ok(match (members.get(number + 1), number.checked_sub(1).map(|before| &members[before].2)) {
                (Some((_, next, _)), _) => splice(at.start..next.start, ""),
                (None, Some(before)) => splice(before.bytes.end..old.bytes.end, ""),
                (None, None) => splice(at.start..old.bytes.end, ""),
            })
        }
        (Edit::Remove { key, .. }, NodeContent::Object { flow: false, members }) => {
            let (_, at, old) =
                members.iter().find(|(name, ..)| name == key).ok_or_else(|| format!("{place} has no {key}"))?;
            Ok(splice(lines(text, at.start..old.bytes.end), ""))
        }
        (Edit::Rename { key, to, .. }, NodeContent::Object { members, .. }) => {
            let (_, at, _) =
                members.iter().find(|(name, ..)| name == key).ok_or_else(|| format!("{place} has no {key}"))?;
            let to = inline(&Value::from(to.as_str()), false).ok_or_else(|| format!("{to} is no key"))?;
            Ok(splice(at.clone(), &to))
        }
        (Edit::Insert { number, value, .. }, NodeContent::List { flow: true, elements }) => {
            let new = inline(value, true).ok_or_else(|| format!("{value} does not fit into the list at {place}"))?;
            Ok(match (elements.get(*number), elements.last()) {
                (Some(next), _) => splice(next.bytes.start..next.bytes.start, &format!("{new}, ")),
                (None, Some(last)) => splice(last.bytes.end..last.bytes.end, &format!(", {new}")),
                (None, None) => splice(node.bytes.clone(), &format!("[{new}]")),
            })
        }
        (Edit::Insert { number, value, .. }, NodeContent::List { flow: false, elements }) => {
            let first = elements.first().ok_or_else(|| format!("the list at {place} is empty"))?;
            let (indent, _) = dash(text, first);
            let new = inline(value, false).map_or_else(
                || format!("{}- {}", " ".repeat(indent), write::members(value, indent + 2).trim_start()),
                |new| format!("{}- {new}\n", " ".repeat(indent)),
            );
            let at = match elements.get(*number) {
                Some(next) => dash(text, next).1,
                None => elements.last().map_or(0, |last| lines(text, last.bytes.clone()).end),
            };
            Ok(splice(at..at, &new))
        }
        (Edit::Take { value, .. }, NodeContent::List { flow, elements }) => {
            let is_it = |node: &Node| read(&text[node.bytes.clone()]).is_ok_and(|found| found == *value);
            let number = elements.iter().position(is_it).ok_or_else(|| format!("{place} has no {value}"))?;
            let old = &elements[number];
            Ok(match (flow, elements.get(number + 1), number.checked_sub(1).map(|before| &elements[before])) {
                (false, ..) => splice(dash(text, old).1..lines(text, old.bytes.clone()).end, ""),
                (true, Some(next), _) => splice(old.bytes.start..next.bytes.start, ""),
                (true, None, Some(before)) => splice(before.bytes.end..old.bytes.end, ""),
                (true, None, None) => splice(old.bytes.clone(), ""),
            })
        }
        _ => Err(format!("{place} is not written as this edit expects; edit it by hand")),
    }
}

/// Returns the whole lines that a range is in.
fn lines(text: &str, bytes: Range<usize>) -> Range<usize> {
    let start = text[..bytes.start].rfind('\n').map_or(0, |at| at + 1);
    let end = bytes.end.max(bytes.start);
    if end > 0 && text[..end].ends_with('\n') {
        return start..end;
    }
    start..text[end..].find('\n').map_or(text.len(), |at| end + at + 1)
}

fn column(text: &str, at: usize) -> usize {
    at - lines(text, at..at).start
}

/// Returns the column of the dash of an element, and where its line begins.
fn dash(text: &str, element: &Node) -> (usize, usize) {
    let start = text[..element.bytes.start].rfind('\n').map_or(0, |at| at + 1);
    let line = &text[start..];
    (line.len() - line.trim_start_matches(' ').len(), start)
}

/// Returns where the text of a block ends, whose key stands at `key`: before what is not deeper.
fn end_of_block(text: &str, key: usize) -> usize {
    let indent = column(text, key);
    let first = lines(text, key..key).end;
    let (mut end, mut at) = (first, first);
    for line in text[first..].split_inclusive('\n') {
        at += line.len();
        if line.trim().is_empty() {
            continue;
        }
        if line.len() - line.trim_start_matches(' ').len() <= indent {
            break;
        }
        end = at;
    }
    end
}

fn parse(text: &str) -> Result<Node, String> {
    let mut open: Vec<Node> = Vec::new();
    for next in Parser::new_from_str(text) {
        let (event, span) = next.map_err(|error| error.to_string())?;
        let bytes = span.byte_range().ok_or("the parser gives no place")?;
        let mut block = false;
        let node = match event {
            Event::SequenceStart(style, ..) => {
                let content = NodeContent::List { flow: style == StructureStyle::Flow, elements: vec![] };
                open.push(Node { bytes, content });
                continue;
            }
            Event::MappingStart(style, ..) => {
                let content = NodeContent::Object { flow: style == StructureStyle::Flow, members: vec![] };
                open.push(Node { bytes, content });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let mut node = open.pop().ok_or("a structure ends that did not begin")?;
                let last = match &node.content {
                    NodeContent::List { flow: false, elements } => elements.last().map(|last| last.bytes.end),
                    NodeContent::Object { flow: false, members } => members.last().map(|(.., last)| last.bytes.end),
                    _ => Some(bytes.end),
                };
                node.bytes.end = last.unwrap_or(bytes.end);
                node
            }
            Event::Scalar(value, style, ..) => {
                block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let single = !block && !text[bytes.clone()].contains('\n');
                if let Some(Node { content: NodeContent::Object { members, .. }, .. }) = open.last_mut()
                    && members.last().is_none_or(|(.., node)| node.bytes.end != usize::MAX)
                {
                    // A key waits for its value.
                    let waiting = Node { bytes: 0..usize::MAX, content: NodeContent::Scalar(false) };
                    members.push((value.into_owned(), bytes, waiting));
                    continue;
                }
                Node { bytes, content: NodeContent::Scalar(single) }
            }
            _ => continue,
        };
        match open.last_mut().map(|node| &mut node.content) {
            Some(NodeContent::Object { members, .. }) => {
                let (_, key, value) = members.last_mut().ok_or("a value without a key")?;
                *value = node;
                if block {
                    value.bytes.end = end_of_block(text, key.start);
                }
            }
            Some(NodeContent::List { elements, .. }) => elements.push(node),
            _ => return Ok(node),
        }
    }
    Err("the document is empty".to_owned())
}

#[cfg(test)]
mod tests;
