//! Functions whose HTTP requests the host forwards to the handler.

use super::{AuthLevel, Binding, Direction, FunctionJson};
use serde_json::Value;

/// The type of an HTTP trigger.
pub const HTTP_TRIGGER: &str = "httpTrigger";

/// The type of an HTTP output, which gives the response.
pub const HTTP_OUTPUT: &str = "http";

/// A generated function for requests of every method on a route, from callers with a key of that level. The route `mcp`, for
/// example, forwards requests to the handler's own MCP server.
///
/// No parameter of the route may match a backslash: a forwarded request could then look like an invocation of any function.
/// [`check_routes`](crate::http_trigger::check_routes) finds such routes.
///
/// ```
/// use host_protocol::function_json::{AuthLevel, forwarded_route};
///
/// let file = forwarded_route("mcp", AuthLevel::Function);
/// assert_eq!(file.bindings[0].get("authLevel").unwrap(), "function");
/// assert_eq!(file.bindings[0].name, "req");
/// assert_eq!(file.bindings[0].get("route").unwrap(), "mcp");
/// assert_eq!(file.bindings[1].name, "res");
/// ```
pub fn forwarded_route(route: &str, level: AuthLevel) -> FunctionJson {
    let level = level.name().to_ascii_lowercase();
    // No `methods`: the host then takes them all.
    let trigger = Binding::new(HTTP_TRIGGER, Direction::In, "req").with("authLevel", level).with("route", route);
    FunctionJson::generated(vec![trigger, Binding::new(HTTP_OUTPUT, Direction::Out, "res")])
}

/// The functions that a host makes of the routes in host.json, each given with its level: `http-handler1` and so on. The routes
/// stand in `customHandler.http.routes`, or the profile `mcp-custom-handler` sets them. An app with such routes has no other
/// functions.
///
/// ```
/// use host_protocol::function_json::routed_functions;
///
/// let functions = routed_functions([("{*route}", "function")]);
/// let (name, file) = &functions[0];
/// assert_eq!((name.as_str(), file.bindings[0].get("authLevel").unwrap()), ("http-handler1", &"function".into()));
/// ```
pub fn routed_functions<'a>(routes: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<(String, FunctionJson)> {
    let function = |(at, (route, level)): (usize, (&str, &str))| {
        let trigger = Binding::new(HTTP_TRIGGER, Direction::In, "req")
            .with("authLevel", level)
            .with("methods", METHODS.map(Value::from).to_vec())
            .with("route", route);
        let bindings = vec![trigger, Binding::new(HTTP_OUTPUT, Direction::Out, "res")];
        (format!("http-handler{}", at + 1), FunctionJson { bindings, ..FunctionJson::default() })
    };
    routes.into_iter().enumerate().map(function).collect()
}

/// The methods that the host writes for a route (its `HttpWorkerFunctionProvider`).
const METHODS: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT"];
