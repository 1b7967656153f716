//! The keys of an issuer: where they are (RFC 8414, OpenID Connect Discovery), and which of them fits a token.
//!
//! | case | what happens |
//! |---|---|
//! | a known key | no request to the issuer, for 5 min; for an hour the keys are fetched again while the known ones serve |
//! | an unknown key | the keys are fetched again, but at most once in 10 s: clients cannot make the server ask more often |
//! | the issuer does not answer | known keys are good for a day; without one, requests are refused with 503, and the issuer is asked again after 1, 2, 4 … 60 s |

use super::fetch;
use super::policy::Rule;
use super::rejection::Rejection;
use crate::lock::lock;
use crate::task;
use crate::telemetry::NowAndThen;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::{Client, Url};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::OwnedMutexGuard;
use tokio::task::JoinHandle;

/// After this time the keys are fetched again: 5 min. A key that was withdrawn is not good much longer.
const FRESH: Duration = Duration::from_secs(5 * 60);
/// For how long known keys serve while they are fetched again: 1 h. Older ones serve if the issuer does not answer.
const SERVING: Duration = Duration::from_secs(60 * 60);
/// How long keys are good while the issuer does not answer: 24 h.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// The least time between two fetches for an unknown key: 10 s.
const LEAST: Duration = Duration::from_secs(10);
/// The longest wait after failures: 60 s.
const LONGEST_WAIT: u64 = 60;
/// How many keys of an issuer are read.
const KEYS: usize = 100;

/// An issuer with its keys.
pub(super) struct Issuer {
    /// The addresses of its metadata, in the order in which they are tried.
    metadata: Vec<String>,
    /// The issuer that the metadata has to name.
    name: String,
    known: Mutex<Option<Known>>,
    /// Held while the keys are fetched, by one task.
    fetches: Arc<tokio::sync::Mutex<Fetches>>,
}

#[derive(Clone)]
struct Known {
    keys: Arc<[Arc<Key>]>,
    at: Instant,
}

#[derive(Default)]
struct Fetches {
    last: Option<Instant>,
    failures: u32,
}

/// A key for signatures.
pub(super) struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    pub(super) key: DecodingKey,
}

impl Issuer {
    pub(super) fn new(rule: &Rule) -> Self {
        Issuer {
            metadata: metadata_addresses(&rule.issuer, rule.entra.is_some()),
            name: rule.issuer_in_metadata(),
            known: Mutex::default(),
            fetches: Arc::default(),
        }
    }

