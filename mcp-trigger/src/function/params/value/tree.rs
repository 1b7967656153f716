//! A JSON value that has kept its text: numbers are the digits that the client wrote.
//!
//! Built only for a value that serde_json could not read as its type, in one pass.

use super::mistake::Mistake;
use host_protocol::json::JsonStr;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// How many objects and arrays may stand in each other: as many as for serde_json.
const LEVELS: u8 = 127;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node<'t> {
    Null,
    Bool(bool),
    /// A number, as it is written.
    Number(Cow<'t, str>),
    /// A string, with the levels that are left where it stands: its text may hold an object.
    Text(Cow<'t, str>, u8),
    Array(Vec<Node<'t>>),
    Object(Vec<(Cow<'t, str>, Node<'t>)>),
}

impl<'t> Node<'t> {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// If the text is not one JSON value, or is nested too deeply.
    pub(crate) fn parse(text: &'t str) -> Result<Self, Mistake> {
        Node::parse_below(text, LEVELS)
    }

    fn parse_below(text: &'t str, levels: u8) -> Result<Self, Mistake> {
        let mut parser = Parser { text, at: 0 };
        let node = parser.value(levels)?;
        match parser.next() {
            None => Ok(node),
            Some(_) => Err(Mistake::Other("there is more text after the value".to_owned())),
        }
    }

    /// The object or the array whose JSON text a string is.
    pub(super) fn opened(&self) -> Option<Node<'_>> {
        match self {
            Node::Text(text, levels) if text.trim_start().starts_with(['{', '[']) => {
                Node::parse_below(text, *levels).ok()
            }
            _ => None,
        }
    }

    /// The same, borrowing nothing.
    pub(super) fn into_owned(self) -> Node<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Node::Null => Node::Null,
            Node::Bool(truth) => Node::Bool(truth),
            Node::Number(digits) => Node::Number(owned(digits)),
            Node::Text(text, levels) => Node::Text(owned(text), levels),
            Node::Array(items) => Node::Array(items.into_iter().map(Node::into_owned).collect()),
            Node::Object(members) => {
                Node::Object(members.into_iter().map(|(name, node)| (owned(name), node.into_owned())).collect())
            }
        }
    }

    /// Appends the value as JSON.
    pub(super) fn write(&self, json: &mut String) {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        match self {
            Node::Null => json.push_str("null"),
            Node::Bool(truth) => json.push_str(if *truth { "true" } else { "false" }),
            Node::Number(digits) => json.push_str(digits),
            Node::Text(text, _) => json.push_str(&quoted(text)),
            Node::Array(items) => {
                json.push('[');
                for (at, item) in items.iter().enumerate() {
                    json.push_str(if at > 0 { "," } else { "" });
                    item.write(json);
                }
                json.push(']');
            }
            Node::Object(members) => {
                json.push('{');
                for (at, (name, node)) in members.iter().enumerate() {
                    json.push_str(if at > 0 { "," } else { "" });
                    json.push_str(&quoted(name));
                    json.push(':');
                    node.write(json);
                }
                json.push('}');
            }
        }
    }
}

/// Reads what objects and arrays are made of; strings, numbers and literals are for serde_json.
struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn value(&mut self, levels: u8) -> Result<Node<'t>, Mistake> {
        match self.next() {
            Some(b'{') => {
                let mut members = Vec::new();
                self.each(b'}', levels, |parser, levels| {
                    let JsonStr(name) = parser.scalar()?;
                    parser.expect(b':')?;
                    members.push((name, parser.value(levels)?));
                    Ok(())
                })?;
                Ok(Node::Object(members))
            }
            Some(b'[') => {
                let mut items = Vec::new();
                self.each(b']', levels, |parser, levels| {
                    items.push(parser.value(levels)?);
                    Ok(())
                })?;
                Ok(Node::Array(items))
            }
            Some(b'"') => self.scalar().map(|JsonStr(text)| Node::Text(text, levels)),
            _ => {
                let literal = self.scalar::<&RawValue>()?.get();
                Ok(match literal {
                    "null" => Node::Null,
                    "true" | "false" => Node::Bool(literal == "true"),
                    number => Node::Number(Cow::Borrowed(number)),
                })
            }
        }
    }

    /// Reads what stands between brackets, one after the other.
    fn each(
        &mut self,
        close: u8,
        levels: u8,
        mut one: impl FnMut(&mut Self, u8) -> Result<(), Mistake>,
    ) -> Result<(), Mistake> {
        let Some(levels) = levels.checked_sub(1) else {
            return Err(Mistake::Other(format!("there are more than {LEVELS} objects and arrays in each other")));
        };
        self.at += 1;
        if self.next() == Some(close) {
            self.at += 1;
            return Ok(());
        }
        loop {
            one(self, levels)?;
            if self.next() == Some(close) {
                self.at += 1;
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    /// A value without others in it.
    fn scalar<T: Deserialize<'t>>(&mut self) -> Result<T, Mistake> {
        let mut values = serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter();
        let value = values.next().unwrap_or_else(|| serde_json::from_str(""));
        self.at += values.byte_offset();
        value.map_err(Mistake::of_syntax)
    }

    fn expect(&mut self, byte: u8) -> Result<(), Mistake> {
        if self.next() != Some(byte) {
            return Err(Mistake::Other(format!("it is no JSON: expected `{}`", char::from(byte))));
        }
        self.at += 1;
        Ok(())
    }

    /// The next byte that is no white space.
    fn next(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| b" \n\r\t".contains(byte)).count();
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) -> String {
        let mut json = String::new();
        Node::parse(text).unwrap().write(&mut json);
        json
    }

    #[test]
    fn nothing_is_lost() {
        for text in [
            "null",
            "true",
            "[]",
            "{}",
            "-0.50e+1",
            "9007199254740993.0",
            r#"{"a":[1.0,{"b":"\"\\é"}],"a":false,"":null}"#,
        ] {
            assert_eq!(again(text), text);
        }
        assert_eq!(again(" { \"a\" :\n[ 1 , \"\\u00e9\" ] }\t"), r#"{"a":[1,"é"]}"#);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in
            ["", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "[1", "nul", "1 2", "[1]x", "\"\\ud800\"", "{,}"]
        {
            assert!(Node::parse(text).is_err(), "{text}");
        }
    }

    /// Otherwise a client could take the stack of a thread away, and the process with it.
    #[test]
    fn nesting_has_an_end_in_texts_too() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Node::parse(&nested(127)).is_ok());
        assert!(Node::parse(&nested(128)).is_err());
        let text = |levels: usize| format!("[[\"{}\"]]", nested(levels));
        let opens = |json: &str| match Node::parse(json).unwrap() {
            Node::Array(outer) => match &outer[0] {
                Node::Array(inner) => inner[0].opened().is_some(),
                _ => false,
            },
            _ => false,
        };
        assert!(opens(&text(125)) && !opens(&text(126)));
    }
}
