//! x

pub mod function_json;
pub mod host_json;
mod jsonc;
pub mod name;
pub mod uri_template;
pub mod validate;