    /// The keys that a token may be signed with: those of its `id`, else all, that fit its algorithm.
    ///
    /// # Errors
    ///
    /// If the issuer has no such key, or cannot be asked.
    pub(super) async fn keys(
        self: &Arc<Self>,
        client: &Client,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Vec<Arc<Key>>, Rejection> {
        let found = |known: &Known| {
            let fitting: Vec<_> = known.keys.iter().filter(|key| key.fits(id, algorithm)).cloned().collect();
            (!fitting.is_empty()).then_some(fitting)
        };
        let known = lock(&self.known).clone();
        if let Some(known) = &known
            && known.at.elapsed() < SERVING
            && let Some(found) = found(known)
        {
            if known.at.elapsed() >= FRESH
                && let Ok(fetches) = Arc::clone(&self.fetches).try_lock_owned()
            {
                drop(self.begin(fetches, client, Some(known.at)));
            }
            return Ok(found);
        }
        let fetched = self.fetch(client, known.as_ref().map(|known| known.at)).await;
        let known = lock(&self.known).clone().filter(|known| known.at.elapsed() < STALE);
        match (known.as_ref().and_then(found), fetched) {
            (Some(found), _) => Ok(found),
            (None, true) => Err(Rejection::Invalid("the token is signed by a key that its issuer does not have")),
            (None, false) => Err(Rejection::Unavailable),
        }
    }

    /// Fetches the keys, unless another request has done so since `seen`, or it is too early. Returns whether the issuer answered
    /// the last time.
    async fn fetch(self: &Arc<Self>, client: &Client, seen: Option<Instant>) -> bool {
        let fetches = Arc::clone(&self.fetches).lock_owned().await;
        match self.begin(fetches, client, seen) {
            Ok(fetch) => {
                let _ = fetch.await;
                lock(&self.known).as_ref().map(|known| known.at) != seen
            }
            Err(answered) => answered,
        }
    }

    /// Begins to fetch the keys, in a task of its own: a client that hangs up must not end what others wait for, nor count as a failure
    /// of the issuer.
    ///
    /// # Errors
    ///
    /// If the keys were fetched since `seen`, or it is too early: whether the issuer answered the last time.
    fn begin(
        self: &Arc<Self>,
        mut fetches: OwnedMutexGuard<Fetches>,
        client: &Client,
        seen: Option<Instant>,
    ) -> Result<JoinHandle<()>, bool> {
        static FAILURES: NowAndThen = NowAndThen::new("fetches of keys that failed");
        if lock(&self.known).as_ref().map(|known| known.at) != seen {
            return Err(true);
        }
        let wait = match fetches.failures {
            0 => LEAST,
            failures => Duration::from_secs((1 << (failures - 1).min(6)).min(LONGEST_WAIT)),
        };
        if fetches.last.is_some_and(|last| last.elapsed() < wait) {
            return Err(fetches.failures == 0);
        }
        fetches.last = Some(Instant::now());
        let (issuer, client) = (Arc::clone(self), client.clone());
        Ok(task::spawn(async move {
            match issuer.fetch_now(&client).await {
                Ok(keys) => {
                    *lock(&issuer.known) =
                        Some(Known { keys: keys.into_iter().map(Arc::new).collect(), at: Instant::now() });
                    fetches.failures = 0;
                }
                Err(why) => {
                    FAILURES.warn(format_args!("the keys of the issuer {} are not known: {why}", issuer.name));
                    fetches.failures = fetches.failures.saturating_add(1);
                }
            }
        }))
    }

    async fn fetch_now(&self, client: &Client) -> Result<Vec<Key>, String> {
        for address in &self.metadata {
            let Some(metadata) = fetch::json(client, address).await? else { continue };
            let text = |name: &str| metadata[name].as_str().unwrap_or_default();
            if text("issuer") != self.name {
                return Err(format!("{address} is the metadata of `{}`, and not of `{}`", text("issuer"), self.name));
            }
            let keys = text("jwks_uri");
            if !is_same_origin(keys, address) {
                return Err(format!("{address} leads to the keys at `{keys}`, which is not at the issuer"));
            }
            let document = fetch::json(client, keys).await?.ok_or_else(|| format!("{keys} has no keys"))?;
            let keys = document["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
            // Keys of kinds that are unknown here may stand beside the others.
            return Ok(keys.iter().take(KEYS).filter_map(Key::read).collect());
        }
        Err(format!("no metadata at {}", self.metadata.join(", ")))
    }
}

impl Key {
    fn read(json: &Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(json.clone()).ok()?;
        if jwk.common.public_key_use.as_ref().is_some_and(|public_use| *public_use != PublicKeyUse::Signature) {
            return None;
        }
        use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
        // No symmetric algorithm: everybody knows the public key.
        let mut algorithms = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => vec![RS256, RS384, RS512, PS256, PS384, PS512],
            AlgorithmParameters::EllipticCurve(key) => match key.curve {
                EllipticCurve::P256 => vec![ES256],
                EllipticCurve::P384 => vec![ES384],
                _ => vec![],
            },
            AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => vec![EdDSA],
            _ => vec![],
        };
        if let Some(only) = json["alg"].as_str() {
            algorithms.retain(|algorithm| format!("{algorithm:?}") == only);
        }
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        (!algorithms.is_empty()).then_some(Key { id: jwk.common.key_id, algorithms, key })
    }

    fn fits(&self, id: Option<&str>, algorithm: Algorithm) -> bool {
        (id.is_none() || self.id.as_deref() == id) && self.algorithms.contains(&algorithm)
    }
}

/// The addresses of an issuer's metadata, in the order of the MCP specification (`basic/authorization`, "Authorization Server
/// Discovery"): RFC 8414 and OpenID Connect with the path at the end, and OpenID Connect with the path in front. Entra ID has the
/// last alone.
fn metadata_addresses(issuer: &str, is_entra: bool) -> Vec<String> {
    const OAUTH: &str = "/.well-known/oauth-authorization-server";
    const OPENID: &str = "/.well-known/openid-configuration";
    let issuer = issuer.trim_end_matches('/');
    let appended = format!("{issuer}{OPENID}");
    let origin_and_path =
        issuer.find("://").and_then(|at| issuer[at + 3..].find('/').map(|slash| issuer.split_at(at + 3 + slash)));
    match origin_and_path {
        _ if is_entra => vec![appended],
        Some((origin, path)) => vec![format!("{origin}{OAUTH}{path}"), format!("{origin}{OPENID}{path}"), appended],
        None => vec![format!("{issuer}{OAUTH}"), appended],
    }
}

fn is_same_origin(address: &str, other: &str) -> bool {
    match (Url::parse(address), Url::parse(other)) {
        (Ok(address), Ok(other)) => address.origin() == other.origin(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn metadata_is_looked_for_in_three_forms() {
        assert_eq!(
            metadata_addresses("https://login.example/tenant", false),
            [
                "https://login.example/.well-known/oauth-authorization-server/tenant",
                "https://login.example/.well-known/openid-configuration/tenant",
                "https://login.example/tenant/.well-known/openid-configuration",
            ]
        );
        assert_eq!(metadata_addresses("https://login.example/", false).len(), 2);
        let entra = metadata_addresses("https://login.microsoftonline.com/t/v2.0", true);
        assert_eq!(entra, ["https://login.microsoftonline.com/t/v2.0/.well-known/openid-configuration"]);
    }

    #[test]
    fn keys_are_those_of_the_issuer() {
        assert!(is_same_origin("https://a.example/keys", "https://a.example/x"));
        for keys in ["http://a.example/keys", "https://b.example/keys", "https://a.example:444/keys", "", "keys"] {
            assert!(!is_same_origin(keys, "https://a.example/x"), "{keys}");
        }
    }

    #[test]
    fn a_key_fits_its_own_algorithms() {
        let curve = json!({
            "kty": "EC", "crv": "P-256", "kid": "1",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
        });
        let key = Key::read(&curve).unwrap();
        assert!(key.fits(Some("1"), Algorithm::ES256) && key.fits(None, Algorithm::ES256));
        assert!(!key.fits(Some("2"), Algorithm::ES256) && !key.fits(Some("1"), Algorithm::RS256));
        let with = |name: &str, value: &str| {
            let mut key = curve.clone();
            key[name] = value.into();
            key
        };
        assert!(Key::read(&with("use", "enc")).is_none() && Key::read(&with("alg", "ES384")).is_none());
        assert!(Key::read(&json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "1" })).is_none());
    }
}
