//! The function behind a table entry: it calls the user's function.

use super::params::{ParamCode, ParamRole};
use super::paths::{CratePath, hygienic};
use crate::kind::FunctionKind;
use crate::model::FunctionModel;
use crate::syntax::place;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{ReturnType, Type, parse_quote_spanned};

/// The function that takes the parameters from a call, calls the user's function, and makes an outcome of its result.
pub(super) fn function(model: &FunctionModel, params: &[ParamCode], krate: &CratePath<'_>) -> TokenStream {
    let site = Span::mixed_site();
    let private = krate.at(site);
    let ident = &model.user_function.ident;
    let at_ident = hygienic(ident.span());
    let private_at_ident = krate.at(ident.span());
    let locals = params.iter().map(|param| &param.local);
    let takes = params.iter().map(|ParamCode { local, take, .. }| quote_spanned!(site=> let #local = #take;));
    let outputs: Vec<_> = params.iter().filter(|param| param.role == ParamRole::Output).collect();
    let kept = outputs.iter().map(|param| {
        let (local, kept) = (&param.local, param.kept());
        quote_spanned!(site=> let #kept = ::core::clone::Clone::clone(&#local);)
    });
    let wait = model.user_function.is_async.then(|| quote_spanned!(at_ident=> .await));
    let result = quote_spanned!(site=> #ident(#(#locals),*)#wait);
    let spec = result_spec(model, krate);
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
    // If the future is not `Send`, the compiler shows this place and this name.
    let future = quote_spanned! {at_ident=>
        #private_at_ident::the_future_of_a_function_must_be_send(async move {
            #(#takes)*
            #(#kept)*
            let __result = #result;
            #finish
        })
    };
    let future_type = future_type(model.kind());
    quote_spanned! {site=>
        fn __mcp_trigger_call<'a>(__call: &'a #private::Call<'a>) -> #private::#future_type<'a> {
            #future
        }
    }
}

fn future_type(kind: FunctionKind) -> Ident {
    let name = match kind {
        FunctionKind::Tool => "ToolFuture",
        FunctionKind::Resource => "ResourceFuture",
        FunctionKind::Prompt => "PromptFuture",
    };
    Ident::new(name, Span::mixed_site())
}

/// The spec of the return type. The generated code has this expression twice, in a constant and in a function that may borrow. The
/// compiler reports the same error at the same place once.
pub(super) fn result_spec(model: &FunctionModel, krate: &CratePath<'_>) -> TokenStream {
    let (ty, span): (Type, Span) = match &model.user_function.output {
        ReturnType::Type(_, ty) => ((**ty).clone(), hygienic(place(ty))),
        ReturnType::Default => {
            let span = hygienic(model.user_function.ident.span());
            (parse_quote_spanned!(span=> ()), span)
        }
    };
    let private = krate.at(span);
    let make = Ident::new(&format!("{}_result", model.kind().noun()), span);
    quote_spanned!(span=> #private::#make::<#ty>())
}
