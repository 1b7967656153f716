//! [`Context::on_behalf_of`]: tokens for other services in the name of the caller.

use crate::function::context::Context;
use mcp_trigger_core::auth::{AccessToken, OnBehalfOf, OnBehalfOfError};
use std::sync::LazyLock;

/// The exchange of the app's settings, made at the first use.
static EXCHANGE: LazyLock<Result<OnBehalfOf, String>> =
    LazyLock::new(|| OnBehalfOf::from_settings(&|name| std::env::var(name).ok()));

impl Context {
    /// Gets a token by which the app calls another service in the name of the caller, such as Microsoft Graph (Entra ID:
    /// "OAuth 2.0 On-Behalf-Of flow"). `scope` is that of the other service; several are separated by blanks. Needs the feature
    /// `on-behalf-of`.
    ///
    /// Tokens are kept for each caller, until 5 min before their end. The app's registration and its credential are those of App
    /// Service authentication: [`OnBehalfOf::from_settings`] has the names of the settings.
    ///
    /// ```
    /// use mcp_trigger::{Context, ToolError, mcp_tool};
    ///
    /// /// Reads the caller's profile.
    /// #[mcp_tool(read_only)]
    /// async fn profile(cx: &Context) -> Result<String, ToolError> {
    ///     let token = cx.on_behalf_of("https://graph.microsoft.com/User.Read").await?;
    ///     Ok(ask_graph("/v1.0/me", token.secret()).await)
    /// }
    /// # async fn ask_graph(path: &str, token: &str) -> String { format!("{path}{token}") }
    /// ```
    ///
    /// # Errors
    ///
    /// If the caller has not signed in with Entra ID, the app is not set up for it, or Entra ID refuses. The message says what helps, and
    /// may be shown to the caller; more is in the log.
    pub async fn on_behalf_of(&self, scope: &str) -> Result<AccessToken, OnBehalfOfError> {
        let principal = self.principal().filter(|principal| principal.is_of_entra());
        let principal =
            principal.ok_or_else(|| OnBehalfOfError::not_signed_in("the caller has not signed in with Entra ID"))?;
        let token = principal
            .access_token()
            .ok_or_else(|| OnBehalfOfError::not_signed_in("the request has no access token"))?;
        let exchange = EXCHANGE.as_ref().map_err(|problem| OnBehalfOfError::not_configured(problem.clone()))?;
        exchange.token(token, principal.tenant_id(), scope).await
    }
}
