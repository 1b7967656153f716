//! The parameters of a function, and how each gets its value.
//!
//! For each parameter the macro leaves one constant, a *spec*, that holds all that has to be known of the parameter's type:
//! nothing else asks anything of the type, so a type that will not do is one compiler error.

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

pub(crate) use state::{States, missing_state};
pub(crate) use value::{is_number, read_by_schema, whole};
