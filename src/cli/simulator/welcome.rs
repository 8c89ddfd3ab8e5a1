//! What a newcomer is told when the simulator listens.

use std::{net::IpAddr, path::Path};

use doku_simulator::{CLIENT_ID, SECRET_KEY};

/// What is said without `--notification-url`.
pub(super) const NO_NOTIFICATIONS: &str =
    "no --notification-url is given, so no notification is sent unless an order overrides it";

/// Returns how to use the simulator: `url` as others call it, `local` as this machine does.
pub(super) fn text(url: &str, local: &str, client_id: &str, notification_url: Option<&str>) -> String {
    let credentials = if client_id == CLIENT_ID {
        format!(
            "its credentials, known to everyone:\n  export DOKU_CLIENT_ID={CLIENT_ID}\n  export DOKU_SECRET_KEY={SECRET_KEY}"
        )
    } else {
        "its credentials: those of DOKU_CLIENT_ID and DOKU_SECRET_KEY".to_owned()
    };
    let notifications = notification_url.map_or_else(
        || {
            "receive notifications, here of a shop on port 8080:\n  \
             doku simulator --notification-url http://127.0.0.1:8080/payments/notifications"
                .to_owned()
        },
        |url| format!("notifications go to {url}, unless an order overrides it"),
    );
    let target = notification_url.unwrap_or("http://127.0.0.1:8080/payments/notifications");
    format!(
        "the simulator listens on {url}; Ctrl-C stops it
its page, with the orders and their notifications: open {url} in a browser

{credentials}

send an order:
  doku spec example > order.json
  doku order create order.json --simulator {local}
the same, signed for curl:
  doku order create order.json --simulator {local} --curl | sh
pay it: open the printed URL and press a button

{notifications}
one alone, without any order:
  doku trigger success --to {target}

watch what happens:  doku events tail --simulator {local}
what can be set, and what can go wrong:  doku simulator --list-switches, doku simulator --list-faults
"
    )
}

/// Returns what is said of a state file that was there.
pub(super) fn read(orders: usize, path: &Path) -> String {
    let noun = if orders == 1 { "order" } else { "orders" };
    format!("{orders} {noun} read from {}", path.display())
}

/// Returns what is said of an address that others can reach.
pub(super) fn exposed(address: IpAddr) -> String {
    format!(
        "LISTENING ON {address}, NOT ON THIS MACHINE ALONE. Whoever can reach it can pay every order, read every \
         customer's data, and make it send requests to any port of this machine and to the allowed hosts, and read \
         what they answer; use it in a closed network only, never with a real key"
    )
}
