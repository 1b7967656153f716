//! `package --container`: Dockerfiles, one for the Functions host and one for the app by itself.

use super::contents::{FUNCTION_JSON, File, HOST_JSON};
use super::features::Features;
use crate::app::App;
use crate::error::Error;
use crate::folder::Description;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The image of the Functions host for custom handlers.
const FUNCTIONS_IMAGE: &str = "mcr.microsoft.com/azure-functions/base:4";
/// An image with certificates, a user without rights, and nothing else.
const BARE_IMAGE: &str = "gcr.io/distroless/static-debian12:nonroot";
/// Where the Functions host looks for an app.
const SITE: &str = "/home/site/wwwroot";

pub(super) const FUNCTIONS_FILE: &str = "Dockerfile";
pub(super) const BARE_FILE: &str = "Dockerfile.bare";
const IGNORE_FILE: &str = ".dockerignore";

/// Paths that no image needs for a build: results of builds, secrets, and the toolchain, which the image has already.
const IGNORED: &str = "\
# What Docker does not send to a build. Written by `cargo mcp-trigger package --container`.
**/target/
**/.git/
**/.azure/
**/.env
**/local.settings.json
**/mcp-trigger-keys.json
**/Dockerfile*
.dockerignore
rust-toolchain.toml
rust-toolchain
";

/// An app, as images need to know it.
#[derive(Debug)]
pub(super) struct Container<'a> {
    pub(super) app: &'a App,
    pub(super) features: &'a Features,
    pub(super) description: &'a Description,
    /// The version of Rust to build with.
    pub(super) rust: &'a str,
    /// The files of a package.
    pub(super) files: &'a [File],
    /// Whether images are for arm64.
    pub(super) arm64: bool,
}

