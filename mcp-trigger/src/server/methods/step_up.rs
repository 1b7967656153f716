//! Calls of callers whose token lacks a scope that the function asks for: the client gets a challenge, and can ask its user for more
//! (specification 2026-07-28: `basic/authorization`, "Step-Up Authorization Flow").

use crate::function::Function;
use crate::function::principal::Denied;
use crate::server::message::Error;
use crate::server::revision::request::RequestHead;
use crate::server::{McpServer, PATH};
use mcp_trigger_core::http::{Challenge, INSUFFICIENT_SCOPE};

impl McpServer {
    /// Looks whether the token of a request has a scope that the function asks for. All else that a caller may lack is for the
    /// function's own door: no other token would help.
    ///
    /// # Errors
    ///
    /// If the token lacks all of the function's scopes.
    pub(super) fn check_scopes(&self, function: &Function, head: &RequestHead) -> Result<(), Error> {
        let Some(access) = function.access.as_ref().filter(|access| !access.scopes.is_empty()) else { return Ok(()) };
        let Some(caller) = head.signed_in(self.trust) else { return Ok(()) };
        let Err(denied @ Denied::Scope { one_of }) = access.check(Some(&caller.principal)) else { return Ok(()) };
        let why = denied.to_string();
        // One is enough. The first is the one to ask for.
        let scope = &one_of[..1.min(one_of.len())];
        let challenge = match &self.gate {
            Some(gate) => gate.ask_for_scope(PATH, &head.headers, scope, &why),
            // Where the platform checks tokens, clients find its metadata themselves.
            None => {
                Challenge { error: Some((INSUFFICIENT_SCOPE, &why)), scopes: &scope.join(" "), metadata: None }.header()
            }
        };
        Err(Error::insufficient_scope(why, challenge))
    }
}
