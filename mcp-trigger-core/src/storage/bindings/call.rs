//! The bindings of one call: reads inputs before the function runs, and stores outputs afterwards.

use super::{BindingFailure, BindingPlace, Bindings, StorageBinding, StorageService};
use crate::ids;
use crate::storage::{BlobPath, QueueName, Storage, StorageError, Storages};
use bytes::Bytes;
use host_protocol::binding::{BindingData, BindingTemplate, MESSAGE_LIMIT, OutputValue, blob_input};
use host_protocol::invocation::SystemBindingData;
use host_protocol::{FunctionResult, Invocation};
use std::sync::Arc;
use std::time::SystemTime;

/// A call with bindings: [`begin`](Self::begin) reads the inputs, [`end`](Self::end) stores the outputs after the function has
/// ended.
pub struct BoundCall {
    bindings: Arc<Bindings>,
    storages: Arc<Storages>,
    /// The targets of the outputs, in the order of [`Bindings::outputs`]. The error of a target matters only if its output has a
    /// value.
    targets: Vec<Result<BindingTarget, BindingFailure>>,
}

/// The blob or queue of a binding in one call.
enum BindingTarget {
    Blob(BlobPath),
    Queue(QueueName),
}

impl BoundCall {
    /// Reads the inputs of a call, and adds them to `invocation`. A blob that does not exist is a missing input, not an error.
    ///
    /// # Errors
    ///
    /// If an input cannot be read.
    pub async fn begin(
        bindings: &Arc<Bindings>,
        storages: &Arc<Storages>,
        invocation: &mut Invocation,
    ) -> Result<Self, BindingFailure> {
        let [inputs, targets] = [&bindings.inputs, &bindings.outputs].map(|of| targets(bindings, of, invocation));
        for (input, target) in bindings.inputs.iter().zip(inputs) {
            let (name, data_type) = (&input.binding.name, input.binding.data_type.as_ref());
            let content = async {
                match target? {
                    BindingTarget::Blob(path) => Ok(storages.get(input.connection()?)?.read_blob(&path).await?),
                    BindingTarget::Queue(_) => Ok(None),
                }
            };
            let failed = |failure: BindingFailure| failure.during(format_args!("cannot read the input `{name}`"));
            let content = content.await.map_err(failed)?;
            invocation.inputs.push((name.clone(), blob_input(content.as_deref(), data_type)));
        }
        invocation.inputs.sort_unstable_by_key(|(name, _)| bindings.order.iter().position(|known| known == name));
        Ok(BoundCall { bindings: Arc::clone(bindings), storages: Arc::clone(storages), targets })
    }

    /// Stores the outputs of a call. An output is stored even if another one fails (ground-truth.md §2, "… with `../x`").
    ///
    /// # Errors
    ///
    /// If outputs cannot be stored: one failure for each.
    pub async fn end(self, result: &FunctionResult) -> Result<(), Vec<BindingFailure>> {
        let BoundCall { bindings, storages, targets } = self;
        let mut failures = Vec::new();
        for (bound, target) in bindings.outputs.iter().zip(targets) {
            let Some(output) = OutputValue::of(&bound.binding, result) else { continue };
            let stored = async { store(target?, &output, storages.get(bound.connection()?)?).await };
            if let Err(failure) = stored.await {
                let name = &bound.binding.name;
                failures.push(failure.during(format_args!("cannot write the output `{name}`")));
            }
        }
        if failures.is_empty() { Ok(()) } else { Err(failures) }
    }
}

fn targets(
    bindings: &Bindings,
    of: &[StorageBinding],
    invocation: &Invocation,
) -> Vec<Result<BindingTarget, BindingFailure>> {
    let fresh = || SystemBindingData::new(SystemTime::now(), ids::guid());
    let data = BindingData::new(invocation, &bindings.trigger, &fresh);
    let target = |bound: &StorageBinding| {
        let data = data.as_ref().map_err(|error| BindingFailure::new(error.to_string()))?;
        bound.target(data)
    };
    of.iter().map(target).collect()
}

impl StorageBinding {
    fn place(&self) -> Result<&BindingPlace, BindingFailure> {
        self.place.as_ref().map_err(Clone::clone)
    }

    fn connection(&self) -> Result<&str, BindingFailure> {
        Ok(&self.place()?.connection)
    }

    /// The blob or queue of the binding in a call. The values of the call may be any text of its client: they select only a name in
    /// the container of the binding, or a queue.
    fn target(&self, data: &BindingData<'_>) -> Result<BindingTarget, BindingFailure> {
        let template = &self.place()?.template;
        let target = template.resolve(data).and_then(|name| match self.service {
            StorageService::Blob => BlobPath::parse(&name).map(BindingTarget::Blob),
            StorageService::Queue => QueueName::parse(&name).map(BindingTarget::Queue),
        });
        target.map_err(|error| BindingFailure::from(error).advising(advice(template, self.service)))
    }
}

/// The advice for a client about the values in a template. `None` if the template has no values.
fn advice(template: &BindingTemplate, service: StorageService) -> Option<String> {
    let mut names: Vec<_> = template.names().map(|name| format!("`{name}`")).collect();
    names.dedup();
    let (names, become_part, have) = match names.as_slice() {
        [] => return None,
        [name] => (name.clone(), "becomes part", "it has"),
        _ => (names.join(" and "), "become parts", "they have"),
    };
    Some(match service {
        StorageService::Blob => format!(
            "{names} {become_part} of the name of a blob: {have} to be there, short, and without `..`, backslashes and a dot or slash \
             at the end"
        ),
        StorageService::Queue => format!(
            "{names} {become_part} of the name of a queue: {have} to be there, of letters, digits and single hyphens, and short"
        ),
    })
}

async fn store(target: BindingTarget, output: &OutputValue<'_>, storage: &dyn Storage) -> Result<(), BindingFailure> {
    match target {
        BindingTarget::Blob(path) => storage.write_blob(&path, output.to_blob()?.into()).await?,
        BindingTarget::Queue(queue) => {
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
            "a message of {} bytes is too long for a queue, whose limit is {MESSAGE_LIMIT} bytes; write the content \
             to a blob, and send the name of the blob",
            message.len()
        )));
    }
    storage.send_message(queue, message).await
}
