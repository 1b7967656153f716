//! The results of methods, as JSON text in the words of a revision.

use crate::function::completion::Completions;
use crate::function::error::FunctionError;
use crate::function::{Cache, CacheScope};
use crate::server::message::{Answer, Error, ObjectWriter};
use crate::server::revision::Revision;
use crate::server::revision::content::InRevision;
use host_protocol::ToolResult;
use host_protocol::content::{ContentBlock, Meta, PromptMessage, PromptResult, ResourceContents};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use std::time::Duration;

/// Writes results in the words of a revision.
pub(in crate::server) struct Results {
    pub(in crate::server) revision: Revision,
    /// `_meta` of all results, as JSON text: the server's name and version. `None` on revisions whose handshake tells them.
    meta: Option<Box<RawValue>>,
}

/// How long a client may cache a list. The functions of an app change with a deployment only.
const LIST_LIFETIME: Duration = Duration::from_secs(60);

/// How long a result may be cached, and by whom (specification 2026-07-28: `server/utilities/caching`).
#[derive(Clone, Copy)]
struct Caching {
    ttl_ms: u64,
    /// As JSON text, with quotation marks.
    cache_scope: &'static str,
}

impl From<Cache> for Caching {
    fn from(Cache { lifetime, scope }: Cache) -> Self {
        let cache_scope = match scope {
            CacheScope::Private => PRIVATE,
            CacheScope::Public => PUBLIC,
        };
        Caching { ttl_ms: u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX), cache_scope }
    }
}

const PUBLIC: &str = "\"public\"";
const PRIVATE: &str = "\"private\"";
/// For results that are the same for all clients until the app is deployed anew.
const OF_THE_APP: Cache = Cache { lifetime: LIST_LIFETIME, scope: CacheScope::Public };
/// For resources whose function sets no caching.
const UNKNOWN: Caching = Caching { ttl_ms: 0, cache_scope: PRIVATE };

impl Results {
    /// Results with `server`, MCP's `Implementation`, in their `_meta`.
    pub(in crate::server) fn new(revision: Revision, server: &Value) -> Self {
        let meta = serde_json::json!({ "io.modelcontextprotocol/serverInfo": server });
        let meta = revision.is_stateless().then(|| RawValue::from_string(meta.to_string()).ok());
        Results { revision, meta: meta.flatten() }
    }

    /// A result without members of its own.
    pub(in crate::server) fn empty(&self) -> String {
        self.object(&serde_json::json!({}), None, None)
    }

    /// A result that has only a `_meta` of its own.
    pub(in crate::server) fn empty_with(&self, meta: &Meta) -> String {
        self.object(&serde_json::json!({}), None, Some(meta))
    }

    /// A result of these members that is the same for all clients.
    pub(in crate::server) fn members_of_the_app(&self, members: &Value) -> String {
        self.object(members, Some(OF_THE_APP.into()), None)
    }

    /// A page of a list.
    pub(in crate::server) fn list(
        &self,
        name: &str,
        entries: &[&RawValue],
        next: Option<&str>,
        scope: CacheScope,
    ) -> String {
        struct Members<'a>(&'a str, &'a [&'a RawValue], Option<&'a str>);
        impl Serialize for Members<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut members = serializer.serialize_map(None)?;
                members.serialize_entry(self.0, self.1)?;
                if let Some(next) = self.2 {
                    members.serialize_entry("nextCursor", next)?;
                }
                members.end()
            }
        }
        let caching = Caching::from(Cache { lifetime: LIST_LIFETIME, scope });
        self.object(&Members(name, entries, next), Some(caching), None)
    }

    /// The result of a tool.
    pub(in crate::server) fn tool(&self, result: &ToolResult) -> String {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Members<'a> {
            content: InRevision<'a, [ContentBlock]>,
            #[serde(skip_serializing_if = "Option::is_none")]
            structured_content: Option<&'a RawValue>,
            #[serde(skip_serializing_if = "Option::is_none")]
            is_error: Option<bool>,
        }
        let ToolResult { content, structured_content, is_error, meta, .. } = result;
        let structured_content = structured_content.as_deref().filter(|_| self.revision.has_structured_content());
        let content = InRevision(&content[..], self.revision);
        self.object(&Members { content, structured_content, is_error: *is_error }, None, meta.as_ref())
    }

    /// The failure of a tool, as a result that the model reads.
    pub(in crate::server) fn tool_error(&self, tool: &str, error: FunctionError) -> String {
        self.tool(&error.into_tool_result(tool))
    }

    /// The result of a prompt.
    pub(in crate::server) fn prompt(&self, result: &PromptResult) -> String {
        #[derive(Serialize)]
        struct Members<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            description: Option<&'a str>,
            messages: InRevision<'a, [PromptMessage]>,
        }
        let PromptResult { description, messages, meta, .. } = result;
        let messages = InRevision(&messages[..], self.revision);
        self.object(&Members { description: description.as_deref(), messages }, None, meta.as_ref())
    }

    /// The completions of an argument.
    pub(in crate::server) fn completion(&self, completions: Completions) -> String {
        self.object(&serde_json::json!({ "completion": completions.limited() }), None, None)
    }

    /// The contents of a resource.
    pub(in crate::server) fn contents(&self, contents: &ResourceContents, cache: Option<Cache>) -> String {
        let caching = cache.map_or(UNKNOWN, Caching::from);
        self.object(&serde_json::json!({ "contents": [contents] }), Some(caching), None)
    }

    /// The result of `tasks/get`.
    pub(in crate::server) fn task(&self, task: &impl Serialize) -> String {
        self.object(task, None, None)
    }

    /// The result of a call that became a task.
    ///
    /// # Errors
    ///
    /// If the task cannot be written as JSON.
    pub(in crate::server) fn created(&self, task: &impl Serialize) -> Answer {
        let task = serde_json::to_string(task).map_err(|error| Error::internal(error.to_string()))?;
        Ok(self.finish(ObjectWriter::new().member("resultType", "\"task\"").members_of(&task)))
    }

    /// A result that sets `resultType` itself: `members`, and the `_meta` of all results.
    pub(in crate::server) fn finish(&self, members: ObjectWriter) -> String {
        self.with_meta(members, None)
    }

    /// A result of these members, with the members that all results have (specification 2026-07-28: `basic`, "Results").
    fn object<T: Serialize>(&self, members: &T, caching: Option<Caching>, meta: Option<&Meta>) -> String {
        let mut result = ObjectWriter::of(members);
        if self.revision.is_stateless() {
            result = result.member("resultType", "\"complete\"");
            if let Some(Caching { ttl_ms, cache_scope }) = caching {
                result = result.member("ttlMs", &ttl_ms.to_string()).member("cacheScope", cache_scope);
            }
        }
        self.with_meta(result, meta)
    }

    /// Adds `_meta`: the members of the result's own, then those of all results.
    fn with_meta(&self, result: ObjectWriter, meta: Option<&Meta>) -> String {
        let result = match (meta, &self.meta) {
            (None, None) => result,
            (None, Some(ours)) => result.member("_meta", ours.get()),
            (Some(meta), None) => result.member("_meta", meta.get()),
            (Some(meta), Some(ours)) => {
                let both = ObjectWriter::new().members_of(meta.get()).members_of(ours.get());
                result.member("_meta", &both.finish())
            }
        };
        result.finish()
    }
}
