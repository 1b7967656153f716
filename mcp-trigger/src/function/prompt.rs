//! The metadata of a prompt.

use super::Run;
use crate::function::params::TextProperty;
use host_protocol::content::PromptResult;

/// The metadata of a prompt.
#[derive(Debug)]
pub struct Prompt {
    /// The name that clients ask for.
    pub name: &'static str,
    /// The parameters that are arguments.
    pub arguments: &'static [TextProperty],
    /// Calls the function.
    pub run: Run<PromptResult>,
}
