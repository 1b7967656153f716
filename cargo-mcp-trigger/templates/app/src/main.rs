//! An MCP server: each function with `#[mcp_tool]` is a tool that models can call.

use mcp_trigger::{ExitCode, Json, mcp_tool, schemars};
use serde::Serialize;

/// Says hello to someone.
#[mcp_tool(title = "Say hello", read_only)]
fn hello(
    /** Who to greet */
    name: String,
) -> String {
    format!("Hello, {name}!")
}

/// A sum.
#[derive(Serialize, schemars::JsonSchema)]
struct Sum {
    total: i64,
    /// How many numbers were added
    count: usize,
}

/// Adds numbers up.
#[mcp_tool(title = "Add numbers", read_only)]
async fn add(
    /** The numbers to add */
    numbers: Vec<i64>,
    /** What to begin with; 0 if left out */
    start: Option<i64>,
) -> Result<Json<Sum>, String> {
    let mut total = start.unwrap_or(0);
    for number in &numbers {
        total = total.checked_add(*number).ok_or("the sum is too large")?;
    }
    let count = numbers.len();
    Ok(Json(Sum { total, count }))
}

fn main() -> ExitCode {
    mcp_trigger::run()
}

#[cfg(test)]
mod tests {
    use mcp_trigger::App;
    use mcp_trigger::testing::{self, TestApp};

    /// The tools as clients call them, without a server.
    #[test]
    fn clients_get_sums_and_errors() {
        testing::block_on(async {
            let app = TestApp::new(App::new()).await.unwrap();
            let add = |numbers| app.tool("add").argument("numbers", numbers);

            let reply = add([1, 2]).argument("start", 39).call().await;
            assert_eq!(reply.text(), r#"{"total":42,"count":2}"#);

            let reply = add([i64::MAX, 1]).call().await;
            assert!(reply.is_error());
            assert_eq!(reply.text(), "the sum is too large");
        });
    }

    /// A tool is a function, and can be called as one.
    #[test]
    fn everybody_is_greeted_by_name() {
        assert_eq!(super::hello("Ann".to_owned()), "Hello, Ann!");
    }
}
