//! [`Key`]: the keys of a function app.

/// A key of a function app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// Its place in the output of `az functionapp keys list`.
    pub(crate) query: &'static str,
    /// The kind of key, as the portal calls it.
    pub(crate) kind: &'static str,
}

/// The key of the MCP extension's endpoint.
pub(crate) const SYSTEM_KEY: Key = Key { name: "mcp_extension", query: "systemKeys.mcp_extension", kind: "system key" };
/// The key of all functions, and so of the app's own server.
pub(crate) const HOST_KEY: Key = Key { name: "default", query: "functionKeys.default", kind: "host key" };
