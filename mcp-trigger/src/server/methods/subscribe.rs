//! `resources/subscribe` and `resources/unsubscribe`, of the revisions that have sessions (specification 2025-11-25:
//! `server/resources`, "Subscriptions").

use crate::server::McpServer;
use crate::server::message::Error;
use crate::server::revision::request::{Request, text};
use crate::server::session::Session;
use std::borrow::Cow;

impl McpServer {
    /// The client of a session wants to hear when a resource changes.
    pub(super) fn subscribe(&self, request: &Request<'_>, session: &Session) -> Result<(), Error> {
        let uri = uri(request)?;
        if !self.serves_resource(&uri) {
            return Err(Error::resource_not_found(false, &uri));
        }
        session.subscribe(&uri)?;
        session.listen(&self.functions.changes);
        Ok(())
    }
}

/// It does not any more.
pub(super) fn unsubscribe(request: &Request<'_>, session: &Session) -> Result<(), Error> {
    session.unsubscribe(&uri(request)?);
    Ok(())
}

fn uri<'a>(request: &Request<'a>) -> Result<Cow<'a, str>, Error> {
    text(&request.params, "uri").ok_or_else(|| Error::invalid_params("`uri` has to be text"))
}
