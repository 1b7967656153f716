//! `binding(type = "cosmosDB", database_name = "shop", …)`: bindings of any other extension of the Functions host.

use crate::attr::entry::{AttributeEntry, EntryValue, any_entries, given_twice, literal};
use crate::diag::Diagnostics;
use crate::json::{camel_case, quoted};
use crate::model::BindingOptions;
use crate::syntax::ungroup_expr;
use syn::{Expr, Lit, LitStr, UnOp};

const FORM: &str = "(type = \"cosmosDB\", …)";
const VALUES: &str = "the members of a binding are strings, numbers, `true`, `false` and lists `[…]` of these";

pub(super) fn read(
    mut binding: BindingOptions,
    entry: AttributeEntry,
    outside: &[AttributeEntry],
    diagnostics: &mut Diagnostics,
) -> Option<BindingOptions> {
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
    binding.binding_type = kind.value();
    Some(binding)
}

fn push(binding: &mut BindingOptions, name: String, member: &AttributeEntry, diagnostics: &mut Diagnostics) {
    if binding.members.iter().any(|(earlier, _)| *earlier == name) {
        return diagnostics.error(&member.key, given_twice(name));
    }
    let json = match &member.value {
        EntryValue::Nothing => "true".to_owned(),
        EntryValue::List(_) => return diagnostics.error(&member.key, VALUES),
        EntryValue::Is(expression) => match json_of(expression) {
            Some(json) => json,
            None => return diagnostics.error(expression, VALUES),
        },
    };
    binding.members.push((name, json));
    if let Some(Lit::Str(text)) = literal(&member.value) {
        binding.texts.push(text.clone());
    }
}

fn check_kind(kind: &LitStr, diagnostics: &mut Diagnostics) {
    let name = kind.value().to_ascii_lowercase();
    if name == "blob" || name == "queue" {
        // The host sends these two in another form.
        diagnostics.error(kind, format!("write `{name}` without `binding(…)`, as in `#[output({name}, …)]`"));
    } else if name.ends_with("trigger") {
        diagnostics.error(kind, "a function has one trigger, which this macro writes; bind to something else");
    }
}

fn json_of(expression: &Expr) -> Option<String> {
    match ungroup_expr(expression) {
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
