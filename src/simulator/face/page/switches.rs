//! The switches on the timeline: how each stands, what it decides, and what is known of it.

use super::{Escaped, panel::fold, text::PageLanguage, timeline::Scene, words::Words};
use crate::doku::switch::{Switch, Values};

/// Returns the part of the controls with all switches.
pub(super) fn panel(scene: &Scene<'_>) -> String {
    let words = scene.words;
    fold("switches", words.switches, false, &format!("<p class=\"note\">{}</p>\n{}", words.switches_note, form(scene)))
}

/// Returns the form of all switches.
pub(super) fn form(scene: &Scene<'_>) -> String {
    let words = scene.words;
    let fields: String = scene.memory.switches.all().map(|(switch, value)| field(switch, &value, words)).collect();
    format!(
        "<form class=\"stack\" id=\"switch-form\" method=\"post\" action=\"/timeline/switches{}\">\n{fields}\
         <div class=\"buttons\"><button>{}</button>\n<button name=\"defaults\" value=\"1\">{}</button></div>\n</form>\n",
        scene.language.query(),
        words.save,
        words.defaults,
    )
}

fn field(switch: &Switch, value: &str, words: &Words) -> String {
    let name = switch.name;
    let input = match switch.values {
        Values::OneOf(values) => {
            let options: String = values
                .iter()
                .map(|(known, about)| {
                    let selected = if *known == value { " selected" } else { "" };
                    format!("<option value=\"{known}\"{selected}>{known}: {}</option>\n", Escaped(about))
                })
                .collect();
            format!("<select name=\"{name}\" aria-describedby=\"about-{name}\">\n{options}</select>")
        }
        Values::Seconds { .. } => format!(
            "<input name=\"{name}\" type=\"number\" min=\"0\" max=\"999999999\" required value=\"{}\" \
             aria-describedby=\"about-{name}\">",
            Escaped(value),
        ),
    };
    let unit = match switch.values {
        Values::Seconds { about, .. } => format!(" ({}; {})", words.seconds, Escaped(about)),
        Values::OneOf(_) => String::new(),
    };
    let changed = if value == switch.default_value() {
        String::new()
    } else {
        format!(" <span class=\"badge changed\">{}</span>", words.changed)
    };
    let deviation = switch.deviation.map_or_else(String::new, |entry| format!(" <small>{entry}</small>"));
    format!(
        "<div class=\"switch\">\n<label><span><code>{name}</code>{changed}{deviation}</span>{input}</label>\n\
         <p class=\"note\" id=\"about-{name}\" lang=\"en\">{}{unit}</p>\n</div>\n",
        Escaped(switch.about),
    )
}
