//! JSON Schema of a tool's arguments and of its results.
//!
//! schemars says what serde accepts and writes. Between that and what a model, an MCP client and
//! the Functions host understand lies one pure function, [`normalize`]; the modules beside this
//! one are its passes, in the order in which they run:
//!
//! | pass | what it does |
//! |---|---|
//! | `null` | takes `null` out of inputs: an argument that may be null may be left out |
//! | `recursion` | gives a root that is a `$ref` a body |
//! | `root` | makes the root the plain object that the Functions host asks for |
//! | `variants` | one `enum` for all unit variants, their documentation in the description |
//! | `dialect` | says what is left in words that clients know |
//!
//! `order` comes before all of them: it asks serde for the order in which variants were declared.

mod check;
mod constraints;
mod dialect;
mod mirrored;
mod null;
mod order;
mod recursion;
mod root;
mod source;
#[cfg(test)]
mod tests;
mod variants;
mod walk;

pub(crate) use check::{Checker, Mismatch, fits_format};
pub(crate) use mirrored::{KEYWORD as HEADER_KEYWORD, Mirrored, mirrored, remove_mirrored};
pub(crate) use recursion::{contains_itself, each, target};
pub(crate) use source::SchemaSource;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// A schema, not built yet: building one takes a moment that the start of a handler should not spend.
pub(crate) type SchemaFn = fn(&mut SchemaGenerator) -> Schema;

/// Who writes the JSON that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// A model writes it and a function reads it: arguments.
    Input,
    /// A function writes it: structured results.
    Output,
}

/// One parameter of a function, as its schema sees it.
pub(crate) struct Property<'a> {
    /// Its name in the JSON.
    pub(crate) name: &'a str,
    /// The description from the function, which replaces that of the type; may be empty.
    pub(crate) description: &'a str,
    /// The end of the name of the header that repeats it.
    pub(crate) header: Option<&'a str>,
    /// The default of the argument.
    pub(crate) default: Option<Value>,
    /// Whether the function cannot be called without it.
    pub(crate) required: bool,
    /// The schema of its type: [`argument`].
    pub(crate) schema: SchemaFn,
}

/// The schema of `T` as an argument, for [`Property::schema`] and [`of_all_arguments`].
///
/// More than `SchemaGenerator::subschema_for`: variants stand in the order of their declaration.
pub(crate) fn argument<T: DeserializeOwned + JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = generator.subschema_for::<T>();
    order::restore::<T>(&mut schema, generator.definitions_mut());
    schema
}

/// The schema of `T` as a result, for [`of_result`].
pub(crate) fn result<T: JsonSchema + ?Sized>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// The input schema of a function whose parameters are the properties, in their order.
pub(crate) fn of_arguments(properties: &[Property<'_>]) -> Value {
    let mut generator = generator(Direction::Input);
    let mut schemas = Map::new();
    let mut required = Vec::new();
    for property in properties {
        let mut schema = (property.schema)(&mut generator).to_value();
        let keywords = walk::keywords(&mut schema);
        if !property.description.is_empty() {
            keywords.insert("description".into(), property.description.into());
        }
        if let Some(default) = &property.default {
            keywords.insert("default".into(), default.clone());
        }
        if let Some(header) = property.header {
            keywords.insert(HEADER_KEYWORD.into(), header.into());
        }
        schemas.insert(property.name.into(), schema);
        if property.required {
            required.push(property.name);
        }
    }
    let root = json!({ "type": "object", "properties": schemas, "required": required });
    normalize(with_definitions(root, generator), Direction::Input)
}

/// The input schema of a function that takes all arguments as one struct.
///
/// Not every type is a set of arguments: ask [`is_object_schema`] before publishing it.
pub(crate) fn of_all_arguments(schema: SchemaFn) -> Value {
    whole(schema, Direction::Input)
}

/// The schema of a type as schemars derives it: with formats and bounds that clients are not told.
pub(crate) fn as_derived(schema: SchemaFn) -> Value {
    derived(schema, Direction::Input)
}

/// The output schema of a function, as its result is serialized.
///
/// Not every type is a structured result: ask [`is_object_schema`] before publishing it.
pub(crate) fn of_result(schema: SchemaFn) -> Value {
    whole(schema, Direction::Output)
}

/// The constraints of parameters that serde does not check, as a schema of all arguments; `None` without constraints.
pub(crate) fn constraints<'a>(parameters: impl Iterator<Item = (&'a str, SchemaFn)>) -> Option<Value> {
    let mut generator = generator(Direction::Input);
    let schemas: Map<String, Value> =
        parameters.map(|(name, schema)| (name.to_owned(), schema(&mut generator).to_value())).collect();
    constraints::of(&with_definitions(json!({ "type": "object", "properties": schemas }), generator))
}

/// The constraints of all arguments that serde does not check; `None` without constraints.
pub(crate) fn constraints_of_all(schema: SchemaFn) -> Option<Value> {
    let mut generator = generator(Direction::Input);
    let schema = schema(&mut generator).to_value();
    constraints::of(&with_definitions(schema, generator))
}

/// Whether the Functions host accepts the schema as a tool's input or output schema.
///
/// With any other it fails to start, every function with it.
pub(crate) fn is_object_schema(schema: &Value) -> bool {
    schema["type"] == "object"
        && schema.get("properties").is_none_or(Value::is_object)
        && schema.get("required").is_none_or(Value::is_array)
}

/// Says the same as `schema`, as far as clients and models can be told.
///
/// Doing it twice changes nothing. A root that cannot be an object stays what it is.
pub(crate) fn normalize(mut schema: Value, direction: Direction) -> Value {
    walk::every(&mut schema, &mut |schema| null::simplify(schema, direction));
    recursion::resolve_root(&mut schema);
    root::make_object(&mut schema, direction);
    walk::every(&mut schema, &mut variants::fold);
    walk::every(&mut schema, &mut |schema| dialect::translate(schema, direction));
    recursion::drop_dangling(&mut schema);
    recursion::drop_unused(&mut schema);
    walk::every(&mut schema, &mut dialect::sort_keywords);
    schema
}

/// A generator that inlines all types but recursive ones: many clients do not follow `$ref`, and some refuse it.
fn generator(direction: Direction) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    match direction {
        Direction::Input => settings.for_deserialize(),
        Direction::Output => settings.for_serialize(),
    }
    .into_generator()
}

fn whole(schema: SchemaFn, direction: Direction) -> Value {
    normalize(derived(schema, direction), direction)
}

fn derived(schema: SchemaFn, direction: Direction) -> Value {
    let mut generator = generator(direction);
    let schema = schema(&mut generator).to_value();
    with_definitions(schema, generator)
}

fn with_definitions(mut schema: Value, mut generator: SchemaGenerator) -> Value {
    let definitions = generator.take_definitions(false);
    if !definitions.is_empty() {
        walk::keywords(&mut schema).insert("$defs".into(), definitions.into());
    }
    schema
}
