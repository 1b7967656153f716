//! Accounts of callers: which account a request is charged to, and answers that wait for a client to read them.

use crate::server::McpServer;
use crate::server::endpoint::request_id;
use crate::server::message::Error;
use crate::server::methods::PendingAnswer;
use crate::server::revision::request::{Received, RequestHead};
use crate::server::transport::response;
use hyper::header::HeaderName;
use mcp_trigger_core::accounts::{Account, Full, Owner, Place, SHORT};
use mcp_trigger_core::http::{self, Body, Response};
use mcp_trigger_core::mcp::caller::SESSION_ID;
use serde_json::value::RawValue;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

impl McpServer {
    /// The account of a request: its session's, else that of its owner.
    pub(in crate::server) fn account(&self, head: &RequestHead) -> Arc<Account> {
        let session = self.sessions.as_ref().and_then(|sessions| {
            let id = head.headers.get(SESSION_ID)?.to_str().ok()?;
            sessions.account(id, head.identity(self.trust))
        });
        session.unwrap_or_else(|| self.owner(head))
    }

    /// The account of a request's owner: its signed-in caller, else its address.
    pub(in crate::server) fn owner(&self, head: &RequestHead) -> Arc<Account> {
        let owner = match head.identity(self.trust) {
            Some(identity) => Owner::Identity(identity.text()),
            None => Owner::at(self.address(head)),
        };
        self.accounts.owner(owner)
    }

    /// The address of the client. Behind a front end, the front end says it: it adds the address at the other end of its connection to
    /// those that the client may have made up. Elsewhere the header is not believed, and behind a Functions host without a front end
    /// all clients have the host's address.
    fn address(&self, head: &RequestHead) -> IpAddr {
        const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
        let forwarded = || {
            let last = head.headers.get_all(FORWARDED_FOR).iter().next_back()?;
            let address = last.to_str().ok()?.rsplit(',').next()?.trim();
            address.parse().ok().or_else(|| address.parse().ok().map(|address: SocketAddr| address.ip()))
        };
        let forwarded = if self.origins.found_by_host { forwarded() } else { None };
        forwarded.unwrap_or(head.from)
    }

    /// Responds to the request of this id, whose answer is not there yet.
    pub(super) async fn respond_later(&self, id: &RawValue, pending: PendingAnswer, received: &Received) -> Response {
        let place = || Place::take(&self.account(&received.head), &received.body);
        pending.respond(place).await.unwrap_or_else(|full| refused(Some(id.get()), full))
    }

    /// Charges a long answer to its caller until it is read.
    pub(in crate::server) fn charge_answer(&self, mut response: Response, received: &Received) -> Response {
        let (Body::Sized(Some(bytes)) | Body::Chunked(Some(bytes))) = response.body_mut() else { return response };
        if bytes.len() > SHORT {
            match self.account(&received.head).hold(std::mem::take(bytes)) {
                Ok(held) => *bytes = held,
                Err(full) => return refused(request_id(&received.body), full),
            }
        }
        response
    }
}

/// The refusal of a request whose caller holds too much.
pub(super) fn refused(id: Option<&str>, full: Full) -> Response {
    http::retried(response::json(id, &Err(Error::from(full))))
}
