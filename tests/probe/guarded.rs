//! An app that validates access tokens itself, as its environment says.

use mcp_trigger::{
    App, Authentication, Context, Elicited, ExitCode, McpOptions, Principal, TokenValidation, ToolError, mcp_prompt,
    mcp_tool,
};
use std::time::Duration;

/// Says who calls.
#[mcp_tool(function = "Who")]
fn who(caller: Principal, cx: &Context) -> String {
    let roles: Vec<_> = caller.roles().collect();
    let scopes: Vec<_> = caller.scopes().collect();
    let (provider, id) = (caller.identity_provider().unwrap_or_default(), caller.id());
    let forged = cx.header("X-MS-CLIENT-PRINCIPAL-X").unwrap_or_default();
    format!("{provider} {id} [{}] [{}] app={}{forged}", roles.join(","), scopes.join(","), caller.is_app())
}

/// Says what it was told.
#[mcp_tool(function = "Echo")]
fn echo(text: String) -> String {
    text
}

/// Is for managers.
#[mcp_tool(function = "Close", roles("manager"))]
fn close() -> &'static str {
    "closed"
}

/// Is for tokens with a scope.
#[mcp_tool(function = "Publish", scopes("publish"))]
fn publish() -> &'static str {
    "published"
}

/// The books, for managers of tokens with a scope.
#[mcp_prompt(function = "Audit", roles("manager"), scopes("publish"))]
fn audit() -> &'static str {
    "audited"
}

/// Asks for a token for another service.
#[mcp_tool(function = "Exchange")]
async fn exchange(scope: String, cx: &Context) -> Result<String, ToolError> {
    Ok(cx.on_behalf_of(&scope).await?.secret().to_owned())
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Name {
    name: String,
}

/// Asks for a name.
#[mcp_tool(function = "Ask", task)]
async fn ask(cx: &Context) -> Result<String, ToolError> {
    Ok(match cx.elicit::<Name>("Who are you?").await? {
        Elicited::Accepted(Name { name }) => name,
        other => other.action().to_owned(),
    })
}

fn main() -> ExitCode {
    let setting = |name: &str| std::env::var(name).ok();
    let sessions = McpOptions::new().sessions(100, Duration::from_secs(60));
    if setting("GUARDED_BUILT_IN").is_some() {
        return App::new().mcp(sessions).authentication(Authentication::BuiltIn).run();
    }
    let validation = match setting("GUARDED_ENTRA") {
        Some(authority) => {
            let tenant = setting("GUARDED_TENANT").unwrap_or_default();
            let one = TokenValidation::entra_at(authority, tenant).audience("api://app").scope("notes");
            Ok(setting("GUARDED_CLIENT").into_iter().fold(one, TokenValidation::client))
        }
        None => TokenValidation::from_settings(&setting),
    };
    match validation {
        Ok(validation) => App::new().mcp(sessions).authentication(validation).run(),
        // Under `host` the host validates.
        Err(_) => App::new().mcp(sessions).run(),
    }
}
