//! What an attribute and its function come to: read, checked, with every default filled in.

use crate::attr::{Hints, Icon, ToolAttr};
use crate::check;
use crate::diag::Diagnostics;
use crate::doc::Text;
use crate::param::{self, Param};
use crate::syntax::HandlerFn;
use proc_macro2::TokenStream;
use std::time::Duration;
use syn::{Attribute, Ident, LitStr, Path, ReturnType};

/// A tool.
pub(crate) struct Tool {
    pub(crate) name: String,
    /// The name of the Azure function.
    pub(crate) function: String,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Text,
    pub(crate) hints: Hints,
    pub(crate) meta: Option<LitStr>,
    pub(crate) icons: Vec<Icon>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) handler: Handler,
}

/// What all kinds of functions have in common.
pub(crate) struct Handler {
    pub(crate) ident: Ident,
    pub(crate) is_async: bool,
    pub(crate) params: Vec<Param>,
    pub(crate) output: ReturnType,
    /// Those attributes of the function that its registration needs too.
    pub(crate) attributes: Vec<Attribute>,
    /// Where `mcp_trigger` is found.
    pub(crate) root: Option<Path>,
}

impl Tool {
    /// Takes the attributes of this macro off the parameters. `None` if there is nothing to register; mistakes are in
    /// `diagnostics` either way.
    pub(crate) fn read(arguments: TokenStream, item: &mut HandlerFn, diagnostics: &mut Diagnostics) -> Option<Self> {
        let attr = ToolAttr::read(arguments, diagnostics);
        check::signature(&item.signature, diagnostics);
        let params = param::read(&mut item.signature, diagnostics);
        check::params(&params, diagnostics);
        check::hints(&attr.hints, diagnostics);
        let ident = &item.signature.ident;
        let name = check::tool_name(attr.name.as_ref(), ident, diagnostics);
        let function = check::function_name(attr.function.as_ref(), ident, diagnostics);
        Some(Tool {
            name: name?,
            function: function?,
            title: attr.title,
            description: attr.description.unwrap_or_else(|| Text::from_comments(&item.attributes)),
            hints: attr.hints,
            meta: attr.meta,
            icons: attr.icons,
            timeout: attr.timeout,
            handler: Handler {
                ident: ident.clone(),
                is_async: item.signature.asyncness.is_some(),
                params,
                output: item.signature.output.clone(),
                attributes: item
                    .attributes
                    .iter()
                    .filter(|attribute| concerns_registration(attribute))
                    .cloned()
                    .collect(),
                root: attr.root,
            },
        })
    }
}

/// A function that is not compiled cannot be registered, and what was allowed for it is allowed for its registration.
fn concerns_registration(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") || attribute.path().is_ident("allow")
}
