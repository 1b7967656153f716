//! `generate` on folders.

use super::check::{diff, minded};
use super::plan::{Action, Plan, Source, plan};
use super::{Executable, Folder, Form, Root, write};
use crate::fixtures::{A_VIEW, HELLO, TestFolder, resource, tool, tool_with};
use crate::function::bindings::Binding;
use crate::function::params::{PropertySpec, arg_spec};
use crate::function::{Function, Location};
use crate::identity::ServerInfo;
use crate::registry::Registry;
use host_protocol::function_json::AuthLevel;
use std::fs;
use std::time::{Duration, SystemTime};

static GREET: Function = tool("greet", "Greet");
static GREET_IN_LOWER_CASE: Function = tool("greet", "greet");
static SECOND_HELLO: Function =
    Function { location: Location { file: "src/hi.rs", line: 3, module: "app" }, ..tool("HELLO", "Hi") };
static ANYTHING: &[PropertySpec] = &[arg_spec::<serde_json::Value>("what", "").property];
static VAGUE: Function = tool_with("vague", "Vague", "", ANYTHING);

/// The functions and options of a run of `generate`.
#[derive(Clone, Copy, Default)]
struct Setup<'a> {
    server: Option<&'a ServerInfo>,
    bin: Option<&'a str>,
    form: Option<Form>,
    level: AuthLevel,
    is_built_in: bool,
}

