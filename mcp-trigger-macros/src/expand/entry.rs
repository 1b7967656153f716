//! The entry in the table of all functions.

use super::call;
use super::params::{ParamCode, ParamRole, constants};
use super::paths::{CratePath, option};
use crate::model::{CommonOptions, FunctionModel, IconOptions, KindOptions, NameOption, ResourceOptions, ToolOptions};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use std::time::Duration;
use syn::LitBool;

/// The table entry. `meta` is `_meta` of the listing.
pub(super) fn entry(
    model: &FunctionModel,
    params: &[ParamCode],
    meta: &TokenStream,
    krate: &CratePath<'_>,
) -> TokenStream {
    let site = Span::mixed_site();
    let private = krate.at(site);
    let CommonOptions { function_name: NameOption { text: function_name, .. }, description, .. } = &model.options;
    let title = option(model.options.title.as_ref());
    let icons = model.options.icons.iter().map(|icon| icon_value(icon, krate));
    let timeout = option(model.options.timeout.map(duration));
    let access = access(model, krate);
    let states = constants(params, &[ParamRole::State]);
    let bindings = constants(params, &[ParamRole::Input, ParamRole::Output]);
    let kind = kind(model, params, krate);
    quote_spanned! {site=>
        #private::Function {
            name: #function_name,
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

pub(super) fn access(model: &FunctionModel, krate: &CratePath<'_>) -> TokenStream {
    let site = Span::mixed_site();
    let private = krate.at(site);
    option(model.options.access.as_ref().map(|access| {
        let (roles, scopes) = (&access.roles, &access.scopes);
        quote_spanned!(site=> #private::Access { roles: &[#(#roles),*], scopes: &[#(#scopes),*] })
    }))
}

/// The part of the entry that depends on the kind of function.
fn kind(model: &FunctionModel, params: &[ParamCode], krate: &CratePath<'_>) -> TokenStream {
    let site = Span::mixed_site();
    let private = krate.at(site);
    let name = &model.options.name.text;
    let arguments = constants(params, &[ParamRole::Argument]);
    let spec = call::result_spec(model, krate);
    let run = quote_spanned!(site=> #private::Run::new(&__mcp_trigger_call, &__MCP_TRIGGER_POLLS));
    match &model.kind_options {
        KindOptions::Tool(ToolOptions { hints, task, .. }) => {
            let [read_only, destructive, idempotent, open_world] =
                [&hints.read_only, &hints.destructive, &hints.idempotent, &hints.open_world]
                    .map(|hint| option(hint.as_ref().map(LitBool::value)));
            let arguments = match constants(params, &[ParamRole::All]).first() {
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
        KindOptions::Resource(ResourceOptions { uri, mime_type, size, percent_decode, cache, .. }) => {
            let mime_type = match mime_type {
                Some(mime_type) => option(Some(mime_type)),
                None => quote_spanned!(site=> #spec.mime_type),
            };
            let size = option(size.as_ref());
            let cache = option(cache.as_ref().map(|cache| {
                let lifetime = duration(cache.lifetime);
                let scope = Ident::new(if cache.is_public { "Public" } else { "Private" }, site);
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
        KindOptions::Prompt => quote_spanned! {site=>
            #private::Kind::Prompt(#private::Prompt {
                name: #name,
                arguments: &[#(#arguments.property),*],
                run: #run,
            })
        },
    }
}

fn icon_value(icon: &IconOptions, krate: &CratePath<'_>) -> TokenStream {
    let site = Span::mixed_site();
    let private = krate.at(site);
    let IconOptions { src, sizes, .. } = icon;
    let mime_type = option(icon.mime_type.as_ref());
    let theme = option(icon.theme.as_ref());
    quote_spanned! {site=>
        #private::Icon { src: #src, mime_type: #mime_type, sizes: &[#(#sizes),*], theme: #theme }
    }
}
