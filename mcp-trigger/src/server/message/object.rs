//! JSON objects that are written member by member.

use serde::Serialize;

/// A JSON object that still lacks its last brace. [`ObjectWriter::finish`] makes it text.
pub(in crate::server) struct ObjectWriter(String);

impl ObjectWriter {
    /// An object without members.
    pub(in crate::server) fn new() -> Self {
        ObjectWriter("{".to_owned())
    }

    /// The object that a value is as JSON; without members if the value cannot be written as an object.
    pub(in crate::server) fn of(value: &impl Serialize) -> Self {
        // Most objects are short, and grow by a few members.
        let mut json = Vec::with_capacity(512);
        let written = serde_json::to_writer(&mut json, value).ok().and_then(|()| String::from_utf8(json).ok());
        match written {
            Some(mut json) if json.ends_with('}') => {
                json.pop();
                ObjectWriter(json)
            }
            _ => ObjectWriter::new(),
        }
    }

    /// Adds a member. Its `name` needs no escapes, and its `value` is JSON text.
    #[inline]
    pub(in crate::server) fn member(mut self, name: &'static str, value: &str) -> Self {
        self.separate();
        self.0.reserve(name.len() + value.len() + "\"\":}".len());
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
        self.0.push_str(value);
        self
    }

    /// Adds the members of an object, which is JSON text.
    pub(in crate::server) fn members_of(mut self, object: &str) -> Self {
        let members = object.trim().strip_prefix('{').and_then(|object| object.strip_suffix('}'));
        let members = members.unwrap_or_default().trim();
        if !members.is_empty() {
            self.separate();
            self.0.push_str(members);
        }
        self
    }

    /// The whole object as JSON text.
    pub(in crate::server) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn separate(&mut self) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_stand_side_by_side() {
        assert_eq!(ObjectWriter::new().finish(), "{}");
        assert_eq!(ObjectWriter::new().members_of(" { } ").member("a", "1").members_of("{}").finish(), r#"{"a":1}"#);
        let object = ObjectWriter::of(&json!({ "a": {} })).member("b", "[]").members_of(r#" {"c":{"d":"}"} } "#);
        assert_eq!(object.finish(), r#"{"a":{},"b":[],"c":{"d":"}"}}"#);
        assert_eq!(ObjectWriter::of(&5).finish(), "{}");
    }
}
