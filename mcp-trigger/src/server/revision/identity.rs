//! The signed-in caller of a request. Sessions, request states, tasks and accounts belong to this identity.

use crate::function::principal::{Principal, Trust};
use hyper::HeaderMap;
use mcp_trigger_core::mcp::caller::caller;
use std::sync::Arc;

/// A signed-in caller.
pub(in crate::server) struct SignedIn {
    pub(in crate::server) principal: Principal,
    pub(in crate::server) identity: Identity,
}

impl SignedIn {
    /// The caller in the headers of a request; `None` if the caller is not signed in, or the headers are not trusted.
    pub(in crate::server) fn read(headers: &HeaderMap, trust: Trust) -> Option<Self> {
        let principal = Principal::from_headers(&caller(headers, None).transport.headers, trust)?;
        let identity = Identity::new(principal.identity_provider().unwrap_or_default(), principal.id());
        Some(SignedIn { principal, identity })
    }
}

/// The identity provider and the id of a signed-in caller, because two providers may use the same id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server) struct Identity(Arc<str>);

impl Identity {
    /// The identity of an id at a provider.
    pub(in crate::server) fn new(provider: &str, id: &str) -> Self {
        Identity(format!("{provider}\n{id}").into())
    }

    pub(in crate::server) fn as_str(&self) -> &str {
        &self.0
    }

    /// The text of the identity, shared.
    pub(in crate::server) fn text(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}
