//! A serde deserializer that reads any type from a text.

use super::value::{Misread, Mistake, is_number, whole};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::str::FromStr;

/// Reads a value from text. A number is an integer if it has no fraction, however it is written: `5`, `5.0`, `1e3`.
///
/// # Errors
///
/// If the text does not fit the type.
pub(super) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Mistake> {
    T::deserialize(Text { text, is_key: false }).map_err(|misread| misread.mistake)
}

pub(super) struct Text<'a> {
    text: &'a str,
    is_key: bool,
}

impl<'a> Text<'a> {
    /// The name of an object's member. Numbers among them are read as serde_json does: two ways to write one would be two members.
    pub(super) fn key(text: &'a str) -> Self {
        Text { text, is_key: true }
    }

    /// Reads what Rust can read of it.
    fn parse<T: FromStr>(&self) -> Option<T> {
        self.text.parse().ok().filter(|_| !self.is_key || is_number(self.text))
    }

    /// Reads an integer: as Rust writes them, or else as JSON may.
    fn integer<T: FromStr + TryFrom<u128> + TryFrom<i128>>(&self) -> Option<T> {
        let from_json = || whole(self.text).ok()?.to();
        self.parse().or_else(|| (!self.is_key && is_number(self.text)).then(from_json)?)
    }

    fn boolean(&self) -> Option<bool> {
        self.text.parse().ok()
    }
}

macro_rules! read {
    ($($method:ident: $read:ident => $visit:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
            match self.$read() {
                Some(value) => visitor.$visit(value),
                None => Err(Mistake::in_text(&visitor, self.text).into()),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Misread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        visitor.visit_str(self.text)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misread> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misread> {
        StrDeserializer::new(self.text).deserialize_enum(name, variants, visitor)
    }

    read! {
        deserialize_bool: boolean => visit_bool,
        deserialize_i8: integer => visit_i8,
        deserialize_i16: integer => visit_i16,
        deserialize_i32: integer => visit_i32,
        deserialize_i64: integer => visit_i64,
        deserialize_i128: integer => visit_i128,
        deserialize_u8: integer => visit_u8,
        deserialize_u16: integer => visit_u16,
        deserialize_u32: integer => visit_u32,
        deserialize_u64: integer => visit_u64,
        deserialize_u128: integer => visit_u128,
        deserialize_f32: parse => visit_f32,
        deserialize_f64: parse => visit_f64,
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
    fn integers_may_be_written_as_floats() {
        assert_eq!(from_text::<Id>("5.0").unwrap(), Id(5));
        assert_eq!(from_text::<i16>("-1e3").unwrap(), -1000);
        assert_eq!(from_text::<u64>("18446744073709551615.0").unwrap(), u64::MAX);
        assert_eq!(from_text::<String>("5.0").unwrap(), "5.0");
        assert_eq!(from_text::<f64>("1e3").unwrap(), 1000.0);
    }

    #[test]
    fn mistakes_say_what_is_expected() {
        let message = |error: Mistake| error.to_string();
        assert_eq!(message(from_text::<Id>("x").unwrap_err()), "expected an integer, not \"x\"");
        assert_eq!(message(from_text::<u8>("5.5").unwrap_err()), "expected an integer, not 5.5");
        assert_eq!(message(from_text::<u8>("256.0").unwrap_err()), "expected an integer from 0 to 255, not 256.0");
        let unknown = message(from_text::<Language>("dutch").unwrap_err());
        assert_eq!(unknown, "expected \"english\" or \"norwegian\", not \"dutch\"");
        assert_eq!(message(from_text::<Vec<u8>>("1").unwrap_err()), "expected an array, not a string");
    }
}
