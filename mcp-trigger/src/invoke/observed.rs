//! A call as OpenTelemetry sees it: its span and its duration. Without the feature `otel` it is nothing.

use crate::function::context::Context;
use crate::function::layer::FunctionOutput;
use crate::function::{BoxFuture, Function, Outcome};

#[cfg(feature = "otel")]
pub(super) use exported::Observed;

/// Nothing: the program exports nothing.
#[cfg(not(feature = "otel"))]
pub(super) struct Observed;

#[cfg(not(feature = "otel"))]
impl Observed {
    pub(super) fn begin<T: FunctionOutput>(_: &Function, _: &Context, _: Option<&str>) -> Self {
        Observed
    }

    pub(super) fn inside(&self, call: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
        call
    }

    pub(super) fn ended<T: FunctionOutput>(self, _: &Outcome<T>, _: Option<&'static str>) {}

    pub(super) fn is_wanted() -> bool {
        false
    }
}

#[cfg(feature = "otel")]
mod exported {
    use super::*;
    use crate::function::Kind;
    use crate::function::client::Client;
    use crate::function::layer::CallKind;
    use crate::function::principal::Denied;
    use mcp_trigger_core::mcp::jsonrpc::code;
    use mcp_trigger_core::telemetry::otel::{self, CallFacts, CallSpan, Failure, TraceContext};
    use std::borrow::Cow;
    use tracing::Instrument as _;

    /// The span of a call. `None` if the environment names no place to send it to.
    pub(crate) struct Observed(Option<CallSpan>);

    impl Observed {
        /// Begins the span of a call. `uri` is the address of a resource.
        pub(crate) fn begin<T: FunctionOutput>(function: &Function, context: &Context, uri: Option<&str>) -> Self {
            Observed(CallSpan::begin(|| facts(function, T::KIND, context, uri)))
        }

        /// The call, with its span as the current one: spans of the function are its children.
        pub(crate) fn inside(&self, call: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
            match &self.0 {
                Some(observed) => Box::pin(call.instrument(observed.span().clone())),
                None => call,
            }
        }

        /// Whether spans are sent.
        pub(crate) fn is_wanted() -> bool {
            otel::is_started()
        }

        /// Ends the call. `interrupted` tells why it ended early, if it did.
        pub(crate) fn ended<T: FunctionOutput>(self, outcome: &Outcome<T>, interrupted: Option<&'static str>) {
            if let Some(observed) = self.0 {
                observed.ended(failure(outcome, interrupted));
            }
        }
    }

    fn facts<'a>(function: &'a Function, kind: CallKind, context: &'a Context, uri: Option<&'a str>) -> CallFacts<'a> {
        let name = function.client_name();
        let (client, is_stdio) = (context.client(), context.transport() == "stdio");
        let header = |name: &'static str| context.header(name).map(Cow::Borrowed);
        let is = |is: bool| is.then_some(name);
        CallFacts {
            method: match kind {
                CallKind::Tool => "tools/call",
                CallKind::Resource => "resources/read",
                CallKind::Prompt => "prompts/get",
                CallKind::Completion => "completion/complete",
            },
            tool: is(matches!(function.kind, Kind::Tool(_))),
            prompt: is(matches!(function.kind, Kind::Prompt(_))),
            resource: is(matches!(function.kind, Kind::Resource(_))),
            uri,
            session: context.session_id(),
            request: client.and_then(|client| client.request_id()),
            revision: client.and_then(Client::revision),
            declared_revision: match client {
                Some(_) => None,
                None => context.header("MCP-Protocol-Version"),
            },
            invocation: context.invocation_id(),
            endpoint: match client {
                Some(_) if is_stdio => "stdio",
                Some(_) => "/mcp",
                None => "/runtime/webhooks/mcp",
            },
            is_stdio,
            message: TraceContext::read(|name| context.meta_text(name).map(Cow::Owned)),
            http: TraceContext::read(header),
        }
    }

    /// How a call failed; `None` if it succeeded.
    fn failure<T: FunctionOutput>(outcome: &Outcome<T>, interrupted: Option<&'static str>) -> Option<Failure> {
        let error = match outcome {
            Ok(result) => {
                let failure = || Failure { kind: TOOL_ERROR.to_owned(), code: None, message: None };
                return result.is_error().then(failure);
            }
            Err(error) => error,
        };
        // A tool tells of its errors in its result.
        let code = error.code().or_else(|| match T::KIND {
            CallKind::Tool => None,
            _ if error.is_of_arguments() => Some(code::INVALID_PARAMS),
            _ => Some(code::INTERNAL_ERROR),
        });
        let denied = error.downcast_ref::<Denied>().map(|_| "denied");
        let kind = interrupted.or(denied).map(str::to_owned).or_else(|| Some(code?.to_string()));
        let kind = kind.unwrap_or_else(|| TOOL_ERROR.to_owned());
        Some(Failure { kind, code, message: Some(error.logged()) })
    }

    /// The word of the conventions for a result with `isError`.
    const TOOL_ERROR: &str = "tool_error";
}
