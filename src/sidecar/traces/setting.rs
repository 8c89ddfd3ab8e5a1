//! Where spans go, as the environment says: [`Destination`].

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::{StartError, forward::is_loopback};

pub(super) const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
const SERVICE: &str = "OTEL_SERVICE_NAME";

/// Where spans go, with which headers, and in whose name.
pub(super) struct Destination {
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) service: String,
}

impl Destination {
    /// Reads the variables; `None` where no endpoint is set. An empty variable is none.
    pub(super) fn read(variables: impl IntoIterator<Item = (String, String)>) -> Result<Option<Self>, StartError> {
        let ours =
            |(name, value): &(String, String)| [ENDPOINT, HEADERS, SERVICE].contains(&&**name) && !value.is_empty();
        let variables: BTreeMap<_, _> = variables.into_iter().filter(ours).collect();
        let Some(endpoint) = variables.get(ENDPOINT) else { return Ok(None) };
        let url = url(endpoint).map_err(|what| StartError::setting(ENDPOINT, what))?;
        let headers = variables.get(HEADERS).map_or_else(|| Ok(HeaderMap::new()), |text| headers(text));
        let headers = headers.map_err(|what| StartError::setting(HEADERS, what))?;
        if url.scheme() == "http" && !is_loopback(&url) && !headers.is_empty() {
            let what = "would go over http to another machine, where everybody on the way can read them; use https, or \
                        leave them out";
            return Err(StartError::setting(HEADERS, what));
        }
        let service = variables.get(SERVICE).map_or(env!("CARGO_PKG_NAME"), String::as_str).to_owned();
        Ok(Some(Self { url, headers, service }))
    }
}

/// Returns the address for traces below an endpoint. The error does not quote it.
fn url(endpoint: &str) -> Result<Url, &'static str> {
    let url = Url::parse(endpoint).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let mut url = url.ok_or("is no http or https url; give one such as http://127.0.0.1:4318")?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err("must have no user, password, query or fragment; a key belongs into OTEL_EXPORTER_OTLP_HEADERS");
    }
    let path = format!("{}/v1/traces", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(url)
}

/// Reads `name=value,name=value`, with values as in a URL. The error quotes nothing of it.
fn headers(text: &str) -> Result<HeaderMap, &'static str> {
    let wrong = "must be headers such as api-key=abc,tenant=shop, with values encoded as in a url";
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let header = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
        let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
        let mut value = HeaderValue::from_str(&value).ok()?;
        value.set_sensitive(true);
        Some((name, value))
    };
    pairs.map(|pair| header(pair).ok_or(wrong)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<Destination>, StartError> {
        Destination::read(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn nothing_is_sent_without_an_endpoint() {
        for variables in [&[][..], &[(ENDPOINT, ""), (HEADERS, "a=b")], &[(SERVICE, "shop")]] {
            assert!(read(variables).unwrap().is_none(), "{variables:?}");
        }
    }

    #[test]
    fn where_spans_go() {
        for (endpoint, expect) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://collector:4318/", "http://collector:4318/v1/traces"),
            ("https://traces.example/otlp/", "https://traces.example/otlp/v1/traces"),
        ] {
            let found = read(&[(ENDPOINT, endpoint)]).unwrap().expect("an endpoint is set");
            assert_eq!((found.url.as_str(), &*found.service), (expect, "doku-sidecar"));
        }
        let headers = (HEADERS, "authorization=Basic%20c2hvcA==, tenant = shop ,");
        let found = read(&[(ENDPOINT, "https://traces.example"), headers, (SERVICE, "shop")]).unwrap().unwrap();
        assert_eq!(
            (&found.headers["authorization"], &found.headers["tenant"]),
            (&"Basic c2hvcA==".parse().unwrap(), &"shop".parse().unwrap())
        );
        assert_eq!(found.service, "shop");
        assert!(!format!("{:?}", found.headers).contains("c2hvcA"), "a header is a secret");
    }

    #[test]
    fn what_cannot_be_used_is_named_and_not_quoted() {
        for variables in [
            [(ENDPOINT, "kenari.example:4318"), (HEADERS, "")],
            [(ENDPOINT, "https://kenari@traces.example"), (HEADERS, "")],
            [(ENDPOINT, "https://traces.example/?kenari"), (HEADERS, "")],
            [(ENDPOINT, "https://traces.example"), (HEADERS, "kenari")],
            [(ENDPOINT, "https://traces.example"), (HEADERS, "api-key=kenari%0A")],
            [(ENDPOINT, "http://traces.example"), (HEADERS, "api-key=kenari")],
        ] {
            let error = read(&variables).err().unwrap_or_else(|| panic!("{variables:?} is taken"));
            let name = if variables[1].1.is_empty() { ENDPOINT } else { HEADERS };
            assert_eq!(error.setting_name(), Some(name), "{variables:?}");
            assert!(!error.to_string().contains("kenari"), "{error}");
        }
    }
}
