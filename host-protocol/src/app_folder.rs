//! The names of the files in the folder of a function app, and of the variables that tell of it.

/// The settings of the host and its extensions.
pub const HOST_JSON: &str = "host.json";
/// The settings of one function, in a folder that has its name.
pub const FUNCTION_JSON: &str = "function.json";
/// App settings on a developer's machine. Core Tools read the file, and it is not deployed.
pub const LOCAL_SETTINGS: &str = "local.settings.json";
/// Where the host finds the extensions that an app brings itself.
pub const EXTENSIONS: &str = "bin/extensions.json";

/// The extension bundle that has the MCP extension.
pub const BUNDLE: &str = "Microsoft.Azure.Functions.ExtensionBundle";
/// The versions of [`BUNDLE`] that have the MCP extension.
pub const BUNDLE_VERSION: &str = "[4.*, 5.0.0)";

/// The variable in which the host names the folder of the app.
pub const ROOT_VARIABLE: &str = "FUNCTIONS_APP_ROOT_PATH";
/// The variable that Core Tools set for the app, and Azure does not.
pub const CORE_TOOLS_VARIABLE: &str = "FUNCTIONS_CORETOOLS_ENVIRONMENT";
/// The variable that replaces `customHandler.description.defaultExecutablePath` of host.json.
pub const EXECUTABLE_VARIABLE: &str = "AzureFunctionsJobHost__customHandler__description__defaultExecutablePath";
