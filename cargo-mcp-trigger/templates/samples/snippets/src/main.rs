//! A greeting, and code snippets in Blob Storage: the host writes and reads the blobs, the functions only say what is in them.

use mcp_trigger::{ExitCode, Output, mcp_tool};

/// Says hello, to see that the server is there.
#[mcp_tool(function = "HelloTool", title = "Say hello", read_only)]
fn hello_tool(
    /** Who calls */
    name: Option<String>,
) -> String {
    format!("Hello {}, I am an MCP tool!", name.as_deref().unwrap_or("World"))
}

/// Saves a code snippet under a name. A snippet that has the name already is replaced.
#[mcp_tool(function = "SaveSnippet", title = "Save a snippet", idempotent)]
fn save_snippet(
    /** The name of the snippet */
    #[arg(rename = "snippetname")]
    name: String,
    /** The code */
    snippet: String,
    #[output(blob, path = "snippets/{mcptoolargs.snippetname}.json")] file: Output<String>,
) -> String {
    file.set(snippet);
    format!("Saved `{name}`.")
}

/// Gets a code snippet by its name.
#[mcp_tool(function = "GetSnippet", title = "Get a snippet", read_only)]
fn get_snippets(
    /** The name of the snippet */
    #[arg(rename = "snippetname")]
    name: String,
    #[input(blob, path = "snippets/{mcptoolargs.snippetname}.json")] file: Option<String>,
) -> Result<String, String> {
    file.ok_or_else(|| format!("There is no snippet `{name}`. Save it first, with `save_snippet`."))
}

fn main() -> ExitCode {
    mcp_trigger::run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_stored_as_it_came() {
        let file = Output::new();
        assert_eq!(save_snippet("greeting".to_owned(), "print(1)\n".to_owned(), file.clone()), "Saved `greeting`.");
        assert_eq!(file.take().as_deref(), Some("print(1)\n"));
    }

    #[test]
    fn what_is_missing_is_told_with_the_way_out() {
        assert_eq!(get_snippets("greeting".to_owned(), Some("print(1)".to_owned())).unwrap(), "print(1)");
        let error = get_snippets("greeting".to_owned(), None).unwrap_err();
        assert!(error.contains("`greeting`") && error.contains("`save_snippet`"), "{error}");
    }
}