/// A file for Docker.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DockerFile {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Container<'_> {
    /// The files to write. For arm64 there is no image of the Functions host.
    ///
    /// # Errors
    ///
    /// If the app is built from folders outside of its workspace, which Docker does not see.
    pub(super) fn docker_files(&self) -> Result<Vec<DockerFile>, Error> {
        let workspace = &self.app.workspace;
        if let Some(outside) = self.app.sources.iter().find(|folder| !folder.starts_with(workspace)) {
            return Err(Error::new(format!("`{}` cannot be built in a container", self.app.package))
                .why(format!(
                    "{} is outside of {}, the folder that Docker gets",
                    outside.display(),
                    workspace.display()
                ))
                .next("depend on a version or a Git repository, or move the folder into the workspace"));
        }
        let file = |folder: &Path, name: &str, text| DockerFile { path: folder.join(name), text };
        let mut files = Vec::new();
        if !self.arm64 {
            files.push(file(&self.app.root, FUNCTIONS_FILE, self.functions()));
        }
        files.push(file(&self.app.root, BARE_FILE, self.bare()));
        files.push(file(workspace, IGNORE_FILE, IGNORED.to_owned()));
        Ok(files)
    }

    /// The command that builds the image of a Dockerfile, in the folder of the workspace.
    pub(super) fn build_command(&self, file: &str) -> String {
        let platform = if self.arm64 { "linux/arm64" } else { "linux/amd64" };
        let path = [self.folder(), file.to_owned()]
            .iter()
            .filter(|part| !part.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join("/");
        format!("docker build --platform {platform} --file {path} --tag {} .", self.tag(file))
    }

    /// The name of the image of a Dockerfile. Such names are in lower case.
    fn tag(&self, file: &str) -> String {
        let kind = if file == BARE_FILE { ":bare" } else { "" };
        self.app.package.to_lowercase() + kind
    }

    /// The app's folder, from that of the workspace, with forward slashes; empty if it is that.
    fn folder(&self) -> String {
        let path = self.app.root.strip_prefix(&self.app.workspace).unwrap_or(&self.app.root);
        path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    /// The build stage: Alpine's Rust makes static programs, for the processor that the image is for.
    fn build_stage(&self, features: &str, program: &str, then: &str) -> String {
        let App { package, bin, .. } = self.app;
        let image = match self.rust.split('.').collect::<Vec<_>>()[..] {
            [major, minor, patch] if patch.parse::<u32>().is_ok() => format!("rust:{major}.{minor}-alpine"),
            _ => "rust:1-alpine".to_owned(),
        };
        let folder = program.rsplit_once('/').map_or("/", |(folder, _)| folder);
        let locked = if self.app.workspace.join("Cargo.lock").is_file() { " --locked" } else { "" };
        format!(
            "FROM {image} AS build\n\
             RUN apk add --no-cache build-base\n\
             WORKDIR /workspace\n\
             COPY . .\n\
             RUN --mount=type=cache,target=/usr/local/cargo/registry \\\n    \
                 --mount=type=cache,target=/target \\\n    \
                 cargo build --release{locked} --target-dir /target --package {package} --bin {bin}{features} \\\n    \
                 && mkdir -p {folder} && cp /target/release/{bin} {program}{then}\n"
        )
    }

    fn functions(&self) -> String {
        let (file, tag) = (self.build_command(FUNCTIONS_FILE), self.tag(FUNCTIONS_FILE));
        let features = match self.features {
            Features::Named(names) if names.is_empty() => " --no-default-features".to_owned(),
            Features::Named(names) => format!(" --no-default-features --features {}", names.join(",")),
            Features::Default | Features::Whole(_) => String::new(),
        };
        let build = self.build_stage(&features, &format!("/app/{}", self.description.executable), "");
        let folder = self.folder();
        let folder = if folder.is_empty() { ".".to_owned() } else { folder };
        let others: Vec<_> = self.others().iter().map(|name| format!("cp -R '{name}' /app/")).collect();
        let others = others.iter().map(|copy| format!(" \\\n    && {copy}")).collect::<String>();
        format!(
            "# `{package}` under the Functions host. Written by `cargo mcp-trigger package --container`, and yours to change.\n\
             #\n\
             #   {file}\n\
             #   docker run --rm --publish 8080:80 --env AzureWebJobsStorage=\"…\" {tag}\n\n\
             {build}\
             WORKDIR /workspace/{folder}\n\
             RUN cp {HOST_JSON} /app/ \\\n    \
                 && for file in */{FUNCTION_JSON}; do \\\n        \
                     [ ! -f \"$file\" ] || {{ mkdir -p \"/app/${{file%/*}}\" && cp \"$file\" \"/app/$file\"; }}; \\\n    \
                 done{others}\n\n\
             # The host needs the user of its image, to write its logs and secrets.\n\
             FROM {FUNCTIONS_IMAGE}\n\
             ENV AzureWebJobsScriptRoot={SITE} \\\n    \
                 AzureFunctionsJobHost__Logging__Console__IsEnabled=true \\\n    \
                 FUNCTIONS_WORKER_RUNTIME=custom\n\
             COPY --from=build /app/ {SITE}/\n",
            package = self.app.package,
        )
    }

    fn bare(&self) -> String {
        let (file, tag, bin) = (self.build_command(BARE_FILE), self.tag(BARE_FILE), &self.app.bin);
        let volume = format!("{}-state", self.tag(FUNCTIONS_FILE));
        let local = match self.features {
            Features::Default => " --features mcp-trigger/local",
            Features::Named(_) | Features::Whole(_) => "",
        };
        let build = self.build_stage(local, &format!("/app/{bin}"), " \\\n    && mkdir /state");
        format!(
            "# `{package}` by itself, without the Functions host: its local host, for a reverse proxy with TLS to stand before.\n\
             # Written by `cargo mcp-trigger package --container`, and yours to change.\n\
             #\n\
             #   {file}\n\
             #   docker run --rm --publish 8080:7071 --volume {volume}:/state {tag}\n\
             #   docker run --rm --volume {volume}:/state {tag} keys        # what clients send as x-functions-key\n\n\
             {build}\n\
             FROM {BARE_IMAGE}\n\
             COPY --from=build /app/{bin} /usr/local/bin/{bin}\n\
             # The keys, and blobs and messages of bindings, are in the current folder.\n\
             COPY --from=build --chown=65532:65532 /state /state\n\
             WORKDIR /state\n\
             USER 65532:65532\n\
             EXPOSE 7071\n\
             ENTRYPOINT [\"/usr/local/bin/{bin}\"]\n\
             CMD [\"serve\", \"--address\", \"0.0.0.0\", \"--auth\"]\n",
            package = self.app.package,
        )
    }

    /// Files in the app's folder that the app reads itself, without those of the Functions host.
    fn others(&self) -> BTreeSet<&str> {
        let is_of_host = |name: &str| {
            name == HOST_JSON
                || name.split_once('/').is_some_and(|(folder, file)| !folder.is_empty() && file == FUNCTION_JSON)
        };
        let others = self.files.iter().map(|file| file.name.as_str()).filter(|name| !is_of_host(name));
        let is_of_docker = |name: &&str| *name == IGNORE_FILE || name.starts_with(FUNCTIONS_FILE);
        others.filter(|name| !is_of_docker(name)).map(|name| name.split('/').next().unwrap_or(name)).collect()
    }
}

/// The fate of a file for Docker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Created,
    UpToDate,
    /// The file is there, and differs. A user may have changed it.
    Kept,
}

/// Writes a file, unless it is there already.
///
/// # Errors
///
/// If the file system refuses.
pub(super) fn write(file: &DockerFile) -> Result<Written, Error> {
    match fs::read_to_string(&file.path) {
        Ok(text) if text == file.text => Ok(Written::UpToDate),
        Ok(_) => Ok(Written::Kept),
        Err(_) => super::archive::save(&file.path, file.text.as_bytes()).map(|()| Written::Created),
    }
}

#[cfg(test)]
mod tests;
