//! Completion of the arguments of prompts and the parameters of resource templates while the user types (specification 2025-06-18:
//! `server/utilities/completion`).

mod completer;
mod values;

pub use completer::Completer;
pub(crate) use completer::beginning_with;
pub use values::{Completions, IntoCompletions};

use crate::function::context::Context;
use crate::function::error::FunctionError;
use crate::function::params::{Shared, States, missing_state};
use crate::function::{BoxFuture, Call, Outcome, Parameter, Run};
use std::fmt;

/// One completion.
pub(crate) type CompletionFuture<'a> = BoxFuture<'a, Outcome<Completions>>;

/// A request for completions: the text so far, the other arguments, and the call. Functions of `#[arg(complete = …)]` may take it.
///
/// ```
/// use mcp_trigger::{Completion, mcp_prompt};
///
/// async fn names(completion: &Completion<'_>) -> Vec<String> {
///     let names = match completion.argument("language") {
///         Some("rust") => ["serde", "syn"],
///         _ => ["left-pad", "lodash"],
///     };
///     names.into_iter().filter(|name| name.starts_with(completion.typed())).map(str::to_owned).collect()
/// }
///
/// /// Explains a package.
/// #[mcp_prompt]
/// fn explain(#[arg(complete = ["rust", "javascript"])] language: String, #[arg(complete = names)] package: String) -> String {
///     format!("What is the {language} package {package} for?")
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Completion<'a> {
    typed: &'a str,
    arguments: &'a [Parameter],
    context: &'a Context,
    states: &'a States,
}

impl<'a> Completion<'a> {
    /// `parameters` are what was typed, then the other arguments.
    pub(crate) fn new(parameters: &'a [Parameter], context: &'a Context, states: &'a States) -> Self {
        let (typed, arguments) = match parameters {
            [(_, typed), arguments @ ..] => (typed.as_str(), arguments),
            [] => ("", parameters),
        };
        Completion { typed, arguments, context, states }
    }

    /// The text of the argument so far.
    pub fn typed(&self) -> &'a str {
        self.typed
    }

    /// Another argument of the same prompt or template, if the client has sent it (since MCP 2025-06-18).
    pub fn argument(&self, name: &str) -> Option<&'a str> {
        self.arguments.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The context of the call.
    pub fn context(&self) -> &'a Context {
        self.context
    }

    /// A state of the app.
    ///
    /// # Errors
    ///
    /// If the app has no state of that type.
    pub fn state<T: Clone + Send + Sync + 'static>(&self) -> Result<T, FunctionError> {
        state(self.states)
    }
}

fn state<T: Shared>(states: &States) -> Result<T, FunctionError> {
    states.get().ok_or_else(|| missing_state(std::any::type_name::<T>()))
}

impl fmt::Debug for Completion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion").field("typed", &self.typed).field("context", &self.context).finish_non_exhaustive()
    }
}

/// Completes an argument. The single place where what stands in `complete = …` has to be a [`Completer`].
pub fn complete<'a, How, C>(call: &'a Call<'a>, completer: C) -> CompletionFuture<'a>
where
    C: for<'c> Completer<'c, How> + Send + Sync + 'a,
{
    let completion = call.completion();
    Box::pin(async move { completer.complete(&completion).await })
}

/// The same for what is known only at run time.
pub(crate) fn leak_completer<How, C>(completer: C) -> Run<Completions>
where
    How: 'static,
    C: for<'c> Completer<'c, How> + Send + Sync + 'static,
{
    /// Only a closure that is passed on gets the lifetimes that [`Run`] asks for.
    fn leak(run: impl for<'a> Fn(&'a Call<'a>) -> CompletionFuture<'a> + Send + Sync + 'static) -> Run<Completions> {
        Run::blocking(Box::leak(Box::new(run)))
    }
    let completer: &'static C = Box::leak(Box::new(completer));
    leak(move |call| {
        let completion = call.completion();
        Box::pin(async move { completer.complete(&completion).await })
    })
}
