//! Secret keys in the wrong place: in an argument, where others see them and the shell keeps them.

use std::{env, ffi::OsString};

use clap::builder::StyledStr;
use doku_indodana::{SecretKey, credentials::SECRET_KEY_VARIABLE};
use zeroize::Zeroizing;

use super::output::Failure;

/// A shorter key may stand in an argument by chance.
const SHORTEST: usize = 8;

/// Refuses arguments that hold the secret key of the environment, whatever they are for.
pub(crate) fn refuse(arguments: &[OsString]) -> Result<(), Failure> {
    let Ok(secret) = env::var(SECRET_KEY_VARIABLE).map(Zeroizing::new) else { return Ok(()) };
    let is_there = |argument: &OsString| argument.to_string_lossy().contains(secret.as_str());
    if secret.len() < SHORTEST || SecretKey::new(&secret).is_err() || !arguments.iter().any(is_there) {
        return Ok(());
    }
    Err(Failure::usage("an argument holds the secret key, where other users can see it and the shell keeps it")
        .help("leave it out: the key is read from DOKU_SECRET_KEY; where others use this machine, have it changed"))
}

/// Returns what is said of wrong arguments, with stars in place of what begins as secret keys do.
pub(crate) fn hide(text: &str) -> StyledStr {
    let mut hidden = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("SK-") {
        let is_end = |character: char| character.is_whitespace() || character.is_control() || "'\"".contains(character);
        rest = &from[from.find(is_end).unwrap_or(from.len())..];
        hidden.push_str(before);
        hidden.push_str("***");
    }
    hidden.push_str(rest);
    StyledStr::from(hidden)
}
