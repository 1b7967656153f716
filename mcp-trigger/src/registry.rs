//! The functions of the app.

use crate::tool::Tool;

/// A function, as it is left in the table of all functions.
#[derive(Debug)]
pub struct Registration(pub &'static Tool);

inventory::collect!(Registration);
