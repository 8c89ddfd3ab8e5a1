//! What an element of HTML is for.

use super::super::tag::{attribute_of, has_attribute};

/// Elements whose text is none of the page's, or the site's around it.
const HIDDEN: [&str; 11] =
    ["script", "style", "svg", "button", "template", "noscript", "head", "title", "nav", "aside", "footer"];
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ElementRole {
    Table,
    /// A table inside of a cell.
    Nested,
    Row,
    Cell,
    Heading,
    Code,
    Hidden,
    Struck,
    Other,
}

pub(super) fn role(name: &str, tag: &str) -> ElementRole {
    match (name, attribute_of(tag, "role").as_deref()) {
        (name, _) if HIDDEN.contains(&name) => ElementRole::Hidden,
        (_, Some("navigation" | "banner" | "contentinfo" | "complementary" | "button")) => ElementRole::Hidden,
        _ if has_attribute(tag, "hidden")
            || is_unseen(tag)
            || attribute_of(tag, "aria-hidden").is_some_and(|value| value == "true") =>
        {
            ElementRole::Hidden
        }
        ("del" | "s" | "strike", _) => ElementRole::Struck,
        _ if attribute_of(tag, "style").is_some_and(|style| style.contains("line-through"))
            || attribute_of(tag, "class")
                .is_some_and(|class| class.split_whitespace().any(|class| class == "line-through")) =>
        {
            ElementRole::Struck
        }
        ("table", _) | (_, Some("table")) => ElementRole::Table,
        ("tr", _) | (_, Some("row")) => ElementRole::Row,
        ("td" | "th", _) | (_, Some("cell" | "columnheader" | "rowheader")) => ElementRole::Cell,
        ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", _) => ElementRole::Heading,
        ("pre", _) => ElementRole::Code,
        _ => ElementRole::Other,
    }
}

fn is_unseen(tag: &str) -> bool {
    attribute_of(tag, "style").is_some_and(|style| {
        let style: String = style.to_lowercase().split_whitespace().collect();
        style.contains("display:none") || style.contains("visibility:hidden")
    })
}
