//! A tool: a constant for each parameter, a function that calls the user's, and the entry in the table of all functions.

use super::{Root, hygienic};
use crate::attr::Icon;
use crate::model::{Handler, Tool};
use crate::param::{Argument, Param, ParamKind, place};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{LitBool, LitStr, ReturnType, Type, parse_quote_spanned};

pub(crate) fn tool(tool: &Tool) -> TokenStream {
    let site = Span::mixed_site();
    let handler = &tool.handler;
    let root = Root(handler.root.as_ref());
    let private = root.at(site);
    let attributes = &handler.attributes;
    let params: Vec<ParamCode> =
        handler.params.iter().enumerate().map(|(index, param)| ParamCode::new(index, param, &root)).collect();
    let specs = params.iter().map(|param| &param.spec);
    let call = call(handler, &params, &root);
    let entry = entry(tool, &params, &root);
    // Calling a function that is deprecated, for clients to stop using it, deserves no warning here.
    quote_spanned! {site=>
        #(#attributes)*
        #[allow(deprecated)]
        const _: () = {
            #(#specs)*
            #call
            static __MCP_TRIGGER_TOOL: #private::Tool = #entry;
            #private::inventory::submit! { #private::Registration(&__MCP_TRIGGER_TOOL) }
        };
    }
}

/// What the code needs for one parameter.
struct ParamCode {
    /// The constant that says all about its type. The only place where the type has to be something.
    spec: TokenStream,
    /// The constant's name, if there is one.
    constant: Ident,
    local: Ident,
    /// Where its value comes from.
    take: TokenStream,
    kind: Kind,
}

enum Kind {
    Argument,
    All,
    State,
    Context,
}

