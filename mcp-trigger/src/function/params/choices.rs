//! The texts that a type is read from, if these are few: serde hands them to a deserializer itself.

use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// The texts to choose from.
pub(super) type Names = &'static [&'static str];

/// The names of an enum's variants, or those of a `bool`; nothing for all other types.
pub(super) fn choices<T: DeserializeOwned>() -> Names {
    let mut names: Names = &[];
    // It never gets as far as a value.
    drop(T::deserialize(Probe(&mut names)));
    names
}

struct Probe<'a>(&'a mut Names);

impl Probe<'_> {
    fn stop<T>(self, names: Names) -> Result<T, Error> {
        *self.0 = names;
        Err(Error::custom("nothing to deserialize"))
    }
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        self.stop(&[])
    }

    fn deserialize_bool<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        self.stop(&["true", "false"])
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, variants: Names, _: V) -> Result<V::Value, Error> {
        self.stop(variants)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Language {
        Rust,
        ObjectiveC,
    }

    #[derive(Deserialize)]
    struct Wrapped(#[allow(dead_code)] Language);

    #[test]
    fn enums_and_truth_have_names() {
        assert_eq!(choices::<Language>(), ["rust", "objective-c"]);
        assert_eq!(choices::<Option<Wrapped>>(), ["rust", "objective-c"]);
        assert_eq!(choices::<bool>(), ["true", "false"]);
        let _ = (Language::Rust, Language::ObjectiveC);
    }

    #[test]
    fn nothing_else_has() {
        assert!(choices::<String>().is_empty() && choices::<Option<u8>>().is_empty());
        assert!(choices::<serde_json::Value>().is_empty());
    }
}
