//! Tasks, as clients of 2026-07-28 see them, and as others do not.

use crate::PROBE;
use crate::wire::{body, error, headers, probe, result, stateless_with};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tests::http::exchange;
use tests::process::App;
use tests::recording::Response;

const EXTENSION: &str = "io.modelcontextprotocol/tasks";

/// A client of 2026-07-28.
#[derive(Clone)]
struct Client {
    address: SocketAddr,
    capabilities: Value,
    headers: Vec<(&'static str, &'static str)>,
}

impl Client {
    /// A client that has tasks, and users.
    fn new(app: &App) -> Self {
        let capabilities = json!({ "extensions": { EXTENSION: {} }, "elicitation": {} });
        Client { address: app.address, capabilities, headers: Vec::new() }
    }

    fn send(&self, method: &str, params: Value) -> Response {
        stateless_with(self.address, &self.headers, method, params, self.capabilities.clone())
    }

    /// The result of a request.
    fn ask(&self, method: &str, params: Value) -> Value {
        result(&self.send(method, params))
    }

    /// The status and the code that a request fails with.
    fn refusal(&self, method: &str, params: Value) -> (u16, i64) {
        error(&self.send(method, params))
    }

    fn call(&self, tool: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({ "name": tool, "arguments": arguments }))
    }

    /// The id of the task that a call becomes.
    fn begin(&self, tool: &str, arguments: Value) -> String {
        let task = self.call(tool, arguments);
        assert_eq!((&task["resultType"], &task["status"]), (&json!("task"), &json!("working")), "{task}");
        task["taskId"].as_str().unwrap().to_owned()
    }

    /// Waits until a task is in a state.
    fn wait_for(&self, id: &str, status: &str) -> Value {
        self.wait_until(id, |task| (task["status"] == status).then(|| task.clone()))
    }

    /// Waits until a task has a part.
    fn wait_until<T>(&self, id: &str, part: impl Fn(&Value) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            let task = self.ask("tasks/get", json!({ "taskId": id }));
            if let Some(part) = part(&task) {
                return part;
            }
            assert!(start.elapsed() < Duration::from_secs(10), "still {task}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_call_becomes_a_task() {
    let app = probe();
    let client = Client::new(&app);
    let capabilities = &client.ask("server/discover", json!({}))["capabilities"];
    assert_eq!(capabilities["extensions"], json!({ EXTENSION: {} }));
    assert!(capabilities.get("tasks").is_none());

    let task = client.call("slow_compute", json!({ "seconds": 0.3, "label": "This" }));
    assert_eq!(task["resultType"], "task");
    for (member, is_there) in [("result", false), ("requestState", false), ("ttlMs", true), ("pollIntervalMs", true)] {
        assert_eq!(task.get(member).is_some(), is_there, "{member}: {task}");
    }
    assert_eq!(task["ttlMs"], (290 + 3_600) * 1_000, "an hour longer than the function may take");
    let id = task["taskId"].as_str().unwrap();
    let done = client.wait_for(id, "completed");
    assert_eq!(done["resultType"], "complete");
    assert_eq!(done["result"]["content"][0]["text"], "This took 0.3 seconds");
    assert_eq!(done["createdAt"], task["createdAt"]);
    assert_ne!(done["lastUpdatedAt"], done["createdAt"]);

    let failed = client.wait_for(&client.begin("failing_job", json!({})), "completed");
    assert_eq!(failed["result"]["isError"], true);
    let broken = client.wait_for(&client.begin("protocol_error_job", json!({})), "failed");
    assert_eq!(broken["error"], json!({ "code": 1001, "message": "This job always breaks" }));
    assert!(broken.get("result").is_none());
}

#[test]
fn a_task_asks_and_goes_on() {
    let app = probe();
    let client = Client::new(&app);
    let id = client.begin("multi_input", json!({}));
    // The task asks one question after the other, without waiting for answers.
    let requests = client.wait_until(&id, |task| {
        let open = task["inputRequests"].as_object()?;
        (open.len() == 2).then(|| open.clone())
    });
    assert_eq!(requests.keys().collect::<Vec<_>>(), ["name", "confirmation"]);
    assert_eq!(requests["name"]["method"], "elicitation/create");
    let answer = |key: &str, content: Value| {
        let answers = json!({ key: { "action": "accept", "content": content } });
        let ack = client.ask("tasks/update", json!({ "taskId": id, "inputResponses": answers }));
        assert_eq!((&ack["resultType"], ack.get("status")), (&json!("complete"), None));
        client.ask("tasks/get", json!({ "taskId": id }))
    };
    let partly = answer("confirmation", json!({ "confirm": true }));
    assert_eq!(partly["inputRequests"].as_object().unwrap().keys().collect::<Vec<_>>(), ["name"]);
    for wrong in [json!(5), json!({ "bogus": 1 }), json!({ "action": "accept", "content": { "name": 5 } })] {
        let params = json!({ "taskId": id, "inputResponses": { "name": wrong } });
        assert_eq!(client.refusal("tasks/update", params), (200, -32602), "{wrong}");
        let open = client.ask("tasks/get", json!({ "taskId": id }))["inputRequests"].clone();
        assert_eq!(open.as_object().unwrap().keys().collect::<Vec<_>>(), ["name"], "{wrong}");
    }
    answer("name", json!({ "name": "Ada" }));
    let done = client.wait_for(&id, "completed");
    assert_eq!(done["result"]["content"][0]["text"], "Ada is sure");
    let wrong = json!({ "taskId": id, "inputResponses": [] });
    assert_eq!(client.refusal("tasks/update", wrong), (200, -32602));

    // Who does not declare it is not asked, as in a call: an error of the protocol.
    let without_users = Client { capabilities: json!({ "extensions": { EXTENSION: {} } }), ..client.clone() };
    let failed = client.wait_for(&without_users.begin("confirm_delete", json!({ "filename": "x" })), "failed");
    assert_eq!(failed["error"]["code"], -32021);
}

#[test]
fn a_task_is_cancelled() {
    let app = probe();
    let client = Client::new(&app);
    for (tool, arguments, status) in [
        ("slow_compute", json!({ "seconds": 60 }), "working"),
        ("confirm_delete", json!({ "filename": "x" }), "input_required"),
    ] {
        let id = client.begin(tool, arguments);
        client.wait_for(&id, status);
        for _ in 0..2 {
            let ack = client.ask("tasks/cancel", json!({ "taskId": id }));
            assert_eq!((&ack["resultType"], ack.get("status")), (&json!("complete"), None));
            let task = client.wait_for(&id, "cancelled");
            assert!(task.get("inputRequests").is_none() && task.get("result").is_none(), "{task}");
        }
    }
}

#[test]
fn what_is_asked_before_a_task_is_part_of_the_call() {
    let app = probe();
    let client = Client::new(&app);
    let asked = client.call("test_tool_with_task", json!({}));
    assert_eq!((&asked["resultType"], asked.get("taskId")), (&json!("input_required"), None));
    let answered = |action: &str| {
        json!({
            "name": "test_tool_with_task",
            "arguments": {},
            "requestState": asked["requestState"],
            "inputResponses": { "user_name": { "action": action, "content": { "name": "Ada" } } },
        })
    };
    let task = client.ask("tools/call", answered("accept"));
    assert_eq!((&task["resultType"], task.get("requestState")), (&json!("task"), None));
    let done = client.wait_for(task["taskId"].as_str().unwrap(), "completed");
    assert_eq!(done["result"]["content"][0]["text"], "Hello, Ada!");
    // One that ends before it becomes a task is none.
    let declined = client.ask("tools/call", answered("decline"));
    assert_eq!((&declined["resultType"], &declined["isError"]), (&json!("complete"), &json!(true)));
    // One that cannot become a task says so when it would.
    let other = Client { capabilities: json!({ "elicitation": {} }), ..client.clone() };
    assert_eq!(other.call("test_tool_with_task", json!({}))["resultType"], "input_required");
    assert_eq!(other.refusal("tools/call", answered("accept")), (400, -32021));
}

#[test]
fn other_clients_have_no_tasks() {
    let app = probe();
    let client = Client::new(&app);
    let id = client.begin("slow_compute", json!({ "seconds": 60 }));
    let other = Client { capabilities: json!({}), ..client.clone() };
    let result = other.call("slow_compute", json!({ "seconds": 0.1 }));
    assert_eq!(
        (&result["resultType"], &result["content"][0]["text"]),
        (&json!("complete"), &json!("It took 0.1 seconds"))
    );
    let answer = other.send("tools/call", json!({ "name": "failing_job", "arguments": {} }));
    assert_eq!(error(&answer), (400, -32021));
    let answer = body(&answer);
    assert_eq!(answer["error"]["data"], json!({ "requiredCapabilities": { "extensions": { EXTENSION: {} } } }));
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let params = json!({ "taskId": id, "inputResponses": {} });
        assert_eq!(other.refusal(method, params.clone()), (400, -32021), "{method}");
        let unknown = json!({ "taskId": "../x", "inputResponses": {} });
        assert_eq!(client.refusal(method, unknown), (200, -32602), "{method}");
    }
    for method in ["tasks/list", "tasks/result"] {
        assert_eq!(client.refusal(method, json!({ "taskId": id })), (404, -32601), "{method}");
    }
    // What was a task in 2025-11-25 is none.
    let task = json!({ "name": "greet", "arguments": { "name": "Ada" }, "task": { "ttl": 1 } });
    assert_eq!(client.ask("tools/call", task)["content"][0]["text"], "Hello, Ada!");
}

