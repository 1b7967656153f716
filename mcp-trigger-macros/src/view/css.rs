//! Style sheets: `url(…)` becomes a `data:` address, and `@import` the imported sheet.

use super::assets::{Assets, SourceText, is_local};
use std::ops::Range;

/// A style sheet, or the declarations of a `style` attribute, with all files in it that it names.
pub(super) fn inline(source: &SourceText<'_>, assets: &mut Assets<'_>) -> String {
    inline_sheet(source, assets, &mut Vec::new())
}

/// `importers` are the sheets that import this one.
fn inline_sheet(source: &SourceText<'_>, assets: &mut Assets<'_>, importers: &mut Vec<String>) -> String {
    let mut output = String::new();
    let mut copied = 0;
    let mut has_rules = !importers.is_empty();
    for reference in references(source.text) {
        let replacement = match &reference.import {
            None => assets.data(source, reference.at, &reference.address),
            Some(condition) if is_local(&reference.address) => {
                has_rules = true;
                if !condition.trim().is_empty() {
                    let problem = format!(
                        "`{}` is imported for `{}` only; write these rules into an `@media`, `@supports` or `@layer` of the \
                        imported sheet, and import it always",
                        reference.address,
                        condition.trim()
                    );
                    assets.error(source, reference.at, &problem);
                    continue;
                }
                import(source, &reference, assets, importers)
            }
            Some(_) => {
                assets.loaded(source, reference.at, &reference.address);
                if has_rules {
                    let problem = format!(
                        "`{}` is imported from elsewhere, and browsers read that only in front of all rules; move \
                        the `@import` to the top of the sheet that the page names",
                        reference.address
                    );
                    assets.error(source, reference.at, &problem);
                }
                None
            }
        };
        if let Some(replacement) = replacement {
            output += &source.text[copied..reference.range.start];
            output += &replacement;
            copied = reference.range.end;
        }
    }
    output + &source.text[copied..]
}

fn import(
    source: &SourceText<'_>,
    reference: &Reference,
    assets: &mut Assets<'_>,
    importers: &mut Vec<String>,
) -> Option<String> {
    let sheet = assets.text(source, reference.at, &reference.address)?;
    if sheet.path == source.path || importers.contains(&sheet.path) {
        assets.error(source, reference.at, &format!("`{}` imports itself; take one `@import` out", reference.address));
        return None;
    }
    importers.push(source.path.to_owned());
    let rules = inline_sheet(&sheet.source(), assets, importers);
    importers.pop();
    Some(rules)
}

/// The text after `word`, if `text` begins with it.
fn keyword<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let found = text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let behind = text.get(word.len()..).filter(|_| found)?;
    (!behind.starts_with(is_name)).then_some(behind)
}

/// A place where a style sheet names a file.
struct Reference {
    /// The replaced part: the address inside its quotes, or the whole `@import`.
    range: Range<usize>,
    /// The position of the address.
    at: usize,
    address: String,
    /// The condition of an `@import`, which follows the address. May be empty.
    import: Option<String>,
}

fn references(css: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    // One entry for each open parenthesis: whether the strings in it are addresses.
    let mut image_sets = Vec::new();
    let mut at = 0;
    while let Some(character) = css[at..].chars().next() {
        let rest = &css[at..];
        match character {
            '/' if rest.starts_with("/*") => at += comment(rest),
            '"' | '\'' => {
                let (address, end) = string(css, at);
                if image_sets.last() == Some(&true) {
                    found.push(Reference {
                        range: address.clone(),
                        at,
                        address: unescaped(&css[address]),
                        import: None,
                    });
                }
                at = end;
            }
            // A namespace is not loaded.
            '@' if keyword(&rest[1..], "namespace").is_some() => at += rest.find(';').unwrap_or(rest.len()),
            '@' if keyword(&rest[1..], "import").is_some() => {
                let (import, end) = import_rule(css, at);
                found.extend(import);
                at = end;
            }
            '(' | ')' => {
                if character == '(' {
                    image_sets.push(false);
                } else {
                    image_sets.pop();
                }
                at += 1;
            }
            _ if is_name(character) => {
                let name = &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())];
                let start = at;
                at += name.len();
                if !css[at..].starts_with('(') {
                    continue;
                }
                if name.eq_ignore_ascii_case("url") {
                    let (address, end) = url(css, start);
                    found.push(Reference {
                        at: address.start,
                        address: unescaped(&css[address.clone()]),
                        range: address,
                        import: None,
                    });
                    at = end;
                } else {
                    image_sets.push(name.to_ascii_lowercase().ends_with("image-set"));
                    at += 1;
                }
            }
            '\\' => at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => at += character.len_utf8(),
        }
    }
    found
}

/// The `@import` at a position, and its end. The reference is `None` without an address.
fn import_rule(css: &str, start: usize) -> (Option<Reference>, usize) {
    let mut at = start + "@import".len();
    loop {
        let rest = &css[at..];
        let blanks = rest.len() - rest.trim_start().len();
        match blanks {
            0 if rest.starts_with("/*") => at += comment(rest),
            0 => break,
            _ => at += blanks,
        }
    }
    let (address, behind) = match &css[at..] {
        rest if rest.starts_with(['"', '\'']) => string(css, at),
        rest if keyword(rest, "url").is_some_and(|behind| behind.starts_with('(')) => url(css, at),
        _ => return (None, at),
    };
    let length = css[behind..].find(';').unwrap_or(css.len() - behind);
    let condition = css[behind..behind + length].to_owned();
    let end = css.len().min(behind + length + 1);
    let reference = Reference { range: start..end, at, address: unescaped(&css[address]), import: Some(condition) };
    (Some(reference), end)
}

/// The inside of the string at a position, and the end of the string.
fn string(css: &str, start: usize) -> (Range<usize>, usize) {
    let quote = &css[start..=start];
    let mut characters = css[start + 1..].char_indices();
    while let Some((at, character)) = characters.next() {
        let at = start + 1 + at;
        match character {
            '\\' => drop(characters.next()),
            '\n' => return (start + 1..at, at),
            _ if css[at..].starts_with(quote) => return (start + 1..at, at + 1),
            _ => {}
        }
    }
    (start + 1..css.len(), css.len())
}

/// The address in the `url(…)` at a position, without quotes, and the end of the `url(…)`.
fn url(css: &str, start: usize) -> (Range<usize>, usize) {
    let inside = start + "url(".len();
    let rest = &css[inside..];
    let begin = inside + rest.len() - rest.trim_start().len();
    if css[begin..].starts_with(['"', '\'']) {
        let (address, behind) = string(css, begin);
        let end = css[behind..].find(')').map_or(css.len(), |found| behind + found + 1);
        return (address, end);
    }
    let mut characters = css[begin..].char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            ')' => return (begin..begin + css[begin..begin + at].trim_end().len(), begin + at + 1),
            _ => {}
        }
    }
    (begin..css.len(), css.len())
}

/// The length of the comment at the start.
fn comment(rest: &str) -> usize {
    rest[2..].find("*/").map_or(rest.len(), |end| end + 4)
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || character == '_' || !character.is_ascii()
}

/// An address without the backslashes before blanks and parentheses.
fn unescaped(address: &str) -> String {
    let mut characters = address.chars();
    std::iter::from_fn(|| match characters.next()? {
        '\\' => characters.next(),
        character => Some(character),
    })
    .collect()
}
