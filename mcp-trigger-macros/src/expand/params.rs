//! Parameters: for each a constant with its spec, and the expression that takes its value from a call.

use super::paths::{CratePath, hygienic};
use crate::json::JsonObject;
use crate::kind::FunctionKind;
use crate::model::{Argument, FunctionModel, Param, ParamBinding, ParamKind};
use crate::syntax::{place, ungroup_expr};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, LitStr, Type};

/// The code of one parameter.
pub(super) struct ParamCode {
    /// The constant with the spec: the only place where the type is asked for a trait. Empty for some roles.
    pub(super) spec: TokenStream,
    /// The name of the constant.
    pub(super) constant: Ident,
    /// The variable that is passed to the user's function.
    pub(super) local: Ident,
    /// The expression that takes the value from the call.
    pub(super) take: TokenStream,
    pub(super) role: ParamRole,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ParamRole {
    Argument,
    All,
    State,
    Input,
    Output,
    /// The call itself and its caller. They have no constant.
    Call,
}

pub(super) fn all(model: &FunctionModel, krate: &CratePath<'_>) -> Vec<ParamCode> {
    let params = model.user_function.params.iter().enumerate();
    params.map(|(index, param)| ParamCode::new(model.kind(), index, param, krate)).collect()
}

/// The constants of the parameters with one of these roles.
pub(super) fn constants<'a>(params: &'a [ParamCode], roles: &[ParamRole]) -> Vec<&'a Ident> {
    params.iter().filter(|param| roles.contains(&param.role)).map(|param| &param.constant).collect()
}

impl ParamCode {
    fn new(kind: FunctionKind, index: usize, param: &Param, krate: &CratePath<'_>) -> Self {
        let span = hygienic(place(&param.ty));
        let private = krate.at(span);
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
                (ParamRole::Argument, argument_spec(&spec, &constant, argument, &param.ty, krate), from(method))
            }
            ParamKind::All(inner) => (
                ParamRole::All,
                constant_of(&constant, ("AllArguments", "all_arguments"), inner, None, krate),
                from("all_arguments"),
            ),
            ParamKind::State(inner) => (
                ParamRole::State,
                constant_of(&constant, ("StateSpec", "state_spec"), inner, None, krate),
                from("state"),
            ),
            ParamKind::Context => {
                (ParamRole::Call, TokenStream::new(), quote_spanned!(span=> #private::Call::context(__call)))
            }
            ParamKind::Principal => {
                (ParamRole::Call, TokenStream::new(), quote_spanned!(span=> #private::Call::principal(__call)?))
            }
            ParamKind::OptionalPrincipal => {
                (ParamRole::Call, TokenStream::new(), quote_spanned!(span=> #private::Call::optional_principal(__call)))
            }
            ParamKind::Input(binding) => {
                let names = ("InputSpec", "input_spec");
                (ParamRole::Input, constant_of(&constant, names, &param.ty, Some(binding), krate), from("input"))
            }
            ParamKind::Output(binding, inner) => {
                let make = if binding.options.binding_type == "blob" { "blob_output_spec" } else { "output_spec" };
                let spec = constant_of(&constant, ("OutputSpec", make), inner, Some(binding), krate);
                (ParamRole::Output, spec, quote_spanned!(span=> #constant.open()))
            }
        };
        ParamCode { spec, constant, local, take, role }
    }

    /// The variable with a second handle to an output, which is written after the user's function has returned.
    pub(super) fn kept(&self) -> Ident {
        format_ident!("{}_kept", self.local, span = self.local.span())
    }
}

/// The runtime's type for the specs of arguments, and its constructor.
struct Spec {
    ty: &'static str,
    make: &'static str,
    /// Whether the listing shows the default, as JSON.
    shows_default: bool,
}

const TOOL: Spec = Spec { ty: "ArgSpec", make: "arg_spec", shows_default: true };
const TEXT: Spec = Spec { ty: "TextSpec", make: "text_spec", shows_default: false };

fn constant_of(
    constant: &Ident,
    (ty, make): (&str, &str),
    inner: &Type,
    binding: Option<&ParamBinding>,
    krate: &CratePath<'_>,
) -> TokenStream {
    let span = hygienic(place(inner));
    let private = krate.at(span);
    let (ty, make) = (Ident::new(ty, span), Ident::new(make, span));
    let binding = binding.map(|binding| binding_value(binding, krate));
    quote_spanned!(span=> const #constant: #private::#ty<#inner> = #private::#make::<#inner>(#binding);)
}

fn binding_value(binding: &ParamBinding, krate: &CratePath<'_>) -> TokenStream {
    let ParamBinding { name, options, .. } = binding;
    let span = hygienic(options.span);
    let private = krate.at(span);
    let (kind, is_output) = (&options.binding_type, options.is_output);
    let mut properties = JsonObject::default();
    for (member, json) in &options.members {
        properties.push(member, json.clone());
    }
    let properties = properties.to_string();
    quote_spanned! {span=>
        #private::Binding { name: #name, kind: #kind, is_output: #is_output, properties: #properties }
    }
}

fn argument_spec(spec: &Spec, constant: &Ident, argument: &Argument, ty: &Type, krate: &CratePath<'_>) -> TokenStream {
    let span = hygienic(place(ty));
    let private = krate.at(span);
    let Argument { name, description, title, default, complete, header, lenient, .. } = argument;
    let name = LitStr::new(name, argument.name_span);
    let (spec_ty, make) = (Ident::new(spec.ty, span), Ident::new(spec.make, span));
    let title = title.as_ref().map(|title| quote_spanned!(span=> .with_title(#title)));
    let header = header.as_ref().map(|header| quote_spanned!(span=> .with_header(#header)));
    let complete = complete.as_ref().map(|completer| completed_by(completer, krate));
    let lenient = lenient.then(|| quote_spanned!(span=> .lenient()));
    let value = quote_spanned!(span=> #private::#make::<#ty>(#name, #description)#title #header #complete #lenient);
    let Some(default) = default else {
        return quote_spanned!(span=> const #constant: #private::#spec_ty<#ty> = #value;);
    };
    // A function, so that the expression is compiled once though it is used twice.
    let default = default_value(default, krate);
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

/// The tokens have the place of the completer, so an unfit completer is an error there.
fn completed_by(completer: &Expr, krate: &CratePath<'_>) -> TokenStream {
    let at = hygienic(completer.span());
    let private = krate.at(at);
    quote_spanned!(at=> .completed_by(#private::Run::blocking(&|__call| #private::complete(__call, #completer))))
}

fn default_value(default: &Expr, krate: &CratePath<'_>) -> TokenStream {
    match ungroup_expr(default) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            let at = hygienic(text.span());
            let private = krate.at(at);
            quote_spanned!(at=> #private::default_text(#text))
        }
        other => other.to_token_stream(),
    }
}
