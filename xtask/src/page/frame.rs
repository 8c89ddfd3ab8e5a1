//! The site's own frame around the page: lists of pages, pager, dates, buttons. It is known by its shape and its place.

use std::{collections::HashSet, sync::LazyLock};

use regex_lite::Regex;

use super::{Block, CHANNELS, Channel, Content, Form, clean, link::Linked, words::hash};

struct FramePatterns {
    date: Regex,
    both: Regex,
    glued: Regex,
    spaced: Regex,
}

static PATTERNS: LazyLock<FramePatterns> = LazyLock::new(|| {
    let regex = |pattern| Regex::new(pattern).expect("the patterns are constant and tested");
    FramePatterns {
        date: regex(
            r"(?i)^last (?:updated|modified)(?: on)?:?\s*(?:(?:about )?(?:\d+|an?|one|a few) (?:second|minute|hour|day|week|month|year)s? ago|yesterday|today|just now|\d{1,2}[ /.-]\w+[ /.-]\d{2,4}|[a-z]{3,9}\.? \d{1,2},? \d{4}|\d{4}-\d\d-\d\d)?$",
        ),
        both: regex(r"^Previous ?[A-Z][^.!?:;]{0,60}?Next ?[A-Z][^.!?:;]{0,60}$"),
        glued: regex(r"^(?:Previous|Next)[A-Z][^.!?:;]{0,60}$"),
        spaced: regex(r"^(?:Previous|Next)(?: [A-Z0-9][A-Za-z0-9&-]*){1,5}$"),
    }
});

/// The buttons at the head and at the foot of a page.
const BUTTONS: [&str; 25] = [
    "copy",
    "copy page",
    "copy link",
    "copy as markdown",
    "view as markdown",
    "ask",
    "ask ai",
    "ask gitbook",
    "ask assistant",
    "open in chatgpt",
    "open in claude",
    "edit",
    "edit page",
    "edit on github",
    "export as pdf",
    "powered by gitbook",
    "was this helpful?",
    "was this page helpful?",
    "yes",
    "no",
    "yes no",
    "search",
    "search...",
    "⌘k",
    "ctrl k",
];

/// What a page is called, and where.
pub(super) type Title = Option<(usize, String)>;

/// Takes the frame away and returns the title.
pub(super) fn strip(form: Form, channel: Channel, mut blocks: Vec<Block>) -> (Title, Vec<Block>) {
    let is_part = |block: &Block| matches!(block.content, Content::Table(_) | Content::Code(_) | Content::Operation(_));
    let first_part = blocks.iter().position(is_part).unwrap_or(blocks.len());
    // The first sentence; what stands above it is short.
    let start = blocks[..first_part].iter().position(|block| words(block) >= 10).unwrap_or(first_part);
    let title = match form {
        Form::Html | Form::Markdown => {
            blocks[..first_part].iter().position(|block| matches!(block.content, Content::Title(_)))
        }
        Form::Text | Form::Window => {
            let called = |names: &[&str]| {
                (0..start).rev().find(|at| {
                    let text = text(&blocks[*at]).to_lowercase();
                    let pager =
                        *at > 0 && ["previous", "next"].contains(&self::text(&blocks[at - 1]).to_lowercase().as_str());
                    let short = !text.starts_with('•') && words(&blocks[*at]) <= 4 && frame_at(&blocks[*at..]) == 0;
                    short && !pager && names.iter().any(|name| text.contains(name))
                })
            };
            let called = called(&[channel.name()]).or_else(|| called(&CHANNELS));
            above_buttons(&blocks[..start], called.map_or(0, |at| at + 1)).or(called)
        }
    };
    let known = title.map(|at| (blocks[at].line, text(&blocks[at])));
    let above = match (title, form) {
        (Some(at), _) => at + 1,
        (None, Form::Text | Form::Window) => start,
        _ => 0,
    };
    blocks.drain(..above);
    let last_table = blocks.iter().rposition(|block| matches!(block.content, Content::Table(_))).map_or(0, |at| at + 1);
    if let Some(end) = blocks[last_table..].iter().position(is_for_programs) {
        blocks.truncate(last_table + end);
    }
    contents(&mut blocks);
    let mut at = 0;
    while at < blocks.len() && !is_part(&blocks[at]) && words(&blocks[at]) < 10 {
        match frame_at(&blocks[at..]) {
            0 => at += 1,
            count => drop(blocks.drain(at..at + count)),
        }
    }
    let last_part = blocks.iter().rposition(is_part).map_or(0, |at| at + 1);
    loop {
        let tail = &blocks[last_part..];
        let count = (1..=tail.len().min(2)).find(|count| frame_at(&tail[tail.len() - count..]) == *count);
        let Some(count) = count else { break };
        blocks.truncate(blocks.len() - count);
    }
    (known, blocks)
}

