//! Blob and queue bindings: the paths that they name, the values of inputs, and the bytes that are stored of outputs.
//!
//! All of this is the host's work, not a handler's: by the time a blob is read or written, an expression such as
//! `snippets/{mcptoolargs.name}.json` is a path. [`BindingTemplate`] resolves expressions from the [`BindingData`] of an invocation, [`BlobPath`] and
//! [`QueueName`] hold the rules of the storage service's names, [`blob_input`] and [`OutputValue`] convert between stored
//! bytes and values on the wire.
//!
//! ```
//! use host_protocol::binding::{BindingData, BlobPath, OutputValue, BindingTemplate};
//! use host_protocol::function_json::{Binding, Direction};
//! # use host_protocol::invocation::{Invocation, LazyCaller, SystemBindingData, ToolInvocationContext, Trigger};
//! # use host_protocol::FunctionResult;
//! # let arguments = serde_json::value::RawValue::from_string(r#"{"name":"a/b"}"#.to_owned())?;
//! # let trigger = ToolInvocationContext::new("save", Some(arguments), LazyCaller::default());
//! # let invocation = Invocation::new("", "Save", Trigger::Tool(trigger));
//! # let fresh = || SystemBindingData::new(std::time::SystemTime::UNIX_EPOCH, "");
//! let data = BindingData::new(&invocation, "toolTrigger", &fresh)?;
//! let path = BindingTemplate::parse("snippets/{mcptoolargs.name}.json")?.resolve(&data)?;
//! let path = BlobPath::parse(&path)?;
//! assert_eq!((path.container(), path.blob()), ("snippets", "a/b.json"));
//!
//! let binding = Binding::new("blob", Direction::Out, "file");
//! let reply = br#"{"Outputs":{"file":{"a": [1, 2.50]}}}"#;
//! let result = FunctionResult::decode(200, Some("application/json"), reply)?;
//! let output = OutputValue::of(&binding, &result).expect("a value");
//! assert_eq!(output.to_blob()?, br#"{"a":[1,2.5]}"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod blob;
mod data;
mod date_format;
mod output;
mod queue;
mod template;

pub use blob::{BlobPath, blob_input};
pub use data::BindingData;
pub use output::OutputValue;
pub use queue::{MESSAGE_LIMIT, QueueName};
pub use template::{BindingTemplate, resolve_settings};

use std::error::Error;
use std::sync::Arc;
use thiserror::Error;

/// The type of a blob binding.
pub const BLOB: &str = "blob";

/// The type of a queue output.
pub const QUEUE: &str = "queue";

/// The app setting with the storage account of bindings that name no account.
pub const STORAGE_CONNECTION: &str = "AzureWebJobsStorage";

/// A binding that cannot be resolved, read or stored. The host takes the invocation for failed.
#[derive(Clone, Debug, Error)]
#[error("{reason}")]
pub struct BindingError {
    reason: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl BindingError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        BindingError { reason: reason.into(), source: None }
    }

    /// An error with a cause, whose text is part of the reason.
    pub(crate) fn caused_by(source: impl Error + Send + Sync + 'static, reason: impl Into<String>) -> Self {
        BindingError { reason: reason.into(), source: Some(Arc::new(source)) }
    }
}
