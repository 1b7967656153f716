//! A function as the macros understand it. This is data: `read` fills it in, `check` looks at it, `expand` turns it into code.
//!
//! A function with mistakes has a model too, so that all of its mistakes are reported at once. Such a model is never expanded.

use crate::csp::Csp;
use crate::description::Description;
use crate::json::quoted;
use crate::kind::FunctionKind;
use proc_macro2::Span;
use std::time::Duration;
use syn::{Attribute, Expr, Ident, LitBool, LitInt, LitStr, Path, ReturnType, Type};

/// A function and the options of its attribute.
pub(crate) struct FunctionModel {
    pub(crate) options: CommonOptions,
    pub(crate) kind_options: KindOptions,
    pub(crate) user_function: UserFunction,
}

impl FunctionModel {
    pub(crate) fn kind(&self) -> FunctionKind {
        match self.kind_options {
            KindOptions::Tool(_) => FunctionKind::Tool,
            KindOptions::Resource(_) => FunctionKind::Resource,
            KindOptions::Prompt => FunctionKind::Prompt,
        }
    }

    /// The view of a tool that is an MCP App.
    pub(crate) fn app(&self) -> Option<&AppOptions> {
        match &self.kind_options {
            KindOptions::Tool(tool) => tool.app.as_ref(),
            KindOptions::Resource(_) | KindOptions::Prompt => None,
        }
    }
}

/// The options of all three attributes.
pub(crate) struct CommonOptions {
    /// The name of the tool, resource or prompt. Clients see it.
    pub(crate) name: NameOption,
    /// The name of the Azure function.
    pub(crate) function_name: NameOption,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Description,
    pub(crate) meta: Option<LitStr>,
    pub(crate) icons: Vec<IconOptions>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) access: Option<AccessOptions>,
    /// The path of the crate `mcp_trigger` in the user's code. Default: `::mcp_trigger`.
    pub(crate) crate_path: Option<Path>,
}

/// A name. Default: the name of the Rust function.
pub(crate) struct NameOption {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// Whether an option sets the name.
    pub(crate) is_given: bool,
}

/// The roles and scopes of which a caller needs one each.
#[derive(Default)]
pub(crate) struct AccessOptions {
    pub(crate) roles: Vec<LitStr>,
    pub(crate) scopes: Vec<LitStr>,
}

/// MCP's `Icon`.
pub(crate) struct IconOptions {
    pub(crate) src: LitStr,
    pub(crate) mime_type: Option<LitStr>,
    pub(crate) sizes: Vec<LitStr>,
    pub(crate) theme: Option<LitStr>,
}

/// The options of one attribute. `#[mcp_prompt]` has none of its own.
pub(crate) enum KindOptions {
    Tool(ToolOptions),
    Resource(ResourceOptions),
    Prompt,
}

/// The options of `#[mcp_tool]`.
#[derive(Default)]
pub(crate) struct ToolOptions {
    pub(crate) hints: ToolHints,
    pub(crate) app: Option<AppOptions>,
    pub(crate) task: Option<TaskOption>,
}

/// MCP's `ToolAnnotations`.
#[derive(Default)]
pub(crate) struct ToolHints {
    pub(crate) read_only: Option<LitBool>,
    pub(crate) destructive: Option<LitBool>,
    pub(crate) idempotent: Option<LitBool>,
    pub(crate) open_world: Option<LitBool>,
}

/// When calls of a tool become tasks.
pub(crate) struct TaskOption {
    pub(crate) key: Ident,
    /// A variant of the runtime's `TaskSupport`.
    pub(crate) support: &'static str,
}

/// The view of an MCP App (MCP Apps specification: `McpUiResourceMeta`).
pub(crate) struct AppOptions {
    /// The path of the page, relative to the package's folder.
    pub(crate) view: LitStr,
    pub(crate) title: Option<LitStr>,
    pub(crate) csp: Csp,
    /// The permissions that the page asks for.
    pub(crate) permissions: Vec<Ident>,
    /// An origin of the page's own.
    pub(crate) domain: Option<LitStr>,
    pub(crate) prefers_border: Option<LitBool>,
    /// The callers of the tool. Default: `model` and `app`.
    pub(crate) visibility: Option<Vec<Ident>>,
}

