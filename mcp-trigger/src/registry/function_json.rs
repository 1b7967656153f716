//! A function as the host reads it: its function.json.

use crate::function::Problem;
use crate::function::params::{StateType, TextProperty};
use crate::function::schema::{self, Checker, Mirrored, Property, SchemaSource};
use crate::function::{Arguments, Function, Kind, Prompt, Resource, Tool};
use crate::registry::Registry;
use host_protocol::function_json::{
    Binding, FunctionJson, PromptArgument, PromptTrigger, ResourceTrigger, ToolTrigger, from_input_schema,
};
use host_protocol::validate::{self, Severity};
use serde_json::{Value, json};

/// The schemas of a tool.
pub(crate) struct Schemas {
    pub(crate) input: Value,
    pub(crate) output: Option<Value>,
    /// The arguments that clients repeat in headers.
    pub(crate) mirrored: Vec<Mirrored>,
}

/// The schemas of a tool.
///
/// # Errors
///
/// If a schema is not of an object, since the host would not start; or if a header is not valid, since clients would leave the tool
/// out.
pub(crate) fn schemas(function: &Function, tool: &Tool) -> Result<Schemas, Problem> {
    let input = match tool.arguments {
        Arguments::All(source) => source.of_arguments(),
        Arguments::Properties(specs) => {
            let mut properties = Vec::with_capacity(specs.len());
            for spec in specs {
                let default = spec.default.map(|default| default()).transpose().map_err(|error| {
                    Problem::new(
                        function,
                        format!("the default of `{}` cannot be written as JSON: {error}", spec.name()),
                    )
                })?;
                properties.push(Property {
                    name: spec.name(),
                    description: spec.description,
                    header: spec.header,
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
            function,
            format!(
                "the type that takes all arguments of `{}` is not written as a JSON object; take a struct with named fields",
                function.name
            ),
        ));
    }
    let output = tool.output_schema.map(SchemaSource::of_result);
    if output.as_ref().is_some_and(|schema| !schema::is_object_schema(schema)) {
        return Err(Problem::new(
            function,
            format!(
                "the type in `Json<…>` that `{}` returns is not written as a JSON object, and structured content has to be one; \
             return a struct with a field for it",
                function.name
            ),
        ));
    }
    let mirrored = schema::mirrored(&input)
        .map_err(|mistake| Problem::new(function, format!("the arguments of `{}`: {mistake}", function.name)))?;
    Ok(Schemas { input, output, mirrored })
}

/// The constraints of a tool's arguments that serde does not check; `None` without constraints, or if the tool checks a given
/// schema itself.
pub(crate) fn constraints(tool: &Tool) -> Option<Checker> {
    let constraints = match tool.arguments {
        Arguments::All(SchemaSource::Given(_)) => None,
        Arguments::All(SchemaSource::Type(schema)) => schema::constraints_of_all(schema),
        Arguments::Properties(specs) => schema::constraints(specs.iter().map(|spec| (spec.name(), spec.schema))),
    };
    constraints.map(Checker::of_constraints)
}

/// The function.json of every function, by their names.
///
/// # Errors
///
/// As [`of_function`], for all functions that have them.
pub(crate) fn of_functions(registry: &Registry) -> Result<Vec<(String, FunctionJson)>, Vec<Problem>> {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for function in registry.functions() {
        match of_function(function) {
            Ok(file) => files.push((function.name.to_owned(), file)),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

/// The function.json of every function of an app with these states, by their names.
///
/// # Errors
///
/// If the functions conflict, or a function cannot have a function.json; each problem once.
pub(crate) fn of_app(registry: &Registry, states: &[StateType]) -> Result<Vec<(String, FunctionJson)>, Vec<Problem>> {
    let mut problems = registry.problems(states);
    match of_functions(registry) {
        Ok(files) if problems.is_empty() => return Ok(files),
        Ok(_) => {}
        // Some schemas are looked at in both.
        Err(more) => more.into_iter().for_each(|problem| {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }),
    }
    Err(problems)
}

/// The mistakes for which a host would refuse these functions, or not start.
pub(crate) fn host_problems(registry: &Registry, files: &[(String, FunctionJson)]) -> Vec<Problem> {
    let problems = validate::functions(files).into_iter().filter(|problem| problem.severity != Severity::Warning);
    let place = |problem: validate::FunctionProblem| {
        Some(Problem::new(registry.by_name(&problem.function)?, problem.to_string()))
    };
    problems.filter_map(place).collect()
}

/// The function.json of a function.
///
/// # Errors
///
/// As [`schemas`], and if a binding names an argument that the function does not have.
pub(crate) fn of_function(function: &Function) -> Result<FunctionJson, Problem> {
    let trigger = match &function.kind {
        Kind::Tool(tool) => of_tool(function, tool)?,
        Kind::Resource(resource) => of_resource(function, resource),
        Kind::Prompt(prompt) => of_prompt(function, prompt),
    };
    let bindings = function.bindings.iter().map(|binding| binding.to_function_json());
    Ok(FunctionJson::generated([trigger].into_iter().chain(bindings).collect()))
}

fn of_tool(function: &Function, tool: &Tool) -> Result<Binding, Problem> {
    let Schemas { mut input, output, mirrored } = schemas(function, tool)?;
    if !mirrored.is_empty() {
        // The extension does not compare headers with arguments, so a gateway must not go by them.
        schema::remove_mirrored(&mut input);
    }
    check_expressions(function, &input)?;
    let mut trigger = ToolTrigger::new(tool.name, function.description);
    // The schema itself for the extension of today, and what older ones can read of it.
    trigger.use_worker_input_schema = true;
    trigger.tool_properties = from_input_schema(&input);
    trigger.input_schema = Some(input.to_string());
    trigger.output_schema = output.map(|schema| schema.to_string());
    trigger.metadata = function.meta.map(str::to_owned);
    // Without it a text is at the mercy of the host's JSON reader (ground-truth.md §2, "ISO date-time").
    trigger.use_result_schema = true;
    Ok(trigger.into())
}

/// The macro sees the arguments that are parameters, but not the fields of `Args<T>`.
fn check_expressions(function: &Function, input: &Value) -> Result<(), Problem> {
    for binding in function.bindings {
        let arguments = binding.arguments();
        let unknown = arguments.iter().find(|argument| input["properties"].get(argument.as_str()).is_none());
        if let Some(argument) = unknown {
            let message = format!(
                "the binding `{}` asks for the argument `{argument}`, which `{}` does not have; every call would fail",
                binding.name, function.name
            );
            return Err(Problem::new(function, message));
        }
    }
    Ok(())
}

/// `size` is left out: the host drops it (ground-truth.md §3).
fn of_resource(function: &Function, resource: &Resource) -> Binding {
    let mut trigger = ResourceTrigger::new(resource.uri, resource.name);
    trigger.title = function.title.map(str::to_owned);
    trigger.description = said(function.description);
    trigger.mime_type = resource.mime_type.map(str::to_owned);
    trigger.metadata = function.meta.map(str::to_owned);
    trigger.into()
}

fn of_prompt(function: &Function, prompt: &Prompt) -> Binding {
    let arguments: Vec<_> = prompt.arguments.iter().map(argument).collect();
    let mut trigger = PromptTrigger::new(prompt.name);
    trigger.title = function.title.map(str::to_owned);
    trigger.description = said(function.description);
    trigger.prompt_arguments = Some(PromptArgument::write_list(&arguments));
    trigger.icons = (!function.icons.is_empty()).then(|| json!(function.icons).to_string());
    trigger.metadata = function.meta.map(str::to_owned);
    trigger.use_result_schema = true;
    trigger.into()
}

fn said(description: &str) -> Option<String> {
    (!description.is_empty()).then(|| description.to_owned())
}

fn argument(property: &TextProperty) -> PromptArgument {
    let mut argument = PromptArgument::new(property.name);
    argument.title = property.title.map(str::to_owned);
    argument.description = said(property.description);
    argument.required = Some(!(property.is_optional)());
    argument
}
