//! `/mcp`, with a client of each generation: it calls, reads, chooses, hears of progress, and is asked.

use super::{call, end, listen_to_warnings, object, text};
use rmcp::model::{
    ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult, ElicitationAction, GetPromptRequestParams,
    Implementation, ProgressNotificationParam, ProtocolVersion, ReadResourceRequestParams,
};
use rmcp::service::{NotificationContext, RequestContext};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::{ClientHandler, ClientLifecycleMode, ClientServiceExt as _, ErrorData, RoleClient};
use serde_json::json;
use std::sync::{Arc, Mutex};
use tests::process::{App, sample};

/// Somebody at the other end of the client.
#[derive(Clone, Default)]
struct User(Arc<Mutex<Vec<String>>>);

impl User {
    fn hear(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }
}

impl ClientHandler for User {
    fn get_info(&self) -> ClientConfig {
        let capabilities = ClientCapabilities::builder().enable_elicitation().build();
        ClientConfig::new(capabilities, Implementation::new("client", "1"))
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let ElicitRequestParams::FormElicitationParams { message, .. } = request else { panic!("a form") };
        self.hear(message);
        let content = json!({ "username": "ann", "email": "ann@example.com" });
        Ok(ElicitResult::new(ElicitationAction::Accept).with_content(content))
    }

    async fn on_progress(&self, progress: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        self.hear(format!("{} of {}", progress.progress, progress.total.unwrap_or_default()));
    }
}

#[tokio::test]
async fn both_generations_do_all_there_is() {
    listen_to_warnings();
    let app = App::local_host(sample("conformance"));
    let discover = ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] };
    for (lifecycle, revision) in [(ClientLifecycleMode::Initialize, "2025-11-25"), (discover, "2026-07-28")] {
        let user = User::default();
        let transport = StreamableHttpClientTransport::from_uri(format!("http://{}/mcp", app.address));
        let client = user.clone().serve_with_lifecycle(transport, lifecycle).await.unwrap();
        let peer = client.peer_info().unwrap();
        assert_eq!(peer.protocol_version.to_string(), revision);

        assert!(client.list_all_tools().await.unwrap().len() > 10);
        let said = call(&client, "test_simple_text", json!({})).await.unwrap();
        assert_eq!(text(&said), "This is a simple text response for testing.");
        let read = client.read_resource(ReadResourceRequestParams::new("test://static-text")).await.unwrap();
        assert_eq!(read.contents.len(), 1);
        let prompt = GetPromptRequestParams::new("test_prompt_with_arguments")
            .with_arguments(object(json!({ "arg1": "one", "arg2": "two" })));
        assert_eq!(client.get_prompt(prompt).await.unwrap().messages.len(), 1);

        call(&client, "test_tool_with_progress", json!({})).await.unwrap();
        let said = call(&client, "test_elicitation", json!({ "message": "Who are you?" })).await.unwrap();
        assert!(text(&said).contains("ann@example.com"), "{said:?}");
        let heard = user.0.lock().unwrap().clone();
        assert_eq!(heard, ["0 of 100", "50 of 100", "100 of 100", "Who are you?"], "{revision}");
        end(client).await;
    }
}
