//! Mistakes in function.json by their severity.

use serde_json::{Value, json};

use super::*;

fn tool(more: Value) -> Value {
    let mut binding = json!({"type": "mcpToolTrigger", "name": "context", "toolName": "x", "description": "d"});
    for (member, value) in more.as_object().unwrap() {
        binding[member] = value.clone();
    }
    binding
}

fn app(files: &[(&str, Value)]) -> Vec<FunctionProblem> {
    let read = |(name, file): &(&str, Value)| ((*name).to_owned(), FunctionJson::from_value(file.clone()).unwrap());
    functions(&files.iter().map(read).collect::<Vec<_>>())
}

fn bindings(bindings: Value) -> Vec<FunctionProblem> {
    app(&[("Target", json!({"bindings": bindings}))])
}

/// The worst problem, and where.
fn worst(problems: &[FunctionProblem]) -> Option<(Severity, &str)> {
    let worst = problems.iter().max_by_key(|problem| problem.severity)?;
    Some((worst.severity, worst.member.as_deref().unwrap_or_default()))
}

#[track_caller]
fn expect(problems: &[FunctionProblem], severity: Severity, member: &str) {
    assert_eq!(worst(problems), Some((severity, member)), "{problems:#?}");
}

#[test]
fn whole_host() {
    let cases = [
        ("toolProperties", json!("")),
        ("toolProperties", json!("{}")),
        ("toolProperties", json!("[{\"propertyName\":\"a\",\"isRequired\":\"true\"}]")),
        ("toolProperties", json!("[{},]")),
        ("TOOLPROPERTIES", json!("[{\"enumValues\":[1]}]")),
        ("outputSchema", json!(" ")),
        ("outputSchema", json!("{\"type\":[\"object\"]}")),
        ("outputSchema", json!("{\"type\":\"object\",\"required\":{}}")),
        ("outputSchema", json!("{\"type\":\"object\",\"properties\":[]}")),
        ("outputSchema", json!("{\"type\":\"object\"} // c")),
    ];
    for (member, value) in cases {
        let problems = bindings(json!([tool(json!({member: value}))]));
        assert_eq!(worst(&problems).map(|worst| worst.0), Some(Severity::HostDown), "{member} {value}");
    }
    for schema in [json!(null), json!(""), json!(" "), json!("[]"), json!("{}"), json!("{\"type\":\"array\"}")] {
        let problems = bindings(json!([tool(json!({"useWorkerInputSchema": "True", "inputSchema": schema}))]));
        expect(&problems, Severity::HostDown, "bindings[0].inputSchema");
    }
    let resource = |uri: &str| json!({"type": "mcpResourceTrigger", "name": "c", "resourceName": "r", "uri": uri});
    for uri in ["", "readme", "x://{a}/{a}", "x://{a}{b}", "x://{"] {
        expect(&bindings(json!([resource(uri)])), Severity::HostDown, "bindings[0].uri");
    }
    for (member, value) in [("promptArguments", " "), ("promptArguments", "[{}]"), ("icons", "[{\"sizes\":[]}]")] {
        let prompt = json!({"type": "mcpPromptTrigger", "name": "c", "promptName": "p", member: value});
        expect(&bindings(json!([prompt])), Severity::HostDown, &format!("bindings[0].{member}"));
    }
}

#[test]
fn duplicates_name_both_functions() {
    let pairs = [
        (tool(json!({})), tool(json!({"toolName": "X"}))),
        (
            json!({"type": "mcpResourceTrigger", "name": "c", "resourceName": "a", "uri": "x://i/{id}"}),
            json!({"type": "mcpResourceTrigger", "name": "c", "resourceName": "b", "uri": "X://I/{name}"}),
        ),
        (
            json!({"type": "mcpPromptTrigger", "name": "c", "promptName": "p"}),
            json!({"type": "MCPPROMPTTRIGGER", "name": "c", "promptName": "P"}),
        ),
    ];
    for (a, b) in pairs {
        let problems = app(&[("Alpha", json!({"bindings": [a]})), ("Beta", json!({"bindings": [b]}))]);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!((problems[0].severity, problems[0].function.as_str()), (Severity::HostDown, "Beta"));
        assert!(problems[0].message.contains("Alpha"), "{}", problems[0]);
    }
    let apart =
        [("A", json!({"bindings": [tool(json!({}))]})), ("B", json!({"bindings": [tool(json!({"toolName": "y"}))]}))];
    assert!(app(&apart).is_empty());
}

