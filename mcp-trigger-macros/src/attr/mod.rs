//! The options in the attributes: tokens → typed values, with every default filled in.
//!
//! Mistakes in one attribute are reported here, such as `read_only` with `destructive`.

mod app;
mod arg;
mod binding;
mod common;
#[cfg(test)]
mod docs;
mod entry;
mod icon;
mod keys;
mod names;
mod resource;
mod tool;

pub(crate) use arg::{ArgOptions, read_arg};
pub(crate) use binding::read_binding;

use crate::diag::Diagnostics;
use crate::kind::FunctionKind;
use crate::model::{CommonOptions, KindOptions};
use crate::syntax::FunctionItem;
use proc_macro2::TokenStream;

/// Reads the options of an attribute. Some defaults come from the function under it.
pub(crate) fn read(
    kind: FunctionKind,
    options: TokenStream,
    item: &FunctionItem,
    diagnostics: &mut Diagnostics,
) -> (CommonOptions, KindOptions) {
    let mut common = common::defaults(item);
    let kind_options = match kind {
        FunctionKind::Tool => KindOptions::Tool(tool::read(options, &mut common, diagnostics)),
        FunctionKind::Resource => KindOptions::Resource(resource::read(options, &mut common, diagnostics)),
        FunctionKind::Prompt => {
            common::read_prompt(options, &mut common, diagnostics);
            KindOptions::Prompt
        }
    };
    let has_view = matches!(&kind_options, KindOptions::Tool(tool) if tool.app.is_some());
    names::check(kind, &common, has_view, diagnostics);
    (common, kind_options)
}
