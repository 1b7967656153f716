//! `subscriptions/listen`: a stream of changes (specification 2026-07-28: `basic/patterns/subscriptions`).

use crate::function::changes::{Address, Change, Listener};
use crate::server::McpServer;
use crate::server::listing::{List, Lists};
use crate::server::message::{Error, ObjectWriter, json_rpc};
use crate::server::revision::request::Request;
use crate::server::session::{SUBSCRIPTIONS, subscription_size};
use crate::server::transport::{Connection, response};
use host_protocol::content::Meta;
use hyper::StatusCode;
use mcp_trigger_core::accounts::Resource;
use mcp_trigger_core::http::Response;
use mcp_trigger_core::mcp::event::event;
use mcp_trigger_core::mcp::jsonrpc::TEXT;
use mcp_trigger_core::task;
use serde::{Deserialize, Serialize};
use std::ops::Not;
use std::sync::Arc;

/// The changes that a client wants to hear of.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Filter {
    #[serde(skip_serializing_if = "Not::not")]
    tools_list_changed: bool,
    #[serde(skip_serializing_if = "Not::not")]
    prompts_list_changed: bool,
    #[serde(skip_serializing_if = "Not::not")]
    resources_list_changed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resource_subscriptions: Vec<String>,
}

impl McpServer {
    /// Answers `subscriptions/listen`.
    pub(in crate::server) fn listen(self: &Arc<Self>, request: &Request<'_>) -> Result<Response, Error> {
        if !request.streams {
            let message = "Not Acceptable: the client has to accept text/event-stream";
            return Err(Error::transport(StatusCode::NOT_ACCEPTABLE, message));
        }
        let filter =
            request.params.get("notifications").and_then(|filter| serde_json::from_str::<Filter>(filter.get()).ok());
        let filter = filter.ok_or_else(|| Error::invalid_params("`notifications` has to say what to listen to"))?;
        if filter.resource_subscriptions.len() > SUBSCRIPTIONS {
            let message = format!("`resourceSubscriptions` may hold {SUBSCRIPTIONS} addresses at most");
            return Err(Error::invalid_params(message));
        }
        let accepted = self.accepted(filter);
        let account = self.account(request.head());
        let stream = account.take(Resource::Streams, 1)?;
        let changes: Vec<_> = accepted.changes().collect();
        let held = account.take(Resource::Memory, changes.iter().map(subscription_size).sum())?;
        let listener = Arc::new(Listener::new(changes));
        self.functions.changes.listen(&listener);
        let meta = ObjectWriter::new().member("io.modelcontextprotocol/subscriptionId", request.id.get()).finish();
        let params = ObjectWriter::new().member("notifications", &ObjectWriter::of(&accepted).finish());
        let params = params.member("_meta", &meta).finish();
        let acknowledged = json_rpc::notification("notifications/subscriptions/acknowledged", &params);
        let (connection, body) = Connection::open(event(&acknowledged), &account, Some(stream));
        let (server, id, revision) = (Arc::clone(self), request.part(request.id), request.revision);
        let is_stdio = request.head().is_stdio;
        task::spawn(async move {
            let _held = held;
            if !server.tell_subscriber(&connection, &listener, &meta).await {
                return;
            }
            if is_stdio {
                let params = ObjectWriter::new().member("requestId", id.get()).finish();
                connection.send(event(&json_rpc::notification("notifications/cancelled", &params))).await;
            } else if let Ok(meta) = serde_json::value::RawValue::from_string(meta).and_then(Meta::try_from) {
                let answer = Ok(server.results(revision).empty_with(&meta));
                connection.send(event(&json_rpc::answer(Some(id.get()), &answer))).await;
            }
        });
        Ok(response::event_stream(body))
    }

    async fn tell_subscriber(&self, connection: &Connection, listener: &Listener, meta: &str) -> bool {
        let tell = |change| async move {
            connection.send(event(&json_rpc::change(&change, Some(meta)))).await;
        };
        self.stream_end.tell_changes(connection, listener, tell).await
    }

    /// The part of a filter that the server has: its lists, and its resources.
    fn accepted(&self, filter: Filter) -> Filter {
        let mut uris = filter.resource_subscriptions;
        uris.retain(|uri| uri.len() <= TEXT && self.serves_resource(uri));
        let there_is = Filter::of(&self.lists);
        Filter {
            tools_list_changed: filter.tools_list_changed && there_is.tools_list_changed,
            prompts_list_changed: filter.prompts_list_changed && there_is.prompts_list_changed,
            resources_list_changed: filter.resources_list_changed && there_is.resources_list_changed,
            resource_subscriptions: uris,
        }
    }
}

/// The changes of all lists that have entries.
pub(in crate::server) fn changing(lists: &Lists) -> Vec<Change> {
    Filter::of(lists).changes().collect()
}

impl Filter {
    fn of(lists: &Lists) -> Self {
        Filter {
            tools_list_changed: lists.has(List::Tools),
            prompts_list_changed: lists.has(List::Prompts),
            resources_list_changed: lists.has_resources(),
            resource_subscriptions: Vec::new(),
        }
    }

    fn changes(&self) -> impl Iterator<Item = Change> {
        let lists = [
            (self.tools_list_changed, Change::Tools),
            (self.prompts_list_changed, Change::Prompts),
            (self.resources_list_changed, Change::Resources),
        ];
        let lists = lists.into_iter().filter_map(|(wanted, change)| wanted.then_some(change));
        lists.chain(self.resource_subscriptions.iter().map(|uri| Change::Resource(Address::new(uri))))
    }
}
