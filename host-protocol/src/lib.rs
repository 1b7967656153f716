//! x

pub mod function_json;
mod jsonc;
pub mod name;
pub mod uri_template;
pub mod validate;
