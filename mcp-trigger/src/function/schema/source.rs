//! Where the schema of a function comes from.

use super::{SchemaFn, of_all_arguments, of_result};
use serde_json::Value;

/// Where the schema of all arguments of a tool comes from, or that of its results.
#[derive(Clone, Copy, Debug)]
pub enum SchemaSource {
    /// A schema of a type, built when it is needed.
    Type(SchemaFn),
    /// A given object schema, listed as it is.
    Given(&'static Value),
}

impl SchemaSource {
    /// The schema of all arguments.
    pub(crate) fn of_arguments(self) -> Value {
        match self {
            SchemaSource::Type(schema) => of_all_arguments(schema),
            SchemaSource::Given(schema) => schema.clone(),
        }
    }

    /// The schema of the results.
    pub(crate) fn of_result(self) -> Value {
        match self {
            SchemaSource::Type(schema) => of_result(schema),
            SchemaSource::Given(schema) => schema.clone(),
        }
    }
}
