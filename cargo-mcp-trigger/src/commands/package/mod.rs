//! `package`: the app as Azure runs it, in a zip.

mod archive;
mod container;
mod contents;
mod executable;
mod features;
mod remap;
mod report;
mod target;

pub(crate) use target::{Toolchain, has_zig, zig};

use crate::app::{App, Place};
use crate::build::{self, BuildOptions};
use crate::error::Error;
use crate::folder::Description;
use crate::generated::{Generator, State};
use crate::output;
use archive::{Effort, Entry};
use clap::Args;
use container::{Container, Written};
use executable::{Executable, Glibc, PLATFORM_GLIBC};
use features::Features;
use remap::Remap;
use report::Report;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use target::Way;

/// Builds the app for Azure, checks it, and packs it into a zip.
///
/// The program is built for Linux on x86-64, without the feature `local` that only a developer's machine needs. It is static if the
/// target x86_64-unknown-linux-musl is installed; else zig builds it for an old glibc if cargo-zigbuild and zig are installed; else it
/// is built for this machine, and the glibc that it needs is compared with that of Azure.
///
/// In the zip are host.json, the folders of functions, the executable, and all else in the app's folder that .funcignore does not
/// name. The same sources give the same zip, byte for byte.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo mcp-trigger package                          the app of this folder
  cargo mcp-trigger package weather --output w.zip   an app of the workspace, into a file
  cargo mcp-trigger package --output dist            as a folder, for `dist` in azure.yaml
  cargo mcp-trigger package --check --locked         in CI: nothing in the repository is changed
  cargo mcp-trigger package --container              Dockerfiles instead")]
pub(crate) struct Package {
    /// The app, a package of the workspace. Default: that of the current folder, or the only app of the workspace
    #[arg(value_name = "APP")]
    app: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Where the package goes: a file if the name ends with .zip, else a folder. Default: target/mcp-trigger/APP.zip
    #[arg(short, long, value_name = "FILE", conflicts_with = "container")]
    output: Option<PathBuf>,
    /// Fails if files of `generate` are not up to date, instead of writing them
    #[arg(long)]
    check: bool,
    /// Writes Dockerfiles instead: one on the image of the Functions host, one for the app by itself
    #[arg(long)]
    container: bool,
    /// Images for arm64. Azure runs a zip on x86-64 only
    #[arg(long)]
    arm64: bool,
    /// Prints the result as JSON
    #[arg(long)]
    json: bool,
    /// The target to build for, such as x86_64-unknown-linux-musl, or x86_64-unknown-linux-gnu.2.31 with zig
    #[arg(long, value_name = "TRIPLE", conflicts_with = "container", help_heading = "Build")]
    target: Option<String>,
    /// The glibc of the machines that run the app: a program that needs a newer one is an error
    #[arg(long, value_name = "VERSION", default_value_t = PLATFORM_GLIBC, conflicts_with = "container", help_heading = "Build")]
    glibc: Glibc,
    /// The profile to build with
    #[arg(long, value_name = "NAME", default_value = "release", conflicts_with = "container", help_heading = "Build")]
    profile: String,
    /// Features to have beside the default ones, separated by commas
    #[arg(
        short = 'F',
        long,
        value_name = "FEATURES",
        value_delimiter = ',',
        conflicts_with = "container",
        help_heading = "Build"
    )]
    features: Vec<String>,
    /// Builds without the network
    #[arg(long, help_heading = "Build")]
    offline: bool,
    /// Builds with the versions of Cargo.lock, and no others
    #[arg(long, help_heading = "Build")]
    locked: bool,
}

impl Package {
    /// The command for an app, without options but the place of the package.
    pub(super) fn of(app: &App, place: Place, output: Option<PathBuf>) -> Self {
        Package {
            app: Some(app.package.clone()),
            place,
            output,
            check: false,
            container: false,
            arm64: false,
            json: false,
            target: None,
            glibc: PLATFORM_GLIBC,
            profile: "release".to_owned(),
            features: Vec::new(),
            offline: false,
            locked: false,
        }
    }

