//! `_meta` objects.

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Map, Value, value::RawValue};

/// A `_meta` object: data for clients beside the content.
///
/// The object is kept as JSON text, so that the digits of numbers and the order of members stay as they were.
///
/// ```
/// use host_protocol::content::Meta;
/// use serde_json::json;
///
/// let meta = Meta::try_from(json!({ "com.example/cost": 3 })).unwrap();
/// assert_eq!(meta.get(), r#"{"com.example/cost":3}"#);
/// assert!(Meta::try_from(json!([1])).is_err());
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Meta(Box<RawValue>);

impl Meta {
    /// The JSON text.
    pub fn get(&self) -> &str {
        self.0.get()
    }
}

impl PartialEq for Meta {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl TryFrom<Value> for Meta {
    type Error = serde_json::Error;

    fn try_from(value: Value) -> serde_json::Result<Self> {
        RawValue::from_string(value.to_string())?.try_into()
    }
}

impl TryFrom<Box<RawValue>> for Meta {
    type Error = serde_json::Error;

    fn try_from(text: Box<RawValue>) -> serde_json::Result<Self> {
        Meta::deserialize(&*text)
    }
}

impl TryFrom<Map<String, Value>> for Meta {
    type Error = serde_json::Error;

    fn try_from(members: Map<String, Value>) -> serde_json::Result<Self> {
        Value::Object(members).try_into()
    }
}

impl<'de> Deserialize<'de> for Meta {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        if text.get().starts_with('{') { Ok(Meta(text)) } else { Err(D::Error::custom("`_meta` has to be an object")) }
    }
}
