//! How a shop is pointed at the simulator.

use super::{Escaped, panel::fold, row::copy, timeline::Scene};
use crate::{CLIENT_ID, SECRET_KEY};
use doku_indodana::{
    Credentials, address,
    signature::{self, Components, Time},
};

/// Returns the part of the controls that tells a newcomer what to set. It is open until there is an order.
pub(super) fn panel(scene: &Scene<'_>) -> String {
    let words = scene.words;
    let identity = &scene.service.identity;
    let base = Escaped(&identity.url).to_string();
    let client_id = Escaped(identity.credentials.client_id().as_str()).to_string();
    let known = is_known(&identity.credentials);
    let value = |name: &str, value: &str, note: &str| {
        format!("<div><dt>{name}</dt><dd><code>{value}</code>{}{note}</dd></div>\n", copy(words))
    };
    let note = |text: &str| format!(" <small>{text}</small>");
    let key = if known {
        value("Secret key", SECRET_KEY, &note(words.secret_note))
    } else {
        format!("<div><dt>Secret key</dt><dd>{}</dd></div>\n", words.own_key)
    };
    let notification = match scene.notification_url {
        Some(url) => value("Notification URL", &Escaped(url).to_string(), ""),
        None => format!("<div><dt>Notification URL</dt><dd>{}</dd></div>\n", words.no_notification_url),
    };
    let variables = if known { SECRET_KEY } else { "…" };
    let content = format!(
        "<dl class=\"settings\">\n{}{}{key}{notification}{}{}</dl>\n\
         <ol class=\"steps\">\n<li>{settings}</li>\n\
         <li>{set_notification} <code>additional_info.override_notification_url</code>:\
         <pre>doku simulator --notification-url http://127.0.0.1:8080/payments/notifications</pre></li>\n\
         <li>{generate}</li>\n<li>{pay}</li>\n<li>{fault}</li>\n</ol>\n\
         <details>\n<summary>{environment}</summary>\n<div class=\"text\"><pre tabindex=\"0\">\
         DOKU_ENVIRONMENT={base}\nDOKU_CLIENT_ID={client_id}\nDOKU_SECRET_KEY={variables}</pre>{copy}</div>\n</details>\n",
        value("Base URL", &base, ""),
        value("Client-Id", &client_id, ""),
        value("Generate order", &format!("POST {}", address::GENERATE_ORDER), ""),
        value("Check status", &format!("GET {}", address::CHECK_STATUS), ""),
        settings = words.setup_settings,
        set_notification = words.setup_notification,
        generate = words.setup_generate,
        pay = words.setup_pay,
        fault = words.setup_fault,
        environment = words.environment,
        copy = copy(words),
    );
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
