//! The keys of a local host: who may call what.

mod file;

use std::fmt;
use subtle::ConstantTimeEq as _;

/// The keys of a local host, as the Functions host has them for an app. What each opens:
///
/// | key | the endpoint | `/admin/host/…`, `/admin/functions` |
/// |---|---|---|
/// | [master](Keys::master) | yes | yes |
/// | [system key `mcp_extension`](Keys::mcp_extension) | yes | 403 |
/// | [host key `default`](Keys::host), for HTTP functions | 403 | 403 |
///
/// Everything else gets 401. A client sends its key in the header `x-functions-key`, or as `code` in the query.
///
/// ```
/// use mcp_trigger::local::keys::Keys;
///
/// # let folder = std::env::temp_dir().join(format!("mcp-trigger-doc-{}", std::process::id()));
/// # let path = folder.join("keys.json");
/// let keys = Keys::open(&path)?; // new ones, in a file that only its owner may read
/// assert_eq!(Keys::open(&path)?.mcp_extension(), keys.mcp_extension());
/// assert!(!format!("{keys:?}").contains(keys.mcp_extension()), "no log shows a key");
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct Keys {
    master: String,
    host: String,
    mcp_extension: String,
}

/// What a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    Host,
    System,
    Master,
}

/// How many random bytes a key has.
const LENGTH: usize = 32;

impl Keys {
    /// Keys that are known already. An empty one opens nothing.
    pub fn new(master: impl Into<String>, host: impl Into<String>, mcp_extension: impl Into<String>) -> Self {
        Keys { master: master.into(), host: host.into(), mcp_extension: mcp_extension.into() }
    }

    /// New keys, of 32 random bytes each, in characters that need no escape in a query.
    ///
    /// # Errors
    ///
    /// When the operating system has no random numbers: a key that can be guessed is none.
    pub fn generate() -> std::io::Result<Self> {
        Ok(Keys { master: random()?, host: random()?, mcp_extension: random()? })
    }

    /// The master key, which opens everything.
    pub fn master(&self) -> &str {
        &self.master
    }

    /// The host key `default`: for HTTP functions, and not for the endpoint.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The system key `mcp_extension`, the one to give to clients.
    pub fn mcp_extension(&self) -> &str {
        &self.mcp_extension
    }

    /// The keys with their names, as files and commands show them.
    pub(crate) fn named(&self) -> [(&'static str, &str); 3] {
        [("master", &self.master), ("default", &self.host), ("mcp_extension", &self.mcp_extension)]
    }

    /// The content of a file of keys.
    pub(crate) fn to_json(&self) -> String {
        let members = self.named().map(|(name, key)| (name.to_owned(), serde_json::Value::from(key)));
        format!("{:#}\n", serde_json::Value::Object(members.into_iter().collect()))
    }

    /// What a key is, if it is one. How long that takes does not tell how much of a key was right, nor which. Case counts: the
    /// Functions host ignores it (recordings/auth.jsonl, "key case"), which makes its keys easier to guess.
    pub(super) fn rank(&self, given: &str) -> Option<Rank> {
        let is = |key: &str| key.as_bytes().ct_eq(given.as_bytes()) & !given.as_bytes().ct_eq(b"");
        let [master, system, host] = [&self.master, &self.mcp_extension, &self.host].map(|key| is(key));
        let found = [(master, Rank::Master), (system, Rank::System), (host, Rank::Host)];
        found.into_iter().find_map(|(is, rank)| bool::from(is).then_some(rank))
    }
}

/// Logs are no place for keys.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

fn random() -> std::io::Result<String> {
    use base64::Engine as _;
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes)
        .map_err(|error| std::io::Error::other(format!("no random numbers for a key: {error}")))?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_itself_in_its_case_and_nothing_else() {
        let keys = Keys::new("Master", "Host", "System");
        assert_eq!(keys.rank("Master"), Some(Rank::Master));
        assert_eq!(keys.rank("System"), Some(Rank::System));
        assert_eq!(keys.rank("Host"), Some(Rank::Host));
        for wrong in ["", "system", "Syste", "Systems", " System", "mcp_extension"] {
            assert_eq!(keys.rank(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_empty_key_opens_nothing() {
        assert_eq!(Keys::new("", "", "").rank(""), None);
    }

    #[test]
    fn new_keys_are_all_different_and_fit_into_a_query() {
        let (one, other) = (Keys::generate().unwrap(), Keys::generate().unwrap());
        let all: std::collections::BTreeSet<_> =
            [&one, &other].iter().flat_map(|keys| keys.named()).map(|(_, key)| key).collect();
        assert_eq!(all.len(), 6);
        assert!(
            all.iter()
                .all(|key| key.len() == 43 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)))
        );
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", Keys::new("a", "b", "c")), "Keys { .. }");
    }
}
