//! The bindings of a function beside its trigger: what the host fetches before the call and stores after it.

use super::{BlobPath, QueueName, Storage, StorageError};
use crate::local;
use bytes::Bytes;
use host_protocol::binding::{
    BLOB, BindingData, MESSAGE_LIMIT, Output, QUEUE, STORAGE_CONNECTION, Template, blob_input, resolve_settings,
};
use host_protocol::function_json::{Binding, Direction, FunctionJson, HTTP_OUTPUT, PROMPT_ARGUMENT, TOOL_PROPERTY};
use host_protocol::invocation::System;
use host_protocol::{FunctionResult, Invocation};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

/// The storages, by the names of their connections.
#[derive(Clone, Default)]
pub(crate) struct Storages {
    /// What holds for connections without one of their own.
    pub(crate) default: Option<Arc<dyn Storage>>,
    pub(crate) by_connection: BTreeMap<String, Arc<dyn Storage>>,
}

impl Storages {
    fn get(&self, connection: &str) -> Result<&dyn Storage, Failure> {
        let storage = self.by_connection.get(connection).or(self.default.as_ref());
        storage.map(|storage| &**storage).ok_or_else(|| {
            Failure(format!("no storage is set for the connection {connection}; `LocalHost::storage` sets one"))
        })
    }
}

/// The bindings of one function.
#[derive(Clone)]
pub(crate) struct Bindings {
    /// The name of the trigger's binding.
    trigger: String,
    /// The names of all inputs: the order in which a function gets them.
    order: Vec<String>,
    inputs: Vec<Bound>,
    outputs: Vec<Bound>,
    /// The output that answers an HTTP request; it goes nowhere else.
    response: Option<String>,
    /// What the host would do, and this one does not.
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
    template: Template,
    connection: String,
}

/// Why an invocation fails.
#[derive(Clone, Debug)]
pub(crate) struct Failure(pub(crate) String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(error.to_string())
    }
}

impl Bindings {
    /// The bindings of a function; `None` if it has none but its trigger and arguments.
    pub(crate) fn new(file: &FunctionJson, setting: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let trigger = file.trigger()?;
        let (mut order, mut inputs, mut outputs, mut others) = (vec![], vec![], vec![], vec![]);
        let mut response = None;
        for binding in file.bindings.iter().filter(|binding| !binding.is_trigger()) {
            if binding.direction == Direction::In {
                order.push(binding.name.clone());
            }
            let bound = |kind, member| Bound::new(binding, kind, member, setting);
            match binding.direction {
                _ if binding.is(TOOL_PROPERTY) || binding.is(PROMPT_ARGUMENT) => {}
                Direction::Out if binding.is(HTTP_OUTPUT) => response = Some(binding.name.clone()),
                Direction::In if binding.is(BLOB) => inputs.push(bound(Kind::Blob, "path")),
                Direction::Out if binding.is(BLOB) => outputs.push(bound(Kind::Blob, "path")),
                Direction::Out if binding.is(QUEUE) => outputs.push(bound(Kind::Queue, "queueName")),
                _ => others.push(binding.clone()),
            }
        }
        let none = inputs.is_empty() && outputs.is_empty() && others.is_empty();
        (!none).then(|| Bindings { trigger: trigger.name.clone(), order, inputs, outputs, response, others })
    }

    /// The connections that they need.
    pub(crate) fn connections(&self) -> impl Iterator<Item = &str> {
        let places = self.inputs.iter().chain(&self.outputs).filter_map(|bound| bound.place.as_ref().ok());
        places.map(|place| place.connection.as_str())
    }

    /// What somebody should know before the first call.
    pub(crate) fn problems(&self) -> impl Iterator<Item = String> {
        let wrong = self.inputs.iter().chain(&self.outputs).filter_map(|Bound { binding, place, .. }| {
            let Failure(error) = place.as_ref().err()?;
            Some(format!("calls will fail, its binding `{}` points nowhere: {error}", binding.name))
        });
        let others = self.others.iter().map(|Binding { name, kind, .. }| {
            format!("its binding `{name}` of type `{kind}` is not run by the local host")
        });
        wrong.chain(others)
    }

