//! Parameters that exclude one another.

use crate::diag::Diagnostics;
use crate::kind::FunctionKind;
use crate::model::{FunctionModel, ParamBinding, ParamKind};
use std::collections::HashSet;

/// Reports a second context, `Args` beside arguments, and names that occur twice.
pub(super) fn check(model: &FunctionModel, diagnostics: &mut Diagnostics) {
    let kind = model.kind();
    let mut has_context = false;
    let mut has_all = false;
    let mut names = HashSet::new();
    let mut headers = HashSet::new();
    let mut bindings = HashSet::new();
    for param in &model.user_function.params {
        match &param.kind {
            ParamKind::Context => {
                if has_context {
                    diagnostics.error(&param.ty, "there is one `&Context` a call, and this function has it already");
                }
                has_context = true;
            }
            ParamKind::All(_) => {
                if kind != FunctionKind::Tool {
                    let noun = kind.noun();
                    let message = format!(
                        "only tools take `Args`; write the parameters of a {noun} one by one, as text has no fields"
                    );
                    diagnostics.error(&param.ty, message);
                } else if has_all {
                    let message = "`Args` holds all arguments; put the fields of both into one struct";
                    diagnostics.error(&param.ty, message);
                } else if !names.is_empty() {
                    diagnostics.error(&param.ty, MIXED);
                }
                has_all = true;
            }
            ParamKind::Argument(argument) => {
                if has_all && names.is_empty() {
                    diagnostics.error(&param.ty, MIXED);
                }
                if !names.insert(argument.name.as_str()) {
                    let message = format!(
                        "there is an argument `{}` already; call this one something else, with `#[arg(rename = \"…\")]`",
                        argument.name
                    );
                    diagnostics.push(syn::Error::new(argument.name_span, message));
                }
                if let Some(header) = &argument.header
                    && !headers.insert(header.value().to_ascii_lowercase())
                {
                    let message = format!(
                        "there is a header `Mcp-Param-{}` already, and case makes no difference; choose another name",
                        header.value()
                    );
                    diagnostics.error(header, message);
                }
            }
            ParamKind::Input(ParamBinding { name, name_span, .. })
            | ParamKind::Output(ParamBinding { name, name_span, .. }, _) => {
                if !bindings.insert(name.to_ascii_lowercase()) {
                    let message = format!(
                        "there is a binding `{name}` already, and case makes no difference; set `name = \"…\"`"
                    );
                    diagnostics.push(syn::Error::new(*name_span, message));
                }
            }
            ParamKind::State(_) | ParamKind::Principal | ParamKind::OptionalPrincipal => {}
        }
    }
}

const MIXED: &str = "arguments come either one by one or all together as `Args`; make this a field of the struct in `Args`, or \
                     write its fields as parameters";
