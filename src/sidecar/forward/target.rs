//! Where effects go: [`Target`].

use url::{Host, Url};

/// A URL of the service that effects may go to.
#[derive(Clone, Debug)]
pub(crate) struct Target(Url);

impl Target {
    /// Takes a URL: https, or http to this machine or to a host that is named in `plain`. The error does not quote it.
    pub(crate) fn new(text: &str, plain: &[String]) -> Result<Self, &'static str> {
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or("is no http or https url; give one such as https://shop.example/effects")?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err("must have no user, password or fragment");
        }
        let host = url.host_str().unwrap_or_default();
        let is_plain = is_loopback(&url) || plain.iter().any(|name| name.eq_ignore_ascii_case(host));
        if url.scheme() == "http" && !is_plain {
            return Err("is http to another machine, where everybody on the way can read it; use https");
        }
        Ok(Self(url))
    }

    pub(super) fn url(&self) -> Url {
        self.0.clone()
    }

    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub(super) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

/// Returns whether a URL is on this machine: `localhost`, 127.0.0.0/8 or ::1.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_effects_may_go() {
        let plain = ["shop".to_owned()];
        for url in [
            "https://shop.example/effects?shop=1",
            "http://localhost:8080/",
            "http://127.0.0.2:8080/effects",
            "http://[::1]/effects",
            "http://SHOP:8080/effects",
        ] {
            assert!(Target::new(url, &plain).is_ok(), "{url}");
        }
        let http = "is http to another machine, where everybody on the way can read it; use https";
        for (url, why) in [
            ("shop.example", "is no http or https url; give one such as https://shop.example/effects"),
            ("ftp://shop.example/", "is no http or https url; give one such as https://shop.example/effects"),
            ("https://user@shop.example/", "must have no user, password or fragment"),
            ("https://:secret@shop.example/", "must have no user, password or fragment"),
            ("https://shop.example/#top", "must have no user, password or fragment"),
            ("http://shop.example/", http),
            ("http://10.0.0.7/", http),
            ("http://localhost.example/", http),
        ] {
            assert_eq!(Target::new(url, &plain).unwrap_err(), why, "{url}");
        }
    }
}
