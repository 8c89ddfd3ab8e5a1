//! The switches on the timeline: how each stands, what it decides, and what is known of it.

use maud::{Markup, html};

use super::{panel::fold, text::PageLanguage, timeline::Scene, words::Words};
use crate::doku::switch::{Switch, Values};

/// Returns the part of the controls with all switches.
pub(super) fn panel(scene: &Scene<'_>) -> Markup {
    let words = scene.words;
    let content = html! { p class="note" { (words.switches_note) } "\n" (form(scene)) };
    fold("switches", words.switches, false, &content)
}

/// Returns the form of all switches.
pub(super) fn form(scene: &Scene<'_>) -> Markup {
    let words = scene.words;
    html! {
        form class="stack" id="switch-form" method="post" action={ "/timeline/switches" (scene.language.query()) } {
            "\n"
            @for (switch, value) in scene.memory.switches.all() { (field(switch, &value, words)) }
            div class="buttons" {
                button { (words.save) }
                "\n" button name="defaults" value="1" { (words.defaults) }
            }
            "\n"
        }
        "\n"
    }
}

fn field(switch: &Switch, value: &str, words: &Words) -> Markup {
    let name = switch.name;
    let about = format!("about-{name}");
    html! {
        div class="switch" {
            "\n" label {
                span {
                    code { (name) }
                    @if value != switch.default_value() { " " span class="badge changed" { (words.changed) } }
                    @if let Some(entry) = switch.deviation { " " small { (entry) } }
                }
                @match switch.values {
                    Values::OneOf(values) => select name=(name) aria-describedby=(about) {
                        "\n"
                        @for (known, about) in values {
                            option value=(known) selected[*known == value] { (known) ": " (about) } "\n"
                        }
                    },
                    Values::Seconds { .. } => {
                        input name=(name) type="number" min="0" max="999999999" required value=(value)
                            aria-describedby=(about);
                    },
                }
            }
            "\n" p class="note" id=(about) lang="en" {
                (switch.about)
                @if let Values::Seconds { about, .. } = switch.values { " (" (words.seconds) "; " (about) ")" }
            }
            "\n"
        }
        "\n"
    }
}
