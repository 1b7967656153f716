//! The functions in the words of the host: their metadata, and which of them are loaded.

use super::joins::Route;
use crate::function::{Function, Problem};
use crate::registry::Registry;
use crate::registry::function_json;
use crate::server;
use host_protocol::function_json::{AuthLevel, Binding, Direction, FunctionJson, HTTP_OUTPUT};
use host_protocol::rpc::{
    BindingInfo, FunctionLoadRequest, FunctionLoadResponse, FunctionMetadataResponse, RpcFunctionMetadata,
    StatusResult, binding_info,
};
use std::collections::HashMap;

/// What the host calls.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// A function of the app.
    Function(&'static Function),
    /// The function through which requests for the app's own server come.
    Route(Route),
}

/// The functions that the host has loaded, by its ids.
#[derive(Default)]
pub(super) struct Loaded(HashMap<String, Target>);

impl Loaded {
    /// Loads a function. A second load of the same function changes nothing: the host repeats them.
    pub(super) fn load(&mut self, registry: &Registry, request: FunctionLoadRequest) -> FunctionLoadResponse {
        let FunctionLoadRequest { function_id, metadata } = request;
        let name = metadata.map(|metadata| metadata.name).filter(|name| !name.is_empty());
        let name = name.as_deref().unwrap_or(&function_id);
        let target = match name {
            server::FUNCTION => Some(Target::Route(Route::Mcp)),
            server::WELL_KNOWN => Some(Target::Route(Route::WellKnown)),
            name => registry.by_name(name).map(Target::Function),
        };
        let result = match target {
            Some(target) => {
                self.0.insert(function_id.clone(), target);
                StatusResult::success()
            }
            None => StatusResult::failure(format!(
                "this program has no function `{name}`; deploy the app again, so that the host and the program know the same functions"
            )),
        };
        FunctionLoadResponse { function_id, result: Some(result) }
    }

    /// A loaded function.
    pub(super) fn get(&self, id: &str) -> Option<Target> {
        self.0.get(id).copied()
    }
}

/// All functions, with the bindings that `generate` would write, and those that bring the app's own server its requests. Their ids are
/// their names: they are the same after a restart.
pub(super) fn metadata(registry: &Registry, level: AuthLevel) -> FunctionMetadataResponse {
    match function_json::of_functions(registry) {
        Ok(files) => {
            let routed = server::routed(level).map(|(name, file)| (name.to_owned(), returning(file)));
            let functions = files.into_iter().chain(routed).map(|(name, file)| of_function(name, &file));
            match functions.collect::<Result<Vec<_>, _>>() {
                Ok(functions) => FunctionMetadataResponse {
                    function_metadata_results: functions,
                    result: Some(StatusResult::success()),
                    use_default_metadata_indexing: false,
                },
                Err(error) => failed(&error.to_string()),
            }
        }
        Err(problems) => failed(&problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; ")),
    }
}

/// The response of such a function is what it returns.
fn returning(mut file: FunctionJson) -> FunctionJson {
    for binding in file.bindings.iter_mut().filter(|binding| binding.kind == HTTP_OUTPUT) {
        "$return".clone_into(&mut binding.name);
    }
    file
}

fn failed(why: &str) -> FunctionMetadataResponse {
    FunctionMetadataResponse { result: Some(StatusResult::failure(why)), ..FunctionMetadataResponse::default() }
}

fn of_function(name: String, file: &FunctionJson) -> serde_json::Result<RpcFunctionMetadata> {
    let info = |binding: &Binding| {
        let direction = match binding.direction {
            Direction::Out => binding_info::Direction::Out,
            _ => binding_info::Direction::In,
        };
        let info = BindingInfo { r#type: binding.kind.clone(), direction: direction.into(), ..BindingInfo::default() };
        (binding.name.clone(), info)
    };
    let raw = file.to_value();
    let raw = raw["bindings"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(RpcFunctionMetadata {
        script_file: "app".to_owned(),
        entry_point: name.clone(),
        function_id: name.clone(),
        name,
        language: LANGUAGE.to_owned(),
        bindings: file.bindings.iter().map(info).collect(),
        raw_bindings: raw.iter().map(serde_json::to_string).collect::<Result<_, _>>()?,
        ..RpcFunctionMetadata::default()
    })
}

/// The name of the language, as settings of the host have it.
pub(super) const LANGUAGE: &str = "rust";
