use super::Run;
use crate::function::params::TextProperty;
use host_protocol::content::PromptResult;

/// What only a prompt has.
#[derive(Debug)]
pub struct Prompt {
    /// The name that clients ask for.
    pub name: &'static str,
    /// The parameters that are arguments.
    pub arguments: &'static [TextProperty],
    /// Calls the function.
    pub run: Run<PromptResult>,
}
