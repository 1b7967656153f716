//! The order in which an enum's variants were declared.
//!
//! schemars puts variants without documentation before those with, and its schema keeps no trace
//! of where they stood. serde knows: an enum's `Deserialize` hands the names of all variants, as
//! declared, to the deserializer. So this module deserializes the type from nothing, over and
//! over, each time down another path, and never gets as far as a value: at the end of every path
//! stands an error, before any conversion or check that the type's author wrote.
//!
//! `Serialize` has no such list, so output schemas keep the order of schemars; so it does for enums behind `#[serde(flatten)]`, a
//! tag, a map or a later place in a tuple, where serde asks for content first and for the type after. Two enums with the same names
//! in a different order, within one argument, are not told apart.

use super::walk;
use schemars::Schema;
use serde::de::value::{Error, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};
use std::collections::VecDeque;

/// Paths to try in one type. Breadth first, so that what is given up lies deep.
const ATTEMPTS: usize = 256;

type Names = &'static [&'static str];

/// Puts the variants of all enums in `T` into the order of their declaration.
pub(super) fn restore<T: DeserializeOwned>(schema: &mut Schema, definitions: &mut Map<String, Value>) {
    let mut is_split = false;
    let mut look = |schema: &mut Map<String, Value>| is_split |= schema.contains_key("oneOf");
    let mut body = std::mem::take(schema).to_value();
    for schema in definitions.values_mut().chain([&mut body]) {
        walk::every(schema, &mut look);
    }
    if is_split {
        let enums = explore(&mut |probe| drop(T::deserialize(probe)));
        for schema in definitions.values_mut().chain([&mut body]) {
            walk::every(schema, &mut |schema| sort(schema, &enums));
        }
    }
    if let Ok(restored) = Schema::try_from(body) {
        *schema = restored;
    }
}

/// Sorts the alternatives of a `oneOf`, if all of them are variants of one enum.
fn sort(schema: &mut Map<String, Value>, enums: &[Names]) {
    let Some(Value::Array(alternatives)) = schema.get_mut("oneOf") else { return };
    let mut single: Vec<Value> = alternatives.iter().flat_map(split).collect();
    let place = |alternative: &Value, names: &Names| {
        let name = variant_name(alternative)?;
        names.iter().position(|known| *known == name)
    };
    let declared = enums.iter().find(|names| single.iter().all(|one| place(one, names).is_some()));
    if let Some(names) = declared {
        single.sort_unstable_by_key(|alternative| place(alternative, names));
        *alternatives = single;
    }
}

/// `{"type": "string", "enum": ["a", "b"]}`, one by one.
fn split(alternative: &Value) -> Vec<Value> {
    match alternative.as_object() {
        Some(schema) if schema.len() == 2 && schema.contains_key("type") => {
            if let Some(Value::Array(names)) = schema.get("enum") {
                let one = |name| serde_json::json!({ "type": "string", "const": name });
                return names.iter().map(one).collect();
            }
            vec![alternative.clone()]
        }
        _ => vec![alternative.clone()],
    }
}

/// The variant that an alternative of an externally tagged enum stands for.
fn variant_name(alternative: &Value) -> Option<&str> {
    let tag = || match alternative["required"].as_array()?.as_slice() {
        [tag] => tag.as_str(),
        _ => None,
    };
    alternative["const"].as_str().or_else(tag)
}

/// Where a path through a type forks: at the fields of a struct and the variants of an enum.
#[derive(Clone, PartialEq)]
struct Fork {
    name: &'static str,
    branches: Names,
    is_enum: bool,
}

/// The variant names of all enums that paths through a type lead to.
fn explore(deserialize: &mut dyn FnMut(Probe<'_>)) -> Vec<Names> {
    let mut enums = Vec::new();
    let mut paths = VecDeque::from([(Vec::new(), Vec::new())]);
    for _ in 0..ATTEMPTS {
        let Some((path, passed)) = paths.pop_front() else { break };
        let mut end = None;
        deserialize(Probe { path: &path, end: &mut end });
        let Some(fork) = end else { continue };
        if passed.contains(&fork) {
            continue; // a type within itself
        }
        if fork.is_enum {
            enums.push(fork.branches);
        }
        let branches = fork.branches.len();
        let passed = [passed, vec![fork]].concat();
        paths.extend((0..branches).map(|branch| ([path.as_slice(), &[branch]].concat(), passed.clone())));
    }
    enums
}

/// Deserializes nothing: follows a path, tells which fork is at its end, and fails.
struct Probe<'a> {
    path: &'a [usize],
    end: &'a mut Option<Fork>,
}

impl<'a> Probe<'a> {
    /// Takes the branch that the path takes here, or tells that the path ends here.
    fn branch(self, fork: Fork) -> Result<(&'static str, Self), Error> {
        let Some((branch, path)) = self.path.split_first() else {
            *self.end = Some(fork);
            return Err(stop());
        };
        let name = fork.branches.get(*branch).ok_or_else(stop)?;
        Ok((name, Probe { path, end: self.end }))
    }
}

fn stop() -> Error {
    Error::custom("nothing to deserialize")
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(stop())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Inside { name: "", probe: Some(self) })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: Names,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let (name, probe) = self.branch(Fork { name, branches: fields, is_enum: false })?;
        visitor.visit_map(Inside { name, probe: Some(probe) })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: Names,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let (name, probe) = self.branch(Fork { name, branches: variants, is_enum: true })?;
        visitor.visit_enum(Inside { name, probe: Some(probe) })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct map identifier ignored_any
    }
}

/// The one field, variant or element on the path.
struct Inside<'a> {
    name: &'static str,
    probe: Option<Probe<'a>>,
}

impl<'a> Inside<'a> {
    fn probe(&mut self) -> Result<Probe<'a>, Error> {
        self.probe.take().ok_or_else(stop)
    }

    fn name(&self) -> StrDeserializer<'static, Error> {
        self.name.into_deserializer()
    }
}

impl<'de> SeqAccess<'de> for Inside<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        self.probe.take().map(|probe| seed.deserialize(probe)).transpose()
    }
}

impl<'de> MapAccess<'de> for Inside<'_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        self.probe.as_ref().map(|_| seed.deserialize(self.name())).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.probe()?)
    }
}

impl<'de> EnumAccess<'de> for Inside<'_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Error> {
        Ok((seed.deserialize(self.name())?, self))
    }
}

impl<'de> VariantAccess<'de> for Inside<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Err(stop())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.probe()?)
    }

    fn tuple_variant<V: Visitor<'de>>(mut self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.probe()?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(mut self, fields: Names, visitor: V) -> Result<V::Value, Error> {
        self.probe()?.deserialize_struct(self.name, fields, visitor)
    }
}
