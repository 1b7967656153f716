//! Arguments that clients repeat in headers, so that gateways can route by them (specification 2026-07-28:
//! `basic/transports/streamable-http`, "Custom Headers from Tool Parameters").

use super::walk;
use hyper::header::HeaderName;
use serde_json::Value;

/// The keyword that says so.
pub(crate) const KEYWORD: &str = "x-mcp-header";

/// An argument that stands in a header too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mirrored {
    /// The names that lead to it, from all arguments on.
    pub(crate) path: Vec<String>,
    pub(crate) header: HeaderName,
}

/// All of them in the schema of a tool's arguments.
///
/// # Errors
///
/// The mistake of a header parameter. Clients leave out a tool that breaks a rule.
pub(crate) fn mirrored(schema: &Value) -> Result<Vec<Mirrored>, String> {
    let mut all = Vec::new();
    collect(schema, &mut Vec::new(), &mut all)?;
    let mut count = 0;
    walk::every(&mut schema.clone(), &mut |schema| count += usize::from(schema.contains_key(KEYWORD)));
    if count > all.len() {
        return Err(format!(
            "`{KEYWORD}` stands where it cannot: only properties have one, and properties of properties, but nothing in lists, \
             alternatives and definitions"
        ));
    }
    Ok(all)
}

/// Takes the keyword out: revisions before 2026-07-28 do not know it.
pub(crate) fn remove_mirrored(schema: &mut Value) {
    walk::every(schema, &mut |schema| drop(schema.shift_remove(KEYWORD)));
}

fn collect(schema: &Value, path: &mut Vec<String>, all: &mut Vec<Mirrored>) -> Result<(), String> {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        path.push(name.clone());
        if let Some(word) = property.get(KEYWORD) {
            let header = header(word).map_err(|mistake| format!("the header of `{}` {mistake}", path.join(".")))?;
            if !matches!(property["type"].as_str(), Some("string" | "integer" | "boolean")) {
                return Err(format!(
                    "`{}` cannot be repeated in a header: only text, whole numbers and booleans can",
                    path.join(".")
                ));
            }
            if all.iter().any(|other| other.header == header) {
                return Err(format!("two arguments have the header `{header}`, and case makes no difference"));
            }
            all.push(Mirrored { path: path.clone(), header });
        }
        collect(property, path, all)?;
        path.pop();
    }
    Ok(())
}

/// The name of a header is a token (RFC 9110 §5.6.2), as is its end.
fn header(word: &Value) -> Result<HeaderName, String> {
    let word = word.as_str().filter(|word| !word.is_empty()).ok_or("has to be a text that is not empty")?;
    HeaderName::try_from(format!("Mcp-Param-{word}"))
        .map_err(|_| format!("cannot be `{word}`: it is made of letters, digits and `-`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn property(schema: Value) -> Result<Vec<Mirrored>, String> {
        mirrored(&json!({ "type": "object", "properties": { "a": schema } }))
    }

    #[test]
    fn properties_within_properties_have_headers() {
        let schema = json!({ "properties": {
            "region": { "type": "string", "x-mcp-header": "Region" },
            "page": { "type": "object", "properties": { "size": { "type": "integer", "x-mcp-header": "Page-Size" } } },
            "x-mcp-header": { "type": "string" },
        }});
        let found: Vec<_> =
            mirrored(&schema).unwrap().into_iter().map(|one| (one.path.join("."), one.header.to_string())).collect();
        assert_eq!(
            found,
            [
                ("region".to_owned(), "mcp-param-region".to_owned()),
                ("page.size".to_owned(), "mcp-param-page-size".to_owned())
            ]
        );
    }

    #[test]
    fn every_rule_is_looked_at() {
        for (schema, part) in [
            (json!({ "type": "number", "x-mcp-header": "A" }), "`a` cannot be repeated"),
            (json!({ "type": ["string", "null"], "x-mcp-header": "A" }), "`a` cannot be repeated"),
            (json!({ "x-mcp-header": "A" }), "`a` cannot be repeated"),
            (json!({ "type": "string", "x-mcp-header": "" }), "not empty"),
            (json!({ "type": "string", "x-mcp-header": 1 }), "not empty"),
            (json!({ "type": "string", "x-mcp-header": "A b" }), "`A b`"),
            (json!({ "type": "string", "x-mcp-header": "Ä" }), "`Ä`"),
            (json!({ "type": "array", "items": { "type": "string", "x-mcp-header": "A" } }), "stands where it cannot"),
            (json!({ "anyOf": [{ "type": "string", "x-mcp-header": "A" }] }), "stands where it cannot"),
        ] {
            let mistake = property(schema.clone()).unwrap_err();
            assert!(mistake.contains(part), "{schema}: {mistake}");
        }
        let twice = json!({ "properties": {
            "a": { "type": "string", "x-mcp-header": "A" },
            "b": { "type": "string", "x-mcp-header": "a" },
        }});
        assert!(mirrored(&twice).unwrap_err().contains("two arguments"));
    }

    #[test]
    fn older_revisions_see_nothing_of_it() {
        let mut schema = json!({ "properties": { "x-mcp-header": { "type": "string", "x-mcp-header": "A" } } });
        remove_mirrored(&mut schema);
        assert_eq!(schema, json!({ "properties": { "x-mcp-header": { "type": "string" } } }));
    }
}
