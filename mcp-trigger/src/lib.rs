//! x
mod schema;
