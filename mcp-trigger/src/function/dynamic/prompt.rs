//! Prompts without a macro.

use super::details::{Details, setters};
use super::{PromptArgument, Registered, Runs, leak_run, text_argument};
use crate::function::completion::{Completer, Completions, leak_completer};
use crate::function::context::Context;
use crate::function::params::TextProperty;
use crate::function::result::IntoPromptResult;
use crate::function::{Call, Kind, Prompt, PromptFuture, Run};
use host_protocol::content::PromptResult;
use std::collections::{HashMap, HashSet};
use std::panic::Location;

/// A prompt without a macro, for [`App::prompt`](crate::App::prompt).
///
/// ```
/// use mcp_trigger::DynamicPrompt;
///
/// let review = DynamicPrompt::new("review", |arguments| async move {
///     let focus = arguments.get("focus").map(|focus| format!(" with an eye on {focus}")).unwrap_or_default();
///     format!("Review this code{focus}:\n{}", arguments["code"])
/// })
/// .description("Reviews code.")
/// .argument("code", "The code")
/// .optional_argument("focus", "What matters most");
/// # let _ = review;
/// ```
#[must_use = "a prompt does nothing until an app has it"]
pub struct DynamicPrompt {
    pub(super) details: Details,
    arguments: Vec<PromptArgument>,
    completers: Vec<(String, Run<Completions>)>,
    runs: Box<dyn Runs<PromptResult, Required>>,
}

setters!(DynamicPrompt);

/// The code of a [`DynamicPrompt`], as a type. Unlike a closure it gets the [`Context`] of the call.
///
/// ```
/// use mcp_trigger::dynamic::PromptHandler;
/// use mcp_trigger::{Context, DynamicPrompt};
/// use std::collections::HashMap;
///
/// /// A text with one gap.
/// struct Template(String);
///
/// impl PromptHandler for Template {
///     type Output = String;
///
///     async fn get(&self, arguments: HashMap<String, String>, _: &Context) -> String {
///         self.0.replace("{topic}", &arguments["topic"])
///     }
/// }
///
/// let explain = DynamicPrompt::from_handler("explain", Template("Explain {topic}.".to_owned()))
///     .argument("topic", "What to explain");
/// # let _ = explain;
/// ```
pub trait PromptHandler: Send + Sync + 'static {
    /// The result of the prompt.
    type Output: IntoPromptResult;

    /// Answers a call. All required arguments are present.
    fn get(&self, arguments: HashMap<String, String>, context: &Context) -> impl Future<Output = Self::Output> + Send;
}

impl DynamicPrompt {
    /// A prompt that runs a closure. The closure gets the arguments by name; all required ones are present.
    #[track_caller]
    pub fn new<F, R>(name: impl Into<String>, get: F) -> Self
    where
        F: Fn(HashMap<String, String>) -> R + Send + Sync + 'static,
        R: Future<Output: IntoPromptResult> + Send + 'static,
    {
        DynamicPrompt::from_handler(name, Closure(get))
    }

    /// A prompt that runs a [`PromptHandler`].
    #[track_caller]
    pub fn from_handler<H: PromptHandler>(name: impl Into<String>, handler: H) -> Self {
        let details = Details::new::<H>(name.into(), Location::caller());
        DynamicPrompt { details, arguments: Vec::new(), completers: Vec::new(), runs: Box::new(Handled(handler)) }
    }

    /// Adds a required argument.
    pub fn argument(self, name: impl Into<String>, description: impl Into<String>) -> Self {
        self.argument_with(argument(name.into(), description.into(), true))
    }

    /// Adds an optional argument.
    pub fn optional_argument(self, name: impl Into<String>, description: impl Into<String>) -> Self {
        self.argument_with(argument(name.into(), description.into(), false))
    }

    /// Adds an argument with all its details.
    pub fn argument_with(mut self, argument: PromptArgument) -> Self {
        self.arguments.push(argument);
        self
    }

    /// Completes an argument while the user types, at `/mcp`: from a list of texts, or with a function. See [`Completer`].
    pub fn complete<How: 'static, C>(mut self, argument: impl Into<String>, completer: C) -> Self
    where
        C: for<'c> Completer<'c, How> + Send + Sync + 'static,
    {
        self.completers.push((argument.into(), leak_completer(completer)));
        self
    }

    pub(crate) fn register(self) -> Registered {
        let DynamicPrompt { mut details, arguments, completers, runs } = self;
        if details.name.trim().is_empty() {
            details.mistakes.push("its name cannot be empty".to_owned());
        }
        let mut names = HashSet::new();
        for PromptArgument { name, .. } in &arguments {
            if name.trim().is_empty() {
                details.mistakes.push("the name of an argument cannot be empty".to_owned());
            } else if !names.insert(name) {
                details.mistakes.push(format!("there are two arguments `{name}`"));
            }
        }
        let required = arguments.iter().filter(|argument| argument.required == Some(true));
        let required: Required = required.map(|argument| argument.name.clone()).collect();
        let mut arguments: Vec<TextProperty> = arguments.into_iter().map(property).collect();
        details.complete(&mut arguments, completers);
        details
            .register(|name| Kind::Prompt(Prompt { name, arguments: arguments.leak(), run: leak_run(runs, required) }))
    }
}

fn argument(name: String, description: String, required: bool) -> PromptArgument {
    let mut argument = PromptArgument::new(name);
    argument.description = Some(description);
    argument.required = Some(required);
    argument
}

fn property(argument: PromptArgument) -> TextProperty {
    let PromptArgument { name, title, description, required, .. } = argument;
    TextProperty {
        title: title.map(|title| &*title.leak()),
        description: description.unwrap_or_default().leak(),
        ..text_argument(name, required == Some(true))
    }
}

/// The names of the arguments that have to be there.
type Required = Vec<String>;

struct Handled<H>(H);

impl<H: PromptHandler> Runs<PromptResult, Required> for Handled<H> {
    fn run<'a>(&'a self, call: &'a Call<'a>, required: &'a Required) -> PromptFuture<'a> {
        Box::pin(async move {
            call.require(required)?;
            self.0.get(call.text_arguments()?, call.context()).await.into_prompt_result()
        })
    }
}

struct Closure<F>(F);

impl<F, R> PromptHandler for Closure<F>
where
    F: Fn(HashMap<String, String>) -> R + Send + Sync + 'static,
    R: Future<Output: IntoPromptResult> + Send + 'static,
{
    type Output = R::Output;

    fn get(&self, arguments: HashMap<String, String>, _: &Context) -> impl Future<Output = R::Output> + Send {
        (self.0)(arguments)
    }
}
