//! The secret that authenticates request states.

use hmac_sha256::HMAC;
use mcp_trigger_core::ids::{self, NoRandomNumbers};
use std::fmt;

/// The secret that the instances of an app share.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret {
    current: [u8; 32],
    /// The secret before the current one: states that it authenticates count until they expire.
    previous: Option<[u8; 32]>,
}

/// The reason why an app has no secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadSecret {
    #[error(
        "{0} is shorter than {LEAST} bytes, so that it could be guessed; set a random one, as `openssl rand -hex 32` prints it"
    )]
    Short(&'static str),
    #[error(transparent)]
    Randomness(#[from] NoRandomNumbers),
}

/// The app's own setting.
const OWN: &str = "MCP_TRIGGER_SECRET";
/// The app's secret before the current one.
const PREVIOUS: &str = "MCP_TRIGGER_SECRET_PREVIOUS";
/// Settings of the platform that all instances of an app have.
const OF_PLATFORM: [&str; 2] = ["WEBSITE_AUTH_ENCRYPTION_KEY", "CONTAINER_ENCRYPTION_KEY"];
/// The least length of a secret that the app sets, in bytes.
const LEAST: usize = 16;

impl Secret {
    /// The secret in the settings. Default: a random one of this process.
    ///
    /// # Errors
    ///
    /// If the app sets a secret that is too short, or sets none and the system has no random numbers.
    pub(crate) fn from_settings(setting: &dyn Fn(&str) -> Option<String>) -> Result<Self, BadSecret> {
        let setting = |name| setting(name).filter(|value| !value.is_empty());
        let own = |name| match setting(name) {
            Some(value) if value.len() < LEAST => Err(BadSecret::Short(name)),
            value => Ok(value),
        };
        let (current, previous) = (own(OWN)?, own(PREVIOUS)?);
        // Not the value itself: others use it for other ends.
        let key = |value: String| HMAC::mac("mcp-trigger requestState", value);
        let current = match current.or_else(|| OF_PLATFORM.iter().find_map(|name| setting(name))) {
            Some(value) => key(value),
            None => ids::random_bytes()?,
        };
        Ok(Secret { current, previous: previous.map(key) })
    }

    /// The code of a message, which `update` adds part by part.
    pub(super) fn code(&self, update: impl Fn(&mut HMAC)) -> [u8; 32] {
        let mut mac = HMAC::new(self.current);
        update(&mut mac);
        mac.finalize()
    }

    /// Whether a code is that of a message. The comparison takes the same time for every code, so that nobody can find the right one
    /// byte by byte.
    pub(super) fn verify(&self, code: &[u8; 32], update: impl Fn(&mut HMAC)) -> bool {
        [Some(self.current), self.previous].into_iter().flatten().any(|key| {
            let mut mac = HMAC::new(key);
            update(&mut mac);
            mac.finalize_verify(code)
        })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(settings: &[(&str, &str)]) -> Result<Secret, BadSecret> {
        Secret::from_settings(&|name| {
            settings.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_secret_that_can_be_guessed_is_none() {
        assert!(secret(&[]).unwrap() != secret(&[]).unwrap());
        assert!(matches!(secret(&[(OWN, "0123456789abcde")]), Err(BadSecret::Short(OWN))));
        let previous = [(OWN, "0123456789abcdef"), (PREVIOUS, "x")];
        assert!(matches!(secret(&previous), Err(BadSecret::Short(PREVIOUS))));
        let one = || secret(&[(OWN, "0123456789abcdef")]).unwrap();
        assert!(one() == one(), "a secret that is set needs no random numbers");
        assert!(secret(&[(OF_PLATFORM[1], "short")]).is_ok(), "the platform's are random");
    }

    #[test]
    fn the_previous_secret_still_counts() {
        let update = |mac: &mut HMAC| mac.update("message");
        let old = secret(&[(OWN, "0123456789abcdef")]).unwrap();
        let new = secret(&[(OWN, "fedcba9876543210"), (PREVIOUS, "0123456789abcdef")]).unwrap();
        let later = secret(&[(OWN, "fedcba9876543210")]).unwrap();
        let code = old.code(update);
        assert!(old.verify(&code, update) && new.verify(&code, update) && !later.verify(&code, update));
        assert!(later.verify(&new.code(update), update));
    }
}
