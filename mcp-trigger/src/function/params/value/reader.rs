//! serde's view of a value that serde_json refused: what the type asks for decides what a number or a string is.

use super::misread::{Misread, Step};
use super::mistake::Mistake;
use super::number::{Whole, is_number, whole};
use super::tree::Node;
use super::wanted::{Found, Wanted};
use crate::function::params::deserialize_text::Text;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, Expected, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::borrow::Cow;
use std::slice;

/// The name by which serde_json's `RawValue` asks for the text of a value (serde_json, `raw.rs`).
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// A value that is read as its type asks: an integer from every number without a fraction, an object or an array from its text too.
#[derive(Clone, Copy)]
pub(super) struct Reader<'n> {
    pub(super) node: &'n Node<'n>,
    /// Whether numbers and booleans may be text.
    pub(super) lenient: bool,
}

impl<'n> Reader<'n> {
    fn wrong(self, expected: &dyn Expected) -> Misread {
        Mistake::expected(expected, self.node.found()).into()
    }

    /// The text, if numbers and booleans may be one.
    fn lenient_text(self) -> Option<&'n str> {
        match self.node {
            Node::Text(text, _) if self.lenient => Some(text.trim()),
            _ => None,
        }
    }

    /// The digits, if it is a number.
    fn number(self) -> Option<&'n str> {
        match self.node {
            Node::Number(digits) => Some(digits),
            _ => self.lenient_text().filter(|text| is_number(text)),
        }
    }

    fn whole(self) -> Option<Whole> {
        whole(self.number()?).ok()
    }

    fn integer<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        match self.whole().and_then(Whole::in_64_bits) {
            // Whether it is in the type's range is for the visitor to say, as with serde_json.
            Some(Ok(number)) => visitor.visit_u64(number),
            Some(Err(number)) => visitor.visit_i64(number),
            None => Err(self.wrong(&visitor)),
        }
    }

    fn float<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        let Some(digits) = self.number() else { return Err(self.wrong(&visitor)) };
        let is_written_whole = digits != "-0" && !digits.contains(['.', 'e', 'E']);
        match (self.whole().and_then(Whole::in_64_bits), digits.parse::<f64>()) {
            (Some(Ok(number)), _) if is_written_whole => visitor.visit_u64(number),
            (Some(Err(number)), _) if is_written_whole => visitor.visit_i64(number),
            (_, Ok(number)) if number.is_finite() => visitor.visit_f64(number),
            _ => Err(Mistake::too_big(digits).into()),
        }
    }

    fn array<'de, V: Visitor<'de>>(self, nodes: &[Node<'_>], visitor: V) -> Result<V::Value, Misread> {
        let mut items = Items { rest: nodes.iter(), at: 0, lenient: self.lenient };
        let value = visitor.visit_seq(&mut items)?;
        match items.rest.len() {
            0 => Ok(value),
            _ => Err(Mistake::wrong(Wanted::Array(Some(items.at)), Found::Array(Some(nodes.len()))).into()),
        }
    }

    fn object<'de, V: Visitor<'de>>(self, members: &[Member<'_>], visitor: V) -> Result<V::Value, Misread> {
        let mut members = Members::new(members, self.lenient);
        let value = visitor.visit_map(&mut members)?;
        members.end().map(|()| value)
    }

    fn variant<'de, V: Visitor<'de>>(self, members: &[Member<'_>], visitor: V) -> Result<V::Value, Misread> {
        let mut members = Members { are_variants: true, ..Members::new(members, self.lenient) };
        let value = visitor.visit_enum(MapAccessDeserializer::new(&mut members))?;
        members.end().map(|()| value)
    }
}

/// The values of an array, one after the other.
struct Items<'n> {
    rest: slice::Iter<'n, Node<'n>>,
    at: usize,
    lenient: bool,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Misread;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Misread> {
        let Some(node) = self.rest.next() else { return Ok(None) };
        let at = self.at;
        self.at += 1;
        let item = seed.deserialize(Reader { node, lenient: self.lenient });
        item.map(Some).map_err(|misread| misread.below(Step::Item(at)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

type Member<'n> = (Cow<'n, str>, Node<'n>);

/// The members of an object, one after the other.
struct Members<'n> {
    all: &'n [Member<'n>],
    rest: slice::Iter<'n, Member<'n>>,
    /// The one whose name was read last.
    named: Option<&'n Member<'n>>,
    /// Whether the names are those of variants.
    are_variants: bool,
    lenient: bool,
}

impl<'n> Members<'n> {
    fn new(all: &'n [Member<'n>], lenient: bool) -> Self {
        Members { all, rest: all.iter(), named: None, are_variants: false, lenient }
    }

    fn end(&self) -> Result<(), Misread> {
        match self.rest.len() {
            0 => Ok(()),
            _ => Err(Mistake::wrong(Wanted::Object, Found::Array(Some(self.all.len()))).into()),
        }
    }
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Misread;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misread> {
        self.named = self.rest.next();
        let Some((name, _)) = self.named else { return Ok(None) };
        seed.deserialize(Text::key(name)).map(Some).map_err(|misread| match &misread.mistake {
            // A mistake of the object.
            Mistake::Unknown(..) => misread,
            _ if self.are_variants => misread,
            Mistake::Wrong(both) if !matches!(both.0, Wanted::OneOf(_)) => misread,
            _ => misread.below(Step::Member(name.to_string())),
        })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Misread> {
        let Some((name, node)) = self.named.take() else { return Err(Misread::custom("a value before its name")) };
        let value = seed.deserialize(Reader { node, lenient: self.lenient });
        value.map_err(|misread| misread.below(Step::Member(name.to_string())))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

impl Node<'_> {
    /// The kind of the value, for a message.
    pub(super) fn found(&self) -> Found {
        match self {
            Node::Null => Found::Null,
            Node::Bool(_) => Found::Boolean,
            Node::Number(digits) => Found::Number(digits.to_string()),
            Node::Text(text, _) => Found::Text(text.to_string()),
            Node::Array(_) => Found::Array(None),
            Node::Object(_) => Found::Object,
        }
    }
}

macro_rules! all {
    ($read:ident: $($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
            self.$read(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Misread;

    all! {
        integer: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }
    all! { float: deserialize_f32 deserialize_f64 }
    all! { deserialize_str: deserialize_char deserialize_string deserialize_identifier }
    all! { deserialize_bytes: deserialize_byte_buf }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        match self.node {
            Node::Null => visitor.visit_unit(),
            Node::Bool(truth) => visitor.visit_bool(*truth),
            Node::Number(_) => self.float(visitor),
            Node::Text(text, _) => visitor.visit_str(text),
            Node::Array(items) => self.array(items, visitor),
            Node::Object(members) => self.object(members, visitor),
        }
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        match self.whole().and_then(Whole::to) {
            Some(number) => visitor.visit_i128(number),
            None => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        match self.whole().and_then(Whole::to) {
            Some(number) => visitor.visit_u128(number),
            None => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        let is_text = |word: &str| self.lenient_text().is_some_and(|text| text.eq_ignore_ascii_case(word));
        match self.node {
            Node::Bool(truth) => visitor.visit_bool(*truth),
            // `True` is how Python writes it.
            _ if is_text("true") => visitor.visit_bool(true),
            _ if is_text("false") => visitor.visit_bool(false),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        match self.node {
            Node::Text(text, _) => visitor.visit_str(text),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        match self.node {
            Node::Text(text, _) => visitor.visit_bytes(text.as_bytes()),
            _ => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        match self.node {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        match self.node {
            Node::Null => visitor.visit_unit(),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misread> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Misread> {
        if name != RAW_VALUE {
            return visitor.visit_newtype_struct(self);
        }
        let mut json = String::new();
        self.node.write(&mut json);
        // From a reader: what is borrowed from a string would have to outlive this call.
        let mut deserializer = serde_json::Deserializer::from_reader(json.as_bytes());
        deserializer.deserialize_newtype_struct(name, visitor).map_err(|error| Mistake::of_syntax(error).into())
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        match (self.node, self.node.opened()) {
            (Node::Array(items), _) => self.array(items, visitor),
            (_, Some(Node::Array(items))) => self.array(&items, visitor),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misread> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Misread> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        match (self.node, self.node.opened()) {
            (Node::Object(members), _) => self.object(members, visitor),
            (_, Some(Node::Object(members))) => self.object(&members, visitor),
            _ => Err(self.wrong(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misread> {
        match self.node {
            // The fields in their order: serde_json takes them too.
            Node::Array(items) => self.array(items, visitor),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misread> {
        match (self.node, self.node.opened()) {
            (Node::Object(members), _) => self.variant(members, visitor),
            (Node::Text(text, _), Some(Node::Object(members))) if !variants.contains(&text.as_ref()) => {
                self.variant(&members, visitor)
            }
            (Node::Text(text, _), _) => visitor.visit_enum(StrDeserializer::new(text)),
            _ => Err(self.wrong(&visitor)),
        }
    }

    forward_to_deserialize_any! { ignored_any }
}
