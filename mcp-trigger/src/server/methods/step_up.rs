//! Calls of callers whose token lacks a scope that the function asks for: the client gets a challenge, and can ask its user for more
//! (specification 2026-07-28: `basic/authorization`, "Step-Up Authorization Flow").

use crate::function::Function;
use crate::function::principal::Denied;
use crate::server::message::Error;
use crate::server::revision::request::RequestHead;
use crate::server::{McpServer, PATH};
use mcp_trigger_core::http::{Challenge, INSUFFICIENT_SCOPE};

/// The app setting with the scopes that App Service authentication tells clients to ask for, separated by commas.
const SCOPES: &str = "WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES";

impl McpServer {
    /// Looks whether the token of a request has a scope that the function asks for. All else that a caller may lack is for the
    /// function's own door: no other token would help.
    ///
    /// # Errors
    ///
    /// If the token lacks all of the function's scopes.
    pub(super) fn check_scopes(&self, function: &Function, head: &RequestHead) -> Result<(), Error> {
        let Some(access) = function.access.as_ref().filter(|access| !access.scopes.is_empty()) else { return Ok(()) };
        // An app on its own behalf has no scopes, and can ask no user for one.
        let Some(caller) = head.signed_in(self.trust).filter(|caller| !caller.principal.is_app()) else {
            return Ok(());
        };
        let Err(denied @ Denied::Scope { one_of }) = access.check(Some(&caller.principal)) else { return Ok(()) };
        let why = denied.to_string();
        // One is enough. The first is the one to ask for.
        let scope = &one_of[..1.min(one_of.len())];
        let challenge = match &self.gate {
            Some(gate) => gate.ask_for_scope(PATH, &head.headers, scope, &why),
            // Where the platform checks tokens, clients find its metadata themselves.
            None => {
                let usual = std::env::var(SCOPES).unwrap_or_default();
                let scopes = scopes_with(&usual, scope.first().copied().unwrap_or_default());
                Challenge { error: Some((INSUFFICIENT_SCOPE, &why)), scopes: &scopes, metadata: None }.header()
            }
        };
        Err(Error::insufficient_scope(why, challenge))
    }
}

/// The usual scopes and one more. A scope without an address has that of the usual ones: without it Entra ID would look for the scope at
/// Microsoft Graph.
fn scopes_with(usual: &str, scope: &str) -> String {
    let usual: Vec<_> = usual.split([',', ' ']).filter(|scope| !scope.is_empty()).collect();
    let address = usual.iter().find_map(|usual| usual.rsplit_once('/').filter(|(address, _)| address.contains("://")));
    let scope = match address {
        Some((address, _)) if !scope.contains('/') => format!("{address}/{scope}"),
        _ => scope.to_owned(),
    };
    let is_new = !usual.contains(&scope.as_str());
    let all = usual.into_iter().chain(is_new.then_some(scope.as_str()));
    all.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_has_the_address_of_the_others() {
        assert_eq!(scopes_with("", "publish"), "publish");
        assert_eq!(
            scopes_with("api://id/user_impersonation", "publish"),
            "api://id/user_impersonation api://id/publish"
        );
        assert_eq!(scopes_with("openid, api://id/notes", "api://id/notes"), "openid api://id/notes");
        assert_eq!(scopes_with("notes", "publish"), "notes publish");
    }
}