impl ParamCode {
    fn new(index: usize, param: &Param, root: &Root<'_>) -> Self {
        let span = hygienic(place(&param.ty));
        let private = root.at(span);
        let constant = format_ident!("__MCP_TRIGGER_{index}", span = span);
        let local = format_ident!("__param_{index}", span = span);
        let (kind, spec, take) = match &param.kind {
            ParamKind::Argument(argument) => (
                Kind::Argument,
                argument_spec(&constant, argument, &param.ty, root),
                quote_spanned!(span=> #private::Call::argument(__call, &#constant)?),
            ),
            ParamKind::All(inner) => (
                Kind::All,
                constant_of(&constant, "AllArguments", "all_arguments", inner, root),
                quote_spanned!(span=> #private::Call::all_arguments(__call, &#constant)?),
            ),
            ParamKind::State(inner) => (
                Kind::State,
                constant_of(&constant, "StateSpec", "state_spec", inner, root),
                quote_spanned!(span=> #private::Call::state(__call, &#constant)?),
            ),
            ParamKind::Context => {
                (Kind::Context, TokenStream::new(), quote_spanned!(span=> #private::Call::context(__call)))
            }
        };
        ParamCode { spec, constant, local, take, kind }
    }
}

fn constant_of(constant: &Ident, ty: &str, make: &str, inner: &Type, root: &Root<'_>) -> TokenStream {
    let span = hygienic(place(inner));
    let private = root.at(span);
    let (ty, make) = (Ident::new(ty, span), Ident::new(make, span));
    quote_spanned!(span=> const #constant: #private::#ty<#inner> = #private::#make::<#inner>();)
}

fn argument_spec(constant: &Ident, argument: &Argument, ty: &Type, root: &Root<'_>) -> TokenStream {
    let span = hygienic(place(ty));
    let private = root.at(span);
    let Argument { name, description, default, .. } = argument;
    let name = LitStr::new(name, argument.named_at);
    let spec = quote_spanned!(span=> #private::arg_spec::<#ty>(#name, #description));
    let Some(default) = default else {
        return quote_spanned!(span=> const #constant: #private::ArgSpec<#ty> = #spec;);
    };
    // A function, as the expression is needed twice and should be compiled once.
    let value = match crate::attr::ungroup(default) {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
            let at = hygienic(text.span());
            let private = root.at(at);
            quote_spanned!(at=> #private::default_text(#text))
        }
        other => other.to_token_stream(),
    };
    quote_spanned! {span=>
        const #constant: #private::ArgSpec<#ty> = {
            fn __default() -> #ty {
                #value
            }
            #spec.with_default(__default, || #private::default_json::<#ty>(__default()))
        };
    }
}

/// The function behind the table's entry.
fn call(handler: &Handler, params: &[ParamCode], root: &Root<'_>) -> TokenStream {
    let site = Span::mixed_site();
    let private = root.at(site);
    let ident = &handler.ident;
    let at_ident = hygienic(ident.span());
    let private_at_ident = root.at(ident.span());
    let locals = params.iter().map(|param| &param.local);
    let takes = params.iter().map(|ParamCode { local, take, .. }| quote_spanned!(site=> let #local = #take;));
    let wait = handler.is_async.then(|| quote_spanned!(at_ident=> .await));
    let result = quote_spanned!(site=> #ident(#(#locals),*)#wait);
    let output = output(handler, root);
    // All of it at the function's name, and called like this: the compiler shows both when the future is not `Send`.
    let future = quote_spanned! {at_ident=>
        #private_at_ident::the_future_of_a_tool_must_be_send(async move {
            #(#takes)*
            let __result = #result;
            #output.into_outcome(__result)
        })
    };
    quote_spanned! {site=>
        fn __mcp_trigger_call<'a>(__call: &'a #private::Call<'a>) -> #private::BoxFuture<'a, #private::Outcome> {
            #future
        }
    }
}

/// What there is to know of the return type. The words stand twice in the code, once in a constant and once in a function
/// that may borrow; the compiler tells the same thing about the same place only once.
fn output(handler: &Handler, root: &Root<'_>) -> TokenStream {
    let (ty, span): (Type, Span) = match &handler.output {
        ReturnType::Type(_, ty) => ((**ty).clone(), hygienic(place(ty))),
        ReturnType::Default => {
            let span = hygienic(handler.ident.span());
            (parse_quote_spanned!(span=> ()), span)
        }
    };
    let private = root.at(span);
    quote_spanned!(span=> #private::result_spec::<#ty>())
}

/// The entry in the table.
fn entry(tool: &Tool, params: &[ParamCode], root: &Root<'_>) -> TokenStream {
    let site = Span::mixed_site();
    let private = root.at(site);
    let Tool { name, function, description, timeout, .. } = tool;
    let title = option(tool.title.as_ref());
    let meta = option(tool.meta.as_ref());
    let [read_only, destructive, idempotent, open_world] =
        [&tool.hints.read_only, &tool.hints.destructive, &tool.hints.idempotent, &tool.hints.open_world]
            .map(|hint| option(hint.as_ref().map(LitBool::value)));
    let icons = tool.icons.iter().map(|icon| icon_value(icon, root));
    let timeout = option(timeout.map(|timeout| {
        let milliseconds = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        quote_spanned!(site=> ::core::time::Duration::from_millis(#milliseconds))
    }));
    let arguments = arguments(params, &private);
    let states = params.iter().filter(|param| matches!(param.kind, Kind::State)).map(|param| &param.constant);
    let output = output(&tool.handler, root);
    quote_spanned! {site=>
        #private::Tool {
            name: #name,
            function: #function,
            title: #title,
            description: #description,
            hints: #private::Hints {
                read_only: #read_only,
                destructive: #destructive,
                idempotent: #idempotent,
                open_world: #open_world,
            },
            meta: #meta,
            icons: &[#(#icons),*],
            timeout: #timeout,
            arguments: #arguments,
            states: &[#(#states.wanted),*],
            output_schema: #output.output_schema,
            call: __mcp_trigger_call,
            location: #private::Location { file: ::core::file!(), line: ::core::line!() },
        }
    }
}

fn arguments(params: &[ParamCode], private: &TokenStream) -> TokenStream {
    let site = Span::mixed_site();
    if let Some(ParamCode { constant, .. }) = params.iter().find(|param| matches!(param.kind, Kind::All)) {
        return quote_spanned!(site=> #private::Arguments::All(#constant.schema));
    }
    let properties = params.iter().filter(|param| matches!(param.kind, Kind::Argument)).map(|param| &param.constant);
    quote_spanned!(site=> #private::Arguments::Properties(&[#(#properties.property),*]))
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

fn option(value: Option<impl ToTokens>) -> TokenStream {
    let site = Span::mixed_site();
    match value {
        Some(value) => quote_spanned!(site=> ::core::option::Option::Some(#value)),
        None => quote_spanned!(site=> ::core::option::Option::None),
    }
}
