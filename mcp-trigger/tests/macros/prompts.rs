//! Prompts: their keys and their arguments.

use crate::{function, is_registered, prompt};
use mcp_trigger::{
    Completion, Completions, ContentBlock, Context, PromptError, PromptMessage, PromptResult, State, mcp_prompt,
};
use std::time::Duration;

/// Reviews code.
#[mcp_prompt(
    name = "code review",
    function = "Review",
    title = "Code review",
    meta = r#"{"a": 1}"#,
    icons("https://example.com/a.png"),
    timeout = "5s"
)]
async fn review(
    /// The code
    #[arg(title = "Code")]
    code: String,
    #[arg(rename = "maxLines", description = "How long", default = 3, title = "Length")] max_lines: u8,
    #[arg(default = "bugs")] mut focus: String,
    r#type: Option<Language>,
    cx: &Context,
    State(greeting): State<String>,
) -> Result<Vec<PromptMessage>, PromptError> {
    let _ = (cx, r#type);
    focus.push_str(&greeting);
    Ok(vec![PromptMessage::user(format!("{code} {max_lines} {focus}"))])
}

#[derive(serde::Deserialize)]
enum Language {
    Rust,
}

#[test]
fn every_key_arrives() {
    let function = function("code review");
    assert_eq!((function.name, function.title), ("Review", Some("Code review")));
    assert_eq!((function.description, function.meta), ("Reviews code.", Some(r#"{"a": 1}"#)));
    assert_eq!((function.icons.len(), function.timeout), (1, Some(Duration::from_secs(5))));
    assert_eq!(function.states.len(), 1);
    let _ = (Language::Rust, review);
}

#[test]
fn arguments_with_a_default_or_option_may_be_left_out() {
    let arguments = prompt("code review").arguments.iter();
    let arguments: Vec<_> = arguments.map(|a| (a.name, a.title, a.description, (a.is_optional)())).collect();
    let expected = [
        ("code", Some("Code"), "The code", false),
        ("maxLines", Some("Length"), "How long", true),
        ("focus", None, "", true),
        ("type", None, "", true),
    ];
    assert_eq!(arguments, expected);
}

macro_rules! prompts {
    ($($name:ident: $type:ty = $value:expr;)*) => {$(
        #[mcp_prompt]
        fn $name(#[arg(default = "x")] text: String) -> $type {
            let _ = text;
            $value
        }
    )*};
}

prompts! {
    owned: String = String::new();
    block: ContentBlock = ContentBlock::text("x");
    message: PromptMessage = PromptMessage::user("x");
    full: Result<PromptResult, PromptError> = Err("x".into());
}

#[test]
fn macros_may_write_prompts() {
    assert!(["owned", "block", "message", "full"].into_iter().all(|name| prompt(name).arguments.len() == 1));
    let _ = (owned(String::new()), block(String::new()), message(String::new()), full(String::new()));
}

#[mcp_prompt]
#[cfg(any())]
fn left_out_prompt() -> NoSuchType {}

#[deprecated]
#[mcp_prompt]
fn old_prompt(cx: &Context) -> &str {
    cx.name()
}

#[test]
fn conditions_and_deprecations() {
    assert!(is_registered("old_prompt") && !is_registered("left_out_prompt"));
    assert!(prompt("old_prompt").arguments.is_empty());
}

const TONES: &[&str] = &["kind", "strict"];

fn words(typed: &str) -> Vec<String> {
    vec![typed.to_owned()]
}

async fn words_later(typed: &str) -> Result<Vec<&'static str>, std::num::ParseIntError> {
    typed.parse::<u8>().map(|_| vec!["a number"])
}

fn known(completion: &Completion<'_>) -> Completions {
    vec![completion.typed(), completion.argument("tone").unwrap_or_default()].into()
}

async fn known_later(completion: &Completion<'_>) -> Result<[String; 1], PromptError> {
    Ok([completion.state::<String>()?])
}

/// Has arguments that are completed in all ways.
#[mcp_prompt]
fn completed(
    #[arg(complete = ["rust", "ruby"])] language: String,
    #[arg(complete = TONES)] tone: String,
    #[arg(complete = words)] word: String,
    #[arg(complete = words_later)] number: String,
    #[arg(complete = known)] all: String,
    #[arg(complete = known_later)] stated: Option<String>,
    #[arg(complete = |typed: &str| vec![typed.len().to_string()])] length: usize,
    choice: Option<Language>,
    sure: bool,
    free: String,
) -> String {
    let _ = (tone, word, number, all, stated, length, choice, sure, free);
    language
}

#[test]
fn everything_that_completes_is_kept() {
    let arguments = prompt("completed").arguments.iter();
    let kept: Vec<_> = arguments.map(|a| (a.name, a.completer.is_some(), (a.choices)())).collect();
    for name in ["language", "tone", "word", "number", "all", "stated", "length"] {
        assert!(kept.contains(&(name, true, &[])), "{name}: {kept:?}");
    }
    assert!(kept.contains(&("choice", false, &["Rust"])));
    assert!(kept.contains(&("sure", false, &["true", "false"])));
    assert!(kept.contains(&("free", false, &[])));
    let _ = completed;
}
