//! Who may call: the name of the host, and the token. [`Gate`].

use axum::extract::Request;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, header};
use zeroize::Zeroizing;

use crate::{
    Address,
    problem::{Code, Problem},
    token::Tokens,
};

/// What a request must have.
#[derive(Debug)]
pub(crate) struct Gate {
    /// The names under which the API may be called; `None` for a socket, which has no name.
    hosts: Option<Vec<String>>,
    tokens: Option<Tokens>,
}

impl Gate {
    pub(crate) fn new(address: &Address, hosts: Vec<String>, tokens: Option<Tokens>) -> Self {
        let hosts = match address {
            Address::Unix(_) => None,
            Address::Tcp(address) => {
                let own = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).into_iter();
                let bound = match address.ip() {
                    ip if ip.is_unspecified() => None,
                    std::net::IpAddr::V6(ip) => Some(format!("[{ip}]")),
                    ip => Some(ip.to_string()),
                };
                Some(own.chain(bound).chain(hosts).collect())
            }
        };
        Self { hosts, tokens }
    }

    /// Refuses a request for another host: a page in a browser may have its name point here.
    pub(crate) fn check_host(&self, request: &Request) -> Result<(), Problem> {
        let Some(hosts) = &self.hosts else { return Ok(()) };
        let mut named = request.headers().get_all(header::HOST).iter();
        let (Some(host), None) = (named.next(), named.next()) else {
            return Err(Problem::new(Code::BadRequest, "the request needs one header host"));
        };
        let host = host.to_str().ok().and_then(host_name);
        // A request may name the whole address in its first line; then that counts.
        let first_line = request.uri().authority().map(|authority| host_name(authority.as_str()));
        for name in [Some(host), first_line].into_iter().flatten() {
            if !name.is_some_and(|name| hosts.iter().any(|own| own.eq_ignore_ascii_case(name))) {
                let what = "the host of the request is none of this sidecar's names; call it by an address of this \
                            machine, or add the name to api.hosts";
                return Err(Problem::new(Code::Misdirected, what));
            }
        }
        Ok(())
    }

    /// Refuses a request without a token that is known.
    pub(crate) fn check_token(&self, headers: &HeaderMap) -> Result<(), Problem> {
        self.check(headers, bearer)
    }

    /// Refuses a page without a token that is known, which a browser sends as a password. The API takes no password: what
    /// a browser sends by itself must not change anything.
    pub(crate) fn check_password(&self, headers: &HeaderMap) -> Result<(), Problem> {
        self.check(headers, |value| bearer(value).or_else(|| password(value)))
    }

    fn check(&self, headers: &HeaderMap, token: impl Fn(&[u8]) -> Option<Zeroizing<Vec<u8>>>) -> Result<(), Problem> {
        let Some(tokens) = &self.tokens else { return Ok(()) };
        let mut given = headers.get_all(header::AUTHORIZATION).iter();
        let (given, more) = (given.next(), given.next());
        let token = given.filter(|_| more.is_none()).and_then(|value| token(value.as_bytes()));
        if token.is_some_and(|token| tokens.know(&token)) {
            return Ok(());
        }
        let what = match given {
            None => "the request has no token; send one of the file of tokens as authorization: Bearer TOKEN",
            Some(_) => "the token is not in the file of tokens",
        };
        Err(Problem::new(Code::Unauthorized, what))
    }
}

/// Returns the token of a header. Source: RFC 6750, 2.1.
fn bearer(value: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (scheme, token) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii().to_vec().into())
}

/// Returns the password of a header, whoever the user is. Source: RFC 7617, 2.
fn password(value: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (scheme, credentials) = value.split_at_checked(6)?;
    let credentials = credentials.trim_ascii();
    let decoded = scheme.eq_ignore_ascii_case(b"basic ").then(|| STANDARD.decode(credentials).ok())?;
    let decoded = Zeroizing::new(decoded?);
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    Some(Zeroizing::new(decoded[colon + 1..].to_vec()))
}

/// Returns the name of a host without its port; `None` where it is none.
pub(crate) fn host_name(text: &str) -> Option<&str> {
    let end = if text.starts_with('[') { text.find(']')? + 1 } else { text.find(':').unwrap_or(text.len()) };
    let (name, port) = text.split_at(end);
    let is_port = port.strip_prefix(':').is_none_or(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    (!name.is_empty() && is_port && (port.is_empty() || port.starts_with(':'))).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_host_comes_without_its_port() {
        for (text, name) in [
            ("localhost", Some("localhost")),
            ("localhost:4100", Some("localhost")),
            ("[::1]:4100", Some("[::1]")),
            ("[::1]", Some("[::1]")),
            ("127.0.0.1:", Some("127.0.0.1")),
            ("", None),
            (":4100", None),
            ("localhost:41x", None),
            ("localhost:1@evil", None),
            ("[::1", None),
            ("[::1]x", None),
        ] {
            assert_eq!(host_name(text), name, "{text}");
        }
    }

    #[test]
    fn a_token_comes_after_its_scheme() {
        for (text, token) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("Basic abc", None),
            ("Bearer", None),
            ("", None),
        ] {
            let found = bearer(text.as_bytes());
            assert_eq!(found.as_ref().map(|token| token.as_slice()), token.map(str::as_bytes), "{text}");
        }
    }

    #[test]
    fn a_password_comes_after_any_user() {
        for (text, token) in [
            ("Basic Og==", Some("")),
            ("Basic OmFiYw==", Some("abc")),
            ("basic  dXNlcjphYmM= ", Some("abc")),
            ("Basic dXNlcjphOmI=", Some("a:b")),
            ("Basic YWJj", None),
            ("Basic OmFiYw", None),
            ("Basic :abc", None),
            ("Bearer OmFiYw==", None),
            ("Basic", None),
            ("", None),
        ] {
            let password = password(text.as_bytes());
            assert_eq!(password.as_deref().map(Vec::as_slice), token.map(str::as_bytes), "{text}");
        }
    }
}
