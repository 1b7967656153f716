//! The blob and queue bindings of functions: inputs are read before a call, outputs are stored after it.
//!
//! [`Bindings`] are those of a function's function.json, [`BoundCall`] is one call. The local host and `/mcp` run bindings as the
//! Functions host does.

mod call;
mod failure;

pub use call::BoundCall;
pub use failure::BindingFailure;

use host_protocol::FunctionResult;
use host_protocol::binding::{BLOB, BindingTemplate, QUEUE, STORAGE_CONNECTION, resolve_settings};
use host_protocol::function_json::{Binding, Direction, FunctionJson, HTTP_OUTPUT, PROMPT_ARGUMENT, TOOL_PROPERTY};

/// The input and output bindings of one function, without its trigger and arguments.
#[derive(Clone)]
pub struct Bindings {
    /// The name of the trigger's binding.
    trigger: String,
    /// The names of all inputs, in the order in which a function gets them.
    order: Vec<String>,
    inputs: Vec<StorageBinding>,
    outputs: Vec<StorageBinding>,
    /// The name of the output that answers an HTTP request, and is not stored.
    response: Option<String>,
    /// The bindings that only the Functions host runs.
    others: Vec<Binding>,
}

/// A binding of a blob or a queue.
#[derive(Clone)]
struct StorageBinding {
    binding: Binding,
    service: StorageService,
    /// The place, or the error with which every call that uses the binding fails.
    place: Result<BindingPlace, BindingFailure>,
}

/// The storage service of a binding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StorageService {
    Blob,
    Queue,
}

/// The place of a binding, before the values of a call are known.
#[derive(Clone)]
struct BindingPlace {
    /// The path of the blob or the name of the queue.
    template: BindingTemplate,
    /// The name of the storage connection.
    connection: String,
}

impl Bindings {
    /// Reads the bindings of a function. `setting` gives the value of an app setting. `None` if function.json has no bindings but
    /// the trigger, the arguments and an HTTP response.
    pub fn new(file: &FunctionJson, setting: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let trigger = file.trigger()?;
        let (mut order, mut inputs, mut outputs, mut others) = (vec![], vec![], vec![], vec![]);
        let mut response = None;
        for binding in file.bindings.iter().filter(|binding| !binding.is_trigger()) {
            if binding.direction == Direction::In {
                order.push(binding.name.clone());
            }
            match (StorageService::of(binding), &binding.direction) {
                _ if binding.is(TOOL_PROPERTY) || binding.is(PROMPT_ARGUMENT) => {}
                (Some(service), Direction::In) => inputs.push(StorageBinding::new(binding, service, setting)),
                (Some(service), _) => outputs.push(StorageBinding::new(binding, service, setting)),
                (None, Direction::Out) if binding.is(HTTP_OUTPUT) => response = Some(binding.name.clone()),
                (None, _) => others.push(binding.clone()),
            }
        }
        let none = inputs.is_empty() && outputs.is_empty() && others.is_empty();
        (!none).then(|| Bindings { trigger: trigger.name.clone(), order, inputs, outputs, response, others })
    }

    /// Whether a binding is one of a blob or a queue, which a [`Storage`](crate::storage::Storage) serves without the Functions
    /// host.
    pub fn can_run(binding: &Binding) -> bool {
        StorageService::of(binding).is_some()
    }

    /// The names of the connections of all blob and queue bindings with a valid place. A name may occur several times.
    pub fn connections(&self) -> impl Iterator<Item = &str> {
        let places = self.bound().filter_map(|bound| bound.place.as_ref().ok());
        places.map(|place| place.connection.as_str())
    }

    /// The bindings that only the Functions host runs.
    pub fn others(&self) -> &[Binding] {
        &self.others
    }

    /// The names of the bindings without a valid place, each with its error. Every call that uses such a binding fails.
    pub fn pointing_nowhere(&self) -> impl Iterator<Item = (&str, &BindingFailure)> {
        self.bound().filter_map(|StorageBinding { binding, place, .. }| Some((&*binding.name, place.as_ref().err()?)))
    }

    /// The names of the outputs in a result that belong neither to a blob or queue binding nor to the HTTP response. Outputs that
    /// are `null` are left out.
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

    fn bound(&self) -> impl Iterator<Item = &StorageBinding> {
        self.inputs.iter().chain(&self.outputs)
    }
}

impl StorageService {
    fn of(binding: &Binding) -> Option<Self> {
        match binding.direction {
            Direction::In | Direction::Out if binding.is(BLOB) => Some(StorageService::Blob),
            Direction::Out if binding.is(QUEUE) => Some(StorageService::Queue),
            _ => None,
        }
    }

    /// The member of function.json with the place of the binding.
    fn member(self) -> &'static str {
        match self {
            StorageService::Blob => "path",
            StorageService::Queue => "queueName",
        }
    }
}

impl StorageBinding {
    fn new(binding: &Binding, service: StorageService, setting: &dyn Fn(&str) -> Option<String>) -> Self {
        let text = |member: &str| -> Result<String, BindingFailure> {
            let text = binding.text(member)?;
            Ok(resolve_settings(&text.unwrap_or_default(), setting)?)
        };
        let place = || {
            let connection = text("connection")?;
            let connection = if connection.is_empty() { STORAGE_CONNECTION.to_owned() } else { connection };
            Ok(BindingPlace { template: BindingTemplate::parse(&text(service.member())?)?, connection })
        };
        StorageBinding { binding: binding.clone(), service, place: place() }
    }
}
