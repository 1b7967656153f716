//! What an attribute and its function come to: read, checked, with every default filled in.

use crate::attr::{Access, App, Common, Hints, Icon, PromptAttr, ResourceAttr, Task, ToolAttr};
use crate::check;
use crate::diag::Diagnostics;
use crate::doc::Text;
use crate::kind::FunctionKind;
use crate::param::{self, Param};
use crate::syntax::HandlerFn;
use crate::view::{self, View};
use proc_macro2::TokenStream;
use std::path::Path as FilePath;
use std::time::Duration;
use syn::{Attribute, Ident, LitInt, LitStr, Path, ReturnType};

/// A function.
pub(crate) struct Function {
    /// The name of the Azure function.
    pub(crate) name: String,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Text,
    pub(crate) meta: Option<LitStr>,
    pub(crate) icons: Vec<Icon>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) access: Option<Access>,
    pub(crate) kind: Kind,
    pub(crate) handler: Handler,
}

/// What only some functions have.
pub(crate) enum Kind {
    Tool { name: String, hints: Hints, app: Option<Box<(App, View)>>, task: Option<Task> },
    Resource { uri: LitStr, name: String, contents: Contents },
    Prompt { name: String },
}

/// What is said of a resource's contents.
pub(crate) struct Contents {
    pub(crate) mime_type: Option<LitStr>,
    pub(crate) size: Option<LitInt>,
    pub(crate) percent_decode: bool,
    /// How long they may be kept, and whether everybody may have what was kept.
    pub(crate) cache: Option<(Duration, bool)>,
}

/// The Rust function itself.
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

impl Function {
    /// Takes the attributes of this macro off the parameters. `None` if there is nothing to register; mistakes are in
    /// `diagnostics` either way.
    pub(crate) fn read(
        function_kind: FunctionKind,
        arguments: TokenStream,
        item: &mut HandlerFn,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let (common, kind) = Kind::read(function_kind, arguments, &item.signature.ident, diagnostics);
        check::signature(function_kind, &item.signature, diagnostics);
        let so_far = diagnostics.count();
        let params = param::read(function_kind, &mut item.signature, diagnostics);
        check::params(function_kind, &params, diagnostics);
        // What is missing among parameters that were not understood is no second mistake.
        if let Some(kind) = kind.as_ref().filter(|_| diagnostics.count() == so_far) {
            if let Kind::Resource { uri, contents, .. } = kind {
                check::template(uri, &params, diagnostics);
                check::shared(contents, &params, diagnostics);
            }
            check::expressions(kind, &params, diagnostics);
            check::task(kind, &params, diagnostics);
        }
        let ident = &item.signature.ident;
        let has_view = matches!(kind, Some(Kind::Tool { app: Some(_), .. }));
        let name = check::function_name(common.function.as_ref(), ident, has_view, diagnostics);
        Some(Function {
            name: name?,
            title: common.title,
            description: common.description.unwrap_or_else(|| Text::from_comments(&item.attributes)),
            meta: common.meta,
            icons: common.icons,
            timeout: common.timeout,
            access: common.access,
            kind: kind?,
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
                root: common.root,
            },
        })
    }
}

impl Kind {
    /// The arguments of an attribute: what is common to all functions, and what is not.
    fn read(
        kind: FunctionKind,
        arguments: TokenStream,
        ident: &Ident,
        diagnostics: &mut Diagnostics,
    ) -> (Common, Option<Self>) {
        match kind {
            FunctionKind::Tool => {
                let ToolAttr { common, hints, app, task } = ToolAttr::read(arguments, diagnostics);
                check::hints(&hints, diagnostics);
                check::app(app.as_ref(), common.meta.as_ref(), diagnostics);
                let app = app.and_then(|app| with_view(app, diagnostics));
                let name = check::tool_name(common.name.as_ref(), ident, diagnostics);
                (common, name.map(|name| Kind::Tool { name, hints, app, task }))
            }
            FunctionKind::Resource => {
                let attr = ResourceAttr::read(arguments, diagnostics);
                let cache = check::cache(&attr, diagnostics);
                let ResourceAttr { common, uri, mime_type, size, percent_decode, .. } = attr;
                let contents = Contents { mime_type, size, percent_decode, cache };
                let name = check::name(kind, common.name.as_ref(), ident, diagnostics);
                let kind = uri.zip(name).map(|(uri, name)| Kind::Resource { uri, name, contents });
                (common, kind)
            }
            FunctionKind::Prompt => {
                let PromptAttr { common } = PromptAttr::read(arguments, diagnostics);
                let name = check::name(kind, common.name.as_ref(), ident, diagnostics);
                (common, name.map(|name| Kind::Prompt { name }))
            }
        }
    }

    pub(crate) fn function_kind(&self) -> FunctionKind {
        match self {
            Kind::Tool { .. } => FunctionKind::Tool,
            Kind::Resource { .. } => FunctionKind::Resource,
            Kind::Prompt { .. } => FunctionKind::Prompt,
        }
    }
}

/// The page with all that belongs to it. The folder is that of the crate being compiled.
fn with_view(app: App, diagnostics: &mut Diagnostics) -> Option<Box<(App, View)>> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    match view::inline(FilePath::new(&package), &app.view.value(), &app.csp) {
        Ok(view) => Some(Box::new((app, view))),
        Err(mistakes) => {
            mistakes.into_iter().for_each(|mistake| diagnostics.error(&app.view, mistake));
            None
        }
    }
}

/// A function that is not compiled cannot be registered, and what was allowed for it is allowed for its registration.
fn concerns_registration(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") || attribute.path().is_ident("allow")
}
