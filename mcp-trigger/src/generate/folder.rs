//! The present content of the app's folder.

use super::Root;
use super::funcignore::FUNCIGNORE;
use super::native::WORKER_CONFIG;
use crate::app::Error;
use host_protocol::app_folder::{EXTENSIONS, HOST_JSON, LOCAL_SETTINGS};
use host_protocol::function_json::{FunctionJson, GENERATED_BY, GENERATOR, InvalidFunctionJson};
use local_host::AppFolder;
use mcp_trigger_core::files;
use std::path::PathBuf;

/// The files of an app, as far as `generate` is concerned.
#[derive(Debug, Default)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    pub(super) host_json: Option<String>,
    pub(super) local_settings: Option<String>,
    pub(super) funcignore: Option<String>,
    /// The configuration of a language worker.
    pub(super) worker_config: Option<String>,
    /// Whether it brings extensions of the host itself.
    pub(super) has_extensions: bool,
    /// The names of all folders in it.
    pub(super) folders: Vec<String>,
    /// The functions, by the names of their folders.
    pub(super) functions: Vec<Existing>,
}

/// A function.json.
#[derive(Debug)]
pub(super) struct Existing {
    /// The name of the function, which is that of its folder.
    pub(super) name: String,
    pub(super) text: String,
    pub(super) file: Result<FunctionJson, InvalidFunctionJson>,
}

impl Existing {
    /// Whether it was generated. One that a failed merge left unreadable still shows it.
    pub(super) fn is_ours(&self) -> bool {
        match &self.file {
            Ok(file) => file.is_generated(),
            Err(_) => self.text.contains(&format!("\"{GENERATED_BY}\": \"{GENERATOR}\"")),
        }
    }
}

impl Folder {
    /// Reads it. A function is a folder with a function.json directly in the root: the host looks nowhere else.
    ///
    /// # Errors
    ///
    /// If a file cannot be read.
    pub(super) fn read(root: &Root) -> Result<Self, Error> {
        let mut folder = Folder {
            path: root.path().to_owned(),
            host_json: read(root, HOST_JSON)?,
            local_settings: read(root, LOCAL_SETTINGS)?,
            funcignore: read(root, FUNCIGNORE)?,
            worker_config: read(root, WORKER_CONFIG)?,
            has_extensions: root.path().join(EXTENSIONS).is_file(),
            ..Folder::default()
        };
        folder.folders = AppFolder::subfolders(root.path())
            .map_err(|error| Error::File { path: root.to_string(), source: error })?;
        for name in &folder.folders {
            if let Some(text) = read(root, &format!("{name}/function.json"))? {
                folder.functions.push(Existing { name: name.clone(), file: FunctionJson::parse(&text), text });
            }
        }
        Ok(folder)
    }

    /// The function in a folder of exactly that name.
    pub(super) fn function(&self, name: &str) -> Option<&Existing> {
        self.functions.iter().find(|function| function.name == name)
    }
}

fn read(root: &Root, file: &str) -> Result<Option<String>, Error> {
    let text = files::read_text(&root.path().join(file));
    text.map_err(|error| Error::File { path: root.show(file), source: error.source })
}
