//! `requestState`: the state of a call between its rounds, which the client keeps.
//!
//! It holds the answers so far, so nothing is kept here and any instance can go on. A client could make one up: it is
//! authenticated, expires, and counts only for the call, and the caller, that it was given to (specification 2026-07-28:
//! `basic/patterns/mrtr`).

use super::secret::Secret;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac_sha256::HMAC;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::time::{SystemTime, UNIX_EPOCH};

/// The answers that a function has had in earlier rounds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::server) struct RequestState(pub(in crate::server) Vec<Answered>);

/// The answer to a question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::server) struct Answered {
    pub(in crate::server) key: String,
    pub(in crate::server) result: Box<RawValue>,
}

/// The scope of a request state: the call and the caller that it is valid for.
#[derive(Clone, Copy)]
pub(in crate::server) struct StateScope<'a> {
    pub(in crate::server) secret: &'a Secret,
    pub(in crate::server) function: &'a str,
    /// The arguments, or the address of a resource, as JSON text.
    pub(in crate::server) given: &'a str,
    /// The id of the signed-in caller; empty if the platform sends none.
    pub(in crate::server) caller: &'a str,
}

/// How long a client has for an answer, in seconds.
const LIFETIME: u64 = 60 * 60;

#[derive(Serialize, Deserialize)]
struct Sealed {
    /// The time of expiry, in seconds since 1970.
    until: u64,
    state: RequestState,
}

impl RequestState {
    /// The authenticated text that a client keeps.
    pub(in crate::server) fn seal(self, scope: StateScope<'_>) -> String {
        let sealed = serde_json::to_vec(&Sealed { until: now() + LIFETIME, state: self }).unwrap_or_default();
        let code = scope.secret.code(|mac| scope.add(mac, &sealed));
        format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(sealed), BASE64_URL_SAFE_NO_PAD.encode(code))
    }

    /// The state in a text; `None` if the text is forged, belongs to another scope, or has expired.
    pub(in crate::server) fn open(text: &str, scope: StateScope<'_>) -> Option<Self> {
        let (sealed, code) = text.split_once('.')?;
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let code: [u8; 32] = BASE64_URL_SAFE_NO_PAD.decode(code).ok()?.try_into().ok()?;
        if !scope.secret.verify(&code, |mac| scope.add(mac, &sealed)) {
            return None;
        }
        let Sealed { until, state } = serde_json::from_slice(&sealed).ok()?;
        (now() < until).then_some(state)
    }
}

impl StateScope<'_> {
    /// Adds the scope and the state to a code.
    fn add(&self, mac: &mut HMAC, sealed: &[u8]) {
        for part in [self.function.as_bytes(), self.given.as_bytes(), self.caller.as_bytes(), sealed] {
            // Its length first: nothing of the one can be taken for the other.
            mac.update((part.len() as u64).to_le_bytes());
            mac.update(part);
        }
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(value: &str) -> Secret {
        Secret::from_settings(&|name| (name == "MCP_TRIGGER_SECRET").then(|| value.repeat(16))).unwrap()
    }

    fn scope<'a>(secret: &'a Secret, given: &'a str) -> StateScope<'a> {
        StateScope { secret, function: "greet", given, caller: "ann" }
    }

    fn state() -> RequestState {
        let result = RawValue::from_string("{\"a\":1.0}".to_owned()).unwrap();
        RequestState(vec![Answered { key: "1".to_owned(), result }])
    }

    #[test]
    fn a_state_comes_back_as_it_was() {
        let secret = secret("s");
        let text = state().seal(scope(&secret, "{}"));
        let opened = RequestState::open(&text, scope(&secret, "{}")).unwrap();
        assert_eq!((&*opened.0[0].key, opened.0[0].result.get()), ("1", "{\"a\":1.0}"));
    }

    #[test]
    fn nobody_can_make_one_up() {
        let (secret, other) = (secret("s"), secret("t"));
        let ours = scope(&secret, "{}");
        let text = state().seal(ours);
        assert!(RequestState::open(&text, scope(&secret, "{ }")).is_none(), "of another call");
        assert!(RequestState::open(&text, StateScope { function: "delete", ..ours }).is_none(), "of another function");
        assert!(RequestState::open(&text, StateScope { caller: "bob", ..ours }).is_none(), "of another caller");
        assert!(
            RequestState::open(&text, StateScope { function: "greet{}", given: "", ..ours }).is_none(),
            "of other parts"
        );
        assert!(RequestState::open(&text, scope(&other, "{}")).is_none(), "of another app");
        for forged in [format!("{text}x"), format!("x{text}"), text.replace('.', ""), String::new(), ".".to_owned()] {
            assert!(RequestState::open(&forged, ours).is_none(), "{forged}");
        }
    }

    #[test]
    fn it_ends() {
        let secret = secret("s");
        let scope = scope(&secret, "{}");
        let sealed = serde_json::to_vec(&Sealed { until: now(), state: state() }).unwrap();
        let code = BASE64_URL_SAFE_NO_PAD.encode(scope.secret.code(|mac| scope.add(mac, &sealed)));
        assert!(RequestState::open(&format!("{}.{code}", BASE64_URL_SAFE_NO_PAD.encode(sealed)), scope).is_none());
    }
}
