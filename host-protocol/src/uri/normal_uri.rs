//! Addresses in their normal form, to tell whether two are the same: RFC 3986 §6.2.2, "Syntax-Based Normalization".
//!
//! | written differently | as |
//! |---|---|
//! | case of the scheme and of the host | `DOCS://Returns` |
//! | percent-encoding of unreserved characters, case of its digits | `docs://%72eturns`, `%c3%a9` |
//! | dot segments | `docs://a/./b/../c` |
//! | characters of an IRI that no URI has (RFC 3987 §3.1) | `raw://café/a b` is `raw://caf%C3%A9/a%20b` |
//! | a path that is empty or `/`, after an authority (§6.2.3) | `docs://returns/` |
//!
//! The case of a path, a query and a fragment counts, and so does a `/` at the end of a longer path. The MCP extension has
//! another rule, [`UriTemplate::matches`](super::UriTemplate::matches).

use std::borrow::Cow;
use std::ops::Range;

/// An address in its normal form. Two addresses are the same if their normal forms are the same text.
///
/// Only absolute addresses are normalized. Without a scheme, the normal form is the address itself.
///
/// ```
/// use host_protocol::uri::NormalUri;
///
/// let normal = NormalUri::new("RAW://Café/a/../b c");
/// assert_eq!(normal.as_str(), "raw://caf%C3%A9/b%20c");
/// assert_eq!(normal.as_str(), NormalUri::new("raw://caf%c3%a9/b%20c").as_str());
/// ```
#[derive(Clone, Debug)]
pub struct NormalUri<'u> {
    source: &'u str,
    text: Cow<'u, str>,
    /// For each byte of the text, its place in the source. Empty if the source begins with the text.
    origins: Vec<usize>,
}

impl<'u> NormalUri<'u> {
    /// The normal form of an address. The time is proportional to its length. For an address in normal form, nothing is allocated.
    pub fn new(source: &'u str) -> Self {
        let begins_with = |text| NormalUri { source, text: Cow::Borrowed(text), origins: Vec::new() };
        let Some(components) = Components::of(source) else { return begins_with(source) };
        if components.are_normal() {
            return begins_with(&source[..components.end()]);
        }
        let (bytes, origins): (Vec<u8>, Vec<usize>) = components.normalized().into_iter().unzip();
        // It is ASCII: everything else was encoded.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        NormalUri { source, text: Cow::Owned(text), origins }
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The normal form, borrowed if it is the beginning of the address that it was made from.
    pub fn into_text(self) -> Cow<'u, str> {
        self.text
    }

    /// The place in the original address that a byte of the normal form comes from.
    pub(crate) fn origin(&self, at: usize) -> usize {
        self.origins.get(at).copied().unwrap_or(at)
    }

    /// A part of the normal form, as the original address has it. `None` if the part divides a character there.
    pub(crate) fn source(&self, part: Range<usize>) -> Option<&'u str> {
        let last = self.origin(part.end.checked_sub(1)?);
        let rest = &self.source.as_bytes()[last..];
        let length = match triplet(rest) {
            Some(_) => 3,
            None => 1 + rest[1..].iter().take_while(|byte| is_continuation(**byte)).count(),
        };
        self.source.get(self.origin(part.start)..last + length)
    }
}

/// The places of the components of an absolute address (RFC 3986 §3).
struct Components<'a> {
    bytes: &'a [u8],
    /// The end of the scheme.
    scheme: usize,
    has_authority: bool,
    /// The range of the host and port, which ignore case. The user before them is left out, since its case matters.
    host: Range<usize>,
    path: Range<usize>,
}

impl<'a> Components<'a> {
    fn of(address: &'a str) -> Option<Self> {
        let bytes = address.as_bytes();
        let scheme = address.find(':')?;
        let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        if !bytes[0].is_ascii_alphabetic() || !bytes[..scheme].iter().all(is_scheme) {
            return None;
        }
        let find = |from: usize, ends: &[u8]| {
            bytes[from..].iter().position(|byte| ends.contains(byte)).map_or(bytes.len(), |at| from + at)
        };
        let has_authority = bytes[scheme + 1..].starts_with(b"//");
        let authority = if has_authority { scheme + 3..find(scheme + 3, b"/?#") } else { scheme + 1..scheme + 1 };
        let user = bytes[authority.clone()].iter().rposition(|byte| *byte == b'@');
        let host = user.map_or(authority.start, |at| authority.start + at + 1)..authority.end;
        let path = authority.end..find(authority.end, b"?#");
        Some(Components { bytes, scheme, has_authority, host, path })
    }

    /// Whether the case of a letter at this place does not count.
    fn is_caseless(&self, at: usize) -> bool {
        at < self.scheme || self.host.contains(&at)
    }

