//! serde's view of a text: whatever the type asks for is read from it.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::str::FromStr;

/// Why a text is not what it should be.
pub(super) type Error = serde::de::value::Error;

/// Reads a value from text.
///
/// # Errors
///
/// When the text is none of the type's.
pub(super) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    T::deserialize(Text(text))
}

struct Text<'a>(&'a str);

impl Text<'_> {
    fn parse<'de, T: FromStr, V: Visitor<'de>>(
        &self,
        visitor: V,
        visit: impl FnOnce(V, T) -> Result<V::Value, Error>,
    ) -> Result<V::Value, Error> {
        match self.0.parse() {
            Ok(value) => visit(visitor, value),
            Err(_) => Err(serde::de::Error::invalid_value(Unexpected::Str(self.0), &visitor)),
        }
    }
}

macro_rules! parsed {
    ($($method:ident: $type:ty => $visit:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.parse::<$type, V>(visitor, |visitor, value| visitor.$visit(value))
        }
    )*};
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let text: StrDeserializer<'_, Error> = self.0.into_deserializer();
        text.deserialize_enum(name, variants, visitor)
    }

    parsed! {
        deserialize_bool: bool => visit_bool,
        deserialize_i8: i8 => visit_i8,
        deserialize_i16: i16 => visit_i16,
        deserialize_i32: i32 => visit_i32,
        deserialize_i64: i64 => visit_i64,
        deserialize_i128: i128 => visit_i128,
        deserialize_u8: u8 => visit_u8,
        deserialize_u16: u16 => visit_u16,
        deserialize_u32: u32 => visit_u32,
        deserialize_u64: u64 => visit_u64,
        deserialize_u128: u128 => visit_u128,
        deserialize_f32: f32 => visit_f32,
        deserialize_f64: f64 => visit_f64,
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Language {
        English,
        Norwegian,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Id(u64);

    #[test]
    fn text_is_read_as_the_type_wants_it() {
        assert_eq!(from_text::<String>("42").unwrap(), "42");
        assert_eq!(from_text::<Id>("42").unwrap(), Id(42));
        assert_eq!(from_text::<Option<i8>>("-1").unwrap(), Some(-1));
        assert!(from_text::<bool>("true").unwrap());
        assert_eq!(from_text::<char>("é").unwrap(), 'é');
        assert_eq!(from_text::<Language>("norwegian").unwrap(), Language::Norwegian);
        assert_eq!(from_text::<serde_json::Value>("1").unwrap(), "1");
    }

    #[test]
    fn mistakes_say_what_is_expected() {
        let message = |error: Error| error.to_string();
        assert_eq!(message(from_text::<Id>("x").unwrap_err()), "invalid value: string \"x\", expected u64");
        let unknown = message(from_text::<Language>("dutch").unwrap_err());
        assert_eq!(unknown, "unknown variant `dutch`, expected `english` or `norwegian`");
        assert!(message(from_text::<Vec<u8>>("1").unwrap_err()).contains("a sequence"));
    }
}
