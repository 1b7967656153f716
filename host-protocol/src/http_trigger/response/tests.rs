//! Responses of recorded results, and of results that the host's sources tell about.

use super::*;
use crate::function_json::{Direction, HTTP_OUTPUT};

fn result(reply: &str) -> FunctionResult {
    FunctionResult::decode(200, Some("application/json"), reply.as_bytes()).unwrap()
}

fn of(name: Option<&str>, reply: &str) -> Result<HttpResponse, BindingError> {
    let output = name.map(|name| Binding::new(HTTP_OUTPUT, Direction::Out, name));
    HttpResponse::of(output.as_ref(), &result(reply))
}

/// Status, headers and body in one line.
fn line(response: HttpResponse) -> String {
    let headers: Vec<_> = response.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!("{} [{}] {}", response.status, headers.join(", "), String::from_utf8_lossy(&response.body))
}

const PLAIN: &str = "Content-Type: text/plain; charset=utf-8";

#[test]
fn an_output_says_status_headers_and_body() {
    let output = |value: &str| of(Some("res"), &format!(r#"{{"Outputs":{{"res":{value}}}}}"#)).map(line);
    for (value, expected) in [
        (r#"{"statusCode":202,"body":"hi","headers":{"X-Z":"1"}}"#, format!("202 [{PLAIN}, X-Z: 1] hi")),
        ("{}", format!("200 [{PLAIN}] ")),
        (r#"{"statusCode":"204"}"#, format!("204 [{PLAIN}] ")),
        (r#"{"Status":"404","BODY":null}"#, format!("404 [{PLAIN}] ")),
        (r#"{"statusCode":"x","body":1.50}"#, format!("200 [{PLAIN}] 1.5")),
        (r#"{"body":{"a":1}}"#, format!("200 [{PLAIN}] {{\n  \"a\": 1\n}}")),
        (r#"{"body":[1]}"#, format!("200 [{PLAIN}] [\n  1\n]")),
        (r#"{"body":true}"#, format!("200 [{PLAIN}] True")),
        (r#"{"body":"abcd"}"#, format!("200 [{PLAIN}] abcd")),
        (r#"{"body":"2026-01-02T03:04:05Z"}"#, format!("200 [{PLAIN}] 01/02/2026 03:04:05")),
        (r#""{\"body\":\"hi\"}""#, format!("200 [{PLAIN}] hi")),
        (
            r#"{"body":"{}","headers":{"content-type":"application/json","a":1,"A":2,"Content-Length":9}}"#,
            "200 [Content-Type: application/json; charset=utf-8, a: 1] {}".to_owned(),
        ),
        (
            r#"{"body":"x","headers":{"Content-Type":"text/html; charset=latin1; a=b"}}"#,
            "200 [Content-Type: text/html; charset=utf-8; a=b] x".to_owned(),
        ),
        (
            r#"{"body":"x","headers":{"Content-Type":"text/html;charset=UTF-8"}}"#,
            "200 [Content-Type: text/html;charset=UTF-8] x".to_owned(),
        ),
    ] {
        assert_eq!(output(value).unwrap(), expected, "{value}");
    }
    for value in [
        "null",
        "1",
        "[]",
        "\"SomeBlah\"",
        r#"{"statusCode":99}"#,
        r#"{"headers":[]}"#,
        r#"{"headers":{"a":null}}"#,
        r#"{"statusCode":70000}"#,
    ] {
        let error = output(value).unwrap_err().to_string();
        assert!(error.contains("`res`"), "{value}: {error}");
    }
}

#[test]
fn a_return_value_is_a_response_if_it_has_a_body() {
    let returned = |value: &str| line(of(Some("$return"), &format!(r#"{{"ReturnValue":{value}}}"#)).unwrap());
    for (value, expected) in [
        (r#"{"statusCode":201,"body":{"a":1},"headers":{"X-Y":"z"}}"#, format!("201 [{PLAIN}, X-Y: z] {{\"a\":1}}")),
        (r#"{"status":404,"body":null}"#, format!("404 [{PLAIN}] ")),
        (r#"{"status":404}"#, format!("200 [{PLAIN}] {{\n  \"status\": 404\n}}")),
        (r#"{"body":[1]}"#, format!("200 [{PLAIN}] {LIST}")),
        ("[1]", format!("200 [{PLAIN}] [\n  1\n]")),
        ("3", format!("200 [{PLAIN}] 3")),
        ("\"hello!\"", format!("200 [{PLAIN}] hello!")),
        ("\"YWJj\"", "200 [] abc".to_owned()),
        ("\"\"", "200 [] ".to_owned()),
        (r#""{\"body\":\"b\",\"status\":202}""#, format!("202 [{PLAIN}] b")),
        ("null", "200 [] ".to_owned()),
    ] {
        assert_eq!(returned(value), expected, "{value}");
    }
}

#[test]
fn without_a_value_for_its_output_the_return_value_answers() {
    let outcome = |name, reply| line(of(name, reply).unwrap());
    assert_eq!(outcome(Some("res"), "{}"), "200 [] ");
    assert_eq!(outcome(None, "{}"), "200 [] ");
    assert_eq!(outcome(None, r#"{"ReturnValue":"abcd"}"#), format!("200 [{PLAIN}] abcd"));
    assert_eq!(outcome(None, r#"{"ReturnValue":[1, 2]}"#), "200 [Content-Type: application/json; charset=utf-8] [1,2]");
    assert_eq!(outcome(Some("res"), r#"{"ReturnValue":{"body":"x"}}"#), format!("200 [{PLAIN}] x"));
    let both = r#"{"Outputs":{"res":{"body":"output"}},"ReturnValue":{"res":{"body":"member"}}}"#;
    assert_eq!(outcome(Some("res"), both), format!("200 [{PLAIN}] member"));
}
