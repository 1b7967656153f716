//! Client states: the value that the host issues to a client, and that the client sends with every message, in the header
//! `Mcp-Session-Id` or as `azmcpcs` in the query of the legacy transport.
//!
//! A client state names the client and the instance of the server. Neither is secret. With a key, states are signed, so
//! that clients cannot make or change one.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use hmac_sha256::HMAC;
use mcp_trigger_core::ids;

/// Issues and reads client states.
pub(crate) struct ClientStates {
    /// The second half of all states of this process.
    instance: String,
    /// The key of signatures. `None` if states are not signed.
    pub(crate) key: Option<[u8; 32]>,
}

/// A new client and its state.
pub(crate) struct IssuedClientState {
    pub(crate) client: String,
    pub(crate) token: String,
}

/// The state that a client sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ClientState {
    pub(crate) client: String,
    pub(crate) instance: String,
}

/// Why a client state is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum InvalidClientState {
    /// The state does not have two halves.
    Shape,
    /// The state has no valid signature, or it looks like a signed state where states are not signed.
    Signature,
}

const SIGNATURE: usize = 32;

impl ClientStates {
    pub(crate) fn new() -> Self {
        ClientStates { instance: ids::id(), key: None }
    }

    /// A state for a new client.
    pub(crate) fn issue(&self) -> IssuedClientState {
        let client = ids::id();
        let state = format!("{client}|{}", self.instance);
        let token = match &self.key {
            None => state,
            Some(key) => URL_SAFE_NO_PAD.encode([state.as_bytes(), &HMAC::mac(&state, key)].concat()),
        };
        IssuedClientState { client, token }
    }

    /// Reads the state that a client sent. If states are not signed, any two halves are valid, as with the extension.
    /// Other texts that .NET can decode count as states with a foreign signature (ground-truth.md §12: `nope`, beside
    /// `bogus`).
    pub(crate) fn read(&self, token: &str) -> Result<ClientState, InvalidClientState> {
        match &self.key {
            None => halves(token).ok_or_else(|| {
                if is_base64(token) { InvalidClientState::Signature } else { InvalidClientState::Shape }
            }),
            Some(key) => signed(token, key).ok_or(InvalidClientState::Signature),
        }
    }
}

fn signed(token: &str, key: &[u8; 32]) -> Option<ClientState> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (state, signature) = bytes.split_last_chunk::<SIGNATURE>()?;
    // In constant time.
    HMAC::verify(state, key, signature).then(|| halves(std::str::from_utf8(state).ok()?)).flatten()
}

/// Whether .NET decodes a text: of either alphabet, with the padding or without.
fn is_base64(text: &str) -> bool {
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let text = text.replace('-', "+").replace('_', "/");
    GeneralPurpose::new(&STANDARD, config).decode(text).is_ok_and(|bytes| !bytes.is_empty())
}

fn halves(state: &str) -> Option<ClientState> {
    let mut halves = state.split('|').filter(|half| !half.is_empty()).map(str::to_owned);
    let state = ClientState { client: halves.next()?, instance: halves.next()? };
    halves.next().is_none().then_some(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(key: Option<u8>) -> ClientStates {
        ClientStates { instance: "instance".to_owned(), key: key.map(|byte| [byte; 32]) }
    }

    #[test]
    fn what_was_issued_is_read() {
        for key in [None, Some(1)] {
            let states = states(key);
            let IssuedClientState { client, token } = states.issue();
            assert_eq!(states.read(&token), Ok(ClientState { client, instance: "instance".to_owned() }));
        }
    }

    #[test]
    fn unsigned_any_two_halves_will_do() {
        let is_valid = |token: &str| states(None).read(token).is_ok();
        assert!(is_valid("abc|def") && is_valid("|a||b|"));
        assert!(!is_valid("") && !is_valid("a") && !is_valid("a|") && !is_valid("a|b|c"));
    }

    /// ground-truth.md §12.
    #[test]
    fn what_can_be_decoded_counts_as_signed_by_somebody_else() {
        let read = |token: &str| states(None).read(token).unwrap_err();
        let theirs = states(Some(1)).issue().token;
        for token in ["nope", "nopenope", "no", "nop", "nop=", "no==", "-_-_", "+/+/", &theirs] {
            assert_eq!(read(token), InvalidClientState::Signature, "{token}");
        }
        for token in ["bogus", "", "n", "a.b.", "a|", "n\u{f6}pe", "a|b|c", "=nop"] {
            assert_eq!(read(token), InvalidClientState::Shape, "{token}");
        }
    }

    #[test]
    fn signed_only_our_own_will_do() {
        let token = states(Some(1)).issue().token;
        assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{token}");
        let read = |token: &str| states(Some(1)).read(token);
        for forged in ["", "abc|def", &states(None).issue().token, &states(Some(2)).issue().token, &token[1..]] {
            assert_eq!(read(forged), Err(InvalidClientState::Signature), "{forged}");
        }
        for at in 0..token.len() {
            let mut altered = token.clone();
            altered.replace_range(at..=at, if &token[at..=at] == "A" { "B" } else { "A" });
            assert_eq!(read(&altered), Err(InvalidClientState::Signature), "{altered}");
            assert_eq!(read(&token[..at]), Err(InvalidClientState::Signature));
        }
    }
}
