//! Descriptions: models read the doc comments of the source in the listing.

use crate::syntax::ungroup_expr;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, Lit, Meta};

/// A text in parts. The compiler expands some of them later, `include_str!(…)` for example.
#[derive(Default)]
pub(crate) struct Description(Vec<DescriptionPart>);

enum DescriptionPart {
    Known(String),
    Later(TokenStream),
}

impl Description {
    /// The value of `description = …`. `None` if it is neither a string literal nor a macro.
    pub(crate) fn from_expression(expression: &Expr) -> Option<Self> {
        match ungroup_expr(expression) {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(string) => Some(Description(vec![DescriptionPart::Known(string.value())])),
                _ => None,
            },
            Expr::Macro(later) => Some(Description(vec![DescriptionPart::Later(later.to_token_stream())])),
            _ => None,
        }
    }

    /// The doc comments among the attributes, without the indent that all lines share, such as the blank after `///`.
    pub(crate) fn from_comments(attributes: &[Attribute]) -> Self {
        let mut lines: Vec<DescriptionPart> = Vec::new();
        for attribute in attributes {
            match &attribute.meta {
                Meta::NameValue(doc) if doc.path.is_ident("doc") => match ungroup_expr(&doc.value) {
                    Expr::Lit(literal) => {
                        if let Lit::Str(string) = &literal.lit {
                            lines.extend(lines_of(&string.value()).map(DescriptionPart::Known));
                        }
                    }
                    later => lines.push(DescriptionPart::Later(later.to_token_stream())),
                },
                _ => {}
            }
        }
        join(lines)
    }
}

/// The lines of one comment, without the stars at the left of a `/** … */`.
fn lines_of(comment: &str) -> impl Iterator<Item = String> {
    let starred = comment.lines().count() > 1
        && comment.lines().skip(1).all(|line| line.trim().is_empty() || line.trim_start().starts_with('*'));
    comment.split('\n').enumerate().map(move |(number, line)| {
        let line = line.trim_end();
        match line.trim_start().strip_prefix('*') {
            Some(behind) if starred && number > 0 => behind.to_owned(),
            _ => line.to_owned(),
        }
    })
}

fn join(mut lines: Vec<DescriptionPart>) -> Description {
    let is_blank = |part: &DescriptionPart| matches!(part, DescriptionPart::Known(line) if line.is_empty());
    while lines.last().is_some_and(is_blank) {
        lines.pop();
    }
    let first = lines.iter().position(|part| !is_blank(part)).unwrap_or_default();
    lines.drain(..first);

    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let written = lines.iter().filter_map(|part| match part {
        DescriptionPart::Known(line) if !line.is_empty() => Some(blanks(line)),
        _ => None,
    });
    let indent = written.min().unwrap_or_default();

    let mut parts: Vec<DescriptionPart> = Vec::new();
    for (number, line) in lines.into_iter().enumerate() {
        let mut text = if number > 0 { "\n".to_owned() } else { String::new() };
        let later = match line {
            DescriptionPart::Known(line) => {
                text.push_str(line.get(indent..).unwrap_or_default());
                None
            }
            later @ DescriptionPart::Later(_) => Some(later),
        };
        match parts.last_mut() {
            Some(DescriptionPart::Known(before)) => before.push_str(&text),
            _ if text.is_empty() => {}
            _ => parts.push(DescriptionPart::Known(text)),
        }
        parts.extend(later);
    }
    Description(parts)
}

/// One expression of type `&'static str`.
impl ToTokens for Description {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self.0.as_slice() {
            [] => tokens.extend(quote!("")),
            [DescriptionPart::Known(text)] => text.to_tokens(tokens),
            [DescriptionPart::Later(text)] => text.to_tokens(tokens),
            parts => tokens.extend(quote!(::core::concat!(#(#parts),*))),
        }
    }
}

impl ToTokens for DescriptionPart {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            DescriptionPart::Known(text) => text.to_tokens(tokens),
            DescriptionPart::Later(text) => text.to_tokens(tokens),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn text(attributes: &[Attribute]) -> String {
        Description::from_comments(attributes).to_token_stream().to_string()
    }

    #[test]
    fn paragraphs_and_indents_stay() {
        let attributes: Vec<Attribute> = parse_quote! {
            ///
            /// Searches.
            ///
            /// - one
            ///   - two
            #[allow(unused)]
            /// End.
            ///
        };
        assert_eq!(text(&attributes), r#""Searches.\n\n- one\n  - two\nEnd.""#);
    }

    #[test]
    fn lines_that_start_at_the_slashes_lose_nothing() {
        let attributes: Vec<Attribute> = parse_quote! {
            #[doc = "one"]
            #[doc = " two"]
        };
        assert_eq!(text(&attributes), r#""one\n two""#);
    }

    #[test]
    fn stars_of_a_block_are_no_text() {
        let attributes: Vec<Attribute> = parse_quote! {
            #[doc = "\n     * One.\n     *\n     *   two\n     "]
        };
        assert_eq!(text(&attributes), r#""One.\n\n  two""#);
        let attributes: Vec<Attribute> = parse_quote!(#[doc = " Who to greet "]);
        assert_eq!(text(&attributes), r#""Who to greet""#);
    }

    #[test]
    fn what_the_compiler_has_to_read_is_left_to_it() {
        let attributes: Vec<Attribute> = parse_quote! {
            /// Before.
            #[doc = include_str!("tool.md")]
            /// After.
        };
        assert_eq!(text(&attributes), r#":: core :: concat ! ("Before.\n" , include_str ! ("tool.md") , "\nAfter.")"#);
        let attributes: Vec<Attribute> = parse_quote!(#[doc = include_str!("tool.md")]);
        assert_eq!(text(&attributes), r#"include_str ! ("tool.md")"#);
    }

    #[test]
    fn no_comment_is_no_text() {
        assert_eq!(text(&[]), r#""""#);
        assert_eq!(text(&[parse_quote!(#[doc(hidden)])]), r#""""#);
    }
}
