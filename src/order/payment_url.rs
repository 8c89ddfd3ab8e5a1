//! Where a customer may be sent.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Returns whether a text can stand in a `Location` header as it is, and is an absolute `https` URL, or an `http` one on a
/// loopback address, that names no user.
///
/// A URL parser repairs much that a browser reads differently, so the text itself must be plain: visible ASCII, and a host
/// of letters, digits, dots, hyphens and underscores, or an IP address.
pub(crate) fn is_payment_url(text: &str) -> bool {
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return false;
    }
    let (rest, needs_loopback) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => (rest, false),
        (_, Some(rest)) => (rest, true),
        _ => return false,
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    host(authority).is_some_and(|host| !needs_loopback || host.is_loopback())
}

enum Host<'a> {
    Name(&'a str),
    Ip(IpAddr),
}

impl Host<'_> {
    fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => name.eq_ignore_ascii_case("localhost"),
            Self::Ip(ip) => ip.is_loopback(),
        }
    }
}

/// Returns the host of an authority without a user, whose port, if there is one, is a number.
fn host(authority: &str) -> Option<Host<'_>> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (ip, after) = rest.split_once(']')?;
        let port = after.strip_prefix(':');
        return Some(Host::Ip(ip.parse::<Ipv6Addr>().ok()?.into()))
            .filter(|_| after.is_empty() || port.is_some_and(is_port));
    }
    let (name, port) = authority.split_once(':').map_or((authority, None), |(name, port)| (name, Some(port)));
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if !port.is_none_or(is_port) || !name.bytes().all(is_plain) || name.split('.').any(str::is_empty) {
        return None;
    }
    // What ends in a number is an IPv4 address or nothing: browsers read `127.1` and `0x7f.1` in their own way.
    let last = name.rsplit('.').next()?;
    if last.starts_with(|first: char| first.is_ascii_digit()) {
        return Some(Host::Ip(name.parse::<Ipv4Addr>().ok()?.into()));
    }
    Some(Host::Name(name))
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_payment_url;

    #[test]
    fn payment_urls() {
        for url in [
            "https://sandbox01.indodana.com/product-installment/payment?id=<1>&tenure=3",
            "https://pay.indodana.com",
            "https://pay.indodana.com:8443/x?y#z",
            "https://pay.indodana.com?next=https://user@x/",
            "https://xn--bcher-kva.example/",
            "https://a_b.example/",
            "https://1.2.3.4/",
            "https://[2001:db8::1]/",
            "http://localhost:4000/pay",
            "http://LOCALHOST/pay",
            "http://127.0.0.1/",
            "http://127.9.9.9:1/",
            "http://[::1]:4000/",
        ] {
            assert!(is_payment_url(url), "{url}");
        }
        for url in [
            "",
            "https://",
            "https:///x",
            "https://?x",
            "https:pay.indodana.com",
            "https:/pay.indodana.com",
            "HTTPS://pay.indodana.com",
            "ftp://pay.indodana.com",
            "javascript:alert(1)",
            "//pay.indodana.com",
            "https://user@pay.indodana.com/",
            "https://user:secret@pay.indodana.com/",
            "https://pay.indodana.com:0x50/",
            "https://pay.indodana.com:/",
            "https://pay.indodana.com:65536/",
            "https://pay.indodana.com:+1/",
            "https://pay..indodana.com/",
            "https://pay.indodana.com./",
            "https://pay%2eindodana.com/",
            "https://pay.indodana.com\\@evil.example/",
            "https://pay.indodana.com/a b",
            "https://b\u{fc}cher.example/",
            "https://1.2.3.999/",
            "https://1.2.3/",
            "https://evil.0x7f/",
            "https://[::1/",
            "https://[::1]x/",
            "https://[::g]/",
            "https://[::1]:x/",
            "http://pay.indodana.com/",
            "http://128.0.0.1/",
            "http://0.0.0.0/",
            "http://[::]/",
            "http://127.0.0.1.evil.example/",
            "http://localhost.evil.example/",
        ] {
            assert!(!is_payment_url(url), "{url}");
        }
    }
}
