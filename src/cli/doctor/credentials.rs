//! Whether the credentials can be those of the environment. Nothing of them is ever shown.

use std::{env, fs};

use doku_indodana::{
    ClientId, Credentials, Environment,
    credentials::{CLIENT_ID_VARIABLE, SECRET_KEY_FILE_VARIABLE, SECRET_KEY_VARIABLE, secret_key_from_env},
    error::CredentialsError,
};
use doku_simulator::SECRET_KEY;
use zeroize::Zeroizing;

use super::{
    super::{environment, output::Exit},
    check::Check,
};

const CLIENT_ID: &str = "client id";
const KEY: &str = "secret key";

/// How client ids begin: present-day ones, older ones, and the simulator's.
const CLIENT_ID_PREFIXES: [&str; 3] = ["BRN-", "MCH-", "SIM-"];

/// How secret keys begin.
const KEY_PREFIX: &str = "SK-";

/// Returns what is found, and the credentials if both can be used.
pub(super) fn checks(environment: Option<&Environment>) -> (Vec<Check>, Option<Credentials>) {
    // Plain http is possible on loopback addresses alone.
    let local = environment.map(|environment| environment.base_url().starts_with("http://"));
    if local == Some(true) && !environment::are_set() {
        let what = "none is set; the simulator's own are used";
        let checks = [CLIENT_ID, KEY].map(|name| Check::ok(name, what)).into();
        return (checks, environment::simulator_credentials().ok());
    }
    let mut checks = vec![client_id(local), secret_key(local)];
    checks.extend(file());
    let passed = checks.iter().all(Check::is_passed);
    (checks, Credentials::from_env().ok().filter(|_| passed))
}

fn client_id(local: Option<bool>) -> Check {
    let failed = |message: &str| Check::failed(CLIENT_ID, Exit::Usage, message);
    let text = match env::var(CLIENT_ID_VARIABLE) {
        Ok(text) => text,
        Err(env::VarError::NotPresent) => {
            return refused(CLIENT_ID, &CredentialsError::Missing { variable: CLIENT_ID_VARIABLE });
        }
        Err(_) => return refused(CLIENT_ID, &CredentialsError::NotUnicode { variable: CLIENT_ID_VARIABLE }),
    };
    if let Err(error) = text.parse::<ClientId>() {
        return refused(CLIENT_ID, &error);
    }
    let Some(prefix) = CLIENT_ID_PREFIXES.into_iter().find(|prefix| text.starts_with(prefix)) else {
        return Check::warning(CLIENT_ID, "DOKU_CLIENT_ID begins with neither BRN- nor MCH-, as DOKU's client ids do")
            .help("copy it again from the DOKU dashboard: Integrations, API Keys");
    };
    match prefix {
        "SIM-" if local == Some(false) => failed("DOKU_CLIENT_ID is one of the simulator's, which DOKU does not know")
            .help("copy your own from the DOKU dashboard: Integrations, API Keys"),
        "BRN-" | "MCH-" if local == Some(true) => {
            Check::warning(CLIENT_ID, format!("begins with {prefix}, as DOKU's own do; the server is a local one"))
                .help("unset DOKU_CLIENT_ID and the secret key to use the simulator's own")
        }
        _ if is_usual(&text) => Check::ok(CLIENT_ID, format!("begins with {prefix} and has the usual form")),
        _ => {
            Check::warning(CLIENT_ID, format!("begins with {prefix}, but has not the form {prefix}0000-0000000000000"))
                .help("copy it again from the DOKU dashboard: Integrations, API Keys")
        }
    }
}

/// Returns whether a client id has its three parts: letters, digits, digits.
fn is_usual(text: &str) -> bool {
    let mut parts = text.split('-').skip(1);
    let mut digits =
        || parts.next().is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    digits() && digits() && parts.next().is_none()
}

fn secret_key(local: Option<bool>) -> Check {
    if let Err(error) = secret_key_from_env() {
        return refused(KEY, &error);
    }
    let failed = |message: &str| Check::failed(KEY, Exit::Usage, message);
    let (text, variable) = match env::var(SECRET_KEY_VARIABLE) {
        Ok(text) => (Zeroizing::new(text), SECRET_KEY_VARIABLE),
        Err(_) => {
            let path = env::var_os(SECRET_KEY_FILE_VARIABLE).unwrap_or_default();
            (Zeroizing::new(fs::read_to_string(path).unwrap_or_default()), SECRET_KEY_FILE_VARIABLE)
        }
    };
    let text = text.trim_end();
    if local == Some(false) && text == SECRET_KEY {
        return failed("the secret key is that of the simulator, which everyone knows")
            .help("copy your own from the DOKU dashboard: Integrations, API Keys");
    }
    if text.contains(char::is_whitespace) {
        return failed("the secret key has white space in it").help("copy it again, without what is around it");
    }
    if text.starts_with(['"', '\'']) || text.ends_with(['"', '\'']) {
        return failed("the secret key begins or ends with a quotation mark, which is taken for a part of it")
            .help("set it without them; files of variables often keep them");
    }
    if !text.starts_with(KEY_PREFIX) {
        return Check::warning(KEY, "does not begin with SK-, as DOKU's secret keys do")
            .help("copy it again from the DOKU dashboard: Integrations, API Keys");
    }
    Check::ok(KEY, format!("begins with SK-; read from {variable}"))
}

/// Returns whether others can read the file of the secret key, if there is one.
#[cfg(unix)]
fn file() -> Option<Check> {
    use std::os::unix::fs::PermissionsExt;

    const NAME: &str = "secret key file";
    let mode = fs::metadata(env::var_os(SECRET_KEY_FILE_VARIABLE)?).ok()?.permissions().mode() & 0o777;
    Some(match mode & 0o077 {
        0 => Check::ok(NAME, format!("nobody but its owner can read it ({mode:04o})")),
        _ => Check::warning(NAME, format!("others than its owner may use it ({mode:04o})"))
            .help(format!("chmod 600 \"${SECRET_KEY_FILE_VARIABLE}\"")),
    })
}

#[cfg(not(unix))]
fn file() -> Option<Check> {
    None
}

fn refused(name: &str, error: &CredentialsError) -> Check {
    Check::failed(name, Exit::Usage, error.to_string())
}
