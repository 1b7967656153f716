//! A parameter: a constant that says all about its type, where its value comes from, and for an output where it goes.

use super::{Root, hygienic};
use crate::kind::FunctionKind;
use crate::param::{Argument, NamedBinding, Param, ParamKind, place};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, LitStr, Type};

/// What the code needs for one parameter.
pub(super) struct ParamCode {
    /// The constant that says all about its type. The only place where the type has to be something.
    pub(super) spec: TokenStream,
    /// The constant's name, if there is one.
    pub(super) constant: Ident,
    pub(super) local: Ident,
    /// Where its value comes from.
    pub(super) take: TokenStream,
    pub(super) role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Argument,
    All,
    State,
    Input,
    Output,
    /// It needs no constant.
    Other,
}

impl ParamCode {
    pub(super) fn new(kind: FunctionKind, index: usize, param: &Param, root: &Root<'_>) -> Self {
        let span = hygienic(place(&param.ty));
        let private = root.at(span);
        let constant = format_ident!("__MCP_TRIGGER_{index}", span = span);
        let local = format_ident!("__param_{index}", span = span);
        let from = |method: &str| {
            let method = Ident::new(method, span);
            quote_spanned!(span=> #private::Call::#method(__call, &#constant)?)
        };
        let (role, spec, take) = match &param.kind {
            ParamKind::Argument(argument) => {
                let (spec, method) = match kind {
                    FunctionKind::Tool => (TOOL, "argument"),
                    FunctionKind::Resource => (TEXT, "uri_parameter"),
                    FunctionKind::Prompt => (TEXT, "text_argument"),
                };
                (Role::Argument, argument_spec(&spec, &constant, argument, &param.ty, root), from(method))
            }
            ParamKind::All(inner) => (
                Role::All,
                constant_of(&constant, ("AllArguments", "all_arguments"), inner, None, root),
                from("all_arguments"),
            ),
            ParamKind::State(inner) => {
                (Role::State, constant_of(&constant, ("StateSpec", "state_spec"), inner, None, root), from("state"))
            }
            ParamKind::Context => {
                (Role::Other, TokenStream::new(), quote_spanned!(span=> #private::Call::context(__call)))
            }
            ParamKind::Principal => {
                (Role::Other, TokenStream::new(), quote_spanned!(span=> #private::Call::principal(__call)?))
            }
            ParamKind::OptionalPrincipal => {
                (Role::Other, TokenStream::new(), quote_spanned!(span=> #private::Call::optional_principal(__call)))
            }
            ParamKind::Input(named) => {
                let names = ("InputSpec", "input_spec");
                (Role::Input, constant_of(&constant, names, &param.ty, Some(named), root), from("input"))
            }
            ParamKind::Output(named, inner) => {
                let make = if named.binding.kind == "blob" { "blob_output_spec" } else { "output_spec" };
                let spec = constant_of(&constant, ("OutputSpec", make), inner, Some(named), root);
                (Role::Output, spec, quote_spanned!(span=> #constant.open()))
            }
        };
        ParamCode { spec, constant, local, take, role }
    }

    /// A second handle to an output, for after the function has had the first.
    pub(super) fn kept(&self) -> Ident {
        format_ident!("{}_kept", self.local, span = self.local.span())
    }
}

/// The type of the specs of arguments, and what makes one.
struct Spec {
    ty: &'static str,
    make: &'static str,
    /// Whether its default is also shown, as JSON.
    shows_default: bool,
}

const TOOL: Spec = Spec { ty: "ArgSpec", make: "arg_spec", shows_default: true };
const TEXT: Spec = Spec { ty: "TextSpec", make: "text_spec", shows_default: false };

fn constant_of(
    constant: &Ident,
    (ty, make): (&str, &str),
    inner: &Type,
    binding: Option<&NamedBinding>,
    root: &Root<'_>,
) -> TokenStream {
    let span = hygienic(place(inner));
    let private = root.at(span);
    let (ty, make) = (Ident::new(ty, span), Ident::new(make, span));
    let binding = binding.map(|named| binding_value(named, root));
    quote_spanned!(span=> const #constant: #private::#ty<#inner> = #private::#make::<#inner>(#binding);)
}

fn binding_value(named: &NamedBinding, root: &Root<'_>) -> TokenStream {
    let NamedBinding { name, binding, .. } = named;
    let span = hygienic(binding.span);
    let private = root.at(span);
    let (kind, is_output) = (&binding.kind, binding.is_output);
    let mut properties = crate::json::Object::default();
    for (name, json) in &binding.properties {
        properties.push(name, json.clone());
    }
    let properties = properties.to_string();
    quote_spanned! {span=>
        #private::Binding { name: #name, kind: #kind, is_output: #is_output, properties: #properties }
    }
}

fn argument_spec(spec: &Spec, constant: &Ident, argument: &Argument, ty: &Type, root: &Root<'_>) -> TokenStream {
    let span = hygienic(place(ty));
    let private = root.at(span);
    let Argument { name, description, title, default, complete, header, lenient, .. } = argument;
    let name = LitStr::new(name, argument.named_at);
    let (spec_ty, make) = (Ident::new(spec.ty, span), Ident::new(spec.make, span));
    let title = title.as_ref().map(|title| quote_spanned!(span=> .with_title(#title)));
    let header = header.as_ref().map(|header| quote_spanned!(span=> .with_header(#header)));
    let complete = complete.as_ref().map(|completer| completed_by(completer, root));
    let lenient = lenient.then(|| quote_spanned!(span=> .lenient()));
    let value = quote_spanned!(span=> #private::#make::<#ty>(#name, #description)#title #header #complete #lenient);
    let Some(default) = default else {
        return quote_spanned!(span=> const #constant: #private::#spec_ty<#ty> = #value;);
    };
    // A function, as the expression is needed twice and should be compiled once.
    let default = default_value(default, root);
    let shown = spec.shows_default.then(|| quote_spanned!(span=> , || #private::default_json::<#ty>(__default())));
    quote_spanned! {span=>
        const #constant: #private::#spec_ty<#ty> = {
            fn __default() -> #ty {
                #default
            }
            #value.with_default(__default #shown)
        };
    }
}

/// At the completer's place: one that completes nothing is an error there.
fn completed_by(completer: &Expr, root: &Root<'_>) -> TokenStream {
    let at = hygienic(completer.span());
    let private = root.at(at);
    quote_spanned!(at=> .completed_by(#private::Run::blocking(&|__call| #private::complete(__call, #completer))))
}

fn default_value(default: &Expr, root: &Root<'_>) -> TokenStream {
    match crate::attr::ungroup(default) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            let at = hygienic(text.span());
            let private = root.at(at);
            quote_spanned!(at=> #private::default_text(#text))
        }
        other => other.to_token_stream(),
    }
}