/// A call in a revision before tasks, at one of the endpoints.
fn legacy_call(app: &App, path: &str, tool: &str, arguments: &Value) -> Value {
    let params = json!({ "name": tool, "arguments": arguments, "task": { "ttl": 60_000 } });
    let call = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params }).to_string();
    let headers = headers(&[("MCP-Protocol-Version", "2025-11-25")]);
    let mut response = exchange(app.address, "POST", path, &headers, call.as_bytes());
    if let Some(json) = response.body.lines().find_map(|line| line.strip_prefix("data: ")) {
        response.body = json.to_owned();
    }
    result(&response)
}

#[test]
fn where_there_are_no_tasks_calls_are_calls() {
    let app = probe();
    for path in ["/mcp", "/runtime/webhooks/mcp"] {
        let done = legacy_call(&app, path, "slow_compute", &json!({ "seconds": 0.1 }));
        assert_eq!(done["content"][0]["text"], "It took 0.1 seconds", "{path}: {done}");
        let refused = legacy_call(&app, path, "failing_job", &json!({}));
        let text = refused["content"][0]["text"].as_str().unwrap();
        assert!(refused["isError"] == true && text.contains("2026-07-28"), "{path}: {refused}");
    }
    let broken = legacy_call(&app, "/runtime/webhooks/mcp", "test_tool_with_task", &json!({}));
    assert_eq!(broken["isError"], true, "{broken}");
}