    /// Adds the inputs to a call.
    pub(crate) async fn read_inputs(&self, invocation: &mut Invocation, storages: &Storages) -> Result<(), Failure> {
        for (input, place) in self.inputs.iter().zip(self.places(&self.inputs, invocation)) {
            let name = &input.binding.name;
            let content = async {
                let (path, connection) = place?;
                let path = BlobPath::parse(&path)?;
                Ok(storages.get(connection)?.read_blob(&path).await?)
            };
            let content =
                content.await.map_err(|Failure(why)| Failure(format!("cannot read the input `{name}`: {why}")))?;
            invocation.inputs.push((name.clone(), blob_input(content.as_deref(), input.binding.data_type.as_ref())));
        }
        invocation.inputs.sort_by_key(|(name, _)| self.order.iter().position(|known| known == name));
        Ok(())
    }

    /// Where the outputs of a call go, which the call alone can tell.
    pub(crate) fn output_places(&self, invocation: &Invocation) -> Vec<Result<(String, &str), Failure>> {
        self.places(&self.outputs, invocation)
    }

    /// Stores the outputs of a call, each even if another fails (ground-truth.md §2, "… with `../x`").
    pub(crate) async fn write_outputs(
        &self,
        places: Vec<Result<(String, &str), Failure>>,
        result: &FunctionResult,
        storages: &Storages,
    ) -> Vec<Failure> {
        let mut failures = Vec::new();
        for (bound, place) in self.outputs.iter().zip(places) {
            let Some(output) = Output::of(&bound.binding, result) else { continue };
            let written = async {
                let (path, connection) = place?;
                bound.write(&path, &output, storages.get(connection)?).await
            };
            if let Err(Failure(why)) = written.await {
                failures.push(Failure(format!("cannot write the output `{}`: {why}", bound.binding.name)));
            }
        }
        failures
    }

    /// The outputs in a result that go nowhere.
    pub(crate) fn unknown_outputs<'a>(&'a self, result: &'a FunctionResult) -> impl Iterator<Item = &'a str> {
        let is_known = |name: &str| {
            self.response.as_deref() == Some(name) || self.outputs.iter().any(|bound| bound.binding.name == name)
        };
        result
            .outputs
            .iter()
            .filter(move |(name, value)| value.get() != "null" && !is_known(name))
            .map(|(name, _)| &**name)
    }

    fn places<'a>(&self, bindings: &'a [Bound], invocation: &Invocation) -> Vec<Result<(String, &'a str), Failure>> {
        let fresh = || System::new(SystemTime::now(), local::invocation_id());
        let data = BindingData::new(invocation, &self.trigger, &fresh);
        let resolve = |bound: &'a Bound| {
            let data = data.as_ref().map_err(|error| Failure(error.to_string()))?;
            let Place { template, connection } = bound.place.as_ref().map_err(Clone::clone)?;
            Ok((template.resolve(data)?, connection.as_str()))
        };
        bindings.iter().map(resolve).collect()
    }
}

impl Bound {
    fn new(binding: &Binding, kind: Kind, member: &str, setting: &dyn Fn(&str) -> Option<String>) -> Self {
        let text = |member: &str| -> Result<String, Failure> {
            let text = binding.text(member)?;
            Ok(resolve_settings(&text.unwrap_or_default(), setting)?)
        };
        let place = || {
            let connection = text("connection")?;
            let connection = if connection.is_empty() { STORAGE_CONNECTION.to_owned() } else { connection };
            Ok(Place { template: Template::parse(&text(member)?)?, connection })
        };
        Bound { binding: binding.clone(), kind, place: place() }
    }

    async fn write(&self, place: &str, output: &Output<'_>, storage: &dyn Storage) -> Result<(), Failure> {
        match self.kind {
            Kind::Blob => storage.write_blob(&BlobPath::parse(place)?, output.to_blob()?.into()).await?,
            Kind::Queue => {
                let queue = QueueName::parse(place)?;
                for message in output.to_messages()? {
                    send(storage, &queue, message.into()).await?;
                }
            }
        }
        Ok(())
    }
}

async fn send(storage: &dyn Storage, queue: &QueueName, message: Bytes) -> Result<(), StorageError> {
    if message.len() > MESSAGE_LIMIT {
        return Err(StorageError::new(format!(
            "a message of {} bytes is too long for a queue, which takes {MESSAGE_LIMIT}; put it into a blob, and send its name",
            message.len()
        )));
    }
    storage.send_message(queue, message).await
}
