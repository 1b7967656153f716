//! Reads the templates of routes.

use super::constraint::Constraint;
use super::segment::{Segment, SegmentPart};
use super::{Parameter, ParameterKind};

/// The segments of a template. The error is the reason why the text is not a template.
pub(super) fn template(template: &str) -> Result<Vec<Segment>, String> {
    let text = template.strip_prefix('/').unwrap_or(template);
    let text = text.strip_suffix('/').unwrap_or(text);
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let segments: Vec<Segment> = split(text)?.into_iter().map(segment).collect::<Result<_, _>>()?;
    let last = segments.len() - 1;
    if segments[..last].iter().any(|segment| segment.catch_all().is_some()) {
        return Err("a parameter that takes the rest has to be the last".to_owned());
    }
    let names: Vec<String> = segments.iter().flat_map(Segment::parameters).map(|it| it.name.to_lowercase()).collect();
    match names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        Some((_, name)) => Err(format!("it has two parameters of the name `{name}`")),
        None => Ok(segments),
    }
}

/// A piece of a segment before it is read: its text, and whether it stood in braces.
type Piece = (String, bool);

/// Splits a template into segments, but not the text in braces: a constraint may hold a slash. Two braces stand for one.
fn split(text: &str) -> Result<Vec<Vec<Piece>>, String> {
    let mut segments: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut literal = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_double = matches!(c, '{' | '}') && chars.next_if_eq(&c).is_some();
        let segment = segments.last_mut().ok_or("it has no parts")?;
        match c {
            '{' if !is_double => {
                if !literal.is_empty() {
                    segment.push((std::mem::take(&mut literal), false));
                }
                segment.push((parameter_text(&mut chars)?, true));
            }
            '}' if !is_double => return Err("it has a `}` without a `{`".to_owned()),
            '/' => {
                if !literal.is_empty() {
                    segment.push((std::mem::take(&mut literal), false));
                }
                segments.push(Vec::new());
            }
            c => literal.push(c),
        }
    }
    if !literal.is_empty() {
        segments.last_mut().ok_or("it has no parts")?.push((literal, false));
    }
    if segments.iter().any(Vec::is_empty) { Err("it has an empty part".to_owned()) } else { Ok(segments) }
}

/// The text between the braces of a parameter.
fn parameter_text(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, String> {
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '}' if chars.peek() != Some(&'}') => return Ok(text),
            '{' | '}' if chars.next_if_eq(&c).is_none() => break,
            c => text.push(c),
        }
    }
    Err(format!("its parameter `{{{text}` has no end"))
}

fn segment(pieces: Vec<Piece>) -> Result<Segment, String> {
    let read = |(text, is_parameter): Piece| {
        if is_parameter { parameter(&text).map(SegmentPart::Parameter) } else { Ok(SegmentPart::Literal(text)) }
    };
    let parts: Vec<SegmentPart> = pieces.into_iter().map(read).collect::<Result<_, String>>()?;
    if parts.windows(2).any(|two| matches!(two, [SegmentPart::Parameter(_), SegmentPart::Parameter(_)])) {
        return Err("two parameters stand side by side".to_owned());
    }
    for (at, part) in parts.iter().enumerate() {
        let SegmentPart::Parameter(Parameter { name, kind, .. }) = part else { continue };
        let follows_dot =
            || at + 1 == parts.len() && matches!(&parts[at - 1], SegmentPart::Literal(text) if text == ".");
        match kind {
            ParameterKind::CatchAll if parts.len() > 1 => {
                return Err(format!("`{{*{name}}}` has to be a part by itself"));
            }
            ParameterKind::Optional if parts.len() > 1 && !(at > 0 && follows_dot()) => {
                return Err(format!("`{{{name}?}}` has to be a part by itself, or to follow a `.` at the end of one"));
            }
            _ => {}
        }
    }
    Ok(Segment::new(parts))
}

/// `*name`, `name?`, `name=default`, `name:constraint(arguments):…`.
fn parameter(text: &str) -> Result<Parameter, String> {
    let bare = text.trim_start_matches('*');
    let is_catch_all = matches!(text.len() - bare.len(), 1 | 2);
    let (bare, is_optional) = bare.strip_suffix('?').map_or((bare, false), |bare| (bare, true));
    let end = bare.find([':', '=']).unwrap_or(bare.len());
    let (name, mut rest) = bare.split_at(end);
    if name.is_empty() || name.contains(['/', '*', '?', '{', '}']) {
        return Err(format!("`{{{text}}}` has no name that can be one"));
    }
    let mut constraints = Vec::new();
    while let Some(from) = rest.strip_prefix(':') {
        let end = end_of_constraint(from);
        constraints.push(Constraint::parse(&from[..end])?);
        rest = &from[end..];
    }
    let default = rest.strip_prefix('=').map(str::to_owned);
    let kind = match (is_catch_all, is_optional) {
        (true, true) => return Err(format!("`{{{text}}}` takes the rest, which may be nothing anyway")),
        (true, false) => ParameterKind::CatchAll,
        (false, true) if default.is_some() => return Err(format!("`{{{text}}}` is optional and has a default")),
        (false, true) => ParameterKind::Optional,
        (false, false) => ParameterKind::Required,
    };
    Ok(Parameter { name: name.to_owned(), kind, default, constraints })
}

/// The place where the next constraint or the default begins, outside parentheses.
fn end_of_constraint(text: &str) -> usize {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ':' | '=' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}
