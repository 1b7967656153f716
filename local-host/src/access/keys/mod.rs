//! The keys of a local host.

mod file;

use mcp_trigger_core::ids;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use subtle::ConstantTimeEq as _;

/// The keys of a local host, as the Functions host has them for an app. Each key opens:
///
/// | key | the endpoint | functions with an HTTP trigger | `/admin/host/…`, `/admin/functions` |
/// |---|---|---|---|
/// | [master](Keys::master) | yes | all | yes |
/// | [system key `mcp_extension`](Keys::mcp_extension) | yes | those of the level `system` | 403 |
/// | [host key `default`](Keys::host) | 403 | those of the level `function` | 403 |
/// | [key of a function](Keys::function) | 401 | that one, of the level `function` | 401 |
///
/// All other requests get 401, except those to functions of the level `anonymous`. A client sends its key in the header `x-functions-key`, or as `code` in the query.
///
/// ```
/// use local_host::Keys;
///
/// # let folder = std::env::temp_dir().join(format!("mcp-trigger-doc-{}", std::process::id()));
/// # let path = folder.join("keys.json");
/// let keys = Keys::open(&path)?; // makes the file, readable by its owner only
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
    /// By the names of the functions, those with an HTTP trigger.
    functions: BTreeMap<String, String>,
}

/// The kinds of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// The key of the function that is asked for.
    Function,
    Host,
    System,
    Master,
}

/// The random bytes of a key.
const LENGTH: usize = 32;

impl Keys {
    /// Keys with these values. An empty key opens nothing.
    pub fn new(master: impl Into<String>, host: impl Into<String>, mcp_extension: impl Into<String>) -> Self {
        let functions = BTreeMap::new();
        Keys { master: master.into(), host: host.into(), mcp_extension: mcp_extension.into(), functions }
    }

    /// Adds the key of a function with an HTTP trigger.
    #[must_use]
    pub fn with_function(mut self, function: impl Into<String>, key: impl Into<String>) -> Self {
        self.functions.insert(function.into(), key.into());
        self
    }

    /// New keys, of 32 random bytes each, in characters that need no escape in a query.
    ///
    /// # Errors
    ///
    /// If the operating system gives no random numbers.
    pub fn generate() -> std::io::Result<Self> {
        Ok(Keys::new(random()?, random()?, random()?))
    }

    /// The master key, which opens everything.
    pub fn master(&self) -> &str {
        &self.master
    }

    /// The host key `default`, which opens all functions with an HTTP trigger, and not the endpoint.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The system key `mcp_extension`, which clients of the endpoint send.
    pub fn mcp_extension(&self) -> &str {
        &self.mcp_extension
    }

    /// The key of a function with an HTTP trigger, which opens no other function.
    pub fn function(&self, name: &str) -> Option<&str> {
        self.functions.get(name).map(String::as_str)
    }

    /// All keys with their names.
    pub fn named(&self) -> Vec<(Cow<'static, str>, &str)> {
        let app = self.of_app().map(|(name, key)| (Cow::from(name), key));
        let functions = self.functions.iter().map(|(name, key)| (format!("function {name}").into(), key.as_str()));
        app.into_iter().chain(functions).collect()
    }

    fn of_app(&self) -> [(&'static str, &str); 3] {
        [("master", &self.master), ("default", &self.host), ("mcp_extension", &self.mcp_extension)]
    }

    /// Makes keys for the functions without one. `true` if any were made.
    fn add_functions<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> std::io::Result<bool> {
        let before = self.functions.len();
        for name in names {
            if !self.functions.contains_key(name) {
                self.functions.insert(name.to_owned(), random()?);
            }
        }
        Ok(self.functions.len() > before)
    }

    /// The JSON text of a file of keys.
    pub fn to_json(&self) -> String {
        let members = self.of_app().map(|(name, key)| (name.to_owned(), serde_json::Value::from(key)));
        let functions = serde_json::json!(self.functions);
        let functions = (!self.functions.is_empty()).then(|| ("functions".to_owned(), functions));
        format!("{:#}\n", serde_json::Value::Object(members.into_iter().chain(functions).collect()))
    }

    /// The kind of a key. `None` if there is no such key. The time that this takes tells neither how much of a key was
    /// right, nor which. Case counts: the Functions host ignores it (recordings/auth.jsonl, "key case"), which makes
    /// its keys easier to guess.
    pub(crate) fn kind_of(&self, given: &str) -> Option<KeyKind> {
        let is = |key: &str| key.as_bytes().ct_eq(given.as_bytes()) & !given.as_bytes().ct_eq(b"");
        let [master, system, host] = [&self.master, &self.mcp_extension, &self.host].map(|key| is(key));
        let found = [(master, KeyKind::Master), (system, KeyKind::System), (host, KeyKind::Host)];
        found.into_iter().find_map(|(is, kind_of)| bool::from(is).then_some(kind_of))
    }

    /// The kind of a key for one function with an HTTP trigger.
    pub(crate) fn kind_for(&self, function: &str, given: &str) -> Option<KeyKind> {
        let key = self.functions.get(function).map_or("", String::as_str);
        let is_its_own = key.as_bytes().ct_eq(given.as_bytes()) & !given.as_bytes().ct_eq(b"");
        self.kind_of(given).or_else(|| bool::from(is_its_own).then_some(KeyKind::Function))
    }
}

/// Keys stay out of logs.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

fn random() -> std::io::Result<String> {
    use base64::Engine as _;
    let bytes = ids::random_bytes::<LENGTH>().map_err(std::io::Error::other)?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_itself_in_its_case_and_nothing_else() {
        let keys = Keys::new("Master", "Host", "System");
        assert_eq!(keys.kind_of("Master"), Some(KeyKind::Master));
        assert_eq!(keys.kind_of("System"), Some(KeyKind::System));
        assert_eq!(keys.kind_of("Host"), Some(KeyKind::Host));
        for wrong in ["", "system", "Syste", "Systems", " System", "mcp_extension"] {
            assert_eq!(keys.kind_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_empty_key_opens_nothing() {
        let keys = Keys::new("", "", "").with_function("F", "");
        assert_eq!(keys.kind_of(""), None);
        assert_eq!([keys.kind_for("F", ""), keys.kind_for("G", "")], [None, None]);
    }

    #[test]
    fn the_key_of_a_function_is_for_this_one() {
        let keys = Keys::new("m", "h", "s").with_function("F", "f").with_function("G", "g");
        assert_eq!(keys.kind_for("F", "f"), Some(KeyKind::Function));
        assert_eq!(keys.kind_for("F", "m"), Some(KeyKind::Master));
        assert_eq!([keys.kind_for("F", "g"), keys.kind_for("H", "f"), keys.kind_of("f")], [None; 3]);
    }

    #[test]
    fn new_keys_are_all_different_and_fit_into_a_query() {
        let (one, other) = (Keys::generate().unwrap(), Keys::generate().unwrap());
        let all: std::collections::BTreeSet<_> =
            [&one, &other].into_iter().flat_map(Keys::named).map(|(_, key)| key).collect();
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
