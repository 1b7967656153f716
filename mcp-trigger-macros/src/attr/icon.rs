//! `icons("https://…", icon(src = "https://…", mime_type = "…", sizes("48x48"), theme = "dark"))`

use super::entry::{AttributeEntry, entries, entry_and_comma, skip_past_comma};
use super::keys::KnownKeys;
use crate::diag::Diagnostics;
use crate::model::IconOptions;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, LitStr, Token};

pub(super) const KEYS: KnownKeys = KnownKeys {
    attribute: "icon(…)",
    own: &["src", "mime_type", "sizes", "theme"],
    shared: &[],
    aliases: &[("url", "src")],
};
const FORM: &str = "(\"https://…\", icon(src = \"https://…\", theme = \"dark\"))";

pub(super) fn list(entry: AttributeEntry, diagnostics: &mut Diagnostics) -> Vec<IconOptions> {
    let Some(tokens) = entry.list(FORM, diagnostics) else { return Vec::new() };
    let mut icons = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match icon(input, diagnostics) {
                Ok(icon) => icons.extend(icon),
                Err(error) => {
                    diagnostics.push(error);
                    skip_past_comma(input)?;
                }
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        diagnostics.push(error);
    }
    icons
}

fn icon(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Option<IconOptions>> {
    if input.peek(LitStr) {
        let src = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        check_source(&src, diagnostics);
        return Ok(Some(IconOptions { src, mime_type: None, sizes: Vec::new(), theme: None }));
    }
    let form = format!("expected a string literal or `icon(…)`: `icons{FORM}`");
    if input.peek(Lit) {
        return Err(input.error(form));
    }
    let entry = entry_and_comma(input)?;
    if entry.key != "icon" {
        return Err(syn::Error::new(entry.key.span(), form));
    }
    let key = entry.key.clone();
    let Some(tokens) = entry.list("(src = \"https://…\")", diagnostics) else { return Ok(None) };
    let so_far = diagnostics.count();
    let entries = entries(tokens, &KEYS, diagnostics);
    if diagnostics.count() == so_far && !entries.iter().any(|entry| entry.key == "src") {
        diagnostics.error(key, "an icon needs a `src`: `icon(src = \"https://…\")`");
    }
    let (mut src, mut mime_type, mut sizes, mut theme) = (None, None, Vec::new(), None);
    for entry in entries {
        match entry.key.to_string().as_str() {
            "src" => src = entry.string(diagnostics),
            "mime_type" => mime_type = entry.string(diagnostics),
            "sizes" => sizes = list_of_sizes(entry, diagnostics),
            // The only key that is left: `theme`.
            _ => theme = entry.string(diagnostics),
        }
    }
    if let Some(theme) = theme.as_ref().filter(|theme| !matches!(theme.value().as_str(), "light" | "dark")) {
        diagnostics.error(theme, "a theme is `light` or `dark`");
    }
    Ok(src.map(|src| {
        check_source(&src, diagnostics);
        IconOptions { src, mime_type, sizes, theme }
    }))
}

/// Reports other schemes than the two that MCP allows for icons.
fn check_source(src: &LitStr, diagnostics: &mut Diagnostics) {
    let address = src.value();
    if !address.starts_with("https://") && !address.starts_with("data:") {
        diagnostics.error(src, "the source of an icon is an `https://` or a `data:` address; clients take no other");
    }
}

fn list_of_sizes(entry: AttributeEntry, diagnostics: &mut Diagnostics) -> Vec<LitStr> {
    let Some(sizes) = entry.strings("(\"48x48\")", diagnostics) else { return Vec::new() };
    for size in sizes.iter().filter(|size| !is_size(&size.value())) {
        diagnostics.error(size, "a size is `any` or width and height in pixels: `48x48`");
    }
    sizes
}

fn is_size(text: &str) -> bool {
    let is_number = |text: &str| text.parse::<u32>().is_ok_and(|number| number > 0);
    text == "any" || text.split_once('x').is_some_and(|(width, height)| is_number(width) && is_number(height))
}
