//! What the real host answered where this one differed: ground-truth.md §12.

use crate::{ENDPOINT, Function, blocking, serve};
use host_protocol::content::{ResourceBody, ResourceContents};
use host_protocol::function_json::ResourceTrigger;
use host_protocol::reply::ReturnValue;
use host_protocol::{FunctionJson, FunctionResult, Invocation};
use local_host::{InvokeError, Invoker, Keys, LocalHost};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tests::http::exchange;
use tests::recording::{Headers, Response};

fn ask(server: SocketAddr, method: &str, path: &str, more: &[(&str, &str)], message: &str) -> Response {
    let usual = [("Host", "localhost"), ("Accept", "*/*"), ("Content-Type", "application/json")];
    let headers = usual.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    exchange(server, method, path, &Headers(headers.collect()), message.as_bytes())
}

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_id_that_can_be_decoded_and_is_not_ours_fails() {
    let server = serve(Function::new(0).host()).await;
    blocking(move || {
        let answer = |session| {
            let response = ask(server, "POST", ENDPOINT, &[("Mcp-Session-Id", session)], PING);
            (response.status, response.body)
        };
        for session in ["nope", "nopenope", "no==", "-_-_"] {
            assert_eq!(answer(session), (500, String::new()), "{session}");
        }
        for session in ["bogus", "a.b.", "a|b|c"] {
            let (status, body) = answer(session);
            assert!(status == 400 && body.contains("Invalid client state."), "{session}: {body}");
        }
        assert_eq!(answer("abc|def").0, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_webhook_of_another_extension_is_opened_by_no_key() {
    let with_keys = serve(Function::new(0).host().keys(Keys::new("master", "host", "system"))).await;
    let without = serve(Function::new(0).host()).await;
    blocking(move || {
        for path in ["/runtime/webhooks/other", "/Runtime/Webhooks/mcpx/message?x=1", "/runtime/webhooks/mc"] {
            for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS"] {
                let status = |key| ask(with_keys, method, path, &[("x-functions-key", key)], "").status;
                assert_eq!(["master", "system", "host"].map(status), [403; 3], "{method} {path}");
                assert_eq!(["", "wrong"].map(status), [401; 2], "{method} {path}");
                assert_eq!(ask(without, method, path, &[], "").status, 404, "{method} {path}");
            }
            assert_eq!(ask(with_keys, "PATCH", path, &[("x-functions-key", "master")], "").status, 404);
        }
        let key = [("x-functions-key", "system")];
        assert_eq!(ask(with_keys, "POST", "/runtime/webhooks/", &key, "").status, 404, "recorded");
        assert_eq!(ask(with_keys, "POST", ENDPOINT, &key, PING).status, 200);
    })
    .await;
}

/// A resource that counts how often it is read.
#[derive(Default)]
struct Category(AtomicUsize);

#[async_trait::async_trait]
impl Invoker for Category {
    async fn invoke(&self, _: Invocation) -> Result<FunctionResult, InvokeError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let contents = ResourceContents::new("", ResourceBody::Text("read".to_owned()));
        Ok(FunctionResult::new(ReturnValue::Resource(contents)))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_with_a_parameter_for_the_host_reads_host_names_only() {
    let category = Arc::new(Category::default());
    let files = ["categories://{name}", "docs://all/{name}"]
        .map(|uri| FunctionJson::generated(vec![ResourceTrigger::new(uri, uri).into()]));
    let functions = ["Category", "Docs"].map(str::to_owned).into_iter().zip(files);
    let server = serve(LocalHost::new(functions, Arc::clone(&category) as Arc<dyn Invoker>)).await;
    blocking(move || {
        let read = |uri: &str| {
            let params = serde_json::json!({ "uri": uri });
            let message = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{params}}}"#);
            ask(server, "POST", ENDPOINT, &[], &message).body
        };
        for uri in ["categories://a%20b", "categories://<x>", "categories://a b", "categories://..", "categories://%41"]
        {
            let answer = read(uri);
            assert!(answer.contains("-32603") && answer.contains("An error occurred."), "{uri}: {answer}");
        }
        assert_eq!(category.0.load(Ordering::Relaxed), 0, "the handler is not asked");
        for uri in ["categories://books", "categories://a.b-c", "docs://all/a%20b", "docs://all/<x>"] {
            assert!(read(uri).contains(r#""text":"read""#), "{uri}");
        }
        assert_eq!(category.0.load(Ordering::Relaxed), 4);
    })
    .await;
}
