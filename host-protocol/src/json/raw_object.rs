//! JSON objects read without loss.

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A JSON object with its members in their order, each still JSON text.
///
/// Reading loses nothing: not the digits of a number, not the order, no unknown member. Of members with one name the last one
/// counts, as for the host (recordings/endpoint.jsonl, "dup id").
///
/// An object with more than 10,000 members is refused: a member takes ten times the memory of the shortest text for it.
///
/// ```
/// use host_protocol::json::RawObject;
///
/// let object: RawObject = serde_json::from_str(r#"{"id":1,"big":12345678901234567890,"ID":"a"}"#)?;
/// assert_eq!(object.get("big").unwrap().get(), "12345678901234567890");
/// assert_eq!(object.get_ignoring_case("id").unwrap().get(), "\"a\"");
/// assert_eq!(object.read::<u8>("id")?, Some(1));
/// assert_eq!(object.string("ID").as_deref(), Some("a"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RawObject<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// The greatest number of members.
const MEMBERS: usize = 10_000;

impl<'a> RawObject<'a> {
    /// Reads an object.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, or not an object, or the object has too many members.
    pub fn parse(text: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// The member of that name.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| *value)
    }

    /// The member of that name in any case.
    pub fn get_ignoring_case(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// The member of that name in any case, unless it is `null`.
    pub fn get_some(&self, name: &str) -> Option<&'a RawValue> {
        self.get_ignoring_case(name).filter(|value| value.get() != "null")
    }

    /// Reads the member of that name. `None` if there is no such member, or it is `null`.
    ///
    /// # Errors
    ///
    /// If the member is not a `T`.
    pub fn read<T: Deserialize<'a>>(&self, name: &str) -> serde_json::Result<Option<T>> {
        read(self.get(name))
    }

    /// Reads the member of that name in any case. `None` if there is no such member, or it is `null`.
    ///
    /// # Errors
    ///
    /// If the member is not a `T`.
    pub fn read_ignoring_case<T: Deserialize<'a>>(&self, name: &str) -> serde_json::Result<Option<T>> {
        read(self.get_ignoring_case(name))
    }

    /// The text of the member of that name. `None` if there is no such member, or it is not a string.
    pub fn string(&self, name: &str) -> Option<Cow<'a, str>> {
        string(self.get(name)?)
    }

    /// All members, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), *value))
    }
}

fn read<'a, T: Deserialize<'a>>(value: Option<&'a RawValue>) -> serde_json::Result<Option<T>> {
    value.map_or(Ok(None), |value| serde_json::from_str(value.get()))
}

/// The text of a JSON string, borrowed where nothing in it is escaped. `None` if the JSON is not a string.
///
/// ```
/// use host_protocol::json::string;
/// use serde_json::value::RawValue;
///
/// let json: &RawValue = serde_json::from_str(r#""a\u0062""#).unwrap();
/// assert_eq!(string(json).as_deref(), Some("ab"));
/// ```
pub fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    let inside = value.get().strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') { serde_json::from_str(value.get()).ok().map(Cow::Owned) } else { Some(inside.into()) }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawObject<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RawObjectVisitor;

        impl<'de> Visitor<'de> for RawObjectVisitor {
            type Value = RawObject<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(map.size_hint().unwrap_or(8));
                while let Some(name) = map.next_key::<JsonStr<'de>>()? {
                    if members.len() == MEMBERS {
                        return Err(A::Error::custom(format_args!("an object has more than {MEMBERS} members")));
                    }
                    members.push((name.0, map.next_value()?));
                }
                Ok(RawObject(members))
            }
        }

        deserializer.deserialize_map(RawObjectVisitor)
    }
}

/// A JSON string, borrowed where nothing in it is escaped. With serde, `Cow` by itself always owns its text.
#[derive(Debug, serde::Deserialize)]
pub struct JsonStr<'a>(#[serde(borrow)] pub Cow<'a, str>);
