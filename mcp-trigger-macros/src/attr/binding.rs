//! `#[input(blob, path = "…")]`, `#[output(queue, queue_name = "…")]`, and `binding(type = "…", …)` in either for every other
//! kind that a host has an extension for.

use super::{Entry, Keys, Value, any_entries, entries, literal};
use crate::diag::Diagnostics;
use crate::json::quoted;
use proc_macro2::{Span, TokenStream};
use syn::{Attribute, Expr, Ident, Lit, LitStr, Meta, UnOp};

/// A binding.
pub(crate) struct Binding {
    /// Its name, if one was given.
    pub(crate) name: Option<LitStr>,
    /// `blob`, `queue` or another type.
    pub(crate) kind: String,
    pub(crate) is_output: bool,
    /// Its other members: names as in function.json, and JSON.
    pub(crate) properties: Vec<(String, String)>,
    /// Those of them that are text, where binding expressions may stand.
    pub(crate) texts: Vec<LitStr>,
    pub(crate) span: Span,
}

const KNOWN: &[&str] = &["blob", "queue", "binding", "path", "queue_name", "connection", "name"];
const ALIASES: &[(&str, &str)] = &[("queueName", "queue_name"), ("container", "path"), ("type", "binding")];
const INPUT: Keys = Keys { attribute: "#[input]", known: KNOWN, aliases: ALIASES };
const OUTPUT: Keys = Keys { attribute: "#[output]", known: KNOWN, aliases: ALIASES };

impl Binding {
    /// Reads it, if there is one. `Some(None)` is one that is wrong.
    pub(crate) fn read(attributes: &[Attribute], diagnostics: &mut Diagnostics) -> Option<Option<Self>> {
        let is_binding =
            |attribute: &&Attribute| ["input", "output"].iter().any(|name| attribute.path().is_ident(name));
        let mut attributes = attributes.iter().filter(is_binding);
        let first = attributes.next()?;
        for second in attributes {
            diagnostics
                .error(second, "a parameter has one `#[input]` or `#[output]`; write a parameter for each binding");
        }
        let is_output = first.path().is_ident("output");
        let form = if is_output { OUTPUT_FORM } else { INPUT_FORM };
        let Meta::List(list) = &first.meta else {
            diagnostics.error(first, format!("what is it bound to? Write {form}"));
            return Some(None);
        };
        let keys = if is_output { OUTPUT } else { INPUT };
        let entries = entries(list.tokens.clone(), &keys, diagnostics);
        Some(Reader { is_output, form }.read(first, entries, diagnostics))
    }
}

const INPUT_FORM: &str =
    "`#[input(blob, path = \"container/{mcptoolargs.name}\")]` or `#[input(binding(type = \"…\", …))]`";
const OUTPUT_FORM: &str = "`#[output(blob, path = \"container/{mcptoolargs.name}\")]`, `#[output(queue, queue_name = \"…\")]` or \
                           `#[output(binding(type = \"…\", …))]`";

struct Reader {
    is_output: bool,
    form: &'static str,
}

