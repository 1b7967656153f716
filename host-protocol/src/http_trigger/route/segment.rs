//! One part of a route between slashes.

use super::{Parameter, ParameterKind, Values};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// At least one; no two parameters side by side.
    parts: Vec<SegmentPart>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SegmentPart {
    Literal(String),
    Parameter(Parameter),
}

impl Segment {
    pub(super) fn new(parts: Vec<SegmentPart>) -> Self {
        Segment { parts }
    }

    pub(super) fn parts(&self) -> &[SegmentPart] {
        &self.parts
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.parts.iter().filter_map(|part| match part {
            SegmentPart::Parameter(parameter) => Some(parameter),
            SegmentPart::Literal(_) => None,
        })
    }

    /// The parameter of a segment that has nothing else.
    fn only_parameter(&self) -> Option<&Parameter> {
        match &self.parts[..] {
            [SegmentPart::Parameter(parameter)] => Some(parameter),
            _ => None,
        }
    }

    pub(super) fn catch_all(&self) -> Option<&Parameter> {
        self.only_parameter().filter(|parameter| parameter.kind == ParameterKind::CatchAll)
    }

    /// The parameter of a segment that may be missing at the end of a path.
    pub(super) fn may_be_missing(&self) -> Option<&Parameter> {
        self.only_parameter()
            .filter(|parameter| parameter.kind != ParameterKind::Required || parameter.default.is_some())
    }

    /// The digit of ASP.NET's `RoutePrecedence`.
    pub(super) fn precedence(&self) -> u8 {
        match &self.parts[..] {
            [SegmentPart::Literal(_)] => 1,
            [SegmentPart::Parameter(parameter)] => {
                let digit = if parameter.kind == ParameterKind::CatchAll { 5 } else { 3 };
                digit - u8::from(!parameter.constraints.is_empty())
            }
            _ => 2,
        }
    }

    /// Matches one segment of a path, and adds the values of parameters.
    pub(super) fn match_into<'a>(&'a self, text: &str, values: &mut Values<'a>) -> Option<()> {
        let before = values.len();
        if match_parts(&self.parts, text, values).is_some() {
            return Some(());
        }
        values.truncate(before);
        // `{name}.{format?}` matches without the dot too.
        match &self.parts[..] {
            [parts @ .., SegmentPart::Literal(_), SegmentPart::Parameter(optional)]
                if optional.kind == ParameterKind::Optional =>
            {
                match_parts(parts, text, values)?;
                values.push((optional, None));
                Some(())
            }
            _ => None,
        }
    }
}

/// Matches from the right to the left: each literal where it stands last, as ASP.NET does it.
fn match_parts<'a>(parts: &'a [SegmentPart], text: &str, values: &mut Values<'a>) -> Option<()> {
    let at = values.len();
    let mut rest = text;
    let mut parts = parts.iter().rev();
    while let Some(part) = parts.next() {
        match part {
            SegmentPart::Literal(literal) => rest = strip_suffix_ignoring_case(rest, literal)?,
            SegmentPart::Parameter(parameter) => {
                let value = match parts.next() {
                    None => std::mem::take(&mut rest),
                    Some(SegmentPart::Literal(literal)) => {
                        let place = last_place_ignoring_case(rest, literal)?;
                        let value = &rest[place + literal.len()..];
                        rest = &rest[..place];
                        value
                    }
                    Some(SegmentPart::Parameter(_)) => return None,
                };
                let value = Some(value).filter(|value| !value.is_empty())?;
                values.insert(at, (parameter, Some(value.to_owned())));
            }
        }
    }
    rest.is_empty().then_some(())
}

fn strip_suffix_ignoring_case<'t>(text: &'t str, suffix: &str) -> Option<&'t str> {
    let (start, end) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    same(end, suffix).then_some(start)
}

/// The last place of a literal that has text after it.
fn last_place_ignoring_case(text: &str, literal: &str) -> Option<usize> {
    let places = (0..text.len()).rev().filter(|place| place + literal.len() < text.len());
    places.into_iter().find(|&place| text.get(place..place + literal.len()).is_some_and(|found| same(found, literal)))
}

fn same(text: &str, literal: &str) -> bool {
    text.eq_ignore_ascii_case(literal) || text.to_lowercase() == literal.to_lowercase()
}
