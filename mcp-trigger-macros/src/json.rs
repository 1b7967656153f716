//! JSON (RFC 8259): checks objects and writes small ones. The macros need no more of JSON, and a parser as a dependency would delay
//! every build of a user's app.

/// A text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

/// Texts as a JSON array of strings.
pub(crate) fn quoted_all<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<_> = texts.into_iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", texts.join(","))
}

/// A member's name as function.json and MCP spell it: `database_name` and `databaseName` become `databaseName`.
pub(crate) fn camel_case(name: &str) -> String {
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

/// An object being written.
#[derive(Default)]
pub(crate) struct JsonObject(String);

impl JsonObject {
    /// Adds a member.
    pub(crate) fn push(&mut self, name: &str, json: String) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0 += &format!("{}:{json}", quoted(name));
    }

    /// Adds an object, unless it is empty.
    pub(crate) fn push_object(&mut self, name: &str, object: JsonObject) {
        if !object.0.is_empty() {
            self.push(name, object.to_string());
        }
    }

    /// Adds all members of an object that [`check_object`] accepts.
    pub(crate) fn push_members(&mut self, object: &str) {
        let members = object.trim().trim_start_matches('{').trim_end();
        let members = members.strip_suffix('}').unwrap_or(members).trim();
        if !members.is_empty() {
            if !self.0.is_empty() {
                self.0.push(',');
            }
            self.0 += members;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Display for JsonObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{{{}}}", self.0)
    }
}

/// The names of an object's members, or else a message with the place of the first mistake.
pub(crate) fn check_object(text: &str) -> Result<Vec<String>, String> {
    let mut cursor = Cursor { text, rest: text, names: Vec::new() };
    cursor.skip_blanks();
    if !cursor.rest.starts_with('{') {
        return Err(cursor.expected("`{`"));
    }
    cursor.value(0)?;
    if cursor.rest.is_empty() { Ok(cursor.names) } else { Err(cursor.expected("nothing more")) }
}

/// The depth that the MCP extension reads. With a deeper object the Functions host does not start.
const MAX_DEPTH: usize = 32;

struct Cursor<'a> {
    text: &'a str,
    rest: &'a str,
    /// The names of the outermost object's members, with their escapes.
    names: Vec<String>,
}

impl Cursor<'_> {
    /// A value and the blanks around it.
    fn value(&mut self, depth: usize) -> Result<(), String> {
        self.skip_blanks();
        match self.rest.bytes().next() {
            Some(b'{') => self.members(depth, "}", |cursor, depth| {
                let start = cursor.rest;
                cursor.string()?;
                if depth == 1 {
                    cursor.names.push(start[1..start.len() - cursor.rest.len() - 1].to_owned());
                }
                cursor.skip_blanks();
                cursor.require(":")?;
                cursor.value(depth)
            })?,
            Some(b'[') => self.members(depth, "]", Self::value)?,
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => match ["true", "false", "null"].into_iter().find(|word| self.rest.starts_with(word)) {
                Some(word) => self.require(word)?,
                None => return Err(self.expected("a JSON value")),
            },
        }
        self.skip_blanks();
        Ok(())
    }

    fn members(
        &mut self,
        depth: usize,
        end: &str,
        mut member: impl FnMut(&mut Self, usize) -> Result<(), String>,
    ) -> Result<(), String> {
        if depth == MAX_DEPTH {
            return Err(format!("it is deeper than {MAX_DEPTH} levels"));
        }
        self.rest = &self.rest[1..];
        self.skip_blanks();
        if self.take(end) {
            return Ok(());
        }
        loop {
            self.skip_blanks();
            member(self, depth + 1)?;
            if self.take(end) {
                return Ok(());
            }
            if !self.take(",") {
                return Err(self.expected(&format!("`,` or `{end}`")));
            }
        }
    }

    fn string(&mut self) -> Result<(), String> {
        self.require("\"")?;
        loop {
            let mut characters = self.rest.chars();
            match characters.next() {
                Some('"') => {
                    self.rest = characters.as_str();
                    return Ok(());
                }
                Some('\\') => self.escape()?,
                Some(character) if character >= ' ' => self.rest = characters.as_str(),
                _ => return Err(self.expected("`\"`")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), String> {
        let mut escaped = self.rest.bytes().skip(1);
        let length = match escaped.next() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') if escaped.take(4).filter(u8::is_ascii_hexdigit).count() == 4 => 6,
            _ => return Err(self.expected("an escape such as `\\n` or `\\u00e9`")),
        };
        self.rest = &self.rest[length..];
        Ok(())
    }

    fn number(&mut self) -> Result<(), String> {
        self.take("-");
        if !self.take("0") {
            self.digits()?;
        }
        if self.take(".") {
            self.digits()?;
        }
        if self.take("e") || self.take("E") {
            let _ = self.take("+") || self.take("-");
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), String> {
        let rest = self.rest.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == self.rest.len() {
            return Err(self.expected("a digit"));
        }
        self.rest = rest;
        Ok(())
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn require(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) { Ok(()) } else { Err(self.expected(&format!("`{token}`"))) }
    }

    fn expected(&self, what: &str) -> String {
        let found = self.rest.chars().next().map_or_else(|| "its end".to_owned(), |character| format!("`{character}`"));
        let position = self.text[..self.text.len() - self.rest.len()].chars().count() + 1;
        format!("expected {what} at character {position}, found {found}")
    }
}

#[cfg(test)]
mod tests {
    use super::{camel_case, check_object};

    #[test]
    fn objects_pass() {
        for text in
            ["{}", " { } ", r#"{"a":1}"#, r#"{"a":{"b":[1,-2.5e+3,true,false,null,"\"\u00e9\n",[],{}]}, "c" : "é"}"#]
        {
            assert!(check_object(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_outermost_names_are_told() {
        assert_eq!(check_object(r#"{"a":{"b":1}, "c d" : [{"e":2}]}"#), Ok(vec!["a".to_owned(), "c d".to_owned()]));
    }

    #[test]
    fn names_are_those_of_function_json() {
        assert_eq!(camel_case("database_name"), "databaseName");
        assert_eq!(camel_case("databaseName"), "databaseName");
        assert_eq!(camel_case("_file_"), "file");
    }

    #[test]
    fn texts_are_quoted() {
        assert_eq!(super::quoted("a\"b\\c\n\u{1}é"), r#""a\"b\\c\n\u0001é""#);
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, message) in [
            ("", "expected `{` at character 1, found its end"),
            ("[1]", "expected `{` at character 1, found `[`"),
            ("{} x", "expected nothing more at character 4, found `x`"),
            (r#"{"a" 1}"#, "expected `:` at character 6, found `1`"),
            (r#"{"a":1,}"#, "expected `\"` at character 8, found `}`"),
            (r#"{"a":01}"#, "expected `,` or `}` at character 7, found `1`"),
            (r#"{"é":.5}"#, "expected a JSON value at character 6, found `.`"),
            (r#"{"a":"b"#, "expected `\"` at character 8, found its end"),
            (r#"{"a":"\x"}"#, "expected an escape such as `\\n` or `\\u00e9` at character 7, found `\\`"),
        ] {
            assert_eq!(check_object(text), Err(message.to_owned()), "{text}");
        }
        let levels = |count| format!("{}1{}", r#"{"a":"#.repeat(count), "}".repeat(count));
        assert!(check_object(&levels(32)).is_ok());
        assert_eq!(check_object(&levels(33)), Err("it is deeper than 32 levels".to_owned()));
    }
}
