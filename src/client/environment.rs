//! Where DOKU is: [`Environment`].

use std::{fmt, net::IpAddr, str::FromStr};

use url::{Host, Url};

use crate::{
    contract::generated::address,
    error::{Error, ErrorKind, Outcome},
};

/// Which simulator a client talks to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// `https://api-sandbox.doku.com`: no money moves.
    Sandbox,
    /// `https://api.doku.com`.
    Production,
    /// Another simulator, for example the local one.
    Custom(BaseUrl),
}

/// Scheme, host and port of a simulator: `https`, or `http` on a loopback address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl Environment {
    /// Returns the environment at this address, for example `http://127.0.0.1:4000`. DOKU's own addresses are
    /// [`Environment::Sandbox`] and [`Environment::Production`].
    ///
    /// # Errors
    ///
    /// Where the URL is not `https` (`http` on a loopback address), or has a path, a query or a user.
    pub fn custom(url: &str) -> Result<Self, Error> {
        let url: BaseUrl = url.parse()?;
        // A dot at the end of a host name is the same host.
        Ok(match url.0.trim_end_matches('.') {
            address::SANDBOX => Self::Sandbox,
            address::PRODUCTION => Self::Production,
            _ => Self::Custom(url),
        })
    }

    /// Returns scheme, host and port.
    pub fn base_url(&self) -> &str {
        match self {
            Self::Sandbox => address::SANDBOX,
            Self::Production => address::PRODUCTION,
            Self::Custom(url) => &url.0,
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
            Self::Custom(url) => &url.0,
        })
    }
}

impl FromStr for BaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = |why: &str| {
            Error::new(ErrorKind::Configuration(format!("the simulator's url {why}")), Outcome::NothingSent)
        };
        let url = Url::parse(text).map_err(|_| refuse("is not a url such as http://127.0.0.1:4000"))?;
        if !is_trusted(&url) {
            return Err(refuse("must begin with https://; http:// is only for loopback addresses"));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("must have no path, query or fragment"));
        }
        Ok(Self(url.origin().ascii_serialization()))
    }
}

/// Returns whether an absolute URL is `https`, or `http` on a loopback address, and names no user.
fn is_trusted(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
        None => return false,
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    scheme && url.username().is_empty() && url.password().is_none()
}