impl Setup<'_> {
    fn plan(self, folder: &TestFolder, tools: &[&'static Function]) -> Result<Plan, Vec<String>> {
        let executable =
            Executable { name: "snippets".to_owned(), from_root: "../../target/debug/snippets".to_owned() };
        let source = Source {
            registry: &Registry::new(tools.iter().copied()),
            states: &[],
            server: self.server,
            instructions: None,
            bin: self.bin,
            executable: &executable,
            form: self.form.unwrap_or_default(),
            is_own_package: false,
            level: self.level,
            is_built_in: self.is_built_in,
        };
        plan(&source, &Folder::read(&root(folder)).unwrap())
    }

    fn generate(self, folder: &TestFolder, tools: &[&'static Function]) -> Plan {
        let plan = self.plan(folder, tools).unwrap();
        for change in &plan.changes {
            write::apply(&root(folder), change).unwrap();
        }
        plan
    }
}

fn root(folder: &TestFolder) -> Root {
    Root::find(Some(folder.path())).unwrap()
}

fn generate(folder: &TestFolder, tools: &[&'static Function]) -> Plan {
    Setup::default().generate(folder, tools)
}

fn refused(folder: &TestFolder, tools: &[&'static Function]) -> String {
    let files = folder.files();
    let problems = Setup::default().plan(folder, tools).unwrap_err();
    assert_eq!(folder.files(), files);
    problems.join("\n")
}

fn executable(folder: &TestFolder) -> serde_json::Value {
    let file = host_protocol::host_json::HostJson::parse(&folder.read("host.json")).unwrap();
    file.get(&["customHandler", "description", "defaultExecutablePath"]).unwrap()
}

const ROUTE: &str = r#"{"bindings": [
  {"type": "httpTrigger", "authLevel": "Anonymous", "name": "req", "route": "{*all}"}, {"type": "http", "direction": "out", "name": "res"}
]}"#;

#[test]
fn a_fresh_folder_gets_all_that_the_host_needs() {
    let folder = TestFolder::new();
    let plan = generate(&folder, &[&HELLO, &GREET]);
    assert_eq!(
        folder.files(),
        [
            ".funcignore",
            "Greet/function.json",
            "Hello/function.json",
            "WellKnown/function.json",
            "host.json",
            "local.settings.json",
            "mcp/function.json"
        ]
    );
    assert_eq!(plan.warnings, Vec::<String>::new());
    insta::assert_snapshot!(folder.read("host.json"), @r#"
    {
      "version": "2.0",
      "extensionBundle": {
        "id": "Microsoft.Azure.Functions.ExtensionBundle",
        "version": "[4.*, 5.0.0)"
      },
      "customHandler": {
        "description": {
          "defaultExecutablePath": "snippets"
        },
        "enableForwardingHttpRequest": true,
        "enableProxyingHttpRequest": true
      },
      "extensions": {
        "http": {
          "routePrefix": ""
        }
      }
    }
    "#);
    insta::assert_snapshot!(folder.read("local.settings.json"), @r#"
    {
      "IsEncrypted": false,
      "Values": {
        "FUNCTIONS_WORKER_RUNTIME": "custom",
        "AzureWebJobsStorage": "UseDevelopmentStorage=true",
        "AzureFunctionsJobHost__customHandler__description__defaultExecutablePath": "../../target/debug/snippets"
      }
    }
    "#);
    let routed = |function: &str| {
        let text = folder.read(&format!("{function}/function.json"));
        let file = host_protocol::FunctionJson::parse(&text).unwrap();
        ["route", "authLevel"].map(|member| file.bindings[0].get(member).unwrap().as_str().unwrap().to_owned())
    };
    assert_eq!(routed("mcp"), ["mcp", "function"]);
    assert_eq!(routed("WellKnown"), [".well-known/oauth-protected-resource/{path:alpha?}", "anonymous"]);
    Setup { level: AuthLevel::Anonymous, ..Setup::default() }.generate(&folder, &[&HELLO, &GREET]);
    assert_eq!(routed("mcp"), ["mcp", "anonymous"]);
}

#[test]
fn a_second_run_touches_nothing() {
    let folder = TestFolder::new();
    generate(&folder, &[&HELLO]);
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    for file in folder.files() {
        fs::File::options().write(true).open(folder.path().join(file)).unwrap().set_modified(long_ago).unwrap();
    }
    let plan = generate(&folder, &[&HELLO]);
    assert_eq!((plan.changes.len(), plan.unchanged), (0, 5));
    for file in folder.files() {
        assert_eq!(fs::metadata(folder.path().join(&file)).unwrap().modified().unwrap(), long_ago, "{file}");
    }
    // As git checks files out on Windows.
    let text = folder.read("Hello/function.json").replace('\n', "\r\n");
    folder.write("Hello/function.json", &text);
    assert_eq!(generate(&folder, &[&HELLO]).changes, []);
}

#[test]
fn what_was_not_generated_is_not_overwritten() {
    let folder = TestFolder::new();
    let theirs = r#"{"bindings": [{"type": "queueTrigger", "name": "item", "queueName": "q"}]}"#;
    folder.write("Hello/function.json", theirs);
    let message = refused(&folder, &[&HELLO]);
    assert!(message.starts_with("Hello/function.json was not generated"), "{message}");
    assert_eq!(folder.read("Hello/function.json"), theirs);

    let plan = generate(&folder, &[&GREET]);
    assert_eq!(folder.read("Hello/function.json"), theirs);
    assert!(plan.warnings.iter().any(|warning| warning.contains("calls of it will fail")), "{:?}", plan.warnings);
}

#[test]
fn stale_functions_go_and_what_lies_beside_them_stays() {
    let folder = TestFolder::new();
    generate(&folder, &[&HELLO, &GREET]);
    folder.write("Greet/notes.txt", "mine");
    generate(&folder, &[]);
    assert!(!folder.has("Hello") && !folder.has("Greet/function.json"));
    assert_eq!(folder.read("Greet/notes.txt"), "mine");
}

#[test]
fn a_generated_file_that_a_merge_broke_is_written_anew() {
    let folder = TestFolder::new();
    generate(&folder, &[&HELLO]);
    let text = folder.read("Hello/function.json");
    folder.write("Hello/function.json", &format!("<<<<<<< ours\n{text}"));
    generate(&folder, &[&HELLO]);
    assert_eq!(folder.read("Hello/function.json"), text);
}

#[test]
fn host_json_keeps_what_the_user_wrote() {
    let folder = TestFolder::new();
    let text = "{\n  // keep me\n  \"version\": \"2.0\",\n  \"logging\": { \"logLevel\": { \"default\": \"Warning\" } }, // and me\n  \
                \"extensionBundle\": { \"id\": \"Microsoft.Azure.Functions.ExtensionBundle.Preview\", \"version\": \"[4.*, 5.0.0)\" },\n  \
                \"customHandler\": {\n    \"description\": {\n      \"defaultExecutablePath\": \"bin/app\" // ours\n    }\n  },\n  \
                \"extensions\": { \"http\": { \"routePrefix\": \"web\" } }\n}\n";
    folder.write("host.json", text);
    let plan = generate(&folder, &[&HELLO]);
    let patched = folder.read("host.json");
    for kept in ["// keep me\n", "\"Warning\" } }, // and me\n", "Bundle.Preview\"", "\"bin/app\" // ours\n"] {
        assert!(patched.contains(kept), "{patched}");
    }
    assert!(patched.contains("\"enableProxyingHttpRequest\": true"), "{patched}");
    assert!(plan.warnings.iter().any(|warning| warning.contains("move from /web/… to /…")), "{:?}", plan.warnings);
}

#[test]
fn the_app_names_the_server() {
    let folder = TestFolder::new();
    let server = ServerInfo::new("snippets", "1.2.3");
    Setup { server: Some(&server), ..Setup::default() }.generate(&folder, &[&HELLO]);
    let text = folder.read("host.json");
    assert!(text.contains(r#""serverName": "snippets""#) && text.contains(r#""serverVersion": "1.2.3""#), "{text}");
}

#[test]
fn the_name_of_the_executable() {
    static SNIPPETS: Function = tool("snippets", "Snippets");
    let folder = TestFolder::new();
    generate(&folder, &[&SNIPPETS]);
    assert_eq!(executable(&folder), "handler", "a folder has the name");
    Setup { bin: Some("bin/app"), ..Setup::default() }.generate(&folder, &[&SNIPPETS]);
    assert_eq!(executable(&folder), "bin/app");
    generate(&folder, &[&SNIPPETS]);
    assert_eq!(executable(&folder), "bin/app", "it stays");
    let problems = Setup { bin: Some("Snippets"), ..Setup::default() }.plan(&folder, &[&SNIPPETS]).unwrap_err();
    assert!(problems[0].contains("the folder of a function") && problems[0].contains("--bin"), "{problems:?}");

    let text = folder.read("host.json").replace("bin/app", "target/release/snippets");
    folder.write("host.json", &text);
    generate(&folder, &[&HELLO]);
    assert_eq!(executable(&folder), "snippets", "no package has a folder `target`");
}

#[test]
fn a_host_json_that_stays_wrong_is_refused() {
    let folder = TestFolder::new();
    folder.write("host.json", r#"{"version": "1.0"}"#);
    let message = refused(&folder, &[&HELLO]);
    assert!(message.starts_with("host.json: version: "), "{message}");
    folder.write("host.json", r#"{"version": "2.0", "configurationProfile": "mcp-custom-handler"}"#);
    let message = refused(&folder, &[&HELLO]);
    assert!(message.starts_with("host.json: configurationProfile: "), "{message}");
    folder.write("host.json", "{");
    assert!(refused(&folder, &[&HELLO]).starts_with("host.json cannot be read"));
}

#[test]
fn settings_of_this_machine_are_the_users() {
    let folder = TestFolder::new();
    folder.write("local.settings.json", "{ \"Values\": {} }");
    folder.write(".funcignore", "src/\n");
    let plan = generate(&folder, &[&HELLO]);
    assert_eq!(folder.read("local.settings.json"), "{ \"Values\": {} }");
    assert_eq!(folder.read(".funcignore"), "src/\n");
    let [settings, target] = plan.warnings.as_slice() else { panic!("{:?}", plan.warnings) };
    assert!(settings.contains("defaultExecutablePath\": \"../../target/debug/snippets\""), "{settings}");
    assert!(target.contains("`target`"), "{target}");
}

#[test]
fn a_function_that_the_package_would_lose_is_told() {
    static TESTS: Function = tool("tests", "tests");
    let warnings = generate(&TestFolder::new(), &[&TESTS]).warnings;
    assert!(warnings.len() == 1 && warnings[0].contains("keeps `tests` out of the package"), "{warnings:?}");
}

#[test]
fn check_shows_what_is_different() {
    let folder = TestFolder::new();
    generate(&folder, &[&HELLO]);
    fs::remove_file(folder.path().join("local.settings.json")).unwrap();
    let plan = Setup::default().plan(&folder, &[&HELLO]).unwrap();
    assert_eq!(minded(&plan.changes).count(), 0, "that file is not in the repository: {:?}", plan.changes);

    static CHANGED: Function = Function { description: "Greets.", ..tool("hello", "Hello") };
    let plan = Setup::default().plan(&folder, &[&CHANGED]).unwrap();
    let diffs: Vec<_> = minded(&plan.changes).map(|change| diff(&root(&folder), change)).collect();
    let [diff] = diffs.as_slice() else { panic!("{diffs:?}") };
    assert!(diff.contains("Hello/function.json\n@@ "), "{diff}");
    assert!(
        diff.contains("\n-      \"description\": \"Says hello.\",\n+      \"description\": \"Greets.\",\n"),
        "{diff}"
    );

    let diffs = Setup::default().plan(&folder, &[&GREET]).unwrap();
    let diffs: String = minded(&diffs.changes).map(|change| super::check::diff(&root(&folder), change)).collect();
    assert!(diffs.contains("--- /dev/null\n") && diffs.contains("+++ /dev/null\n"), "{diffs}");
}

#[test]
fn a_change_of_case_renames_the_folder() {
    let folder = TestFolder::new();
    generate(&folder, &[&GREET]);
    folder.write("Greet/notes.txt", "mine");
    let plan = generate(&folder, &[&GREET_IN_LOWER_CASE]);
    assert_eq!(plan.changes.len(), 1, "{:?}", plan.changes);
    assert_eq!(plan.changes[0].action, Action::RenameFolder { from: "Greet".to_owned() });
    assert!(folder.files().contains(&"greet/function.json".to_owned()));
    assert_eq!(folder.read("greet/notes.txt"), "mine");
    assert!(!folder.files().contains(&"Greet/function.json".to_owned()));
}

#[test]
fn a_folder_of_the_same_name_in_another_case_is_in_the_way() {
    let folder = TestFolder::new();
    folder.write("hello/lib.rs", "");
    let message = refused(&folder, &[&HELLO]);
    assert!(message.contains("the folder hello") && message.contains("Hello differ in case only"), "{message}");
}

/// `host_protocol::http_trigger::check_routes` tells which; here is that it is asked.
#[test]
fn a_route_that_can_look_like_a_call_of_the_host_is_refused() {
    for route in ["{*all}", "web/{*all}", "web/{page}", "web/{page?}", "a{x}b", "hello", "MCP", "{x:alpha}"] {
        for level in ["Anonymous", "function", "admin"] {
            let folder = TestFolder::new();
            folder.write("Web/function.json", &ROUTE.replace("{*all}", route).replace("Anonymous", level));
            let message = refused(&folder, &[&HELLO]);
            let named = message.contains("Web/function.json: ") && message.contains(&format!("`{route}`"));
            assert!(named && message.contains("anyone could call the tools"), "{message}");
        }
    }
    let folder = TestFolder::new();
    folder.write("Web/function.json", &ROUTE[..ROUTE.len() - 1]);
    assert!(refused(&folder, &[&HELLO]).contains("Web/function.json: "), "a host may read what we cannot");
    folder.write("Web/function.json", &ROUTE.replace("{*all}", "web/{page:int}"));
    let warnings = generate(&folder, &[&HELLO]).warnings;
    assert!(warnings.iter().any(|warning| warning.contains("from /api/… to /…")), "{warnings:?}");
}

#[test]
fn files_may_be_utf_16() {
    let folder = TestFolder::new();
    generate(&folder, &[&HELLO]);
    for file in ["host.json", "Hello/function.json", "local.settings.json"] {
        let text = folder.read(file);
        let bytes = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect::<Vec<_>>();
        fs::write(folder.path().join(file), bytes).unwrap();
    }
    let plan = Setup::default().plan(&folder, &[&HELLO]).unwrap();
    assert_eq!(plan.changes, [], "they say what they should");
}

/// A folder that an older version wrote.
#[test]
fn routes_of_older_versions_are_written_anew() {
    let folder = TestFolder::new();
    generate(&folder, &[&HELLO]);
    let files = ["mcp", "WellKnown"].map(|name| format!("{name}/function.json"));
    for (file, route) in files.iter().zip(["mcp/{*path}", ".well-known/{*path}"]) {
        let file_json = host_protocol::function_json::forwarded_route(route, AuthLevel::Function);
        folder.write(file, &file_json.to_text());
    }
    let plan = Setup::default().plan(&folder, &[&HELLO]).unwrap();
    let changed: Vec<_> = minded(&plan.changes).map(|change| change.path.clone()).collect();
    assert_eq!(changed, files, "`generate --check` fails");
    generate(&folder, &[&HELLO]);
    assert!(files.iter().all(|file| !folder.read(file).contains('*')));
}

/// All routes that are generated are closed: also for functions of any name.
#[test]
fn generated_routes_are_closed() {
    let folder = TestFolder::new();
    generate(&folder, &[&HELLO, &GREET]);
    for name in ["mcp", "WellKnown"] {
        let file = host_protocol::FunctionJson::parse(&folder.read(&format!("{name}/function.json"))).unwrap();
        let checked = host_protocol::http_trigger::check_routes(name, &file, "", &["Hello", "Greet"]);
        assert!(checked.is_ok(), "{name}: {checked:?}");
    }
}

/// Without it a client that has signed in would need a key, too.
#[test]
fn built_in_authentication_opens_the_endpoint() {
    let folder = TestFolder::new();
    let plan = Setup { is_built_in: true, ..Setup::default() }.generate(&folder, &[&HELLO]);
    assert_eq!(plan.warnings, Vec::<String>::new());
    let level = r#""webhookAuthorizationLevel": "Anonymous""#;
    assert!(folder.read("host.json").contains(level), "{}", folder.read("host.json"));
    let warnings = Setup::default().plan(&folder, &[&HELLO]).unwrap().warnings;
    assert!(warnings[0].contains("Authentication::BuiltIn") && warnings[0].contains("`System`"), "{warnings:?}");
}

const SELF_HOSTED: Setup<'_> =
    Setup { server: None, bin: None, form: Some(Form::SelfHosted), level: AuthLevel::Function, is_built_in: false };

#[test]
fn a_self_hosted_app_has_no_functions() {
    let folder = TestFolder::new();
    let plan = SELF_HOSTED.generate(&folder, &[&HELLO]);
    assert_eq!(folder.files(), [".funcignore", "host.json", "local.settings.json"]);
    assert_eq!(plan.warnings, Vec::<String>::new());
    insta::assert_snapshot!(folder.read("host.json"), @r#"
    {
      "version": "2.0",
      "configurationProfile": "mcp-custom-handler",
      "customHandler": {
        "description": {
          "defaultExecutablePath": "snippets",
          "arguments": ["--no-invocations"]
        },
        "enableProxyingHttpRequest": true,
        "http": {
          "routes": [
            {
              "route": "{*route}"
            }
          ]
        }
      },
      "extensions": {
        "http": {
          "routePrefix": ""
        }
      }
    }
    "#);
    assert_eq!(SELF_HOSTED.generate(&folder, &[&HELLO]).changes, []);
    Setup { level: AuthLevel::Anonymous, ..SELF_HOSTED }.generate(&folder, &[&HELLO]);
    assert!(folder.read("host.json").contains(r#""defaultAuthorizationLevel": "anonymous""#));
    assert_eq!(SELF_HOSTED.generate(&folder, &[&HELLO]).changes, [], "what is there may be the user's");
}

/// With what would mend it, if something would.
#[test]
fn a_self_hosted_app_says_which_functions_it_leaves_out() {
    const FILE: Binding = Binding { name: "file", kind: "blob", is_output: true, properties: r#"{"path":"a/b"}"# };
    static SAVE: Function = Function { bindings: &[FILE], ..tool_with("save", "Save", "Saves.", &[]) };
    static AUDIT: Function = Function {
        bindings: &[Binding { kind: "cosmosDB", properties: "{}", ..FILE }],
        ..tool_with("audit", "Audit", "Writes down.", &[])
    };
    let warnings = SELF_HOSTED.generate(&TestFolder::new(), &[&HELLO, &SAVE, &AUDIT]).warnings;
    let of = |name: &str| warnings.iter().find(|warning| warning.contains(&format!("leaves `{name}` out")));
    assert!(of("audit").is_some_and(|warning| warning.contains("type `cosmosDB`")), "{warnings:?}");
    let without_client = cfg!(not(feature = "azure-storage"));
    assert_eq!(of("save").is_some_and(|warning| warning.contains("--features azure-storage")), without_client);
    assert!(of("hello").is_none(), "{warnings:?}");
}

#[test]
fn an_app_goes_from_one_form_to_the_other_and_back() {
    let folder = TestFolder::new();
    folder.write("host.json", "{\n  // mine\n  \"version\": \"2.0\"\n}\n");
    generate(&folder, &[&HELLO]);
    let (files, host_json) = (folder.files(), folder.read("host.json"));
    folder.write("Hello/notes.txt", "mine");

    SELF_HOSTED.generate(&folder, &[&HELLO]);
    assert_eq!(Form::of_folder(&Folder::read(&root(&folder)).unwrap()), Form::SelfHosted);
    assert_eq!(folder.files(), [".funcignore", "Hello/notes.txt", "host.json", "local.settings.json"]);
    assert!(folder.read("host.json").contains("// mine"));

    let warnings = generate(&folder, &[&HELLO]).warnings;
    assert!(warnings.len() == 1 && warnings[0].contains("was of the self-hosted form"), "{warnings:?}");
    assert_eq!(folder.read("host.json"), host_json);
    fs::remove_file(folder.path().join("Hello/notes.txt")).unwrap();
    assert_eq!(folder.files(), files);
    assert_eq!(Form::of_folder(&Folder::read(&root(&folder)).unwrap()), Form::Functions);
}

#[test]
fn what_is_the_users_own_is_no_part_of_a_form() {
    let folder = TestFolder::new();
    let theirs = r#"{"bindings": [{"type": "queueTrigger", "name": "item", "queueName": "q"}]}"#;
    folder.write("Mine/function.json", theirs);
    let problems = SELF_HOSTED.plan(&folder, &[&HELLO]).unwrap_err();
    assert!(problems.len() == 1 && problems[0].starts_with("Mine/function.json was not generated"), "{problems:?}");
    fs::remove_dir_all(folder.path().join("Mine")).unwrap();

    let routes = r#""routes": [{ "route": "mcp/{*rest}", "authorizationLevel": "anonymous" }]"#;
    let text = format!(r#"{{"version": "2.0", "customHandler": {{"http": {{{routes}}}}}}}"#);
    folder.write("host.json", &text);
    SELF_HOSTED.generate(&folder, &[&HELLO]);
    assert!(folder.read("host.json").contains(routes));
    assert!(refused(&folder, &[&HELLO]).contains("customHandler.http.routes"), "they are not removed either");

    folder.write("host.json", r#"{"version": "2.0", "configurationProfile": "web-app-custom-handler"}"#);
    let problems = SELF_HOSTED.plan(&folder, &[&HELLO]).unwrap_err();
    assert!(problems[0].contains("`web-app-custom-handler`"), "{problems:?}");
}

/// Without the profile, all functions of the app would be refused.
#[test]
fn the_mark_of_the_self_hosted_form_never_stays_beside_functions() {
    let folder = TestFolder::new();
    SELF_HOSTED.generate(&folder, &[&HELLO]);
    folder.write("host.json", &folder.read("host.json").replace("mcp-custom-handler", "default"));
    generate(&folder, &[&HELLO]);
    assert!(!folder.read("host.json").contains("--no-invocations"));
}

#[test]
fn a_name_that_is_used_twice_is_told_with_both_places() {
    let message = refused(&TestFolder::new(), &[&HELLO, &SECOND_HELLO]);
    assert!(message.contains("src/hi.rs:3") && message.contains("src/main.rs:7"), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn what_would_take_the_host_down_is_refused() {
    let folder = TestFolder::new();
    let theirs = r#"{"bindings": [{"type": "mcpToolTrigger", "name": "t", "toolName": "HELLO", "description": ""}]}"#;
    folder.write("Other/function.json", theirs);
    let message = refused(&folder, &[&HELLO]);
    assert!(message.contains("the tool `HELLO` is also declared") && message.contains("does not start"), "{message}");

    static BAD_META: Function = Function { meta: Some("[]"), ..tool("hello", "Hello") };
    let message = refused(&TestFolder::new(), &[&BAD_META]);
    assert!(message.starts_with("src/main.rs:7: Hello: bindings[0].metadata"), "{message}");
}

#[test]
fn what_cannot_stand_in_a_header_is_refused_once() {
    static FRACTION: &[PropertySpec] = &[arg_spec::<Option<f64>>("limit", "").with_header("Limit").property];
    static BY_FRACTION: Function = tool_with("search", "Search", "", FRACTION);
    let message = refused(&TestFolder::new(), &[&BY_FRACTION]);
    assert!(message.starts_with("src/main.rs:7: ") && message.contains("`limit` cannot be repeated"), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");

    static WHOLE: &[PropertySpec] = &[arg_spec::<Option<u8>>("limit", "").with_header("Limit").property];
    static BY_WHOLE: Function = tool_with("search", "Search", "Searches.", WHOLE);
    let folder = TestFolder::new();
    let plan = generate(&folder, &[&BY_WHOLE]);
    assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
    let file = folder.read("Search/function.json");
    assert!(file.contains("limit") && !file.contains("x-mcp-header"), "the extension does not compare: {file}");
}

#[test]
fn models_want_to_know_more() {
    let warnings = generate(&TestFolder::new(), &[&VAGUE]).warnings;
    let [description, argument] = warnings.as_slice() else { panic!("{warnings:?}") };
    assert!(
        description.contains("src/main.rs:7: the tool `vague`: it has no description; refused by VS Code"),
        "{description}"
    );
    assert!(argument.contains("(`what`)") && argument.contains("Claude Code"), "{argument}");
    let warnings = generate(&TestFolder::new(), &[&HELLO, &A_VIEW]).warnings;
    assert!(warnings.is_empty(), "a view is named by its tool: {warnings:?}");
    let warnings = generate(&TestFolder::new(), &[]).warnings;
    assert!(warnings.len() == 1 && warnings[0].contains("use my_tools as _;"), "{warnings:?}");
}

#[cfg(unix)]
#[test]
fn links_and_permissions_outlive_a_change() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = TestFolder::new();
    folder.write("shared/host.json", "{\"version\": \"2.0\"}");
    fs::set_permissions(folder.path().join("shared/host.json"), fs::Permissions::from_mode(0o600)).unwrap();
    symlink("shared/host.json", folder.path().join("host.json")).unwrap();
    generate(&folder, &[&HELLO]);
    assert!(folder.path().join("host.json").is_symlink());
    assert!(folder.read("shared/host.json").contains("customHandler"));
    let mode = fs::metadata(folder.path().join("shared/host.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!folder.files().iter().any(|file| file.ends_with(".tmp")), "{:?}", folder.files());
}

#[cfg(unix)]
#[test]
fn nothing_is_changed_outside_of_the_folder() {
    use std::os::unix::fs::symlink;
    let outside = TestFolder::new();
    let refused_with = |prepare: &dyn Fn(&TestFolder), tools: &[&'static Function]| {
        let folder = TestFolder::new();
        generate(&folder, &[&GREET]);
        fs::rename(folder.path().join("Greet"), outside.path().join("Greet")).unwrap();
        fs::rename(folder.path().join("host.json"), outside.path().join("host.json")).unwrap();
        let link = |name: &str| symlink(outside.path().join(name), folder.path().join(name)).unwrap();
        link("Greet");
        link("host.json");
        assert_eq!(Setup::default().plan(&folder, &[&GREET]).map(|plan| plan.changes.len()), Ok(0), "it is up to date");
        prepare(&folder);
        let before = outside.read("Greet/function.json") + &outside.read("host.json");
        let message = refused(&folder, tools);
        assert_eq!(outside.read("Greet/function.json") + &outside.read("host.json"), before);
        assert!(message.contains(&*outside.path().canonicalize().unwrap().to_string_lossy()), "{message}");
        assert!(message.contains("outside of the app's folder"), "{message}");
        for file in ["Greet/function.json", "host.json"] {
            fs::remove_file(outside.path().join(file)).unwrap();
        }
        fs::remove_dir(outside.path().join("Greet")).unwrap();
        message
    };
    let change = |file: &'static str| {
        move |folder: &TestFolder| {
            let text = folder.read(file);
            folder.write(file, &text.replace("greet", "other").replace("snippets", "other"));
        }
    };
    assert!(refused_with(&change("Greet/function.json"), &[&GREET]).contains("Greet/function.json: "), "it is changed");
    assert!(refused_with(&|_| {}, &[]).contains("Greet/function.json: "), "it is removed");
    assert!(refused_with(&|_| {}, &[&GREET_IN_LOWER_CASE]).contains("greet: "), "it is renamed");
    let without_executable = |folder: &TestFolder| folder.write("host.json", "{\"version\": \"2.0\"}");
    assert!(refused_with(&without_executable, &[&GREET]).contains("host.json: "), "host.json is changed");
}

#[test]
fn addresses_that_one_endpoint_does_not_read_are_warned_of() {
    static CAFE: Function = resource("docs://a/café", "Cafe");
    let warnings = generate(&TestFolder::new(), &[&CAFE]).warnings;
    assert!(
        warnings.iter().any(|warning| warning.starts_with("src/main.rs:7: `docs://a/café`: clients")),
        "{warnings:?}"
    );
    let form = Some(Form::SelfHosted);
    let warnings = Setup { form, ..Setup::default() }.generate(&TestFolder::new(), &[&CAFE]).warnings;
    assert_eq!(warnings, Vec::<String>::new(), "there is one endpoint only");
}

#[test]
fn the_folder_of_another_program_is_refused() {
    let generated = || {
        let folder = TestFolder::new();
        generate(&folder, &[&HELLO]);
        folder
    };
    let renamed = |folder: &TestFolder, file: &str| {
        let text = folder.read(file).replace("snippets", "other");
        folder.write(file, &text);
    };
    let folder = generated();
    renamed(&folder, "local.settings.json");
    let message = refused(&folder, &[&GREET]);
    assert!(message.contains("another program") && message.contains("they would go: Hello;"), "{message}");
    // A checkout of somebody else's has no local settings.
    fs::remove_file(folder.path().join("local.settings.json")).unwrap();
    renamed(&folder, "host.json");
    assert!(refused(&folder, &[&GREET]).contains("they would go: Hello;"));
    assert!(
        Setup { bin: Some("other"), ..Setup::default() }.plan(&folder, &[&GREET]).is_ok(),
        "whoever names its executable means it"
    );
    assert!(Setup::default().plan(&folder, &[&HELLO]).is_ok(), "nothing is lost");
    // One's own functions may change their names.
    assert!(Setup::default().plan(&generated(), &[&GREET]).is_ok());
}

#[test]
fn the_folder_of_an_app_in_another_language_is_refused() {
    let folder = TestFolder::new();
    folder.write("local.settings.json", r#"{"IsEncrypted": false, "Values": {"FUNCTIONS_WORKER_RUNTIME": "node"}}"#);
    let message = refused(&folder, &[&HELLO]);
    assert!(message.contains("FUNCTIONS_WORKER_RUNTIME is `node`") && message.contains("--root"), "{message}");
}

#[test]
fn a_bundle_that_was_taken_out_stays_out() {
    let folder = TestFolder::new();
    generate(&folder, &[&HELLO]);
    let mut file = host_protocol::host_json::HostJson::parse(&folder.read("host.json")).unwrap();
    assert!(file.remove(&["extensionBundle"]));
    folder.write("host.json", &file.to_text());
    let plan = generate(&folder, &[&HELLO]);
    assert!(!folder.read("host.json").contains("extensionBundle"));
    assert!(
        plan.warnings.iter().any(|warning| warning.contains("extensionBundle was taken out")),
        "{:?}",
        plan.warnings
    );
    folder.write("bin/extensions.json", "{}");
    assert!(generate(&folder, &[&HELLO]).warnings.is_empty());
}

const NATIVE: Setup<'_> = Setup { form: Some(Form::Native), ..SELF_HOSTED };

#[test]
fn a_native_app_names_its_functions_itself() {
    let folder = TestFolder::new();
    let plan = NATIVE.generate(&folder, &[&HELLO]);
    assert_eq!(folder.files(), [".funcignore", "host.json", "local.settings.json", "worker/worker.config.json"]);
    assert_eq!(plan.warnings, Vec::<String>::new());
    insta::assert_snapshot!(folder.read("host.json"), @r#"
    {
      "version": "2.0",
      "extensionBundle": {
        "id": "Microsoft.Azure.Functions.ExtensionBundle",
        "version": "[4.*, 5.0.0)"
      },
      "extensions": {
        "http": {
          "routePrefix": ""
        }
      }
    }
    "#);
    let config: serde_json::Value = serde_json::from_str(&folder.read("worker/worker.config.json")).unwrap();
    let description = serde_json::json!({
        "language": "rust",
        "defaultExecutablePath": "/home/site/wwwroot/app",
        "workerIndexing": "true",
    });
    assert_eq!(config, serde_json::json!({ "description": description }));
    let settings: serde_json::Value = serde_json::from_str(&folder.read("local.settings.json")).unwrap();
    let values = &settings["Values"];
    assert_eq!(values["FUNCTIONS_WORKER_RUNTIME"], "rust");
    assert_eq!(values["languageWorkers__rust__defaultExecutablePath"], "../../target/debug/snippets");
    let worker = values["languageWorkers__rust__workerDirectory"].as_str().unwrap();
    assert!(std::path::Path::new(worker).is_absolute() && worker.ends_with("worker"), "{worker}");
    assert_eq!(NATIVE.generate(&folder, &[&HELLO]).changes, [], "it is up to date");
    assert_eq!(Form::of_folder(&Folder::read(&root(&folder)).unwrap()), Form::Native);
    let problems = Setup { bin: Some("handler"), ..NATIVE }.plan(&folder, &[&HELLO]).unwrap_err();
    assert!(problems.len() == 1 && problems[0].contains("by the name `app` only"), "{problems:?}");
}

#[test]
fn an_app_becomes_native_and_a_custom_handler_again() {
    let folder = TestFolder::new();
    generate(&folder, &[&HELLO]);
    let (files, host_json) = (folder.files(), folder.read("host.json"));
    let settings = folder.read("local.settings.json");
    let warnings = NATIVE.generate(&folder, &[&HELLO]).warnings;
    assert!(warnings.iter().any(|warning| warning.contains("customHandler goes")), "{warnings:?}");
    // The settings are the user's.
    assert!(warnings.iter().any(|warning| warning.contains(r#""FUNCTIONS_WORKER_RUNTIME": "rust""#)), "{warnings:?}");
    assert_eq!(folder.read("local.settings.json"), settings);
    assert!(!folder.files().contains(&"Hello/function.json".to_owned()), "{:?}", folder.files());
    assert!(!folder.read("host.json").contains("customHandler"));
    generate(&folder, &[&HELLO]);
    assert_eq!(folder.files(), files);
    let [before, after] =
        [host_json, folder.read("host.json")].map(|text| serde_json::from_str::<serde_json::Value>(&text).unwrap());
    assert_eq!(before, after);
}
