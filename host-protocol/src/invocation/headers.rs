use crate::json::RawObject;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt;
use std::sync::OnceLock;

/// The headers of a client's request, in their order; several values of one header are joined with `,`.
///
/// Most functions look at none of them, so those of an invocation stay JSON text until somebody asks.
///
/// ```
/// use host_protocol::invocation::Headers;
///
/// let headers: Headers = [("Content-Type", "application/json")].into_iter().collect();
/// assert_eq!(headers.get("content-type"), Some("application/json"));
/// ```
#[derive(Clone, Default)]
pub struct Headers {
    json: Option<Box<RawValue>>,
    read: OnceLock<Vec<(String, String)>>,
}

impl Headers {
    /// A header, by its name in whatever case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// All headers: names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list().iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn list(&self) -> &[(String, String)] {
        self.read.get_or_init(|| {
            let object = self.json.as_ref().and_then(|json| RawObject::parse(json.get()).ok()).unwrap_or_default();
            let text = |value: &RawValue| serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned());
            object.iter().map(|(name, value)| (name.to_owned(), text(value))).collect()
        })
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(headers: I) -> Self {
        let list: Vec<_> = headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Headers { json: None, read: list.into() }
    }
}

/// The names only: among the values are keys and tokens.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.list() == other.list()
    }
}

impl Eq for Headers {}

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Headers { json: Some(Box::deserialize(deserializer)?), read: OnceLock::new() })
    }
}
