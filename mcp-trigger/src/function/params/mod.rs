//! The parameters of a function, and how each gets its value.
//!
//! For each parameter the macro writes one constant, a *spec*. Only the spec has bounds on the parameter's type, so an unsuitable
//! type is one compiler error.

mod args;
mod choices;
mod deserialize_text;
mod state;
mod text;
mod value;

pub use args::{
    AllArguments, ArgSpec, Args, DefaultArg, PropertySpec, TextDefault, ToolArg, all_arguments, arg_spec, default_json,
    default_text,
};
pub use state::{Shared, State, StateSpec, StateType, state_spec};
pub use text::{TextParam, TextProperty, TextSpec, text_spec};

pub(crate) use state::{NO_STATES, States, missing_state};
pub(crate) use value::{is_number, read_by_schema, whole};
