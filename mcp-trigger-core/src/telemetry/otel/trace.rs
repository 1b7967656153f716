//! W3C trace contexts: of requests, and of what surrounds a call.

use hyper::HeaderMap;
use opentelemetry::Context;
use opentelemetry::context::FutureExt as _;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use std::borrow::Cow;

/// The trace context that came with a call, as text.
#[derive(Clone, Debug, Default)]
pub struct TraceContext<'a> {
    /// W3C `traceparent`.
    pub traceparent: Option<Cow<'a, str>>,
    /// W3C `tracestate`.
    pub tracestate: Option<Cow<'a, str>>,
    /// W3C `baggage`.
    pub baggage: Option<Cow<'a, str>>,
}

/// The greatest length of `tracestate`, in bytes: as much as each system passes on. The client chooses its length, and the span keeps
/// it until the span is sent.
const STATE: usize = 512;

impl<'a> TraceContext<'a> {
    /// Reads a trace context by the names of its parts. A longer `tracestate` than [`STATE`] is left out.
    pub fn read(part: impl Fn(&'static str) -> Option<Cow<'a, str>>) -> Self {
        let tracestate = part("tracestate").filter(|state| state.len() <= STATE);
        TraceContext { traceparent: part("traceparent"), tracestate, baggage: part("baggage") }
    }

    /// The context with the caller's span; `None` if there is none that can be read.
    pub(super) fn remote(&self) -> Option<Context> {
        self.traceparent.as_ref()?;
        let context = TraceContextPropagator::new().extract_with_context(&Context::new(), self);
        let context = BaggagePropagator::new().extract_with_context(&context, self);
        context.span().span_context().is_valid().then_some(context)
    }
}

impl Extractor for TraceContext<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            "traceparent" => self.traceparent.as_deref(),
            "tracestate" => self.tracestate.as_deref(),
            "baggage" => self.baggage.as_deref(),
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent", "tracestate", "baggage"]
    }
}

/// The trace that surrounds the calls of an HTTP request: the span of the Functions host that sends an invocation.
#[derive(Debug, Default)]
pub struct AmbientTrace(Option<Context>);

impl AmbientTrace {
    /// Reads the trace in the headers of a request, if spans are sent.
    pub fn of(headers: &HeaderMap) -> Self {
        AmbientTrace::read(|name| headers.get(name).and_then(|value| value.to_str().ok()).map(Cow::Borrowed))
    }

    /// Reads the trace by the names of its parts, as [`TraceContext::read`] does, if spans are sent.
    pub fn read<'a>(part: impl Fn(&'static str) -> Option<Cow<'a, str>>) -> Self {
        if !super::is_started() {
            return AmbientTrace::default();
        }
        AmbientTrace(TraceContext::read(part).remote())
    }

    /// Runs a future inside of the trace.
    pub async fn around<F: Future>(self, future: F) -> F::Output {
        match self.0 {
            Some(context) => future.with_context(context).await,
            None => future.await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry::baggage::BaggageExt as _;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0be902b7-01";

    #[test]
    fn a_trace_context_is_read_whole_or_not_at_all() {
        let of = |parent: &'static str| {
            TraceContext::read(move |name| match name {
                "traceparent" => Some(parent.into()),
                "tracestate" => Some("rojo=1".into()),
                _ => Some("user=ann".into()),
            })
        };
        let context = of(PARENT).remote().unwrap();
        let span = context.span().span_context().clone();
        assert_eq!((span.trace_id().to_string(), span.is_remote()), (PARENT[3..35].to_owned(), true));
        assert_eq!(span.trace_state().header(), "rojo=1");
        assert_eq!(context.baggage().get("user").map(ToString::to_string).as_deref(), Some("ann"));
        let long = |length| {
            TraceContext::read(move |name| match name {
                "traceparent" => Some(PARENT.into()),
                "tracestate" => Some(vec!["rojo=1"; length].join(",").into()),
                _ => None,
            })
        };
        let kept = |length| long(length).remote().unwrap().span().span_context().trace_state().header().len();
        assert_eq!((kept(73), kept(74), kept(10_000)), (510, 0, 0), "it would be kept until it is sent");
        for wrong in ["", "x", "00-00000000000000000000000000000000-00f067aa0be902b7-01"] {
            assert!(of(wrong).remote().is_none(), "{wrong}");
        }
    }
}
