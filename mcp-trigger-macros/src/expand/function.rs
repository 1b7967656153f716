//! A function: a constant for each parameter, a function that calls the user's, and the entry in the table of all functions.

use super::params::{ParamCode, Role};
use super::{Root, hygienic, option, view};
use crate::attr::Icon;
use crate::kind::FunctionKind;
use crate::model::{Contents, Function, Handler, Kind};
use crate::param::place;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use std::time::Duration;
use syn::{LitBool, ReturnType, Type, parse_quote_spanned};

/// The registration of a function.
pub(crate) fn function(function: &Function) -> TokenStream {
    let site = Span::mixed_site();
    let handler = &function.handler;
    let root = Root(handler.root.as_ref());
    let private = root.at(site);
    let attributes = &handler.attributes;
    let code = Code::new(function, &root);
    let specs = code.params.iter().map(|param| &param.spec);
    let call = code.call();
    let view = view::of(function, &root);
    let meta = view.as_ref().map(|view| view.tool_meta.clone());
    let meta = option(meta.or_else(|| function.meta.as_ref().map(syn::LitStr::value)));
    let entry = entry(function, &code, &root, &meta);
    let view = view.map(|view| view.registration);
    // Calling a function that is deprecated, for clients to stop using it, deserves no warning here.
    quote_spanned! {site=>
        #(#attributes)*
        #[allow(deprecated)]
        const _: () = {
            #(#specs)*
            #call
            static __MCP_TRIGGER_POLLS: #private::PollHistory = #private::PollHistory::new();
            static __MCP_TRIGGER_FUNCTION: #private::Function = #entry;
            #private::inventory::submit! { #private::Registration(&__MCP_TRIGGER_FUNCTION) }
            #view
        };
    }
}

/// What the code of a function is made of.
struct Code<'a> {
    handler: &'a Handler,
    kind: FunctionKind,
    params: Vec<ParamCode>,
    root: &'a Root<'a>,
}

impl<'a> Code<'a> {
    fn new(function: &'a Function, root: &'a Root<'a>) -> Self {
        let kind = function.kind.function_kind();
        let params = function.handler.params.iter().enumerate();
        let params = params.map(|(index, param)| ParamCode::new(kind, index, param, root)).collect();
        Code { handler: &function.handler, kind, params, root }
    }

    /// The constants of the parameters in a role.
    fn constants(&self, roles: &[Role]) -> Vec<&Ident> {
        self.params.iter().filter(|param| roles.contains(&param.role)).map(|param| &param.constant).collect()
    }

