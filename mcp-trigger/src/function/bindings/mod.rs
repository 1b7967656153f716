//! Bindings beside the trigger: inputs that the host reads before a call, and outputs that it stores afterwards.
//!
//! Every string and every byte is stored exactly as the function set it, on every host. Two rules make it so (ground-truth.md §2,
//! recordings/bindings.jsonl):
//!
//! * an output goes out as base64, which the host decodes before it stores anything. As plain text it would decode what only
//!   looks like base64, and rewrite what only looks like a date;
//! * an input is declared with `dataType: "binary"` and comes as base64. As text the host would replace what is not UTF-8.

mod input;
mod output;
#[cfg(test)]
mod tests;

pub use input::{FromInput, InputSpec, input_spec};
pub use output::{IntoOutput, Message, Output, OutputSpec, blob_output_spec, output_spec};

use host_protocol::function_json::{self, DataType, Direction};
use serde_json::{Map, Value};

/// A binding of a function, as its macro leaves it.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The name of the binding in function.json, and on the wire.
    pub name: &'static str,
    /// `blob`, `queue` or another type that a host has an extension for.
    pub kind: &'static str,
    /// Whether the binding is an output.
    pub is_output: bool,
    /// All other members of the binding's entry in function.json, as the text of a JSON object.
    pub properties: &'static str,
}

impl Binding {
    /// The encoding of its values on the wire.
    const fn encoding(kind: &str) -> Encoding {
        // A constant cannot compare strings yet.
        match kind.as_bytes() {
            b"blob" | b"queue" => Encoding::Base64,
            _ => Encoding::Plain,
        }
    }

    /// Whether bytes go through it in base64.
    pub(crate) fn is_base64(self) -> bool {
        Binding::encoding(self.kind) == Encoding::Base64
    }

    /// The binding's entry in function.json.
    pub(crate) fn to_function_json(self) -> function_json::Binding {
        let direction = if self.is_output { Direction::Out } else { Direction::In };
        let mut binding = function_json::Binding::new(self.kind, direction, self.name);
        if !self.is_output && self.is_base64() {
            binding.data_type = Some(DataType::Binary);
        }
        binding.properties = self.properties();
        binding
    }

    fn properties(self) -> Map<String, Value> {
        serde_json::from_str(self.properties).unwrap_or_default()
    }

    /// The arguments of a tool that the binding names, as `{mcptoolargs.name}`.
    pub(crate) fn arguments(self) -> Vec<String> {
        let name = |rest: &str| rest.split_once('}').map(|(name, _)| name.to_owned());
        let properties = self.properties();
        let texts = properties.values().filter_map(Value::as_str);
        texts.flat_map(|text| text.split("{mcptoolargs.").skip(1).filter_map(name)).collect()
    }
}

/// The encoding of the values of a binding on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// In base64: any bytes, exactly.
    Base64,
    /// As JSON: what the many other bindings of a host take differs, but JSON they all know.
    Plain,
}
