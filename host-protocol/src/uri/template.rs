//! The extension's rules for the URI of a resource, and its dialect of templates.
//!
//! Not RFC 6570: `{name}` is the only form, operators are part of the name (recorded: `{+path}` is listed but is no
//! wildcard), values stay percent-encoded (recorded: `a%20b`). A URI that breaks a rule takes the whole host down.
//!
//! The extension compares addresses letter by letter, ignoring case: [`UriTemplate::matches`]. A server of one's own compares them
//! as RFC 3986 does: [`NormalTemplate`].

use super::NormalTemplate;
use super::host_name::{host, is_host_name};
use super::matching::{UriPart, spans};
use std::error::Error;
use std::fmt;

/// A resource's URI as function.json declares it: a plain one, or a template with `{parameters}`.
///
/// ```
/// use host_protocol::uri::UriTemplate;
///
/// let items = UriTemplate::parse("shop://{category}items{tag}")?;
/// let values = items.matches("SHOP://booksitemsnew%20ones").unwrap();
/// assert_eq!(values, [("category", "books"), ("tag", "new%20ones")]);
/// assert!(items.matches("shop://books/itemsnew").is_none());
/// # Ok::<(), host_protocol::uri::InvalidUri>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UriTemplate {
    text: String,
    parts: Vec<UriPart<char>>,
}

impl UriTemplate {
    /// Reads and checks a URI or template.
    ///
    /// # Errors
    ///
    /// If the extension refuses the URI at start-up, so that the host does not start, or braces stand within braces.
    pub fn parse(text: &str) -> Result<Self, InvalidUri> {
        let fault = |fault| InvalidUri { uri: text.to_owned(), fault };
        if text.trim().is_empty() {
            return Err(fault(UriFault::Blank));
        }
        let parts = split(text).map_err(fault)?;
        check_parameters(&parts).map_err(fault)?;
        if !is_absolute(&fill(&parts, "template")) {
            return Err(fault(UriFault::NotAbsolute));
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The text in function.json.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the URI has parameters. Templates are listed apart from plain resources.
    pub fn is_template(&self) -> bool {
        self.parameters().next().is_some()
    }

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(UriPart::name)
    }

    /// The form in which the extension compares two URIs at start-up: in lower case, parameters without their names. A host with two
    /// resources of the same structure does not start.
    pub fn structure(&self) -> String {
        fill(&self.parts, "{_}").to_lowercase()
    }

    /// Matches a whole URI, ignoring case, and gives the parameters' values as the client wrote them, still encoded.
    ///
    /// Each parameter takes as much as possible, at least one character. The time grows with the product of both lengths only,
    /// for any URI.
    pub fn matches<'t, 'u>(&'t self, uri: &'u str) -> Option<Vec<(&'t str, &'u str)>> {
        let chars: Vec<char> = uri.chars().collect();
        let bytes: Vec<usize> = uri.char_indices().map(|(at, _)| at).chain([uri.len()]).collect();
        let spans = spans(&self.parts, &chars)?.into_iter();
        Some(self.parameters().zip(spans.map(|span| &uri[bytes[span.start]..bytes[span.end]])).collect())
    }

    /// The template in its normal form, for comparison as in RFC 3986. `None` if a `..` removes a parameter.
    pub fn normalized(&self) -> Option<NormalTemplate> {
        NormalTemplate::of(&self.parts)
    }
}

fn split(text: &str) -> Result<Vec<UriPart<char>>, UriFault> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (literal, from_open) = rest.split_at(open);
        let inside = &from_open[1..];
        // `{}`, `{a` and `{a{b}`: neither a template nor a plain URI.
        let close = inside.find(['{', '}']).filter(|&at| at > 0 && inside[at..].starts_with('}'));
        let close = close.ok_or(UriFault::Braces)?;
        if !parts.is_empty() && literal.is_empty() {
            return Err(UriFault::Adjacent);
        }
        parts.extend((!literal.is_empty()).then(|| UriPart::Literal(literal.chars().collect())));
        let in_query = literal.ends_with(['?', '&']);
        parts.push(UriPart::Parameter { name: inside[..close].to_owned(), in_query });
        rest = &inside[close + 1..];
    }
    parts.extend((!rest.is_empty()).then(|| UriPart::Literal(rest.chars().collect())));
    let stray = |part: &UriPart<char>| matches!(part, UriPart::Literal(text) if text.contains(&'}'));
    if parts.iter().any(stray) { Err(UriFault::Braces) } else { Ok(parts) }
}

