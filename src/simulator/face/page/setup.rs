//! How a shop is pointed at the simulator.

use maud::{Markup, html};

use super::{panel::fold, row::copy, timeline::Scene};
use crate::{CLIENT_ID, SECRET_KEY};
use doku_indodana::{
    Credentials, address,
    signature::{self, Components, Time},
};

/// Returns the part of the controls that tells a newcomer what to set. It is open until there is an order.
pub(super) fn panel(scene: &Scene<'_>) -> Markup {
    let words = scene.words;
    let identity = &scene.service.identity;
    let client_id = identity.credentials.client_id().as_str();
    let known = is_known(&identity.credentials);
    let value = |name: &str, value: &str, note: Option<&str>| {
        html! {
            div {
                dt { (name) }
                dd { code { (value) } (copy(words)) @if let Some(note) = note { " " small { (note) } } }
            }
            "\n"
        }
    };
    let without = |name: &str, note: &str| html! { div { dt { (name) } dd { (note) } } "\n" };
    let content = html! {
        dl class="settings" {
            "\n" (value("Base URL", &identity.url, None))
            (value("Client-Id", client_id, None))
            @if known {
                (value("Secret key", SECRET_KEY, Some(words.secret_note)))
            } @else {
                (without("Secret key", words.own_key))
            }
            @match scene.notification_url {
                Some(url) => (value("Notification URL", url, None)),
                None => (without("Notification URL", words.no_notification_url)),
            }
            (value("Generate order", &format!("POST {}", address::GENERATE_ORDER), None))
            (value("Check status", &format!("GET {}", address::CHECK_STATUS), None))
        }
        "\n" ol class="steps" {
            "\n" li { (words.setup_settings) }
            "\n" li {
                (words.setup_notification) " " code { "additional_info.override_notification_url" } ":"
                pre { "doku simulator --notification-url http://127.0.0.1:8080/payments/notifications" }
            }
            "\n" li { (words.setup_generate) }
            "\n" li { (words.setup_pay) }
            "\n" li { (words.setup_fault) }
            "\n"
        }
        "\n" details {
            "\n" summary { (words.environment) }
            "\n" div class="text" {
                pre tabindex="0" {
                    "DOKU_ENVIRONMENT=" (identity.url) "\nDOKU_CLIENT_ID=" (client_id)
                    "\nDOKU_SECRET_KEY=" (if known { SECRET_KEY } else { "…" })
                }
                (copy(words))
            }
            "\n"
        }
        "\n"
    };
    fold("setup", words.setup, scene.memory.orders().is_empty(), &content)
}

/// Returns whether these are the credentials that everyone knows. Any other key is never shown.
fn is_known(credentials: &Credentials) -> bool {
    let (Ok(request_id), Ok(target), Ok(timestamp), Ok(key)) =
        ("known".parse(), "/".parse(), "2026-01-05T00:00:00Z".parse(), SECRET_KEY.parse())
    else {
        return false;
    };
    let components = Components {
        client_id: credentials.client_id(),
        request_id: &request_id,
        time: Time::Request(&timestamp),
        target: &target,
        digest: None,
    };
    let signature = signature::sign(credentials.secret_key(), &components).to_string();
    credentials.client_id().as_str() == CLIENT_ID && signature::verify([&key], &components, &signature).is_ok()
}