impl Reader {
    fn read(&self, attribute: &Attribute, entries: Vec<Entry>, diagnostics: &mut Diagnostics) -> Option<Binding> {
        let is_kind = |key: &Ident| ["blob", "queue", "binding"].iter().any(|kind| key == kind);
        let (kinds, members): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| is_kind(&entry.key));
        let mut kinds = kinds.into_iter();
        let Some(kind) = kinds.next() else {
            diagnostics.error(attribute, format!("what is it bound to? Write {}", self.form));
            return None;
        };
        if let Some(second) = kinds.next() {
            diagnostics.error(&second.key, "a parameter is bound to one thing; write a parameter for each");
        }
        if kind.key == "binding" {
            for member in &members {
                diagnostics.error(&member.key, "the members of another binding go inside: `binding(type = \"…\", …)`");
            }
            return self.any(kind, diagnostics);
        }
        let mut binding = self.of_kind(&kind.key);
        if let Value::Nothing = kind.value {
        } else {
            diagnostics.error(&kind.key, format!("`{}` stands alone; its members follow: {}", kind.key, self.form));
        }
        let needed = if kind.key == "blob" { "path" } else { "queue_name" };
        if kind.key == "queue" && !self.is_output {
            diagnostics.error(
                &kind.key,
                "a queue cannot be read by a function: it is an output, or the trigger of another app",
            );
        }
        let mut has_needed = false;
        for member in members {
            match member.key.to_string().as_str() {
                "name" => binding.name = member.string(diagnostics),
                "connection" => binding.text("connection", member.string(diagnostics)),
                key if key == needed => {
                    has_needed = true;
                    let text = member.string(diagnostics);
                    if let Some(text) = &text {
                        check_address(&kind.key, text, diagnostics);
                    }
                    binding.text(if key == "path" { "path" } else { "queueName" }, text);
                }
                key => {
                    let message = format!("a {} has no `{key}`; it has `{needed}`, `connection` and `name`", kind.key);
                    diagnostics.error(&member.key, message);
                }
            }
        }
        if !has_needed {
            diagnostics.error(&kind.key, format!("a {} needs `{needed}`: {}", kind.key, self.form));
        }
        if !binding.properties.iter().any(|(name, _)| name == "connection") {
            binding.properties.push(("connection".to_owned(), quoted("AzureWebJobsStorage")));
        }
        Some(binding)
    }

    fn of_kind(&self, kind: &Ident) -> Binding {
        Binding {
            name: None,
            kind: kind.to_string(),
            is_output: self.is_output,
            properties: Vec::new(),
            texts: Vec::new(),
            span: kind.span(),
        }
    }

    /// `binding(type = "cosmosDB", database_name = "shop", …)`
    fn any(&self, entry: Entry, diagnostics: &mut Diagnostics) -> Option<Binding> {
        let mut binding = self.of_kind(&entry.key);
        let key = entry.key.clone();
        let tokens: TokenStream = entry.list("(type = \"…\", …)", diagnostics)?;
        let mut kind = None;
        for member in any_entries(tokens, diagnostics) {
            match member.key.to_string().as_str() {
                "type" => kind = member.string(diagnostics),
                "name" => binding.name = member.string(diagnostics),
                name @ ("direction" | "dataType" | "data_type") => {
                    diagnostics.error(
                        &member.key,
                        format!("`{name}` follows from `#[input]`, `#[output]` and the type of the parameter"),
                    );
                }
                name => {
                    let name = camel_case(name);
                    match &member.value {
                        Value::Is(expression) => match json_of(expression) {
                            Some(json) => binding.properties.push((name, json)),
                            None => diagnostics.error(expression, VALUES),
                        },
                        Value::Nothing => binding.properties.push((name, "true".to_owned())),
                        Value::List(_) => diagnostics.error(&member.key, VALUES),
                    }
                    if let Some(Lit::Str(text)) = literal(&member.value) {
                        binding.texts.push(text.clone());
                    }
                }
            }
        }
        match kind {
            Some(kind) => {
                binding.kind = kind.value();
                let is_plain = ["blob", "queue"].contains(&binding.kind.as_str());
                if is_plain {
                    diagnostics.error(&kind, format!("write `{}` without `binding(…)`: {}", binding.kind, self.form));
                }
                if binding.kind.to_ascii_lowercase().ends_with("trigger") {
                    diagnostics.error(&kind, "a function has one trigger, and this macro writes it");
                }
            }
            None if diagnostics.is_empty() => {
                diagnostics
                    .error(key, "a binding needs a `type`, as in function.json: `binding(type = \"cosmosDB\", …)`");
            }
            None => {}
        }
        Some(binding)
    }
}

const VALUES: &str = "the members of a binding are strings, numbers, `true`, `false` and lists `[…]` of these";

impl Binding {
    fn text(&mut self, member: &str, text: Option<LitStr>) {
        if let Some(text) = text {
            self.properties.push((member.to_owned(), quoted(&text.value())));
            self.texts.push(text);
        }
    }
}

/// The rules of Azure Storage, as far as there are no expressions in the name.
fn check_address(kind: &Ident, text: &LitStr, diagnostics: &mut Diagnostics) {
    let value = text.value();
    let name = if kind == "blob" {
        let Some((container, blob)) = value.split_once('/') else {
            return diagnostics.error(text, "the path of a blob begins with its container: `container/name`");
        };
        if blob.is_empty() {
            diagnostics.error(text, "the path ends behind the container: name the blob in it");
        }
        container.to_owned()
    } else {
        value
    };
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_expression = name.contains(['{', '%']);
    let is_special = kind == "blob" && ["$root", "$web", "$logs"].contains(&name.as_str());
    let is_name = (3..=63).contains(&name.len()) && name.chars().all(is_allowed);
    if !(is_expression || is_special || is_name) {
        let what = if kind == "blob" { "container" } else { "queue" };
        let rule = "3 to 63 lower-case letters, digits and `-`";
        diagnostics.error(text, format!("`{name}` cannot be the name of a {what}: Azure Storage wants {rule}"));
    }
}

/// `database_name` becomes `databaseName`; what is in that form already stays.
pub(crate) fn camel_case(name: &str) -> String {
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

fn json_of(expression: &Expr) -> Option<String> {
    match super::ungroup(expression) {
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
    fn names_are_those_of_function_json() {
        assert_eq!(camel_case("database_name"), "databaseName");
        assert_eq!(camel_case("databaseName"), "databaseName");
        assert_eq!(camel_case("_file_"), "file");
    }

    #[test]
    fn values_become_json() {
        assert_eq!(json_of(&parse_quote!("a\"b")).as_deref(), Some(r#""a\"b""#));
        assert_eq!(json_of(&parse_quote!(-1_000)).as_deref(), Some("-1000"));
        assert_eq!(json_of(&parse_quote!(["a", 1.5, true])).as_deref(), Some(r#"["a",1.5,true]"#));
        assert_eq!(json_of(&parse_quote!(name())), None);
        assert_eq!(json_of(&parse_quote!(-"a")), None);
    }
}
