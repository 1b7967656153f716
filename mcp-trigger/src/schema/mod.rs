//! placeholder, replaced by the real pipeline
use schemars::{JsonSchema, Schema, SchemaGenerator};
/// The schema of a type.
pub(crate) fn subschema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}
