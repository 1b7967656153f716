//! Functions with bindings at `/mcp`, where no Functions host reads inputs or stores outputs. This file tells which of them are
//! served, `call` runs them.

mod call;

use crate::function::Function;
use crate::registry::Registry;
use crate::registry::function_json;
use mcp_trigger_core::storage::Storages;
use mcp_trigger_core::storage::bindings::Bindings;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The bindings of an app's functions.
#[derive(Default)]
pub(crate) struct FunctionBindings {
    storages: Arc<Storages>,
    /// Bindings by the name of their function.
    by_function: BTreeMap<&'static str, Result<Arc<Bindings>, Unserved>>,
}

/// The reason why a function with bindings is not served at `/mcp`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unserved {
    /// A binding has a type that only the Functions host runs.
    OfHost { binding: String, kind: String },
    /// A binding has no storage, or an unusable path. `why` is for the app's owner.
    Unusable { binding: Option<String>, why: String },
}

impl FunctionBindings {
    /// The bindings of an app's functions, in these storages.
    pub(crate) fn new(registry: &Registry, storages: Arc<Storages>, setting: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut all = FunctionBindings { storages, by_function: all(registry, setting) };
        for bindings in all.by_function.values_mut() {
            let missing = bindings
                .as_ref()
                .ok()
                .and_then(|bindings| bindings.connections().find_map(|connection| all.storages.get(connection).err()));
            if let Some(why) = missing {
                *bindings = Err(Unserved::Unusable { binding: None, why: why.to_string() });
            }
        }
        all
    }

    /// The bindings of an app's functions, in the storage accounts of the app's settings.
    pub(crate) fn of_settings(registry: &Registry, setting: &dyn Fn(&str) -> Option<String>) -> Self {
        let by_function = all(registry, setting);
        let connections = by_function.values().flatten().flat_map(|bindings| bindings.connections());
        let storages = Storages::of_settings(connections, setting);
        FunctionBindings::new(registry, Arc::new(storages), setting)
    }

    /// The functions that are not served, each with the reason.
    pub(crate) fn unserved(&self) -> impl Iterator<Item = (&'static str, &Unserved)> {
        self.by_function.iter().filter_map(|(function, bindings)| Some((*function, bindings.as_ref().err()?)))
    }

    /// The bindings of a function; `None` for a function without bindings.
    ///
    /// # Errors
    ///
    /// If the function is not served.
    pub(super) fn of(&self, function: &Function) -> Result<Option<&Arc<Bindings>>, &Unserved> {
        if function.bindings.is_empty() {
            return Ok(None);
        }
        self.by_function.get(function.name).map(Result::as_ref).transpose()
    }

    /// Whether a function is served.
    pub(super) fn serve(&self, function: &Function) -> bool {
        self.of(function).is_ok()
    }
}

/// The bindings of all functions, without a look at storages.
fn all(
    registry: &Registry,
    setting: &dyn Fn(&str) -> Option<String>,
) -> BTreeMap<&'static str, Result<Arc<Bindings>, Unserved>> {
    let with_bindings = registry.functions().filter(|function| !function.bindings.is_empty());
    let bindings = with_bindings.filter_map(|function| Some((function.name, bindings(function, setting).transpose()?)));
    let mut by_function = BTreeMap::new();
    by_function.extend(bindings);
    by_function
}

fn bindings(function: &Function, setting: &dyn Fn(&str) -> Option<String>) -> Result<Option<Arc<Bindings>>, Unserved> {
    let unusable = |binding, why| Unserved::Unusable { binding, why };
    let file = function_json::of_function(function).map_err(|problem| unusable(None, problem.to_string()))?;
    let Some(bindings) = Bindings::new(&file, setting) else { return Ok(None) };
    if let Some(other) = bindings.others().first() {
        return Err(Unserved::OfHost { binding: other.name.clone(), kind: other.kind.clone() });
    }
    if let Some((binding, why)) = bindings.pointing_nowhere().next() {
        return Err(unusable(Some(binding.to_owned()), format!("it points nowhere: {why}")));
    }
    Ok(Some(Arc::new(bindings)))
}

impl Unserved {
    /// The reason why this build of the program cannot serve a function on any machine; `None` if it can.
    pub(crate) fn anywhere(function: &Function) -> Option<Self> {
        let mut bindings = function.bindings.iter().map(|binding| binding.to_function_json());
        let other = bindings.find(|binding| !Bindings::can_run(binding))?;
        Some(Unserved::OfHost { binding: other.name, kind: other.kind })
    }

    /// The reason why this build of the program cannot serve a function behind the Functions host; `None` if it can.
    pub(crate) fn hosted(function: &Function) -> Option<Self> {
        #[cfg(not(feature = "azure-storage"))]
        let without_client = (!function.bindings.is_empty()).then(|| {
            let why = format!("they need a storage account, and {}", mcp_trigger_core::storage::NO_CLIENT);
            Unserved::Unusable { binding: None, why }
        });
        #[cfg(feature = "azure-storage")]
        let without_client = None;
        Unserved::anywhere(function).or(without_client)
    }

    /// The message for the client of a call.
    pub(super) fn to_client(&self, name: &str) -> String {
        match self {
            Unserved::OfHost { .. } => format!("{name} is not served here: {self}; call it at /runtime/webhooks/mcp"),
            Unserved::Unusable { .. } => {
                format!(
                    "{name} is not served here: its bindings need a storage that the server has not; its log says why"
                )
            }
        }
    }
}

/// The message for the app's owner.
impl fmt::Display for Unserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unserved::OfHost { binding, kind } => {
                write!(f, "its binding `{binding}` is of the type `{kind}`, which only the Functions host runs")
            }
            Unserved::Unusable { binding: Some(binding), why } => {
                write!(f, "its binding `{binding}` cannot be used: {why}")
            }
            Unserved::Unusable { binding: None, why } => write!(f, "its bindings cannot be used: {why}"),
        }
    }
}
