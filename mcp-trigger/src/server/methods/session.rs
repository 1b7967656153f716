//! The methods that change what a session remembers: `logging/setLevel`, `resources/subscribe` and `resources/unsubscribe`, of the
//! revisions that have sessions (specification 2025-11-25: `server/utilities/logging`; `server/resources`, "Subscriptions").

use crate::server::McpServer;
use crate::server::message::Error;
use crate::server::revision::request::{Request, required_text, text};
use crate::server::session::Session;
use mcp_trigger_core::mcp::log_level::LogLevel;
use mcp_trigger_core::mcp::method::Method;
use std::borrow::Cow;

impl McpServer {
    /// Handles one of the methods.
    pub(super) fn set(&self, request: &Request<'_>, session: &Session) -> Result<(), Error> {
        match request.method {
            Method::LoggingSetLevel => set_log_level(request, session),
            Method::ResourcesSubscribe => self.subscribe(request, session),
            _ => unsubscribe(request, session),
        }
    }

    /// Handles `resources/subscribe`.
    fn subscribe(&self, request: &Request<'_>, session: &Session) -> Result<(), Error> {
        let uri = uri(request)?;
        if !self.serves_resource(&uri) {
            return Err(Error::resource_not_found(false, &uri));
        }
        session.subscribe(&uri)?;
        session.listen(&self.functions.changes);
        Ok(())
    }
}

/// Handles `resources/unsubscribe`.
fn unsubscribe(request: &Request<'_>, session: &Session) -> Result<(), Error> {
    session.unsubscribe(&uri(request)?);
    Ok(())
}

/// Handles `logging/setLevel`.
fn set_log_level(request: &Request<'_>, session: &Session) -> Result<(), Error> {
    let level = text(&request.params, "level").and_then(|level| LogLevel::parse(&level));
    session.set_log_level(level.ok_or_else(|| Error::invalid_params("`level` has to be one of MCP's log levels"))?);
    Ok(())
}

fn uri<'a>(request: &Request<'a>) -> Result<Cow<'a, str>, Error> {
    required_text(&request.params, "uri", "uri")
}