    /// Packs the app.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let app = self.place.find(self.app.as_slice())?.remove(0);
        if self.container {
            return self.write_container(&app);
        }
        if self.arm64 {
            return Err(Error::usage("no zip is for arm64")
                .why("Azure runs the function apps of zips on x86-64")
                .next("`--container --arm64` writes a Dockerfile for the app by itself"));
        }
        let report = self.pack(&app)?;
        if self.json {
            output::print_json(&report);
        } else {
            output::print(report.text());
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Builds, checks and packs an app.
    pub(super) fn pack(&self, app: &App) -> Result<Report, Error> {
        let features = Features::of(app)?;
        let toolchain = Toolchain::of(&app.workspace)?;
        if let Features::Whole(why) = &features {
            output::warn(format!(
                "the local host goes to Azure with the app, 2 MB that it does not need: {why}. {SPLIT}"
            ));
        }
        let description = self.files_of(app, &features)?;
        let way = match &self.target {
            Some(target) => Way::to(target, &toolchain, has_zig())?,
            None => Way::choose(&toolchain, has_zig())?,
        };
        let program = self.build(app, &features, &way, &toolchain)?;
        self.write(app, &description, &way, program)
    }

    /// Brings the files of `generate` up to date, or checks that they are. They are those of a program that is built for this machine.
    fn files_of(&self, app: &App, features: &Features) -> Result<Description, Error> {
        let local = match features {
            // Its own features do not bring the local host, which has the command `generate`.
            Features::Default => vec!["mcp-trigger/local".to_owned()],
            Features::Named(_) | Features::Whole(_) => Vec::new(),
        };
        let features = local.into_iter().chain(self.features.iter().cloned()).collect();
        let options = BuildOptions { features, offline: self.offline, locked: self.locked, ..BuildOptions::default() };
        let program = options.build(app)?;
        let generator = Generator { program: &program, app };
        let (state, warnings) = generator.check()?;
        warnings.iter().for_each(output::warn);
        match state {
            State::UpToDate => {}
            State::Stale(difference) if self.check => {
                output::note(difference);
                return Err(Error::new(format!("the files of `{}` are not up to date", app.package))
                    .why("the functions have changed since they were generated")
                    .next("`cargo mcp-trigger package` without `--check` writes them; then commit them"));
            }
            State::Stale(_) => {
                // A folder without host.json gets functions.
                let form = Description::form_of(&app.root);
                let (changes, _) = generator.write(form)?;
                changes.iter().for_each(|change| output::progress("Generating", change));
            }
        }
        Description::read(&app.root)
    }

    /// Builds the program for Azure, and gives its bytes.
    fn build(&self, app: &App, features: &Features, way: &Way, toolchain: &Toolchain) -> Result<Vec<u8>, Error> {
        let mut names = self.features.clone();
        if let Features::Named(named) = features {
            names.extend(named.iter().cloned());
        }
        let options = BuildOptions {
            profile: Some(self.profile.clone()),
            target: Some(way.target.clone()),
            features: names,
            no_default_features: matches!(features, Features::Named(_)),
            offline: self.offline,
            locked: self.locked,
            ..BuildOptions::default()
        };
        output::progress("Building", format!("{} for {}", app.package, way.target));
        let remap = Remap::new(app, toolchain);
        let mut cargo = options.command(way.command, app);
        remap.add_to(&mut cargo);
        let program = build::run(cargo, app).map_err(|error| error.next(format!("mend the errors above. {C_CODE}")))?;
        let bytes = std::fs::read(&program)
            .map_err(|error| Error::new(format!("cannot read {}", program.display())).why(error))?;
        for folder in remap.revealed(&bytes) {
            output::warn(format!(
                "the program names {}, so a build in another folder is not equal to it; the usual reasons are C code, `env!`, and \
                 `rustflags` of a target in .cargo/config.toml",
                folder.display()
            ));
        }
        Ok(bytes)
    }

    /// Checks the program, and writes the package.
    fn write(&self, app: &App, description: &Description, way: &Way, program: Vec<u8>) -> Result<Report, Error> {
        let name = &description.executable;
        let executable = Executable::read(&program).map_err(|why| {
            Error::new(format!("Azure cannot run the program that was built for {}", way.target)).why(why)
        })?;
        let problems = executable.problems(self.glibc);
        if !problems.is_empty() {
            return Err(Error::new("Azure cannot run the program")
                .why(problems.join("; and "))
                .next("build again then, or say with `--glibc VERSION` what the machines have"));
        }
        let warnings = executable.warnings(self.glibc);
        warnings.iter().for_each(output::warn);
        let output = self.output.clone().unwrap_or_else(|| default_output(app));
        let files = contents::files(&app.root, name, &[&app.target, &output])?;
        let clash = files.iter().find(|file| file.name.starts_with(&format!("{name}/")));
        if let Some(file) = clash {
            return Err(Error::new(format!("the executable cannot be called `{name}`"))
                .why(format!("there is a folder of that name, with {}", file.name))
                .next("choose another name with the app's `generate --bin NAME`"));
        }
        let entries = archive::entries(&files, Entry { name: name.clone(), bytes: program, is_executable: true })?;
        // A build for debugging is large, and is deployed for a look.
        let effort = if ["dev", "test"].contains(&&*self.profile) { Effort::Fast } else { Effort::Best };
        let (zip, sizes) = archive::zip(&entries, effort)?;
        let is_zip = output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
        if is_zip {
            archive::save(&output, &zip)?;
        } else {
            archive::unpack(&output, &entries)?;
        }
        Ok(Report {
            app: app.package.clone(),
            package: output,
            size: is_zip.then_some(zip.len() as u64),
            target: way.target.clone(),
            form: description.form,
            executable: report::Program { name: name.clone(), needs: executable },
            files: entries.iter().zip(sizes).map(|(entry, compressed)| report::File::new(entry, compressed)).collect(),
            warnings,
        })
    }

    fn write_container(&self, app: &App) -> Result<ExitCode, Error> {
        let features = Features::of(app)?;
        let toolchain = Toolchain::of(&app.workspace)?;
        let description = self.files_of(app, &features)?;
        let files = contents::files(&app.root, &description.executable, &[&app.target])?;
        let container = Container {
            app,
            features: &features,
            description: &description,
            rust: &toolchain.release,
            files: &files,
            arm64: self.arm64,
        };
        let mut written = Vec::new();
        for file in container.docker_files()? {
            let state = container::write(&file)?;
            if state == Written::Kept {
                output::warn(format!("{} is there already and was kept; remove it to have it anew", shown(&file.path)));
            }
            written.push((file.path, state));
        }
        if self.arm64 {
            output::note("There is no image of the Functions host for arm64, so there is no Dockerfile for one.");
        }
        let is_dockerfile = |path: &Path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(container::FUNCTIONS_FILE))
        };
        let built = written.iter().filter(|(path, _)| is_dockerfile(path));
        let commands: Vec<_> = built
            .map(|(path, _)| container.build_command(&path.file_name().unwrap_or_default().to_string_lossy()))
            .collect();
        if self.json {
            let files: Vec<_> = written.iter().map(|(path, _)| path).collect();
            output::print_json(
                &serde_json::json!({ "app": app.package, "files": files, "commands": commands, "folder": app.workspace }),
            );
        } else {
            for (path, state) in &written {
                let verb = match state {
                    Written::Created => "created",
                    Written::UpToDate => "as it was",
                    Written::Kept => "kept",
                };
                output::print(format!("{verb:<9}  {}", shown(path)));
            }
            output::print(format!("\nBuild them in {}:\n  {}", shown(&app.workspace), commands.join("\n  ")));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The lines for a Cargo.toml that has no features for Azure.
const SPLIT: &str = "Write into Cargo.toml: `default-features = false` for mcp-trigger, and \
    `[features]`, `default = [\"local\"]`, `local = [\"mcp-trigger/local\"]`";

const C_CODE: &str = "C code for a static program needs `musl-tools` or zig (`pip install ziglang cargo-zigbuild`); \
    `--target x86_64-unknown-linux-gnu` builds for the glibc of this machine";

/// The place of an app's package.
pub(crate) fn default_output(app: &App) -> PathBuf {
    app.target.join("mcp-trigger").join(format!("{}.zip", app.package))
}

/// A path as messages show it: from the current folder, if it is below it.
pub(crate) fn shown(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    match path.strip_prefix(&current) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => below.display().to_string(),
        Err(_) => path.display().to_string(),
    }
}
