//! Enums of unit variants.
//!
//! schemars writes variants with documentation as a `const` each and the others as one `enum`,
//! under a `oneOf`. A model sees choices best as one list, which every client knows; what the
//! variants mean goes into the description.

use serde_json::{Map, Value};

/// Makes one `enum` of all alternatives of a schema that are fixed strings.
pub(super) fn fold(schema: &mut Map<String, Value>) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(alternatives)) = schema.get_mut(keyword) else { continue };
        let all = alternatives.len();
        let choices: Vec<Choices> = alternatives.iter().filter_map(Choices::of).collect();
        if choices.is_empty() || (choices.len() == 1 && all > 1) {
            continue;
        }
        let mut folded = merge(&choices);
        if choices.len() < all {
            replace(alternatives, folded);
        } else if says_no_more(schema) {
            schema.shift_remove(keyword);
            if let (Some(Value::String(text)), Some(Value::String(list))) =
                (schema.get("description"), folded.get("description"))
            {
                folded.insert("description".into(), format!("{text}\n\n{list}").into());
            }
            schema.extend(folded);
        }
    }
}

/// Puts the one in the place of the first of the many.
fn replace(alternatives: &mut Vec<Value>, folded: Map<String, Value>) {
    let mut folded = Some(folded);
    alternatives.retain_mut(|alternative| {
        if Choices::of(alternative).is_none() {
            return true;
        }
        folded.take().map(|folded| *alternative = Value::Object(folded)).is_some()
    });
}

/// Whether nothing beside the alternatives says what the value is: then both would have to hold.
fn says_no_more(schema: &Map<String, Value>) -> bool {
    !["enum", "const", "$ref"].iter().any(|keyword| schema.contains_key(*keyword))
        && schema.get("type").is_none_or(|name| name == "string")
}

/// An alternative that is one or more strings and nothing else.
struct Choices {
    names: Vec<Value>,
    documentation: Option<String>,
}

impl Choices {
    fn of(schema: &Value) -> Option<Self> {
        let schema = schema.as_object()?;
        let known = ["type", "const", "enum", "title", "description", "deprecated"];
        if schema.get("type")? != "string" || !schema.keys().all(|key| known.contains(&key.as_str())) {
            return None;
        }
        let names = match (schema.get("const"), schema.get("enum")) {
            (Some(name @ Value::String(_)), None) => vec![name.clone()],
            (None, Some(Value::Array(names))) if names.iter().all(Value::is_string) => names.clone(),
            _ => return None,
        };
        let text = |key| schema.get(key).and_then(Value::as_str);
        let deprecated = (schema.get("deprecated") == Some(&Value::Bool(true))).then_some("(deprecated)");
        let said: Vec<&str> = [text("title"), text("description")].into_iter().flatten().collect();
        let said = (!said.is_empty()).then(|| said.join(": "));
        let parts: Vec<&str> = [deprecated, said.as_deref()].into_iter().flatten().collect();
        let documentation = (!parts.is_empty()).then(|| parts.join(" "));
        Some(Self { names, documentation })
    }

    /// Lines of a Markdown list. The description of an alternative with several names stays a text.
    fn lines(&self) -> Option<String> {
        let documentation = self.documentation.as_deref()?;
        match self.names.as_slice() {
            [Value::String(name)] => {
                let indented = documentation.replace('\n', "\n  ").replace("\n  \n", "\n\n");
                Some(format!("- `{name}`: {indented}"))
            }
            _ => Some(documentation.into()),
        }
    }
}

fn merge(choices: &[Choices]) -> Map<String, Value> {
    let mut names: Vec<Value> = Vec::new();
    for name in choices.iter().flat_map(|choices| &choices.names) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let lines: Vec<String> = choices.iter().filter_map(Choices::lines).collect();
    let mut folded = Map::new();
    folded.insert("type".into(), "string".into());
    folded.insert("enum".into(), names.into());
    if !lines.is_empty() {
        folded.insert("description".into(), lines.join("\n").into());
    }
    folded
}
