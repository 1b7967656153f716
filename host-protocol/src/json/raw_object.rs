use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A JSON object with its members in their order, each still JSON text.
///
/// Nothing is lost on the way through: not the digits of a number, not the order, not a member nobody knows. Of members with
/// one name the last one counts, as for the host (recordings/endpoint.jsonl, "dup id").
///
/// ```
/// use host_protocol::json::RawObject;
///
/// let object: RawObject = serde_json::from_str(r#"{"id":1,"big":12345678901234567890,"ID":2}"#).unwrap();
/// assert_eq!(object.get("big").unwrap().get(), "12345678901234567890");
/// assert_eq!(object.get("id").unwrap().get(), "1");
/// assert_eq!(object.get_ignoring_case("id").unwrap().get(), "2");
/// ```
#[derive(Clone, Debug, Default)]
pub struct RawObject<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> RawObject<'a> {
    /// Reads an object.
    ///
    /// # Errors
    ///
    /// When the text is not JSON, or not an object.
    pub fn parse(text: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// The member of that name.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| *value)
    }

    /// The member of that name, in whatever case.
    pub fn get_ignoring_case(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// The member of that name, in whatever case, unless it is `null`.
    pub fn get_some(&self, name: &str) -> Option<&'a RawValue> {
        self.get_ignoring_case(name).filter(|value| !is_null(value))
    }

    /// All members, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), *value))
    }
}

/// Whether the value is `null`.
pub(crate) fn is_null(value: &RawValue) -> bool {
    value.get() == "null"
}

impl<'de: 'a, 'a> Deserialize<'de> for RawObject<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = RawObject<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(map.size_hint().unwrap_or(8));
                while let Some(name) = map.next_key::<Text<'de>>()? {
                    members.push((name.0, map.next_value()?));
                }
                Ok(RawObject(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// A JSON string, borrowed where nothing in it is escaped. `Cow` itself always owns with serde.
#[derive(Debug, serde::Deserialize)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);
