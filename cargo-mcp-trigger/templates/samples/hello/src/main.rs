//! Three tools: one without arguments, one with text, one with structured arguments and a structured result.

use mcp_trigger::schemars::{self, JsonSchema};
use mcp_trigger::{ExitCode, Json, mcp_tool};
use serde::{Deserialize, Serialize};

/// Says which languages `greet` speaks.
#[mcp_tool(function = "Languages", read_only)]
fn languages() -> &'static str {
    "English, Norwegian, Rust"
}

/// Says hello to someone.
#[mcp_tool(function = "Hello", title = "Say hello", read_only)]
fn hello(
    /** Who to greet */
    name: String,
) -> String {
    format!("Hello, {name}!")
}

/// A language to greet in.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Language {
    English,
    Norwegian,
    /// As a program
    Rust,
}

/// A person.
#[derive(Deserialize, JsonSchema)]
struct Person {
    /// What friends call them
    name: String,
    /// Where they live
    city: Option<String>,
}

/// A greeting, and how long it is.
#[derive(Serialize, JsonSchema)]
struct Greeting {
    /// What to say
    text: String,
    /// Its length in characters
    length: usize,
}

/// Greets a person in a language.
#[mcp_tool(function = "Greet", read_only, idempotent)]
fn greet(
    /** Whom to greet */
    person: Person,
    language: Language,
    /** Add more joy */
    exclaim: Option<bool>,
) -> Json<Greeting> {
    let whom = match &person.city {
        Some(city) => format!("{} of {city}", person.name),
        None => person.name,
    };
    let mut text = match language {
        Language::English => format!("Hello, {whom}"),
        Language::Norwegian => format!("Hei, {whom}"),
        Language::Rust => format!("println!(\"Hello, {whom}\")"),
    };
    if exclaim.unwrap_or_default() {
        text.push('!');
    }
    Json(Greeting { length: text.chars().count(), text })
}

fn main() -> ExitCode {
    mcp_trigger::run()
}
