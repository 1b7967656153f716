//! The functions of the app: collected from the whole program, sorted, checked, looked up.

use crate::state::StateType;
use crate::tool::{Location, Tool};
use host_protocol::name;
use std::collections::HashMap;
use std::fmt;

/// A function, as a macro leaves it in the table of all functions.
#[derive(Debug)]
pub struct Registration(pub &'static Tool);

inventory::collect!(Registration);

/// The functions of the app.
#[derive(Debug)]
pub(crate) struct Registry {
    /// By the names of their functions, in the order in which the host lists them.
    tools: Vec<&'static Tool>,
}

impl Registry {
    /// All functions that are linked into the program.
    pub(crate) fn collect() -> Self {
        Registry::new(inventory::iter::<Registration>.into_iter().map(|registration| registration.0))
    }

    /// These functions.
    pub(crate) fn new(tools: impl Iterator<Item = &'static Tool>) -> Self {
        let mut tools: Vec<_> = tools.collect();
        tools.sort_by_key(|tool| (tool.function.to_ascii_lowercase(), tool.location.file, tool.location.line));
        Registry { tools }
    }

    /// All tools, by the names of their functions.
    pub(crate) fn tools(&self) -> impl Iterator<Item = &'static Tool> {
        self.tools.iter().copied()
    }

    /// The tool behind a function, by the function's exact name. There are too few to make a hash worth its while.
    pub(crate) fn by_function(&self, name: &str) -> Option<&'static Tool> {
        self.tools().find(|tool| tool.function == name)
    }

    /// The tool of that name, in whatever case: so does the host look it up.
    pub(crate) fn by_tool_name(&self, name: &str) -> Option<&'static Tool> {
        self.tools().find(|tool| tool.name.eq_ignore_ascii_case(name))
    }

    /// What is wrong with the functions as a whole. What is wrong with one alone, its macro has said already.
    pub(crate) fn problems(&self, states: &[StateType]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut functions = HashMap::new();
        let mut names = HashMap::new();
        for tool in self.tools() {
            if name::is_reserved(tool.function) {
                problems.push(Problem::new(tool, format!(
                    "the function name `{}` is taken by the routes that bring /mcp to the app; choose another with `function = \"…\"`",
                    tool.function
                )));
            }
            if let Some(first) = functions.insert(tool.function.to_ascii_lowercase(), tool) {
                problems.push(Problem::new(tool, format!(
                    "the function name `{}` is used at {} already (the case of letters makes no difference): one folder holds one function; set `function = \"…\"` on one of them",
                    tool.function, first.location
                )));
            }
            if let Some(first) = names.insert(tool.name.to_ascii_lowercase(), tool) {
                problems.push(Problem::new(tool, format!(
                    "the tool name `{}` is used at {} already (the case of letters makes no difference): the host would not start; set `name = \"…\"` on one of them",
                    tool.name, first.location
                )));
            }
            for wanted in tool.states {
                if !states.iter().any(|state| state.is(wanted)) {
                    problems.push(Problem::new(tool, format!(
                        "`{}` asks for State<{name}>, which the app does not have; give it with App::new().state(…) or state_with(…)",
                        tool.function,
                        name = wanted.name()
                    )));
                }
            }
        }
        problems
    }
}

/// Something that is wrong with a function.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    location: Location,
    message: String,
}

impl Problem {
    pub(crate) fn new(tool: &Tool, message: String) -> Self {
        Problem { location: tool.location, message }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, self.message)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
