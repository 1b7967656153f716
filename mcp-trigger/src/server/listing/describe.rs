//! Entries of lists.

use super::List;
use crate::function::params::TextProperty;
use crate::function::schema::remove_mirrored;
use crate::function::{Function, Hints, Kind, Prompt, Resource, Tool};
use crate::registry::function_json::{Schemas, schemas};
use crate::server::revision::Revision;
use serde_json::{Map, Value, json};

/// Whether a function belongs to a list.
pub(super) fn is_in(function: &Function, list: List) -> bool {
    match &function.kind {
        Kind::Tool(_) => list == List::Tools,
        Kind::Resource(resource) if is_template(resource) => list == List::Templates,
        Kind::Resource(_) => list == List::Resources,
        Kind::Prompt(_) => list == List::Prompts,
    }
}

fn is_template(resource: &Resource) -> bool {
    resource.uri.contains('{')
}

/// The entry of a function in the words of a revision; `None` if the function has no valid schema, which is logged.
pub(super) fn item(function: &Function, revision: Revision) -> Option<Value> {
    let mut item = Item(Map::new());
    item.add("name", function.client_name());
    item.add_if(revision.has_titles(), "title", function.title);
    item.add_if(!function.description.is_empty(), "description", Some(function.description));
    match &function.kind {
        Kind::Tool(tool) => of_tool(&mut item, function, tool, revision)?,
        Kind::Resource(resource) => of_resource(&mut item, resource),
        Kind::Prompt(prompt) => of_prompt(&mut item, prompt, revision),
    }
    item.add_if(revision.has_icons() && !function.icons.is_empty(), "icons", Some(json!(function.icons)));
    let meta = function.meta.and_then(|meta| serde_json::from_str::<Value>(meta).ok());
    item.add_if(revision.has_meta(), "_meta", meta);
    Some(Value::Object(item.0))
}

fn of_tool(item: &mut Item, function: &Function, tool: &Tool, revision: Revision) -> Option<()> {
    let Schemas { mut input, output, mirrored } = match schemas(function, tool) {
        Ok(schemas) => schemas,
        Err(problem) => {
            tracing::error!("{problem}");
            return None;
        }
    };
    if !revision.has_header_parameters() && !mirrored.is_empty() {
        remove_mirrored(&mut input);
    }
    item.add("inputSchema", input);
    item.add_if(revision.has_structured_content(), "outputSchema", output);
    let hints = hints(tool.hints);
    item.add_if(revision.has_annotations() && !hints.is_empty(), "annotations", Some(hints));
    Some(())
}

fn hints(Hints { read_only, destructive, idempotent, open_world }: Hints) -> Map<String, Value> {
    let hints = [
        ("readOnlyHint", read_only),
        ("destructiveHint", destructive),
        ("idempotentHint", idempotent),
        ("openWorldHint", open_world),
    ];
    hints.into_iter().filter_map(|(name, hint)| Some((name.to_owned(), hint?.into()))).collect()
}

fn of_resource(item: &mut Item, resource: &Resource) {
    let template = is_template(resource);
    item.add(if template { "uriTemplate" } else { "uri" }, resource.uri);
    item.add_if(true, "mimeType", resource.mime_type);
    item.add_if(!template, "size", resource.size);
}

fn of_prompt(item: &mut Item, prompt: &Prompt, revision: Revision) {
    let argument = |TextProperty { name, title, description, is_optional, .. }: &TextProperty| {
        let mut argument = Item(Map::new());
        argument.add("name", *name);
        argument.add_if(revision.has_titles(), "title", *title);
        argument.add_if(!description.is_empty(), "description", Some(*description));
        argument.add("required", !is_optional());
        Value::Object(argument.0)
    };
    let arguments: Vec<Value> = prompt.arguments.iter().map(argument).collect();
    item.add_if(!arguments.is_empty(), "arguments", Some(arguments));
}

/// The members of an entry.
struct Item(Map<String, Value>);

impl Item {
    fn add(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    fn add_if(&mut self, is_known: bool, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value.filter(|_| is_known) {
            self.add(name, value);
        }
    }
}
