//! Where the lines of a function come from, in the words of `tracing`.
//!
//! The macros of `tracing` want to know module and level when they are compiled. A function logs through its
//! context, under the name of its own module: so the metadata of its events is made here, once for each
//! module and level.

use crate::lock::lock;
use std::collections::HashMap;
use std::sync::Mutex;
use tracing::{Level, Metadata};
use tracing_core::callsite::{Callsite, Identifier};
use tracing_core::field::FieldSet;
use tracing_core::metadata::Kind;
use tracing_core::subscriber::Interest;

/// The fields of an event: its text, then the call that it is of, for subscribers other than this crate's own.
pub(super) const FIELDS: [&str; 3] = ["message", "function", "invocation"];

/// The place that stands for all of them.
static PLACE: Place = Place;

struct Place;

impl Callsite for Place {
    // Whether anybody is interested is asked anew for each line.
    fn set_interest(&self, _: Interest) {}

    fn metadata(&self) -> &Metadata<'_> {
        metadata(module_path!(), Level::INFO)
    }
}

/// Whether an event is a line of a call, made here.
pub(super) fn is_of_call(metadata: &Metadata<'_>) -> bool {
    metadata.callsite() == Identifier(&PLACE)
}

/// The metadata of lines from a module.
pub(super) fn metadata(target: &'static str, level: Level) -> &'static Metadata<'static> {
    static KNOWN: Mutex<Option<HashMap<(&'static str, Level), &'static Metadata<'static>>>> = Mutex::new(None);
    lock(&KNOWN).get_or_insert_default().entry((target, level)).or_insert_with(|| {
        let fields = FieldSet::new(&FIELDS, Identifier(&PLACE));
        // As the macros leave it: for as long as the program runs. There are no more than modules with functions.
        Box::leak(Box::new(Metadata::new("line", target, level, None, None, Some(target), fields, Kind::EVENT)))
    })
}
