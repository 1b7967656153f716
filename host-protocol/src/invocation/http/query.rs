//! Queries as the host's web server reads and rewrites them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The characters that .NET's encoder of URLs escapes in a query.
pub(crate) const ESCAPED_IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'@');

/// The parameters of a query: each name once in any case it is repeated, its values joined with `,`.
///
/// ```
/// use host_protocol::invocation::Query;
///
/// let query = Query::parse("x=1&X=2&a&b=c+d");
/// assert_eq!(query.to_string(), "x=1,2&a=&b=c%20d"); // as the host forwards it: ground-truth.md §6
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(pub(super) Vec<(String, String)>);

impl Query {
    /// Reads the text behind the `?`.
    pub fn parse(query: &str) -> Self {
        let mut parameters: Vec<(String, String)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let (name, value) = (decode(name), decode(value));
            match places.entry(name.to_lowercase()) {
                Entry::Occupied(place) => {
                    let (_, values) = &mut parameters[*place.get()];
                    values.push(',');
                    values.push_str(&value);
                }
                Entry::Vacant(place) => {
                    place.insert(parameters.len());
                    parameters.push((name.into_owned(), value.into_owned()));
                }
            }
        }
        Query(parameters)
    }

    /// Names and values, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The query as the host forwards it, without `?`.
impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (name, value)) in self.iter().enumerate() {
            let separator = if at > 0 { "&" } else { "" };
            let [name, value] = [name, value].map(|text| percent_encode(text.as_bytes(), ESCAPED_IN_QUERY));
            write!(f, "{separator}{name}={value}")?;
        }
        Ok(())
    }
}

fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['+', '%']) {
        return text.into();
    }
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_rewritten_as_recorded() {
        for (query, expected) in [
            ("", ""),
            ("x=1&x=2", "x=1,2"),
            ("a", "a="),
            ("x=a+b", "x=a%20b"),
            ("k=1&K=2&j=3", "k=1,2&j=3"),
            ("&&a=1&", "a=1"),
            ("a=b=c", "a=b%3Dc"),
            ("=v", "=v"),
            ("q=%2B%26%c3%a9", "q=%2B%26%C3%A9"),
            ("é=1&b=2&É=3&B=&b=4", "%C3%A9=1,3&b=2,,4"),
        ] {
            assert_eq!(Query::parse(query).to_string(), expected, "{query}");
        }
    }
}
