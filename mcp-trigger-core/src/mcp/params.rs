//! The parameters of a method.

use host_protocol::json::RawObject;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The parameters of a message. JSON-RPC allows objects and arrays, MCP only objects.
#[derive(Debug, Default)]
pub enum Params<'a> {
    /// The message has no parameters, or `null`.
    #[default]
    None,
    /// An object: parameters by name.
    Named(RawObject<'a>),
    /// Any other JSON value.
    Other,
}

impl<'a> Params<'a> {
    /// The parameters by name. `None` if the message has no parameters.
    ///
    /// # Errors
    ///
    /// If the parameters are not an object.
    pub fn named(&self) -> Result<Option<&RawObject<'a>>, NotNamed> {
        match self {
            Params::None => Ok(None),
            Params::Named(members) => Ok(Some(members)),
            Params::Other => Err(NotNamed),
        }
    }
}

/// The parameters are not an object.
#[derive(Debug)]
pub struct NotNamed;

/// Parameters are read together with their message, so that its text is parsed only once.
impl<'de: 'a, 'a> Deserialize<'de> for Params<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;

        impl<'de> Visitor<'de> for Value {
            type Value = Params<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                RawObject::deserialize(MapAccessDeserializer::new(map)).map(Params::Named)
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Params::None)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Params::Other)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Params::Other)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                Ok(Params::Other)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                Ok(Params::Other)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Params::Other)
            }

            fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
                Ok(Params::Other)
            }
        }

        deserializer.deserialize_any(Value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_objects_name_parameters() {
        let read = |json| serde_json::from_str::<Params<'_>>(json).unwrap();
        let Params::Named(members) = read(r#" {"a":[1, 2],"b":{}} "#) else { panic!("an object") };
        assert_eq!(members.get("a").unwrap().get(), "[1, 2]");
        assert!(matches!(read("null"), Params::None));
        for json in ["true", "5", "-5", "1.5", "1e5", "[1,{}]", "[]", "\"a\"", "\"\\n\""] {
            assert!(matches!(read(json), Params::Other), "{json}");
        }
        for json in ["{", "[1", r#"{"a":}"#, "5x", ""] {
            assert!(serde_json::from_str::<Params<'_>>(json).is_err(), "{json}");
        }
    }
}