/// Where authentication is on, the platform says who calls.
#[test]
fn a_task_belongs_to_whoever_created_it() {
    let app = App::handler(PROBE, &[("WEBSITE_AUTH_ENABLED", "True")]);
    let nobody = Client::new(&app);
    let of = |id| {
        let headers = vec![("X-MS-CLIENT-PRINCIPAL-ID", id), ("X-MS-CLIENT-PRINCIPAL-IDP", "aad")];
        Client { headers, ..nobody.clone() }
    };
    let (jane, john) = (of("jane"), of("john"));
    let id = jane.begin("slow_compute", json!({ "seconds": 0 }));
    jane.wait_for(&id, "completed");
    for stranger in [&nobody, &john] {
        for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
            let params = json!({ "taskId": id, "inputResponses": {} });
            assert_eq!(stranger.refusal(method, params), (200, -32602), "{method}");
        }
    }
    let of_nobody = nobody.begin("slow_compute", json!({ "seconds": 0 }));
    john.wait_for(&of_nobody, "completed");
}

/// A folder that instances share, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mcp-trigger-tasks-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Folder(path)
    }

    fn instance(&self) -> App {
        App::handler(PROBE, &[("PROBE_TASKS", self.0.to_str().unwrap())])
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn any_instance_may_be_asked() {
    let folder = Folder::new("shared");
    let apps = [folder.instance(), folder.instance()];
    let [here, there] = apps.each_ref().map(Client::new);
    let id = here.begin("confirm_delete", json!({ "filename": "x" }));
    let parked = there.wait_for(&id, "input_required");
    let (key, _) = parked["inputRequests"].as_object().unwrap().iter().next().unwrap();
    let answers = json!({ key: { "action": "accept", "content": { "confirm": true } } });
    there.ask("tasks/update", json!({ "taskId": id, "inputResponses": answers }));
    let done = there.wait_for(&id, "completed");
    assert_eq!(done["result"]["content"][0]["text"], "Deleted x");
    let id = here.begin("slow_compute", json!({ "seconds": 60 }));
    there.ask("tasks/cancel", json!({ "taskId": id }));
    here.wait_for(&id, "cancelled");
}

/// An instance that is stopped has some seconds left; what its tasks end with then is known to the others.
#[cfg(unix)]
#[test]
fn tasks_end_with_their_instance() {
    let folder = Folder::new("stopped");
    let (here, there) = (folder.instance(), folder.instance());
    let (client, other) = (Client::new(&here), Client::new(&there));
    let short = client.begin("slow_compute", json!({ "seconds": 1 }));
    let long = client.begin("slow_compute", json!({ "seconds": 60 }));
    here.signal("TERM");
    assert_eq!(here.ended().0.code(), Some(143));
    assert_eq!(other.wait_for(&short, "completed")["result"]["content"][0]["text"], "It took 1 seconds");
    assert_eq!(other.wait_for(&long, "failed")["error"]["message"], "The server was stopped");
}
