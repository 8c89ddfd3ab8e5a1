//! The end of a text capture: descriptions that lost their rows, above the words of the links that they had.

use serde_json::Value;

use super::{
    super::{facts, link::Linked},
    FIELDS, HEADERS, Page, pointer,
};

impl Page {
    /// Gives the rows without a description the texts that stand at the end, above the words of the links that they lost.
    pub(super) fn descriptions_at_the_end(&mut self) {
        let inline = self.links.iter().filter(|words| words.starts_with(char::is_lowercase)).count();
        if self.silent.len() + 1 == inline {
            self.heading_below_a_table();
        }
        let (count, texts) = (self.silent.len(), self.texts.texts.len());
        let Some(from) = texts.checked_sub(self.links.len() + count).filter(|_| count > 0 && count == inline) else {
            return;
        };
        let moved: Vec<_> = self.texts.texts.drain(from..from + count).collect();
        for ((side, section, at), text) in std::mem::take(&mut self.silent).into_iter().zip(moved) {
            let words = self.texts.prose.get(&text.name).cloned().unwrap_or_default();
            let entry = &mut self.sides[side].0[section][at];
            let facts::Facts { facts, doubt, rules } =
                facts::of_type(&words, entry.value["type"].as_str().unwrap_or_default());
            if let Value::Object(value) = &mut entry.value {
                value.extend(facts);
            }
            let (pointer, line) = (pointer(side, section, &entry.name), entry.line);
            if doubt {
                self.doubts.push(pointer.clone());
            }
            self.rules.retain(|entry| entry.name != text.name);
            self.rule(&pointer, line, rules);
            self.prose.insert(pointer.clone(), words);
            self.lost.push(pointer);
        }
    }

    /// Takes a heading out of the last row of a table, which lost its description, so that the heading looked like it.
    fn heading_below_a_table(&mut self) {
        let places = [0, 1].into_iter().flat_map(|side| [HEADERS, FIELDS].map(|section| (side, section)));
        let mut titled = places.filter_map(|(side, section)| {
            let entry = self.sides[side].0[section].last()?;
            let words = self.prose.get(&pointer(side, section, &entry.name))?;
            let capital =
                |word: &str| word.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit());
            let title = !words.is_empty() && !words.ends_with(['.', ':']) && words.split(' ').count() <= 5;
            (title && words.split(' ').all(capital)).then(|| (side, section, words.clone(), entry.line))
        });
        let (Some((side, section, words, line)), None) = (titled.next(), titled.next()) else { return };
        let at = self.sides[side].0[section].len() - 1;
        let entry = &mut self.sides[side].0[section][at];
        if let Value::Object(facts) = &mut entry.value {
            facts.remove("text");
        }
        self.prose.insert(pointer(side, section, &entry.name), String::new());
        let from = self.texts.texts.partition_point(|text| text.line <= line);
        let after = self.texts.texts.split_off(from);
        self.texts.text(line + 1, &Linked { whole: words.clone(), rest: words, ..Linked::default() }, true);
        self.texts.texts.extend(after);
        let place = self.silent.partition_point(|known| (known.0, known.1) <= (side, section));
        self.silent.insert(place, (side, section, at));
    }
}
