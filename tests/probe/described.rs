//! Functions with all there is to say of one, for what clients read in lists and are helped with.

use mcp_trigger::{Args, Completion, Context, Json, PromptError, mcp_prompt, mcp_resource, mcp_tool};

/// Has all that a tool can say of itself.
#[mcp_tool(
    title = "Described",
    read_only,
    meta = r#"{"com.example/cost": 3}"#,
    icons(icon(src = "https://example.com/a.png", mime_type = "image/png", sizes("48x48"), theme = "dark"))
)]
fn described(
    /// Where
    #[arg(header = "Region")]
    region: String,
    #[arg(header = "Page-Size", default = 20)] page_size: u32,
    #[arg(header = "Sure")] sure: Option<bool>,
) -> Json<Found> {
    let _ = sure;
    Json(Found { region, page_size })
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Found {
    region: String,
    page_size: u32,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Search {
    #[schemars(extend("x-mcp-header" = "Tenant"))]
    tenant: Option<String>,
    filter: Filter,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Filter {
    #[schemars(extend("x-mcp-header" = "Limit"))]
    limit: u32,
}

/// Takes its arguments as a struct.
#[mcp_tool]
fn search(Args(search): Args<Search>) -> String {
    format!("{:?} {}", search.tenant, search.filter.limit)
}

/// Says what it reads in `_meta`.
#[mcp_tool]
fn read_meta(cx: &Context) -> String {
    let meta = cx.meta().map_or("none", serde_json::value::RawValue::get);
    let trace = [cx.traceparent(), cx.tracestate(), cx.baggage()].map(Option::unwrap_or_default).join(" ");
    format!("{meta}\n{trace}")
}

#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tone {
    Kind,
    Strict,
}

async fn packages(completion: &Completion<'_>) -> Result<Vec<String>, PromptError> {
    completion.context().info("completing");
    tokio::task::yield_now().await;
    match (completion.argument("language"), completion.typed()) {
        (_, "?") => Err("there is no such package".into()),
        (_, "!") => panic!("the secret of the panic"),
        (Some("many"), typed) => Ok((0..250).map(|number| format!("{typed}{number}")).collect()),
        (language, typed) => Ok(vec![format!("{typed} in {}", language.unwrap_or("nothing"))]),
    }
}

/// Asks about a package.
#[mcp_prompt(title = "Ask", icons("https://example.com/a.png"), meta = r#"{"a": 1}"#)]
fn about(
    /// Its language
    #[arg(title = "Language", complete = ["rust", "Ruby", "python"])]
    language: String,
    #[arg(complete = packages)] package: String,
    tone: Option<Tone>,
    free: Option<String>,
) -> String {
    let _ = (tone.map(|tone| matches!(tone, Tone::Kind | Tone::Strict)), free);
    format!("What is {package} for {language}?")
}

fn numbers(typed: &str) -> Vec<String> {
    vec![format!("{typed}0")]
}

/// Something of which there is a lot.
#[mcp_resource("items://{shelf}/{number}", title = "Item", cache = "60s")]
fn item(shelf: String, #[arg(complete = numbers)] number: u32) -> String {
    format!("{number} of {shelf}")
}

/// The same for everybody.
#[mcp_resource("docs://terms", title = "Terms", cache = "1h", cache_scope = "public", size = 5, icons("data:,"))]
fn terms() -> &'static str {
    "terms"
}

/// Different every time.
#[mcp_resource("docs://now")]
fn now() -> &'static str {
    "now"
}
