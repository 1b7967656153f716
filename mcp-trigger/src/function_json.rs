//! A function as the host reads it: its function.json.

use crate::registry::{Problem, Registry};
use crate::schema::{self, Property};
use crate::tool::{Arguments, Tool};
use host_protocol::function_json::{FunctionJson, ToolTrigger, from_input_schema};
use serde_json::Value;

/// The schemas of a tool.
pub(crate) struct Schemas {
    pub(crate) input: Value,
    pub(crate) output: Option<Value>,
}

/// The schemas of a tool.
///
/// # Errors
///
/// When one is not the schema of an object: the host would not start.
pub(crate) fn schemas(tool: &Tool) -> Result<Schemas, Problem> {
    let input = match tool.arguments {
        Arguments::All(schema) => schema::of_all_arguments(schema),
        Arguments::Properties(specs) => {
            let mut properties = Vec::with_capacity(specs.len());
            for spec in specs {
                let default = spec.default.map(|default| default()).transpose().map_err(|error| {
                    Problem::new(tool, format!("the default of `{}` cannot be written as JSON: {error}", spec.name()))
                })?;
                properties.push(Property {
                    name: spec.name(),
                    description: spec.description,
                    required: default.is_none() && !(spec.is_optional)(),
                    default,
                    schema: spec.schema,
                });
            }
            schema::of_arguments(&properties)
        }
    };
    if !schema::is_object_schema(&input) {
        return Err(Problem::new(
            tool,
            format!(
                "the type in `Args<…>` of `{}` is not written as a JSON object; take a struct with named fields",
                tool.function
            ),
        ));
    }
    let output = tool.output_schema.map(schema::of_result);
    if output.as_ref().is_some_and(|schema| !schema::is_object_schema(schema)) {
        return Err(Problem::new(
            tool,
            format!(
                "the type in `Json<…>` that `{}` returns is not written as a JSON object, and structured content has to be one; \
             return a struct with a field for it",
                tool.function
            ),
        ));
    }
    Ok(Schemas { input, output })
}

/// The function.json of every tool, by the names of their functions.
///
/// # Errors
///
/// As [`schemas`], for all tools that have them.
pub(crate) fn of_tools(registry: &Registry) -> Result<Vec<(String, FunctionJson)>, Vec<Problem>> {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for tool in registry.tools() {
        match of_tool(tool) {
            Ok(file) => files.push((tool.function.to_owned(), file)),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

/// The function.json of a tool.
///
/// # Errors
///
/// As [`schemas`].
pub(crate) fn of_tool(tool: &Tool) -> Result<FunctionJson, Problem> {
    let Schemas { input, output } = schemas(tool)?;
    let trigger = ToolTrigger {
        // The schema itself for the extension of today, and what older ones can read of it.
        use_worker_input_schema: true,
        tool_properties: from_input_schema(&input),
        input_schema: Some(input.to_string()),
        output_schema: output.map(|schema| schema.to_string()),
        metadata: tool.meta.map(str::to_owned),
        // Without it a text is at the mercy of the host's JSON reader (ground-truth.md §2, "ISO date-time").
        use_result_schema: true,
        ..ToolTrigger::new(tool.name, tool.description)
    };
    Ok(FunctionJson::generated(vec![trigger.into()]))
}
