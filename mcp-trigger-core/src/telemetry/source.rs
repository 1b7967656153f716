//! Metadata of `tracing` for the lines of functions.
//!
//! The macros of `tracing` need the module and the level at compile time. A function logs through its context under its own module,
//! so this file makes the metadata at run time, once for each module and level.

use crate::lock::lock;
use std::collections::HashMap;
use std::sync::Mutex;
use tracing::{Level, Metadata};
use tracing_core::callsite::{Callsite, Identifier};
use tracing_core::field::FieldSet;
use tracing_core::metadata::Kind;
use tracing_core::subscriber::Interest;

/// The fields of an event: the message, then the name and the invocation id of the call, for subscribers of other crates.
pub(super) const FIELDS: [&str; 3] = ["message", "function", "invocation"];

/// The callsite of all lines.
static CALLSITE: CallLineCallsite = CallLineCallsite;

struct CallLineCallsite;

impl Callsite for CallLineCallsite {
    // Nothing is stored: each line asks the subscriber whether it is enabled.
    fn set_interest(&self, _: Interest) {}

    fn metadata(&self) -> &Metadata<'_> {
        metadata(module_path!(), Level::INFO)
    }
}

/// Whether metadata was made by [`metadata`]: that of a line of a call.
pub(super) fn is_of_call(metadata: &Metadata<'_>) -> bool {
    metadata.callsite() == Identifier(&CALLSITE)
}

/// The metadata of lines with a target, the path of a module, and a level.
pub(super) fn metadata(target: &'static str, level: Level) -> &'static Metadata<'static> {
    static KNOWN: Mutex<Option<HashMap<(&'static str, Level), &'static Metadata<'static>>>> = Mutex::new(None);
    lock(&KNOWN).get_or_insert_default().entry((target, level)).or_insert_with(|| {
        let fields = FieldSet::new(&FIELDS, Identifier(&CALLSITE));
        // Leaked: like the metadata of the macros, these metadata live as long as the program. There is one for each module and
        // level.
        Box::leak(Box::new(Metadata::new("line", target, level, None, None, Some(target), fields, Kind::EVENT)))
    })
}
