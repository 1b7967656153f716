//! The arguments of `#[mcp_prompt]`.

use super::{Common, Keys, common, entries};
use crate::diag::Diagnostics;
use proc_macro2::TokenStream;

/// What was said; defaults come later.
#[derive(Default)]
pub(crate) struct PromptAttr {
    pub(crate) common: Common,
}

const KEYS: Keys = Keys {
    attribute: "#[mcp_prompt]",
    own: &[],
    shared: common::KEYS,
    aliases: &[("doc", "description"), ("prompt", "name"), ("prompt_name", "name")],
};

impl PromptAttr {
    pub(crate) fn read(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut attr = PromptAttr::default();
        for entry in entries(tokens, &KEYS, diagnostics) {
            attr.common.take(entry, diagnostics);
        }
        attr
    }
}
