//! Templates whose addresses are compared as in RFC 3986.

use super::NormalUri;
use super::matching::{UriPart, spans};
use super::template::fill;

/// The URI or template of a resource in its normal form, which matches an address in any form that a client may write.
///
/// ```
/// use host_protocol::uri::{NormalUri, UriTemplate};
///
/// let template = UriTemplate::parse("raw://café/{name}")?.normalized().unwrap();
/// let uri = NormalUri::new("RAW://caf%c3%a9/./Caf\u{e9}%20au%20lait");
/// assert_eq!(template.matches(&uri), Some(vec![("name", "Caf\u{e9}%20au%20lait")])); // as the client wrote it
/// # Ok::<(), host_protocol::uri::InvalidUri>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalTemplate {
    parts: Vec<UriPart<u8>>,
}

/// Stands for a parameter while its template is normalized: a character that normalization leaves as it is.
const PARAMETER: &str = "x";

impl NormalTemplate {
    pub(super) fn of(parts: &[UriPart<char>]) -> Option<Self> {
        let text = fill(parts, PARAMETER);
        let normal = NormalUri::new(&text);
        let mut rest = normal.as_str().bytes().enumerate().peekable();
        let (mut at, mut normal_parts) = (0, Vec::with_capacity(parts.len()));
        let mut until = |position: usize| {
            let mut literal = Vec::new();
            while let Some((_, byte)) = rest.next_if(|(index, _)| normal.origin(*index) < position) {
                literal.push(byte);
            }
            let parameter = rest.next_if(|(index, _)| normal.origin(*index) == position);
            (literal, parameter.is_some())
        };
        for part in parts {
            match part {
                UriPart::Literal(literal) => at += literal.iter().map(|c| c.len_utf8()).sum::<usize>(),
                UriPart::Parameter { name, in_query } => {
                    let (literal, true) = until(at) else { return None };
                    at += PARAMETER.len();
                    normal_parts.extend((!literal.is_empty()).then_some(UriPart::Literal(literal)));
                    normal_parts.push(UriPart::Parameter { name: name.clone(), in_query: *in_query });
                }
            }
        }
        let (literal, _) = until(text.len());
        normal_parts.extend((!literal.is_empty()).then_some(UriPart::Literal(literal)));
        Some(NormalTemplate { parts: normal_parts })
    }

    /// Matches a whole address, and gives the parameters' values as the client wrote them.
    ///
    /// Each parameter takes as much as possible, at least one character. The time grows with the product of both lengths only,
    /// for any address.
    pub fn matches<'t, 'u>(&'t self, uri: &NormalUri<'u>) -> Option<Vec<(&'t str, &'u str)>> {
        let spans = spans(&self.parts, uri.as_str().as_bytes())?;
        let names = self.parts.iter().filter_map(UriPart::name);
        names.zip(spans).map(|(name, span)| Some((name, uri.source(span)?))).collect()
    }

    /// The form in which two templates are compared: parameters have no names there. Templates with equal structures are the same.
    pub fn structure(&self) -> String {
        let text = |part: &UriPart<u8>| match part {
            UriPart::Literal(literal) => String::from_utf8_lossy(literal).into_owned(),
            // No URI has braces in its normal form.
            UriPart::Parameter { .. } => "{}".to_owned(),
        };
        self.parts.iter().map(text).collect()
    }
}