/// The options of `#[mcp_resource]`.
pub(crate) struct ResourceOptions {
    /// The URI or URI template. Empty if the attribute has none, which is a mistake.
    pub(crate) uri: LitStr,
    /// The names of the template's parameters. `None` if the template has a mistake.
    pub(crate) uri_parameters: Option<Vec<String>>,
    pub(crate) mime_type: Option<LitStr>,
    pub(crate) size: Option<LitInt>,
    pub(crate) percent_decode: bool,
    pub(crate) cache: Option<CacheOptions>,
}

/// How long clients may keep the contents of a resource.
pub(crate) struct CacheOptions {
    pub(crate) lifetime: Duration,
    /// Whether kept contents may be given to other callers.
    pub(crate) is_public: bool,
}

/// The Rust function under the attribute.
pub(crate) struct UserFunction {
    pub(crate) ident: Ident,
    pub(crate) is_async: bool,
    pub(crate) params: Vec<Param>,
    /// Whether all parameters were read without a mistake. If not, `params` may lack some.
    pub(crate) is_understood: bool,
    pub(crate) output: ReturnType,
    /// The attributes that the registration repeats: `#[cfg]` and `#[allow]`.
    pub(crate) attributes: Vec<Attribute>,
}

/// A parameter of the Rust function.
pub(crate) struct Param {
    pub(crate) kind: ParamKind,
    /// The type as it was written.
    pub(crate) ty: Type,
}

/// Where a parameter gets its value from.
pub(crate) enum ParamKind {
    /// An argument of the call, or a parameter of the URI template.
    Argument(Argument),
    /// `Args<T>`: all arguments as one `T`.
    All(Type),
    /// `State<T>`
    State(Type),
    /// `&Context`
    Context,
    /// `Principal`
    Principal,
    /// `Option<Principal>`
    OptionalPrincipal,
    /// `#[input(…)]`
    Input(ParamBinding),
    /// `#[output(…)]` with its `Output<T>`
    Output(ParamBinding, Type),
}

impl ParamKind {
    pub(crate) fn binding(&self) -> Option<&ParamBinding> {
        match self {
            ParamKind::Input(binding) | ParamKind::Output(binding, _) => Some(binding),
            _ => None,
        }
    }
}

/// One argument, with what `#[arg]` says about it.
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Description,
    pub(crate) default: Option<Expr>,
    /// A list or a function that completes the argument.
    pub(crate) complete: Option<Expr>,
    /// The end of the name of the header that repeats the argument.
    pub(crate) header: Option<LitStr>,
    /// Whether numbers and booleans may be sent as text.
    pub(crate) lenient: bool,
}

/// The binding of a parameter, with the name that function.json gives it.
pub(crate) struct ParamBinding {
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) options: BindingOptions,
}

/// The options of `#[input]` and `#[output]`.
pub(crate) struct BindingOptions {
    /// Default: the name of the parameter.
    pub(crate) name: Option<LitStr>,
    /// The type in function.json: `blob`, `queue`, `cosmosDB`.
    pub(crate) binding_type: String,
    pub(crate) is_output: bool,
    /// The other members of the binding in function.json, each with its value as JSON.
    pub(crate) members: Vec<(String, String)>,
    /// The values in `members` that are text. They may hold binding expressions.
    pub(crate) texts: Vec<LitStr>,
    pub(crate) span: Span,
}

impl BindingOptions {
    /// Whether the app can run the binding without the Functions host, with a storage account.
    pub(crate) fn is_of_storage(&self) -> bool {
        self.binding_type == "blob" || (self.binding_type == "queue" && self.is_output)
    }

    pub(crate) fn push_text(&mut self, member: &str, text: LitStr) {
        self.members.push((member.to_owned(), quoted(&text.value())));
        self.texts.push(text);
    }
}
