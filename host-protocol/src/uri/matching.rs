//! Matches addresses with templates.

use std::ops::Range;

/// A part of a template, in the units by which addresses are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum UriPart<Unit> {
    Literal(Vec<Unit>),
    /// In a query (right after `?` or `&`) a value may hold `/` and `?`, elsewhere `&`.
    Parameter {
        name: String,
        in_query: bool,
    },
}

/// A unit by which addresses are compared.
pub(super) trait Unit: Copy {
    fn is_same(self, other: Self) -> bool;
    fn is_one_of(self, stops: &str) -> bool;
}

/// Compares as the extension does: the case of letters does not count.
impl Unit for char {
    fn is_same(self, other: char) -> bool {
        self == other || self.to_lowercase().eq(other.to_lowercase())
    }

    fn is_one_of(self, stops: &str) -> bool {
        stops.contains(self)
    }
}

/// Compares bytes of normal forms.
impl Unit for u8 {
    fn is_same(self, other: u8) -> bool {
        self == other
    }

    fn is_one_of(self, stops: &str) -> bool {
        stops.as_bytes().contains(&self)
    }
}

/// The places of the parameters' values in an address, in the order of the parameters. `None` if the address as a whole does not
/// match.
///
/// Each parameter takes as much as possible, at least one unit. The time grows with the product of both lengths only.
pub(super) fn spans<U: Unit>(parts: &[UriPart<U>], uri: &[U]) -> Option<Vec<Range<usize>>> {
    // Most addresses are of another template, and need no table to say so.
    if let Some(UriPart::Literal(beginning)) = parts.first()
        && !begins_with(uri, beginning)
    {
        return None;
    }
    // For each part, from the last to the first: where it ends if it begins at a position and all parts after it fit.
    let mut ends: Vec<Vec<Option<usize>>> = Vec::with_capacity(parts.len());
    let mut rest_fits: Vec<bool> = (0..=uri.len()).map(|at| at == uri.len()).collect();
    for part in parts.iter().rev() {
        let ends_here = part.ends(uri, &rest_fits);
        rest_fits = ends_here.iter().map(Option::is_some).collect();
        ends.push(ends_here);
    }
    let mut at = 0;
    let mut spans = Vec::new();
    for (part, ends) in parts.iter().zip(ends.iter().rev()) {
        let end = ends[at]?;
        if let UriPart::Parameter { .. } = part {
            spans.push(at..end);
        }
        at = end;
    }
    (at == uri.len()).then_some(spans)
}

fn begins_with<U: Unit>(uri: &[U], literal: &[U]) -> bool {
    uri.len() >= literal.len() && uri.iter().zip(literal).all(|(a, b)| a.is_same(*b))
}

impl<U: Unit> UriPart<U> {
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            UriPart::Parameter { name, .. } => Some(name),
            UriPart::Literal(_) => None,
        }
    }

    /// For each position in an address: the furthest end of this part if it begins there. `rest_fits` tells for each position whether
    /// the parts after this one match from there.
    fn ends(&self, uri: &[U], rest_fits: &[bool]) -> Vec<Option<usize>> {
        match self {
            UriPart::Literal(literal) => (0..=uri.len())
                .map(|at| {
                    let end = at + literal.len();
                    (*rest_fits.get(end)? && begins_with(&uri[at..], literal)).then_some(end)
                })
                .collect(),
            UriPart::Parameter { in_query, .. } => {
                let stops = if *in_query { "&#" } else { "/?#" };
                let mut ends = vec![None; uri.len() + 1];
                for at in (0..uri.len()).rev().filter(|&at| !uri[at].is_one_of(stops)) {
                    ends[at] = ends[at + 1].or(rest_fits[at + 1].then_some(at + 1));
                }
                ends
            }
        }
    }
}