/// Returns the place of a title that names no channel: what stands directly above the buttons and the date at the page's head.
fn above_buttons(head: &[Block], from: usize) -> Option<usize> {
    let below = |at: &usize| {
        let text = text(&head[*at]);
        matches!(text.to_lowercase().as_str(), "copy" | "copy page") || PATTERNS.date.is_match(&text)
    };
    let buttons = (from..head.len()).find(below)?;
    let title = (from..buttons).rev().find(|at| frame_at(&head[*at..]) == 0)?;
    let text = text(&head[title]);
    let short = !text.is_empty() && !text.starts_with('•') && words(&head[title]) <= 8;
    (short && super::texts::without_number(&text) == text).then_some(title)
}

fn text(block: &Block) -> String {
    match &block.content {
        Content::Title(text) | Content::Heading(text) | Content::Text(text) => clean(&Linked::new(text).whole),
        _ => String::new(),
    }
}

fn words(block: &Block) -> usize {
    text(block).split_whitespace().count()
}

fn frame_at(blocks: &[Block]) -> usize {
    let texts: Vec<_> = blocks.iter().take(2).map(text).collect();
    count(&texts)
}

/// Returns how many of the next texts are the frame's.
pub(super) fn count(texts: &[String]) -> usize {
    let Some(first) = texts.first().filter(|first| !first.is_empty()) else { return 0 };
    let FramePatterns { date, both, glued, spaced } = &*PATTERNS;
    let lower = first.to_lowercase();
    let start = lower.get(..4).unwrap_or_default();
    if BUTTONS.contains(&lower.as_str()) {
        return 1;
    }
    if !matches!(start, "prev" | "next" | "last") {
        return 0;
    }
    if date.is_match(first) || both.is_match(first) || glued.is_match(first) {
        return 1;
    }
    let Some(second) = texts.get(1) else { return 0 };
    let short = |text: &str| {
        !text.is_empty() && text.split_whitespace().count() <= 5 && !text.ends_with(['.', ':', '!', '?', ';', ','])
    };
    if matches!(first.as_str(), "Previous" | "Next") && short(second) {
        return 2;
    }
    usize::from(
        spaced.is_match(first)
            && spaced.is_match(second)
            && first.starts_with("Previous")
            && second.starts_with("Next"),
    ) * 2
}

/// Tells whether the site's section for programs begins, which ends the page's Markdown.
fn is_for_programs(block: &Block) -> bool {
    matches!(&block.content, Content::Title(text) | Content::Heading(text) if text.to_lowercase().starts_with("agent instructions"))
}

/// Takes the table of contents away: its title, and lines that stand on the page once more.
fn contents(blocks: &mut Vec<Block>) {
    let is_title = |block: &Block| text(block).eq_ignore_ascii_case("on this page");
    let Some(at) = blocks.iter().position(is_title) else { return };
    let (mut seen, mut twice) = (HashSet::new(), HashSet::new());
    for hash in blocks.iter().filter_map(|block| hash(super::texts::without_number(&text(block)))) {
        if !seen.insert(hash.clone()) {
            twice.insert(hash);
        }
    }
    let is_line =
        |block: &&Block| hash(super::texts::without_number(&text(block))).is_some_and(|hash| twice.contains(&hash));
    let count = blocks[at + 1..].iter().take_while(is_line).count();
    blocks.drain(at..=at + count);
}
