//! The bindings of one call: inputs before the function, outputs after it.

use super::{Bindings, Bound, Failure, Kind, Place};
use crate::ids;
use crate::storage::{BlobPath, QueueName, Storage, StorageError, Storages};
use bytes::Bytes;
use host_protocol::binding::{BindingData, BindingTemplate, MESSAGE_LIMIT, OutputValue, blob_input};
use host_protocol::invocation::SystemBindingData;
use host_protocol::{FunctionResult, Invocation};
use std::sync::Arc;
use std::time::SystemTime;

/// A call whose inputs were read, and whose outputs are stored when its function has ended.
pub struct BoundCall {
    bindings: Arc<Bindings>,
    storages: Arc<Storages>,
    /// Where the outputs go, which the call alone can tell. One that goes nowhere matters only if there is something to store.
    targets: Vec<Result<Target, Failure>>,
}

/// Where a binding points in one call.
enum Target {
    Blob(BlobPath),
    Queue(QueueName),
}

impl BoundCall {
    /// Reads the inputs of a call, and adds them to it.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read. A blob that does not exist can: it is a missing input.
    pub async fn begin(
        bindings: &Arc<Bindings>,
        storages: &Arc<Storages>,
        invocation: &mut Invocation,
    ) -> Result<Self, Failure> {
        let [inputs, targets] = [&bindings.inputs, &bindings.outputs].map(|of| targets(bindings, of, invocation));
        for (input, target) in bindings.inputs.iter().zip(inputs) {
            let (name, data_type) = (&input.binding.name, input.binding.data_type.as_ref());
            let content = async {
                match target? {
                    Target::Blob(path) => Ok(storages.get(input.connection()?)?.read_blob(&path).await?),
                    Target::Queue(_) => Ok(None),
                }
            };
            let failed = |failure: Failure| failure.in_the_course_of(format_args!("cannot read the input `{name}`"));
            let content = content.await.map_err(failed)?;
            invocation.inputs.push((name.clone(), blob_input(content.as_deref(), data_type)));
        }
        invocation.inputs.sort_unstable_by_key(|(name, _)| bindings.order.iter().position(|known| known == name));
        Ok(BoundCall { bindings: Arc::clone(bindings), storages: Arc::clone(storages), targets })
    }

    /// Stores the outputs of the call, each even if another fails (ground-truth.md §2, "… with `../x`").
    ///
    /// # Errors
    ///
    /// If one of them cannot be stored: why, for each.
    pub async fn end(self, result: &FunctionResult) -> Result<(), Vec<Failure>> {
        let BoundCall { bindings, storages, targets } = self;
        let mut failures = Vec::new();
        for (bound, target) in bindings.outputs.iter().zip(targets) {
            let Some(output) = OutputValue::of(&bound.binding, result) else { continue };
            let stored = async { store(target?, &output, storages.get(bound.connection()?)?).await };
            if let Err(failure) = stored.await {
                let name = &bound.binding.name;
                failures.push(failure.in_the_course_of(format_args!("cannot write the output `{name}`")));
            }
        }
        if failures.is_empty() { Ok(()) } else { Err(failures) }
    }
}

fn targets(bindings: &Bindings, of: &[Bound], invocation: &Invocation) -> Vec<Result<Target, Failure>> {
    let fresh = || SystemBindingData::new(SystemTime::now(), ids::guid());
    let data = BindingData::new(invocation, &bindings.trigger, &fresh);
    let target = |bound: &Bound| {
        let data = data.as_ref().map_err(|error| Failure::new(error.to_string()))?;
        bound.target(data)
    };
    of.iter().map(target).collect()
}

impl Bound {
    fn place(&self) -> Result<&Place, Failure> {
        self.place.as_ref().map_err(Clone::clone)
    }

    fn connection(&self) -> Result<&str, Failure> {
        Ok(&self.place()?.connection)
    }

    /// Where it points in a call. What the call gives may be anything that its client wrote: it leads nowhere but to another name in
    /// the same container, or to a queue.
    fn target(&self, data: &BindingData<'_>) -> Result<Target, Failure> {
        let template = &self.place()?.template;
        let target = template.resolve(data).and_then(|name| match self.kind {
            Kind::Blob => BlobPath::parse(&name).map(Target::Blob),
            Kind::Queue => QueueName::parse(&name).map(Target::Queue),
        });
        target.map_err(|error| Failure::from(error).advising(advice(template, self.kind)))
    }
}

/// What a client can do about the values that it gives, if there are any.
fn advice(template: &BindingTemplate, kind: Kind) -> Option<String> {
    let mut names: Vec<_> = template.names().map(|name| format!("`{name}`")).collect();
    names.dedup();
    let (names, become_part, have) = match names.as_slice() {
        [] => return None,
        [name] => (name.clone(), "becomes part", "it has"),
        _ => (names.join(" and "), "become parts", "they have"),
    };
    Some(match kind {
        Kind::Blob => format!(
            "{names} {become_part} of the name of a blob: {have} to be there, short, and without `..`, backslashes and a dot or slash \
             at the end"
        ),
        Kind::Queue => format!(
            "{names} {become_part} of the name of a queue: {have} to be there, of letters, digits and single hyphens, and short"
        ),
    })
}

async fn store(target: Target, output: &OutputValue<'_>, storage: &dyn Storage) -> Result<(), Failure> {
    match target {
        Target::Blob(path) => storage.write_blob(&path, output.to_blob()?.into()).await?,
        Target::Queue(queue) => {
            for message in output.to_messages()? {
                send(storage, &queue, message.into()).await?;
            }
        }
    }
    Ok(())
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
