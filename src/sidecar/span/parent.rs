//! Whose trace a request belongs to, as its caller says: [`adopt`]. Source: W3C Trace Context, 3.2.

use http::HeaderMap;
use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The length of a header of version 00; later versions may go on after another hyphen.
const LENGTH: usize = 55;

/// Makes a span that has not begun a child of its caller's. A header that is malformed, or there twice, is passed over.
pub(super) fn adopt(span: &Span, headers: &HeaderMap) {
    let mut given = headers.get_all("traceparent").iter();
    let (Some(value), None) = (given.next(), given.next()) else { return };
    if let Some(parent) = value.to_str().ok().and_then(read) {
        // It fails where nobody follows spans.
        let _ = span.set_parent(Context::new().with_remote_span_context(parent));
    }
}

/// Reads `00-TRACE-SPAN-FLAGS`. What vendors say of themselves, `tracestate`, is left out: nothing is passed on.
fn read(text: &str) -> Option<SpanContext> {
    let (known, rest) = text.split_at_checked(LENGTH)?;
    let mut fields = known.split('-');
    let mut field = |length| fields.next().filter(|field| field.len() == length && is_hex(field));
    let (version, trace, span, flags) = (field(2)?, field(32)?, field(16)?, field(2)?);
    if version == "ff" || !rest.is_empty() && (version == "00" || !rest.starts_with('-')) {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let parent = SpanContext::new(trace, span, flags, true, TraceState::NONE);
    parent.is_valid().then_some(parent)
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    #[test]
    fn a_parent_is_read() {
        for (version, flags, sampled) in [
            ("00", "01", true),
            ("00", "00", false),
            ("00", "ff", true),
            ("00", "02", false),
            ("01", "01", true),
            ("fe", "01-what-comes-later", true),
            ("01", "01-", true),
        ] {
            let text = format!("{version}-{TRACE}-{SPAN}-{flags}");
            let parent = read(&text).unwrap_or_else(|| panic!("{text} is not read"));
            assert_eq!((parent.trace_id().to_string(), parent.span_id().to_string()), (TRACE.into(), SPAN.into()));
            assert_eq!((parent.is_sampled(), parent.is_remote()), (sampled, true), "{text}");
        }
    }

    #[test]
    fn what_is_malformed_is_passed_over() {
        for text in [
            String::new(),
            "00".to_owned(),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-1"),
            format!("00-{TRACE}-{SPAN}-01-"),
            format!("00-{TRACE}-{SPAN}-01-x"),
            format!("01-{TRACE}-{SPAN}-01x"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("0-{TRACE}-{SPAN}-001"),
            format!("00-{TRACE}-{SPAN}-0g"),
            format!("00-{TRACE}-{SPAN}-+1"),
            format!(" 00-{TRACE}-{SPAN}-01"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-{}-01", SPAN.to_uppercase()),
            format!("00-{}-{SPAN}-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("00_{TRACE}_{SPAN}_01"),
            format!("00-{SPAN}-{TRACE}-01"),
            format!("00-{}-{SPAN}-01", "é".repeat(16)),
        ] {
            assert_eq!(read(&text), None, "{text}");
        }
    }
}
