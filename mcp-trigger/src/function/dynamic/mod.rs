//! Functions without a macro: for functions that are known only at run time, and for libraries that offer functions to apps.
//!
//! `generate`, `list` and clients treat them like functions with a macro. Mistakes that a macro reports at compile time are
//! reported at the start of the app, with the place in the source.
//!
//! A library offers its tools as a list, and an app takes them:
//!
//! ```standalone_crate
//! /// A library.
//! mod conversions {
//!     use mcp_trigger::DynamicTool;
//!     use serde::Deserialize;
//!     use mcp_trigger::schemars::{self, JsonSchema};
//!
//!     #[derive(Deserialize, JsonSchema)]
//!     struct Length {
//!         /// The length in metres
//!         metres: f64,
//!     }
//!
//!     pub fn tools() -> Vec<DynamicTool> {
//!         let units = [("feet", 0.3048), ("miles", 1609.344)];
//!         let tool = |(unit, metres): (&'static str, f64)| {
//!             DynamicTool::new(format!("to_{unit}"), move |length: Length| async move { length.metres / metres })
//!                 .description(format!("Says how many {unit} a length is."))
//!                 .read_only(true)
//!         };
//!         units.map(tool).into()
//!     }
//! }
//!
//! use mcp_trigger::App;
//! # mcp_trigger::testing::block_on(async {
//! let app = App::new().tools(conversions::tools());
//! # let app = mcp_trigger::testing::TestApp::new(app).await.unwrap();
//! # let reply = app.tool("to_feet").argument("metres", 0.6096).call().await;
//! # assert_eq!(reply.text(), "2");
//! # });
//! ```

mod details;
mod prompt;
mod resource;
#[cfg(test)]
mod tests;
mod tool;

pub use host_protocol::function_json::{Icon, PromptArgument};
pub use prompt::{DynamicPrompt, PromptHandler};
pub use resource::{DynamicResource, ResourceHandler};
pub use tool::{DynamicTool, ToolHandler};

use crate::function::Problem;
use crate::function::params::TextProperty;
use crate::function::{BoxFuture, Call, Function, Outcome, Run};

/// The functions that were added to an app.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dynamic {
    pub(crate) functions: Vec<&'static Function>,
    pub(crate) mistakes: Vec<Problem>,
}

impl Dynamic {
    pub(crate) fn add(&mut self, registered: Registered) {
        self.functions.push(registered.function);
        self.mistakes.extend(registered.mistakes);
    }
}

/// A function that was added to an app, and its mistakes.
pub(crate) struct Registered {
    function: &'static Function,
    mistakes: Vec<Problem>,
}

/// A handler without its type, for a function whose result is a `T`. `P` is the schema or the names of the arguments in its
/// listing.
trait Runs<T, P>: Send + Sync {
    /// Runs it, if the arguments keep the promise.
    fn run<'a>(&'a self, call: &'a Call<'a>, promise: &'a P) -> BoxFuture<'a, Outcome<T>>;
}

fn leak_run<T: 'static, P: Send + Sync + 'static>(runs: Box<dyn Runs<T, P>>, promise: P) -> Run<T> {
    /// Only a closure that is passed on gets the lifetimes that [`Run`] asks for.
    fn leak<T>(run: impl for<'a> Fn(&'a Call<'a>) -> BoxFuture<'a, Outcome<T>> + Send + Sync + 'static) -> Run<T> {
        Run::new(Box::leak(Box::new(run)), Box::leak(Box::default()))
    }
    let (runs, promise): (&'static dyn Runs<T, P>, &'static P) = (Box::leak(runs), Box::leak(Box::new(promise)));
    leak(move |call| runs.run(call, promise))
}

/// An argument that is any text.
fn text_argument(name: String, is_required: bool) -> TextProperty {
    TextProperty {
        name: name.leak(),
        title: None,
        description: "",
        is_optional: if is_required { || false } else { || true },
        choices: || &[],
        completer: None,
    }
}

fn leak_texts(texts: Vec<String>) -> &'static [&'static str] {
    texts.into_iter().map(|text| &*text.leak()).collect::<Vec<&'static str>>().leak()
}
