//! The functions of the app: collected from the whole program, sorted, checked, looked up.

mod addresses;
pub(crate) mod compatibility;
pub(crate) mod function_json;

pub(crate) use addresses::{Addresses, Found};

use crate::function::dynamic::Dynamic;
use crate::function::error::FunctionError;
use crate::function::params::StateType;
use crate::function::schema::Checker;
use crate::function::{Function, Kind, Problem};
use host_protocol::name;
use host_protocol::uri::UriTemplate;
use mcp_trigger_core::mcp::json_text::JsonText;
use std::collections::HashMap;
use std::sync::OnceLock;

/// A function in the table of all functions of the program, where its macro puts it.
#[derive(Debug)]
pub struct Registration(pub &'static Function);

inventory::collect!(Registration);

/// The functions of the app, in the order in which the host lists them: that of their names.
#[derive(Debug)]
pub(crate) struct Registry {
    functions: Vec<&'static Function>,
    /// The mistakes of single functions. Macros report theirs at compile time, so these are of functions without a macro.
    mistakes: Vec<Problem>,
    /// The constraints of the tools' arguments that serde does not check, built at the first call.
    constraints: OnceLock<HashMap<&'static str, Checker>>,
}

impl Registry {
    /// All functions that are linked into the program, and those that the app got at run time.
    pub(crate) fn collect(dynamic: &Dynamic) -> Self {
        let linked = inventory::iter::<Registration>.into_iter().map(|registration| registration.0);
        let registry = Registry::new(linked.chain(dynamic.functions.iter().copied()));
        Registry { mistakes: dynamic.mistakes.clone(), ..registry }
    }

    /// These functions.
    pub(crate) fn new(functions: impl Iterator<Item = &'static Function>) -> Self {
        let mut functions: Vec<_> = functions.collect();
        functions.sort_unstable_by_key(|function| {
            (function.name.to_ascii_lowercase(), function.location.file, function.location.line)
        });
        Registry { functions, mistakes: Vec::new(), constraints: OnceLock::new() }
    }

    /// All functions.
    pub(crate) fn functions(&self) -> impl Iterator<Item = &'static Function> {
        self.functions.iter().copied()
    }

    /// The tools among them.
    pub(crate) fn tools(&self) -> impl Iterator<Item = &'static Function> {
        self.functions().filter(|function| function.as_tool().is_some())
    }

    /// The function of exactly that name. There are too few to make a hash worth its while.
    pub(crate) fn by_name(&self, name: &str) -> Option<&'static Function> {
        self.functions().find(|function| function.name == name)
    }

    /// The tool of that name, in whatever case: so does the host look it up.
    pub(crate) fn by_tool_name(&self, name: &str) -> Option<&'static Function> {
        self.tools().find(|function| function.client_name().eq_ignore_ascii_case(name))
    }

    /// Checks the arguments of a call against the constraints of the tool's schema that serde does not check.
    ///
    /// # Errors
    ///
    /// If the arguments violate a constraint. The message tells the model how to mend the call.
    pub(crate) fn check_constraints(&self, function: &Function, arguments: &JsonText) -> Result<(), FunctionError> {
        let all = self.constraints.get_or_init(|| {
            let tools = self.tools().filter_map(|function| Some((function.name, function.as_tool()?)));
            tools.filter_map(|(name, tool)| Some((name, function_json::constraints(tool)?))).collect()
        });
        let kept = all.get(function.name).map_or(Ok(()), |constraints| constraints.keeps(arguments.get()));
        kept.map_err(|mismatch| FunctionError::new(mismatch.of_arguments()).of_arguments())
    }

    /// The conflicts between functions, and the mistakes of functions without a macro.
    pub(crate) fn problems(&self, states: &[StateType]) -> Vec<Problem> {
        let mut problems = self.mistakes.clone();
        let mut names = HashMap::new();
        let mut addresses = HashMap::new();
        let mut normal_forms = HashMap::new();
        for function in self.functions() {
            let Function { name, .. } = function;
            if name::is_reserved(name) {
                problems.push(Problem::new(function, format!(
                    "the function name `{name}` is taken by the routes that bring /mcp to the app; choose another with `function`",
                )));
            }
            if let Some(first) = names.insert(name.to_ascii_lowercase(), function) {
                problems.push(Problem::new(function, format!(
                    "the function name `{name}` is used at {} already (the case of letters makes no difference): one folder holds one function; set `function` on one of them",
                    first.location
                )));
            }
            let (what, address, remedy) = address(function);
            if let Some(first) = addresses.insert((what, unified(function)), function) {
                let first = first.location;
                problems.push(Problem::new(function, format!(
                    "the {what} `{address}` is used at {first} already (the case of letters makes no difference): the host would not start; {remedy} on one of them",
                )));
            } else if let Some(first) = normal_form(function).and_then(|form| normal_forms.insert(form, function)) {
                let (other, first) = (self::address(first).1, first.location);
                problems.push(Problem::new(function, format!(
                    "the {what} `{address}` is the same as `{other}` at {first} (RFC 3986, section 6.2.2): clients write either, and /mcp reads one of them; {remedy} on one of them",
                )));
            }
            // Whether a type can stand in a header is told by its schema, which no macro sees.
            if let Kind::Tool(tool) = &function.kind
                && tool.arguments.has_headers()
            {
                problems.extend(function_json::schemas(function, tool).err());
            }
            for wanted in function.states {
                if !states.iter().any(|state| state.is(wanted)) {
                    problems.push(Problem::new(function, format!(
                        "`{name}` asks for State<{state}>, which the app does not have; give it with App::new().state(…) or state_with(…)",
                        state = wanted.name()
                    )));
                }
            }
        }
        problems
    }
}

/// The identifier of a function for clients, which has to be unique, and the way to change it.
fn address(function: &Function) -> (&'static str, &'static str, &'static str) {
    match &function.kind {
        Kind::Tool(tool) => ("tool name", tool.name, "set the name"),
        Kind::Resource(resource) => ("resource address", resource.uri, "choose another address"),
        Kind::Prompt(prompt) => ("prompt name", prompt.name, "set the name"),
    }
}

/// The form in which the host compares addresses.
fn unified(function: &Function) -> String {
    let (_, address, _) = address(function);
    match (&function.kind, UriTemplate::parse(address)) {
        (Kind::Resource(_), Ok(template)) => template.structure(),
        _ => address.to_ascii_lowercase(),
    }
}

/// The form in which `/mcp` compares the addresses of resources.
fn normal_form(function: &Function) -> Option<String> {
    let Kind::Resource(resource) = &function.kind else { return None };
    Some(UriTemplate::parse(resource.uri).ok()?.normalized()?.structure())
}
