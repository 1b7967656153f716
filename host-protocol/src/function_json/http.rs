//! Functions whose requests the host forwards as they are.

use super::{Binding, Direction, FunctionJson};

/// The type of an HTTP trigger.
pub const HTTP_TRIGGER: &str = "httpTrigger";

/// The type of the HTTP output that answers it.
pub const HTTP_OUTPUT: &str = "http";

/// A generated function that takes every method on a route without a key: `mcp/{*path}` and `.well-known/{*path}` bring
/// the handler its own MCP server.
///
/// The route must not be able to produce a function's path: a forwarded request looks like an invocation (recorded), so
/// a catch-all `{*path}` would let anyone call any function without a key.
///
/// ```
/// use host_protocol::function_json::forwarded_route;
///
/// let file = forwarded_route("mcp/{*path}");
/// assert_eq!(file.bindings[0].name, "req");
/// assert_eq!(file.bindings[0].get("route").unwrap(), "mcp/{*path}");
/// assert_eq!(file.bindings[1].name, "res");
/// ```
pub fn forwarded_route(route: &str) -> FunctionJson {
    // No `methods`: the host then takes them all.
    let trigger = Binding::new(HTTP_TRIGGER, Direction::In, "req").with("authLevel", "anonymous").with("route", route);
    FunctionJson::generated(vec![trigger, Binding::new(HTTP_OUTPUT, Direction::Out, "res")])
}
