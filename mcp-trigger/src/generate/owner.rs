//! Whose app is in the folder: `generate` in the folder of another program would take its functions away.

use super::folder::{Existing, Folder};
use super::host_json::EXECUTABLE;
use super::native::LANGUAGE;
use super::plan::{Draft, Source};
use super::self_hosted::Form;
use crate::registry::Registry;
use host_protocol::app_folder::EXECUTABLE_VARIABLE;
use host_protocol::host_json::HostJson;
use host_protocol::name;

/// Refuses the folder of another program.
pub(super) fn check(draft: &mut Draft, source: &Source<'_>, folder: &Folder) {
    let is_native = |runtime: &String| source.form == Form::Native && runtime.trim().eq_ignore_ascii_case(LANGUAGE);
    if let Some(runtime) = runtime(folder).filter(|runtime| !is_native(runtime)) {
        draft.refuse(format!(
            "local.settings.json: FUNCTIONS_WORKER_RUNTIME is `{runtime}`, so this folder has an app that is not this program's; choose \
             another with --root, or write `custom`"
        ));
    }
    let lost: Vec<_> = functions(folder).filter(|function| !is_of(source.registry, function)).collect();
    if source.is_own_package || lost.is_empty() || is_this_program(source, folder) {
        return;
    }
    let names: Vec<_> = lost.iter().map(|function| function.name.as_str()).collect();
    draft.refuse(format!(
        "this folder has functions that another program has generated, and they would go: {}; choose another folder with --root, or \
         remove theirs",
        names.join(", ")
    ));
}

/// The language of an app that does not use a custom handler.
fn runtime(folder: &Folder) -> Option<String> {
    let file = HostJson::parse(folder.local_settings.as_deref()?).ok()?;
    let runtime = file.get_text(&["Values", "FUNCTIONS_WORKER_RUNTIME"])?;
    (!runtime.trim().is_empty() && !runtime.trim().eq_ignore_ascii_case("custom")).then_some(runtime)
}

/// The generated functions. Those that bring `/mcp` to the app are the same for all.
fn functions(folder: &Folder) -> impl Iterator<Item = &Existing> {
    folder.functions.iter().filter(|function| function.is_ours() && !name::is_reserved(&function.name))
}

fn is_of(registry: &Registry, function: &Existing) -> bool {
    registry.functions().any(|own| own.name.eq_ignore_ascii_case(&function.name))
}

/// Whether the files name this program as the app's. The executable that was built last says it for sure; without it, what the executable
/// is called in the package, or a function that both have.
fn is_this_program(source: &Source<'_>, folder: &Folder) -> bool {
    let member = |text: &Option<String>, path: &[&str]| HostJson::parse(text.as_deref()?).ok()?.get_text(path);
    let is_own = |path: String| {
        let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
        file == source.executable.name || file.strip_suffix(".exe") == Some(&source.executable.name)
    };
    if let Some(built) = member(&folder.local_settings, &["Values", EXECUTABLE_VARIABLE]) {
        return is_own(built);
    }
    let packaged = member(&folder.host_json, &EXECUTABLE);
    packaged.as_deref().is_some_and(|packaged| source.bin == Some(packaged))
        || packaged.is_some_and(is_own)
        || functions(folder).any(|function| is_of(source.registry, function))
}
