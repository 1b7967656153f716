//! Who may call, and the parameters that tell who calls.

use crate::{arguments, function, prompt};
use mcp_trigger::{Access, Principal, mcp_prompt, mcp_resource, mcp_tool};

#[mcp_tool(roles("admin", "writer"), scopes("tickets.write"))]
fn close_ticket(id: u64, caller: Principal, someone: Option<Principal>, again: mcp_trigger::Principal) -> u64 {
    let _ = (caller, someone, again);
    id
}

#[mcp_resource("tickets://{id}", scopes("tickets.read", "tickets.write"))]
fn ticket(id: u64, caller: Option<Principal>) -> String {
    let _ = caller;
    id.to_string()
}

#[mcp_prompt(roles("admin"))]
fn triage(_: Principal) -> String {
    String::new()
}

#[mcp_tool]
fn for_everybody() {}

#[test]
fn roles_and_scopes_arrive() {
    let access = |name| function(name).access;
    let expected = Access { roles: &["admin", "writer"], scopes: &["tickets.write"] };
    assert_eq!(access("close_ticket"), Some(expected));
    assert_eq!(access("ticket"), Some(Access { roles: &[], scopes: &["tickets.read", "tickets.write"] }));
    assert_eq!(access("triage"), Some(Access { roles: &["admin"], scopes: &[] }));
    assert_eq!(access("for_everybody"), None);
    for_everybody();
}

#[test]
fn who_calls_is_no_argument() {
    assert_eq!(arguments("close_ticket"), [("id", "")]);
    assert!(prompt("triage").arguments.is_empty());
    let caller = Principal::new("5b1c");
    assert_eq!(close_ticket(1, caller.clone(), None, caller), 1);
    assert_eq!(ticket(2, None), "2");
}

/// A type of theirs with one of our names.
mod theirs {
    #[derive(serde::Deserialize, schemars::JsonSchema)]
    pub struct Principal(pub u8);
}

#[mcp_tool]
fn loan(#[arg] principal: theirs::Principal) -> u8 {
    principal.0
}

#[test]
fn arg_makes_an_argument_of_anything() {
    assert_eq!(arguments("loan"), [("principal", "")]);
    assert_eq!(loan(theirs::Principal(3)), 3);
}