    fn are_normal(&self) -> bool {
        let mut segments = self.bytes[self.path.clone()].split(|byte| *byte == b'/');
        if segments.any(|segment| segment == b"." || segment == b"..")
            || self.has_root_path() && self.end() != self.path.start
        {
            return false;
        }
        let mut at = 0;
        while at < self.bytes.len() {
            let byte = self.bytes[at];
            at += match triplet(&self.bytes[at..]) {
                Some(encoded) if !is_unreserved(encoded) => {
                    if self.bytes[at..at + 3].iter().any(u8::is_ascii_lowercase) {
                        return false;
                    }
                    3
                }
                None if is_allowed(byte) && !(byte.is_ascii_uppercase() && self.is_caseless(at)) => 1,
                _ => return false,
            };
        }
        true
    }

    /// Whether the path is `/` and follows an authority.
    fn has_root_path(&self) -> bool {
        self.has_authority && self.bytes[self.path.clone()] == *b"/"
    }

    /// The end of the address, without a path `/` that means the same as none.
    fn end(&self) -> usize {
        let is_last = self.path.end == self.bytes.len();
        if is_last && self.has_root_path() { self.path.start } else { self.bytes.len() }
    }

    /// The bytes of the normal form, each with its place in the original address.
    fn normalized(&self) -> Vec<(u8, usize)> {
        let mut out = Vec::with_capacity(self.bytes.len() + 16);
        self.encode(0..self.path.start, &mut out);
        let start = out.len();
        let mut path = Vec::with_capacity(self.path.len());
        self.encode(self.path.clone(), &mut path);
        remove_dot_segments(&path, &mut out);
        match &out[start..] {
            [(b'/', _)] if self.has_authority => out.truncate(start),
            // What follows `//` would become an authority.
            [(b'/', at), (b'/', _), ..] if !self.has_authority => {
                let at = *at;
                out.splice(start..start, [(b'/', at), (b'.', at)]);
            }
            _ => {}
        }
        self.encode(self.path.end..self.bytes.len(), &mut out);
        out
    }

    /// Appends a range of the address, with percent-encoding only where it is necessary.
    fn encode(&self, range: Range<usize>, out: &mut Vec<(u8, usize)>) {
        let mut at = range.start;
        while at < range.end {
            let byte = self.bytes[at];
            let encoded = triplet(&self.bytes[at..]);
            match encoded.or(Some(byte).filter(|byte| *byte != b'%')) {
                Some(byte) if is_unreserved(byte) || encoded.is_none() && is_allowed(byte) => {
                    out.push((if self.is_caseless(at) { byte.to_ascii_lowercase() } else { byte }, at));
                }
                other => {
                    let byte = other.unwrap_or(b'%');
                    let digit = |four_bits: u8| b"0123456789ABCDEF"[usize::from(four_bits)];
                    out.extend([b'%', digit(byte >> 4), digit(byte & 15)].map(|byte| (byte, at)));
                }
            }
            at += if encoded.is_some() { 3 } else { 1 };
        }
    }
}

/// Appends a path without its dot segments (RFC 3986 §5.2.4, whose steps the letters name).
fn remove_dot_segments(path: &[(u8, usize)], out: &mut Vec<(u8, usize)>) {
    let start = out.len();
    let mut at = 0;
    let mut is_first = true;
    while at < path.len() {
        let slash = path[at].0 == b'/';
        let from = at + usize::from(slash);
        let end = path[from..].iter().position(|(byte, _)| *byte == b'/').map_or(path.len(), |length| from + length);
        let dots = match &path[from..end] {
            [(b'.', _)] => 1,
            [(b'.', _), (b'.', _)] => 2,
            _ => 0,
        };
        match dots {
            // E
            0 => out.extend_from_slice(&path[at..end]),
            // A and D: before all else, without a slash.
            _ if is_first && !slash => {
                // The slash after it goes too.
                at = (end + 1).min(path.len());
                continue;
            }
            // B and C
            _ => {
                if dots == 2 {
                    let last = out[start..].iter().rposition(|(byte, _)| *byte == b'/');
                    out.truncate(start + last.unwrap_or_default());
                }
                if end == path.len() {
                    out.push(path[at]);
                }
            }
        }
        is_first = false;
        at = end;
    }
}

/// The byte that a percent-encoded triplet stands for, if the text begins with one.
pub(crate) fn triplet(text: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match text {
        [b'%', high, low, ..] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Whether a URI may have the character as it is (RFC 3986 §2.2, §2.3).
fn is_allowed(byte: u8) -> bool {
    is_unreserved(byte) || b":/?#[]@!$&'()*+,;=".contains(&byte)
}

fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

#[cfg(test)]
mod tests;
