//! x

pub mod name;
pub mod uri_template;
