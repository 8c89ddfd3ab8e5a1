//! Every setting there is: [`SETTINGS`].

/// A setting of the sidecar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// Its key in the file, the table before the dot.
    pub key: &'static str,
    /// The environment variable that stands for it where there is no file.
    pub variable: &'static str,
    /// Whether it is a list. In a variable the members stand with commas between.
    pub is_list: bool,
}

const fn one(key: &'static str, variable: &'static str) -> Setting {
    Setting { key, variable, is_list: false }
}

const fn list(key: &'static str, variable: &'static str) -> Setting {
    Setting { key, variable, is_list: true }
}

/// All settings. What each means is in the README of this package.
pub const SETTINGS: &[Setting] = &[
    one("environment", "DOKU_ENVIRONMENT"),
    one("client_id", "DOKU_CLIENT_ID"),
    one("secret_key_file", "DOKU_SECRET_KEY_FILE"),
    list("further_secret_key_files", "DOKU_FURTHER_SECRET_KEY_FILES"),
    one("store", "DOKU_STORE"),
    one("api.listen", "DOKU_API_LISTEN"),
    one("api.tokens_file", "DOKU_API_TOKENS_FILE"),
    list("api.hosts", "DOKU_API_HOSTS"),
    one("api.certificate_file", "DOKU_API_CERTIFICATE_FILE"),
    one("api.key_file", "DOKU_API_KEY_FILE"),
    one("api.client_ca_file", "DOKU_API_CLIENT_CA_FILE"),
    one("notifications.listen", "DOKU_NOTIFICATIONS_LISTEN"),
    one("notifications.path", "DOKU_NOTIFICATIONS_PATH"),
    one("forward.url", "DOKU_FORWARD_URL"),
    list("forward.secret_files", "DOKU_FORWARD_SECRET_FILES"),
    one("forward.timeout", "DOKU_FORWARD_TIMEOUT"),
    list("forward.danger_plain_http_hosts", "DOKU_FORWARD_DANGER_PLAIN_HTTP_HOSTS"),
];