#[test]
fn only_the_function() {
    let cases = [
        (json!([]), "bindings"),
        (json!([{"type": "queue", "direction": "out", "name": "q"}]), "bindings"),
        (json!([tool(json!({"direction": "out"}))]), "bindings"),
        (json!([tool(json!({})), {"type": "blob", "name": "CONTEXT"}]), "bindings"),
        (json!([tool(json!({})), {"type": "timerTrigger", "name": "t"}]), "bindings"),
        (json!([tool(json!({"direction": "up"}))]), "bindings[0].direction"),
        (json!([tool(json!({"dataType": "text"}))]), "bindings[0].dataType"),
        (json!([tool(json!({"cardinality": "two"}))]), "bindings[0].cardinality"),
        (json!([tool(json!({"name": "a_b"}))]), "bindings[0].name"),
        (json!([tool(json!({"name": null}))]), "bindings[0].name"),
        (json!([tool(json!({})), {"type": "blob", "name": "$return"}]), "bindings[1].name"),
        (json!([tool(json!({})), {"name": "b"}]), "bindings[1].type"),
        (
            json!([tool(json!({"inputSchema": {"type": "object"}, "useWorkerInputSchema": true}))]),
            "bindings[0].inputSchema",
        ),
        (json!([tool(json!({"useResultSchema": "yes"}))]), "bindings[0].useResultSchema"),
        (json!([tool(json!({"metadata": "{"}))]), "bindings[0].metadata"),
        (json!([tool(json!({"metadata": "null"}))]), "bindings[0].metadata"),
        (
            json!([tool(json!({"metadata": format!("{{\"a\":{}{}}}", "[".repeat(32), "]".repeat(32))}))]),
            "bindings[0].metadata",
        ),
        (json!([{"type": "mcpPromptTrigger", "name": "c"}]), "bindings[0].promptName"),
        (json!([{"type": "mcpResourceTrigger", "name": "c", "resourceName": "r"}]), "bindings[0].uri"),
        (
            json!([{"type": "mcpPromptTrigger", "name": "c", "promptName": "p"},
                   {"type": "mcpPromptArgument", "name": "a", "argumentName": "a", "description": ""}]),
            "bindings[1].isRequired",
        ),
    ];
    for (list, member) in cases {
        expect(&bindings(list), Severity::FunctionInError, member);
    }
    let tool = json!({"bindings": [tool(json!({}))]});
    expect(&app(&[("a b", tool.clone())]), Severity::FunctionInError, "");
    let mut dotnet = tool;
    dotnet["configurationSource"] = json!("attributes");
    expect(&app(&[("Target", dotnet)]), Severity::FunctionInError, "configurationSource");
}

#[test]
fn accepted() {
    let cases = [
        tool(json!({"toolName": "", "description": ""})),
        tool(json!({"toolName": 5, "description": true})),
        tool(json!({"useResultSchema": "true", "dataType": null, "cardinality": "One", "direction": "IN"})),
        tool(json!({"outputSchema": "", "metadata": "", "toolProperties": "null", "inputSchema": null})),
        tool(json!({"useWorkerInputSchema": true, "inputSchema": "{\"type\":\"object\",\"x\":[1]}"})),
        tool(json!({"type": "MCPTOOLTRIGGER", "metadata": format!("{{\"a\":{}{}}}", "[".repeat(31), "]".repeat(31))})),
        json!({"type": "kafkaTrigger", "name": "message", "topic": ["?"]}),
    ];
    for binding in cases {
        let problems = bindings(json!([binding]));
        assert!(problems.iter().all(|problem| problem.severity == Severity::Warning), "{problems:#?}");
    }
    let output = json!({"type": "queue", "direction": "out", "name": "$return"});
    assert!(bindings(json!([tool(json!({})), output])).is_empty());
}

#[test]
fn warnings() {
    let cases = [
        (tool(json!({"toolName": "a b"})), "toolName"),
        (tool(json!({"dataType": "binary"})), "dataType"),
        (tool(json!({"title": "T"})), "title"),
        (tool(json!({"inputSchema": "{}"})), "inputSchema"),
        (tool(json!({"toolProperties": "[{\"propertyName\":\"a\"}]"})), "toolProperties"),
        (tool(json!({"toolProperties": "[{}]"})), "toolProperties"),
        (
            tool(json!({"toolProperties": "", "useWorkerInputSchema": true, "inputSchema": "{\"type\":\"object\"}"})),
            "toolProperties",
        ),
        (json!({"type": "mcpResourceTrigger", "name": "c", "resourceName": "r", "uri": "x://{+path}"}), "uri"),
        (json!({"type": "mcpResourceTrigger", "name": "c", "resourceName": "r", "uri": "x://a", "size": 1}), "size"),
    ];
    for (binding, member) in cases {
        expect(&bindings(json!([binding])), Severity::Warning, &format!("bindings[0].{member}"));
    }
    let disabled = json!({"bindings": [tool(json!({}))], "disabled": true});
    expect(&app(&[("Target", disabled)]), Severity::Warning, "disabled");
    let input = json!({"type": "mcpToolProperty", "name": "city", "propertyName": "city", "propertyType": "string",
                       "description": "", "isRequired": true});
    expect(&bindings(json!([tool(json!({})), input])), Severity::Warning, "bindings[1].propertyName");
}
