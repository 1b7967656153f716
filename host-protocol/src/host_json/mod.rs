//! host.json: the settings of an app, edited in place.

use std::sync::Arc;
use thiserror::Error;

use jsonc_parser::cst::{CstInputValue, CstNode, CstObject, CstObjectProp, CstRootNode};
use serde_json::Value;

use crate::json::jsonc::{self, SyntaxError};

/// The member that says whether clients of the MCP extension's endpoint need a key: `System`, or `Anonymous` for none.
pub const WEBHOOK_LEVEL: [&str; 4] = ["extensions", "mcp", "system", "webhookAuthorizationLevel"];

const FRESH: &str = "{\n  \"version\": \"2.0\"\n}\n";

/// A host.json that can be edited in place. Comments, order, indentation and unknown members stay as they are, byte for byte; but
/// an object on one line is spread over several when a member is added to it.
///
/// Members are found by their name, otherwise by their name in another case, as the host finds them. Only the `version` of the file
/// must have its own case (recorded).
///
/// ```
/// use host_protocol::host_json::HostJson;
///
/// let mut file = HostJson::parse("{\n  // ours\n  \"version\": \"2.0\"\n}\n")?;
/// assert!(file.set(&["extensions", "http", "routePrefix"], ""));
/// assert!(!file.set(&["version"], "2.0"), "an equal value changes nothing");
/// assert_eq!(
///     file.to_text(),
///     r#"{
///   // ours
///   "version": "2.0",
///   "extensions": {
///     "http": {
///       "routePrefix": ""
///     }
///   }
/// }
/// "#
/// );
/// # Ok::<(), host_protocol::host_json::InvalidHostJson>(())
/// ```
#[derive(Debug)]
pub struct HostJson {
    /// Nodes refer to the root only weakly, so it is kept beside the object.
    root: CstRootNode,
    object: CstObject,
    has_byte_order_mark: bool,
}

impl HostJson {
    /// A new file with nothing but the version.
    pub fn new() -> Self {
        Self::parse(FRESH).expect("a constant")
    }

    /// Reads a file. A byte-order mark, comments and trailing commas are accepted as by the host (recorded).
    ///
    /// # Errors
    ///
    /// If the text is not JSON, or not an object. [`validate::host_json`](crate::validate::host_json) finds other mistakes.
    pub fn parse(text: &str) -> Result<Self, InvalidHostJson> {
        let bare = text.strip_prefix(jsonc::BYTE_ORDER_MARK);
        let root = jsonc::parse(bare.unwrap_or(text)).map_err(InvalidHostJson::syntax)?;
        let object = root.object_value().ok_or_else(|| match root.to_serde_value() {
            Some(value) => InvalidHostJson::new(format!("it is {} and not an object", jsonc::describe(&value))),
            None => InvalidHostJson::new("it is empty".to_owned()),
        })?;
        Ok(Self { root, object, has_byte_order_mark: bare.is_some() })
    }

    /// The value at a path of member names; the whole file for no path.
    pub fn get(&self, path: &[&str]) -> Option<Value> {
        self.node(path)?.to_serde_value()
    }

    /// The text of a string, number or boolean at a path of member names. A number keeps the digits that the file has: `1.50`
    /// is `1.50`, where [`get`](Self::get) gives 1.5.
    pub fn get_text(&self, path: &[&str]) -> Option<String> {
        let node = self.node(path)?;
        match node.to_serde_value()? {
            Value::String(text) => Some(text),
            Value::Number(_) | Value::Bool(_) => Some(node.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    fn node(&self, path: &[&str]) -> Option<CstNode> {
        let mut node = CstNode::from(self.object.clone());
        for (depth, name) in path.iter().enumerate() {
            node = find(&node.as_object()?, name, depth)?.value()?;
        }
        Some(node)
    }

    /// Sets the value at a path of member names and returns whether that changed the file.
    ///
    /// Missing objects are created, and values in their places replaced. An equal value stays as it is written.
    pub fn set(&mut self, path: &[&str], value: impl Into<Value>) -> bool {
        let value = value.into();
        let Some((last, parents)) = path.split_last() else { return false };
        if self.get(path).as_ref() == Some(&value) {
            return false;
        }
        let mut object = self.object.clone();
        for (depth, name) in parents.iter().enumerate() {
            let member = find(&object, name, depth);
            let member = member.unwrap_or_else(|| object.append(name, CstInputValue::Object(Vec::new())));
            object = member.object_value_or_set();
        }
        match find(&object, last, parents.len()) {
            Some(member) => member.set_value(input(value)),
            None => drop(object.append(last, input(value))),
        }
        true
    }

    /// Removes the member at a path of member names, and the objects that are empty without it. Returns whether the member existed.
    pub fn remove(&mut self, path: &[&str]) -> bool {
        let Some((last, parents)) = path.split_last() else { return false };
        let mut object = self.object.clone();
        for (depth, name) in parents.iter().enumerate() {
            let found =
                find(&object, name, depth).and_then(|member| member.value()).and_then(|value| value.as_object());
            let Some(found) = found else { return false };
            object = found;
        }
        // Without the member that the host reads, it would read one in another case.
        let mut was_there = false;
        while let Some(member) = find(&object, last, parents.len()) {
            member.remove();
            was_there = true;
        }
        // An object with a comment is not empty.
        let is_empty = object.to_string().split_whitespace().collect::<String>() == "{}";
        if was_there && is_empty && !parents.is_empty() {
            self.remove(parents);
        }
        was_there
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let mark = if self.has_byte_order_mark { jsonc::BYTE_ORDER_MARK.to_string() } else { String::new() };
        mark + &self.root.to_string()
    }
}

impl Default for HostJson {
    fn default() -> Self {
        Self::new()
    }
}

/// The member with that name, otherwise with the name in another case. Of several it is the last, which the host reads.
fn find(object: &CstObject, name: &str, depth: usize) -> Option<CstObjectProp> {
    let members = object.properties();
    let any_case = depth > 0 || name != "version";
    let with = |same: fn(&str, &str) -> bool| {
        members.iter().rev().find(|member| member.decoded_name().is_some_and(|found| same(&found, name)))
    };
    let other_case = || with(str::eq_ignore_ascii_case).filter(|_| any_case);
    with(|a, b| a == b).or_else(other_case).cloned()
}

fn input(value: Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(on) => CstInputValue::Bool(on),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text),
        Value::Array(items) => CstInputValue::Array(items.into_iter().map(input).collect()),
        Value::Object(members) => {
            CstInputValue::Object(members.into_iter().map(|(name, value)| (name, input(value))).collect())
        }
    }
}

/// A host.json that the host cannot read.
#[derive(Debug, Clone, Error)]
#[error(
    "host.json cannot be read: {reason}; the host answers every request with 503 `Function host is not running.`; make it a JSON \
     object with `\"version\": \"2.0\"`"
)]
pub struct InvalidHostJson {
    reason: String,
    source: Option<Arc<SyntaxError>>,
}

impl InvalidHostJson {
    fn new(reason: String) -> Self {
        InvalidHostJson { reason, source: None }
    }

    fn syntax(error: SyntaxError) -> Self {
        InvalidHostJson { reason: error.to_string(), source: Some(error.into()) }
    }

    /// The mistake alone, without what the host does because of it: for messages on other files of this kind.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

#[cfg(test)]
mod tests;
