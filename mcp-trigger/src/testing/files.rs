//! The check of generated files in a test.

use super::TestApp;
use crate::generate::{self, Options, check};
use std::path::Path;

impl TestApp {
    /// Asserts that the generated files of the app are up to date, as `generate --check` does.
    ///
    /// ```no_run
    /// # async fn example() {
    /// use mcp_trigger::App;
    /// use mcp_trigger::testing::TestApp;
    ///
    /// let app = TestApp::new(App::new()).await.unwrap();
    /// app.check_files(env!("CARGO_MANIFEST_DIR"));
    /// # }
    /// ```
    ///
    /// The functions have to be those of the app: a function that only the test has would need files too.
    ///
    /// # Panics
    ///
    /// If the files are not up to date, with the difference; or if the files would not work.
    #[track_caller]
    pub fn check_files(&self, root: impl AsRef<Path>) {
        let options = Options { root: Some(root.as_ref().to_owned()), bin: None, form: None };
        let (root, plan) = generate::plan(&self.outline, &options).unwrap_or_else(|error| panic!("{error}"));
        let diffs: String = check::minded(&plan.changes).map(|change| check::diff(&root, change)).collect();
        assert!(diffs.is_empty(), "the files in {root} are not up to date; run `cargo run -- generate`\n{diffs}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::TestFolder;
    use crate::generate::write;
    use crate::testing::block_on;
    use crate::{App, DynamicTool, ToolError};
    use serde_json::{Map, Value};
    use std::panic::{AssertUnwindSafe, catch_unwind};

    fn app(description: &str) -> App {
        let hello = DynamicTool::new("hello", |_: Map<String, Value>| async { Ok::<_, ToolError>("hello") });
        App::new().server(crate::ServerInfo::new("snippets", "1.0")).tool(hello.description(description))
    }

    /// The executable is a test's, and what host.json says of the app's stays. The message of the assertion is the diff.
    #[test]
    fn files_are_compared() {
        let folder = TestFolder::new();
        folder.write(
            "host.json",
            r#"{"version":"2.0","customHandler":{"description":{"defaultExecutablePath":"snippets"}}}"#,
        );
        let options = Options { root: Some(folder.path().to_owned()), bin: None, form: None };
        let (root, plan) = generate::plan(&app("Says hello."), &options).unwrap();
        plan.changes.iter().for_each(|change| write::apply(&root, change).unwrap());

        let ready = |description| block_on(TestApp::new(app(description))).unwrap();
        ready("Says hello.").check_files(folder.path());
        let changed = ready("Says goodbye.");
        let checked = catch_unwind(AssertUnwindSafe(|| changed.check_files(folder.path())));
        let message = *checked.unwrap_err().downcast::<String>().unwrap();
        for part in ["not up to date; run `cargo run -- generate`", "hello/function.json", "\n-", "Says goodbye."] {
            assert!(message.contains(part), "{part}: {message}");
        }
        assert!(!message.contains("snippets"), "only what is different is shown: {message}");
    }
}
