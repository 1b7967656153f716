//! Whose sessions, tasks and states are whose: two callers are two, however they are known.

use crate::attacker::{Attacker, Message, call, initialize};
use crate::program::{Form, Program};
use base64::Engine as _;
use serde_json::json;

/// What App Service says of a caller.
type Caller = &'static [(&'static str, &'static str)];

fn in_the_name(message: Message, caller: &[(&str, &str)]) -> Message {
    caller.iter().fold(message, |message, (name, value)| message.with(name, value))
}

/// The header that describes a principal in full.
fn principal(provider: &str, id: &str) -> String {
    let claims = json!([{ "typ": "sub", "val": id }]);
    let principal = json!({ "auth_typ": provider, "claims": claims, "name_typ": "name", "role_typ": "roles" });
    base64::engine::general_purpose::STANDARD.encode(principal.to_string())
}

/// Whether a caller can use the session that another has begun.
fn shares(attacker: &Attacker, first: &[(&str, &str)], second: &[(&str, &str)]) -> bool {
    let begun = attacker.works(&in_the_name(initialize("2025-11-25", "{}"), first));
    let session = begun.header("Mcp-Session-Id").expect("a session");
    let use_it = Message::of("2025-11-25", call("echo", r#""text":"hello""#)).within(session);
    assert_eq!(attacker.post(&in_the_name(use_it.clone(), first)).status, 200, "its own");
    attacker.post(&in_the_name(use_it, second)).status == 200
}

const GOOGLE: Caller = &[("X-MS-CLIENT-PRINCIPAL-ID", "1234"), ("X-MS-CLIENT-PRINCIPAL-IDP", "google")];
const FACEBOOK: Caller = &[("X-MS-CLIENT-PRINCIPAL-ID", "1234"), ("X-MS-CLIENT-PRINCIPAL-IDP", "facebook")];

#[test]
fn the_same_id_of_two_providers_is_two_callers() {
    let program = Program::start(Form::CustomHandler);
    let attacker = Attacker::of(&program);
    assert!(!shares(&attacker, GOOGLE, FACEBOOK));
    assert!(!shares(&attacker, GOOGLE, &[]));
    assert!(shares(&attacker, GOOGLE, GOOGLE));
}

#[test]
fn a_caller_known_by_the_principal_alone_is_one() {
    let program = Program::start(Form::CustomHandler);
    let attacker = Attacker::of(&program);
    let [ann, bob] = ["ann", "bob"].map(|id| principal("aad", id));
    let [ann, bob] = [[("X-MS-CLIENT-PRINCIPAL", ann.as_str())], [("X-MS-CLIENT-PRINCIPAL", bob.as_str())]];
    assert!(!shares(&attacker, &ann, &bob));
    assert!(!shares(&attacker, &ann, &[]));
    assert!(shares(&attacker, &ann, &ann));
}

/// Any client can write the headers where no platform does.
#[test]
fn headers_that_are_not_trusted_make_no_caller() {
    let program = Program::start(Form::ByHand);
    let attacker = Attacker::of(&program);
    assert!(shares(&attacker, GOOGLE, &[]), "neither is known");
}
