//! States: values that the functions of an app share.

use crate::function::error::FunctionError;
use std::any::{Any, TypeId, type_name};

/// A parameter with a state of the app: a pool, a client, a configuration.
///
/// [`App::state`](crate::App::state) adds a state to the app. Every call gets a clone, so wrap large values in an
/// [`Arc`](std::sync::Arc). If the app does not have a state that a function takes, the app does not start.
///
/// ```
/// use mcp_trigger::{State, mcp_tool};
///
/// #[derive(Clone)]
/// struct Greeting(&'static str);
///
/// /// Greets.
/// #[mcp_tool]
/// fn greet(State(greeting): State<Greeting>) -> String {
///     format!("{}, world", greeting.0)
/// }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct State<T>(pub T);

/// A type of a state: `Clone + Send + Sync + 'static`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the state of an app",
    label = "not a state",
    note = "a state is shared by calls that run at the same time: it has to be `Clone + Send + Sync + 'static`; `State<std::sync::Arc<{Self}>>` may do"
)]
pub trait Shared: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> Shared for T {}

/// The states of an app, of which each has a type of its own.
#[derive(Debug, Default)]
pub(crate) struct States(Vec<Box<dyn Any + Send + Sync>>);

/// The states of an app that has none.
pub(crate) static NO_STATES: States = States(Vec::new());

impl States {
    pub(crate) fn insert<T: Shared>(&mut self, state: T) {
        self.0.retain(|known| !known.is::<T>());
        self.0.push(Box::new(state));
    }

    pub(crate) fn get<T: Shared>(&self) -> Option<T> {
        self.0.iter().find_map(|state| state.downcast_ref::<T>()).cloned()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The type of a state that a function asks for.
#[derive(Clone, Copy, Debug)]
pub struct StateType {
    id: fn() -> TypeId,
    name: fn() -> &'static str,
}

impl StateType {
    /// The type `T`.
    pub(crate) const fn of<T: Shared>() -> Self {
        StateType { id: TypeId::of::<T>, name: type_name::<T> }
    }

    /// Whether both are the same type.
    pub(crate) fn is(&self, other: &StateType) -> bool {
        (self.id)() == (other.id)()
    }

    /// The name of the type, for messages.
    pub(crate) fn name(&self) -> &'static str {
        (self.name)()
    }
}

/// A parameter that is a state of type `T`. As with [`ArgSpec`](crate::function::params::ArgSpec), nothing else asks anything of `T`.
#[derive(Debug)]
pub struct StateSpec<T> {
    /// The type, for the check at start.
    pub wanted: StateType,
    get: fn(&States) -> Option<T>,
}

/// The single place where the type of a state has to be [`Shared`].
pub const fn state_spec<T: Shared>() -> StateSpec<T> {
    StateSpec { wanted: StateType::of::<T>(), get: States::get::<T> }
}

/// The client must not learn the types of the app.
pub(crate) fn missing_state(name: &str) -> FunctionError {
    FunctionError::private(format!("the app has no state of type {name}: add it with App::state"))
}

impl<T> StateSpec<T> {
    /// The state.
    ///
    /// # Errors
    ///
    /// If the app has no state of this type. The check at start rules this out.
    pub(crate) fn take(&self, states: &States) -> Result<State<T>, FunctionError> {
        (self.get)(states).map(State).ok_or_else(|| missing_state(self.wanted.name()))
    }
}