fn check_parameters(parts: &[UriPart<char>]) -> Result<(), UriFault> {
    let mut seen: Vec<(String, &str)> = Vec::new();
    for part in parts {
        let UriPart::Parameter { name, .. } = part else { continue };
        // The extension's regular expression has groups of these names, so `user-id` and `user.id` collide.
        let group = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_ascii_lowercase();
        if let Some((_, other)) = seen.iter().find(|(taken, _)| *taken == group) {
            return Err(UriFault::Collision((*other).to_owned(), name.clone()));
        }
        seen.push((group, name));
    }
    for (_, name) in seen {
        let lower = name.to_ascii_lowercase();
        if name.trim().is_empty() {
            return Err(UriFault::EmptyParameter);
        }
        if name.contains(['/', '#', '?', '&', ' ']) || lower.contains("%7b") || lower.contains("%7d") {
            return Err(UriFault::Parameter(name.to_owned()));
        }
    }
    Ok(())
}

pub(super) fn fill(parts: &[UriPart<char>], placeholder: &str) -> String {
    let fill = |part: &UriPart<char>| match part {
        UriPart::Literal(text) => text.iter().collect(),
        UriPart::Parameter { .. } => placeholder.to_owned(),
    };
    parts.iter().map(fill).collect()
}

/// Whether the extension reads resources at this URI: the URI is absolute, and .NET's `Uri` accepts the text behind `//` as a host
/// name (ground-truth.md §12: it never reads `categories://a%20b`).
///
/// ```
/// use host_protocol::uri::is_readable;
///
/// assert!(is_readable("categories://books") && is_readable("categories://all/a%20b"));
/// assert!(!is_readable("categories://a%20b"));
/// ```
pub fn is_readable(uri: &str) -> bool {
    let rest = uri.split_once(':').map_or("", |(_, rest)| rest);
    UriTemplate::parse(uri).is_ok() && host(rest).is_none_or(|host| host.is_empty() || is_host_name(host))
}

/// Whether a URI has a scheme, and a host if the scheme is a well-known one with hosts. .NET takes a bare path for absolute on Linux
/// but not on Windows, so a path is not absolute here.
fn is_absolute(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.trim_start().split_once(':') else { return false };
    let well_formed = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let needs_host = ["http", "https", "ws", "wss", "ftp"].iter().any(|known| known.eq_ignore_ascii_case(scheme));
    let host = host(rest).unwrap_or_default();
    well_formed && (!needs_host || !host.is_empty() && !host.contains(char::is_whitespace))
}

/// A resource URI that the extension refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidUri {
    uri: String,
    fault: UriFault,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum UriFault {
    Blank,
    Braces,
    Adjacent,
    Collision(String, String),
    EmptyParameter,
    Parameter(String),
    NotAbsolute,
}

impl fmt::Display for InvalidUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uri = &self.uri;
        match &self.fault {
            UriFault::Blank => write!(f, "the URI of a resource is blank; write one such as `docs://readme`"),
            UriFault::Braces => write!(f, "the braces in `{uri}` do not pair up; a parameter is written `{{name}}`"),
            UriFault::Adjacent => write!(f, "two parameters in `{uri}` touch; put at least one character between them"),
            UriFault::Collision(a, b) => {
                write!(f, "the parameters `{a}` and `{b}` in `{uri}` count as one name; rename one")
            }
            UriFault::EmptyParameter => write!(f, "a parameter in `{uri}` has a blank name; name it"),
            UriFault::Parameter(name) => write!(
                f,
                "the parameter `{name}` in `{uri}` has a character that no name may have (`/`, `#`, `?`, `&`, a blank, \
                 an encoded brace); use letters, digits and `_`"
            ),
            UriFault::NotAbsolute => {
                write!(f, "`{uri}` is not an absolute URI; begin with a scheme, as in `docs://readme`")
            }
        }
    }
}

impl Error for InvalidUri {}

#[cfg(test)]
mod tests;
