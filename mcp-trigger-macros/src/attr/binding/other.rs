//! `binding(type = "cosmosDB", database_name = "shop", …)`: every kind that a host has an extension for.

use super::{Binding, Entry, any_entries, camel_case};
use crate::attr::{Value, given_twice, literal, ungroup};
use crate::diag::Diagnostics;
use crate::json::quoted;
use syn::{Expr, Lit, LitStr, UnOp};

const FORM: &str = "(type = \"cosmosDB\", …)";
const VALUES: &str = "the members of a binding are strings, numbers, `true`, `false` and lists `[…]` of these";

pub(super) fn read(
    mut binding: Binding,
    entry: Entry,
    outside: &[Entry],
    diagnostics: &mut Diagnostics,
) -> Option<Binding> {
    let so_far = diagnostics.count();
    if let Some(member) = outside.first() {
        diagnostics.error(&member.key, "the members of such a binding stand inside: `binding(type = \"…\", …)`");
    }
    let key = entry.key.clone();
    let mut kind = None;
    for member in any_entries(entry.list(FORM, diagnostics)?, diagnostics) {
        match member.key.to_string().as_str() {
            "type" => kind = member.string(diagnostics),
            "name" => binding.name = member.string(diagnostics),
            name @ ("direction" | "dataType" | "data_type") => {
                let message = format!("`{name}` follows from `#[input]` or `#[output]` and the type of the parameter");
                diagnostics.error(&member.key, message);
            }
            name => push(&mut binding, camel_case(name), &member, diagnostics),
        }
    }
    let kind = match kind {
        Some(kind) if !kind.value().is_empty() => kind,
        None if diagnostics.count() > so_far => return None,
        _ => {
            diagnostics.error(key, format!("a binding needs a `type`, as in function.json: `binding{FORM}`"));
            return None;
        }
    };
    check_kind(&kind, diagnostics);
    binding.kind = kind.value();
    Some(binding)
}

fn push(binding: &mut Binding, name: String, member: &Entry, diagnostics: &mut Diagnostics) {
    if binding.properties.iter().any(|(earlier, _)| *earlier == name) {
        return diagnostics.error(&member.key, given_twice(name));
    }
    let json = match &member.value {
        Value::Nothing => "true".to_owned(),
        Value::List(_) => return diagnostics.error(&member.key, VALUES),
        Value::Is(expression) => match json_of(expression) {
            Some(json) => json,
            None => return diagnostics.error(expression, VALUES),
        },
    };
    binding.properties.push((name, json));
    if let Some(Lit::Str(text)) = literal(&member.value) {
        binding.texts.push(text.clone());
    }
}

fn check_kind(kind: &LitStr, diagnostics: &mut Diagnostics) {
    let name = kind.value().to_ascii_lowercase();
    if name == "blob" || name == "queue" {
        // They are not sent as other bindings are.
        diagnostics.error(kind, format!("write `{name}` without `binding(…)`, as in `#[output({name}, …)]`"));
    } else if name.ends_with("trigger") {
        diagnostics.error(kind, "a function has one trigger, which this macro writes; bind to something else");
    }
}

fn json_of(expression: &Expr) -> Option<String> {
    match ungroup(expression) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(quoted(&text.value())),
            Lit::Bool(flag) => Some(flag.value.to_string()),
            Lit::Int(number) => number.base10_parse::<u64>().ok().map(|number| number.to_string()),
            Lit::Float(number) => number.base10_parse::<f64>().ok().filter(|n| n.is_finite()).map(|n| n.to_string()),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => json_of(&unary.expr)
            .filter(|json| json.starts_with(|c: char| c.is_ascii_digit()))
            .map(|json| format!("-{json}")),
        Expr::Array(array) => {
            let items: Option<Vec<_>> = array.elems.iter().map(json_of).collect();
            items.map(|items| format!("[{}]", items.join(",")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn values_become_json() {
        assert_eq!(json_of(&parse_quote!("a\"b")).as_deref(), Some(r#""a\"b""#));
        assert_eq!(json_of(&parse_quote!(-1_000)).as_deref(), Some("-1000"));
        assert_eq!(json_of(&parse_quote!(["a", 1.5, true])).as_deref(), Some(r#"["a",1.5,true]"#));
        assert_eq!(json_of(&parse_quote!(name())), None);
        assert_eq!(json_of(&parse_quote!(-"a")), None);
    }
}