    /// The function behind the table's entry.
    fn call(&self) -> TokenStream {
        let site = Span::mixed_site();
        let private = self.root.at(site);
        let ident = &self.handler.ident;
        let at_ident = hygienic(ident.span());
        let private_at_ident = self.root.at(ident.span());
        let locals = self.params.iter().map(|param| &param.local);
        let takes = self.params.iter().map(|ParamCode { local, take, .. }| quote_spanned!(site=> let #local = #take;));
        let outputs: Vec<_> = self.params.iter().filter(|param| param.role == Role::Output).collect();
        let kept = outputs.iter().map(|param| {
            let (local, kept) = (&param.local, param.kept());
            quote_spanned!(site=> let #kept = ::core::clone::Clone::clone(&#local);)
        });
        let wait = self.handler.is_async.then(|| quote_spanned!(at_ident=> .await));
        let result = quote_spanned!(site=> #ident(#(#locals),*)#wait);
        let spec = self.result_spec();
        let finish = if outputs.is_empty() {
            quote_spanned!(site=> #spec.into_outcome(__result))
        } else {
            let writes = outputs.iter().map(|param| {
                let (constant, kept) = (&param.constant, param.kept());
                quote_spanned!(site=> #private::Call::write(__call, &#constant, #kept)?;)
            });
            quote_spanned! {site=>
                let __outcome = #spec.into_outcome(__result)?;
                #(#writes)*
                ::core::result::Result::Ok(__outcome)
            }
        };
        // All of it at the function's name, and called like this: the compiler shows both when the future is not `Send`.
        let future = quote_spanned! {at_ident=>
            #private_at_ident::the_future_of_a_function_must_be_send(async move {
                #(#takes)*
                #(#kept)*
                let __result = #result;
                #finish
            })
        };
        let future_type = self.named("Future");
        quote_spanned! {site=>
            fn __mcp_trigger_call<'a>(__call: &'a #private::Call<'a>) -> #private::#future_type<'a> {
                #future
            }
        }
    }

    /// `ToolFuture`, `ResourceFuture` or `PromptFuture`.
    fn named(&self, what: &str) -> Ident {
        let kind = match self.kind {
            FunctionKind::Tool => "Tool",
            FunctionKind::Resource => "Resource",
            FunctionKind::Prompt => "Prompt",
        };
        Ident::new(&format!("{kind}{what}"), Span::mixed_site())
    }

    /// What there is to know of the return type. The words stand twice in the code, once in a constant and once in a function
    /// that may borrow; the compiler tells the same thing about the same place only once.
    fn result_spec(&self) -> TokenStream {
        let (ty, span): (Type, Span) = match &self.handler.output {
            ReturnType::Type(_, ty) => ((**ty).clone(), hygienic(place(ty))),
            ReturnType::Default => {
                let span = hygienic(self.handler.ident.span());
                (parse_quote_spanned!(span=> ()), span)
            }
        };
        let private = self.root.at(span);
        let make = Ident::new(&format!("{}_result", self.kind.noun()), span);
        quote_spanned!(span=> #private::#make::<#ty>())
    }
}

/// The entry in the table.
fn entry(function: &Function, code: &Code<'_>, root: &Root<'_>, meta: &TokenStream) -> TokenStream {
    let site = Span::mixed_site();
    let private = root.at(site);
    let Function { name, description, timeout, .. } = function;
    let title = option(function.title.as_ref());
    let icons = function.icons.iter().map(|icon| icon_value(icon, root));
    let timeout = option(timeout.map(duration));
    let access = access(function, root);
    let states = code.constants(&[Role::State]);
    let bindings = code.constants(&[Role::Input, Role::Output]);
    let kind = kind(function, code, &private);
    quote_spanned! {site=>
        #private::Function {
            name: #name,
            title: #title,
            description: #description,
            meta: #meta,
            icons: &[#(#icons),*],
            timeout: #timeout,
            access: #access,
            states: &[#(#states.wanted),*],
            bindings: &[#(#bindings.binding),*],
            location: #private::Location { file: ::core::file!(), line: ::core::line!(), module: ::core::module_path!() },
            kind: #kind,
        }
    }
}

fn duration(duration: Duration) -> TokenStream {
    let site = Span::mixed_site();
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    quote_spanned!(site=> ::core::time::Duration::from_millis(#milliseconds))
}

pub(super) fn access(function: &Function, root: &Root<'_>) -> TokenStream {
    let site = Span::mixed_site();
    let private = root.at(site);
    option(function.access.as_ref().map(|access| {
        let (roles, scopes) = (&access.roles, &access.scopes);
        quote_spanned!(site=> #private::Access { roles: &[#(#roles),*], scopes: &[#(#scopes),*] })
    }))
}

/// What only this kind of function has.
fn kind(function: &Function, code: &Code<'_>, private: &TokenStream) -> TokenStream {
    let site = Span::mixed_site();
    let arguments = code.constants(&[Role::Argument]);
    let spec = code.result_spec();
    let run = quote_spanned!(site=> #private::Run::new(&__mcp_trigger_call, &__MCP_TRIGGER_POLLS));
    match &function.kind {
        Kind::Tool { name, hints, task, .. } => {
            let [read_only, destructive, idempotent, open_world] =
                [&hints.read_only, &hints.destructive, &hints.idempotent, &hints.open_world]
                    .map(|hint| option(hint.as_ref().map(LitBool::value)));
            let arguments = match code.constants(&[Role::All]).first() {
                Some(all) => quote_spanned!(site=> #private::Arguments::All(#all.schema)),
                None => quote_spanned!(site=> #private::Arguments::Properties(&[#(#arguments.property),*])),
            };
            let support = Ident::new(task.as_ref().map_or("Never", |task| task.support), site);
            quote_spanned! {site=>
                #private::Kind::Tool(#private::Tool {
                    name: #name,
                    hints: #private::Hints {
                        read_only: #read_only,
                        destructive: #destructive,
                        idempotent: #idempotent,
                        open_world: #open_world,
                    },
                    arguments: #arguments,
                    output_schema: #spec.output_schema,
                    task: #private::TaskSupport::#support,
                    run: #run,
                })
            }
        }
        Kind::Resource { uri, name, contents: Contents { mime_type, size, percent_decode, cache } } => {
            let mime_type = match mime_type {
                Some(mime_type) => option(Some(mime_type)),
                None => quote_spanned!(site=> #spec.mime_type),
            };
            let size = option(size.as_ref());
            let cache = option(cache.map(|(lifetime, is_public)| {
                let lifetime = duration(lifetime);
                let scope = Ident::new(if is_public { "Public" } else { "Private" }, site);
                quote_spanned!(site=> #private::Cache { lifetime: #lifetime, scope: #private::CacheScope::#scope })
            }));
            quote_spanned! {site=>
                #private::Kind::Resource(#private::Resource {
                    uri: #uri,
                    name: #name,
                    mime_type: #mime_type,
                    size: #size,
                    parameters: &[#(#arguments.property),*],
                    percent_decode: #percent_decode,
                    cache: #cache,
                    run: #run,
                })
            }
        }
        Kind::Prompt { name } => quote_spanned! {site=>
            #private::Kind::Prompt(#private::Prompt {
                name: #name,
                arguments: &[#(#arguments.property),*],
                run: #run,
            })
        },
    }
}

fn icon_value(icon: &Icon, root: &Root<'_>) -> TokenStream {
    let site = Span::mixed_site();
    let private = root.at(site);
    let Icon { src, sizes, .. } = icon;
    let mime_type = option(icon.mime_type.as_ref());
    let theme = option(icon.theme.as_ref());
    quote_spanned! {site=>
        #private::Icon { src: #src, mime_type: #mime_type, sizes: &[#(#sizes),*], theme: #theme }
    }
}
