//! What the host does for bindings beside the trigger: where they point, what a function gets from them and what is stored of
//! its outputs.
//!
//! The host does all of this, no handler: an expression such as `snippets/{mcptoolargs.name}.json` is a path by the time a
//! blob is read or written. [`BindingTemplate`] resolves expressions from the [`BindingData`] of an invocation, [`BlobPath`] and
//! [`QueueName`] hold the rules of the storage service's names, [`blob_input`] and [`OutputValue`] turn what is stored into what
//! is sent, and back.
//!
//! ```
//! use host_protocol::binding::{BindingData, BlobPath, OutputValue, BindingTemplate};
//! use host_protocol::function_json::{Binding, Direction};
//! # use host_protocol::invocation::{Invocation, SystemBindingData, ToolInvocationContext, Trigger};
//! # use host_protocol::FunctionResult;
//! # let arguments = serde_json::value::RawValue::from_string(r#"{"name":"a/b"}"#.to_owned())?;
//! # let trigger = ToolInvocationContext { name: "save".to_owned(), arguments: Some(arguments), caller: Default::default() };
//! # let invocation = Invocation {
//! #     id: String::new(), function: "Save".into(), trigger: Trigger::Tool(trigger), inputs: Vec::new(),
//! # };
//! # let fresh = || SystemBindingData { utc_now: "2026-01-02T03:04:05Z".to_owned(), guid: String::new() };
//! let data = BindingData::new(&invocation, "toolTrigger", &fresh)?;
//! let path = BindingTemplate::parse("snippets/{mcptoolargs.name}.json")?.resolve(&data)?;
//! let path = BlobPath::parse(&path)?;
//! assert_eq!((path.container(), path.blob()), ("snippets", "a/b.json"));
//!
//! let binding = Binding::new("blob", Direction::Out, "file");
//! let reply = br#"{"Outputs":{"file":{"a": [1, 2.50]}}}"#;
//! let result = FunctionResult::decode(200, Some("application/json"), reply)?;
//! let output = OutputValue::of(&binding, &result).expect("there is one");
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

use std::fmt;

/// The type of a blob binding.
pub const BLOB: &str = "blob";

/// The type of a queue output.
pub const QUEUE: &str = "queue";

/// The app setting that names the storage account of bindings which name none.
pub const STORAGE_CONNECTION: &str = "AzureWebJobsStorage";

/// Why a binding cannot do what it should. The host takes the invocation for failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingError(String);

impl BindingError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        BindingError(reason.into())
    }
}

impl fmt::Display for BindingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BindingError {}
