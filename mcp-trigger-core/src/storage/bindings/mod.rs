//! The bindings of a function beside its trigger: what is fetched before a call and stored after it.
//!
//! The local host runs functions with them as the Functions host does, `/mcp` as its own host. [`Bindings`] is what a function.json
//! says, [`BoundCall`] one call.

mod call;
mod failure;

pub use call::BoundCall;
pub use failure::Failure;

use host_protocol::FunctionResult;
use host_protocol::binding::{BLOB, BindingTemplate, QUEUE, STORAGE_CONNECTION, resolve_settings};
use host_protocol::function_json::{Binding, Direction, FunctionJson, HTTP_OUTPUT, PROMPT_ARGUMENT, TOOL_PROPERTY};

/// The bindings of one function.
#[derive(Clone)]
pub struct Bindings {
    /// The name of the trigger's binding.
    trigger: String,
    /// The names of all inputs: the order in which a function gets them.
    order: Vec<String>,
    inputs: Vec<Bound>,
    outputs: Vec<Bound>,
    /// The output that answers an HTTP request; it goes nowhere else.
    response: Option<String>,
    /// What only the Functions host runs.
    others: Vec<Binding>,
}

/// A binding that points into a storage.
#[derive(Clone)]
struct Bound {
    binding: Binding,
    kind: Kind,
    /// Where it points. What is wrong with it is wrong with every call.
    place: Result<Place, Failure>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blob,
    Queue,
}

#[derive(Clone)]
struct Place {
    template: BindingTemplate,
    connection: String,
}

impl Bindings {
    /// The bindings of a function; `None` if it has none but its trigger and arguments.
    pub fn new(file: &FunctionJson, setting: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let trigger = file.trigger()?;
        let (mut order, mut inputs, mut outputs, mut others) = (vec![], vec![], vec![], vec![]);
        let mut response = None;
        for binding in file.bindings.iter().filter(|binding| !binding.is_trigger()) {
            if binding.direction == Direction::In {
                order.push(binding.name.clone());
            }
            match (Kind::of(binding), &binding.direction) {
                _ if binding.is(TOOL_PROPERTY) || binding.is(PROMPT_ARGUMENT) => {}
                (Some(kind), Direction::In) => inputs.push(Bound::new(binding, kind, setting)),
                (Some(kind), _) => outputs.push(Bound::new(binding, kind, setting)),
                (None, Direction::Out) if binding.is(HTTP_OUTPUT) => response = Some(binding.name.clone()),
                (None, _) => others.push(binding.clone()),
            }
        }
        let none = inputs.is_empty() && outputs.is_empty() && others.is_empty();
        (!none).then(|| Bindings { trigger: trigger.name.clone(), order, inputs, outputs, response, others })
    }

    /// Whether a binding needs no Functions host, but a storage.
    pub fn can_run(binding: &Binding) -> bool {
        Kind::of(binding).is_some()
    }

    /// The connections that they need.
    pub fn connections(&self) -> impl Iterator<Item = &str> {
        let places = self.bound().filter_map(|bound| bound.place.as_ref().ok());
        places.map(|place| place.connection.as_str())
    }

    /// Those that only the Functions host runs.
    pub fn others(&self) -> &[Binding] {
        &self.others
    }

    /// Those that point nowhere, and why: every call that uses one fails.
    pub fn pointing_nowhere(&self) -> impl Iterator<Item = (&str, &Failure)> {
        self.bound().filter_map(|Bound { binding, place, .. }| Some((&*binding.name, place.as_ref().err()?)))
    }

    /// The outputs in a result that go nowhere.
    pub fn unknown_outputs<'a>(&'a self, result: &'a FunctionResult) -> impl Iterator<Item = &'a str> {
        let is_known = |name: &str| {
            self.response.as_deref() == Some(name) || self.outputs.iter().any(|bound| bound.binding.name == name)
        };
        result
            .outputs
            .iter()
            .filter(move |(name, value)| value.get() != "null" && !is_known(name))
            .map(|(name, _)| &**name)
    }

    fn bound(&self) -> impl Iterator<Item = &Bound> {
        self.inputs.iter().chain(&self.outputs)
    }
}

impl Kind {
    fn of(binding: &Binding) -> Option<Self> {
        match binding.direction {
            Direction::In | Direction::Out if binding.is(BLOB) => Some(Kind::Blob),
            Direction::Out if binding.is(QUEUE) => Some(Kind::Queue),
            _ => None,
        }
    }

    /// The member that says where it points.
    fn member(self) -> &'static str {
        match self {
            Kind::Blob => "path",
            Kind::Queue => "queueName",
        }
    }
}

impl Bound {
    fn new(binding: &Binding, kind: Kind, setting: &dyn Fn(&str) -> Option<String>) -> Self {
        let text = |member: &str| -> Result<String, Failure> {
            let text = binding.text(member)?;
            Ok(resolve_settings(&text.unwrap_or_default(), setting)?)
        };
        let place = || {
            let connection = text("connection")?;
            let connection = if connection.is_empty() { STORAGE_CONNECTION.to_owned() } else { connection };
            Ok(Place { template: BindingTemplate::parse(&text(kind.member())?)?, connection })
        };
        Bound { binding: binding.clone(), kind, place: place() }
    }
}
