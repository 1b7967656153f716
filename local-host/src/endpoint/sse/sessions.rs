//! The clients that have a stream.

use super::session::SseSession;
use mcp_trigger_core::lock::lock;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The most open streams.
const MOST: usize = 1024;

/// The sessions, by their clients. The lock is held for a look into the map only.
#[derive(Default)]
pub(super) struct SseSessions(Mutex<OpenSessions>);

#[derive(Default)]
struct OpenSessions {
    sessions: HashMap<String, Arc<SseSession>>,
    /// Whether the server ends, and refuses new sessions.
    ended: bool,
}

impl SseSessions {
    /// Adds a session.
    ///
    /// # Errors
    ///
    /// If the server ends, or has too many sessions.
    pub(super) fn insert(&self, client: String, session: Arc<SseSession>) -> Result<(), String> {
        let mut open = lock(&self.0);
        if open.ended {
            return Err("the server is about to end".to_owned());
        }
        if open.sessions.len() >= MOST {
            return Err(format!(
                "{MOST} SSE streams are open, and no more are taken; close some, or use the streamable HTTP transport, which needs none"
            ));
        }
        open.sessions.insert(client, session);
        Ok(())
    }

    pub(super) fn get(&self, client: &str) -> Option<Arc<SseSession>> {
        lock(&self.0).sessions.get(client).cloned()
    }

    pub(super) fn remove(&self, client: &str) {
        lock(&self.0).sessions.remove(client);
    }

    /// Removes all sessions. A stream ends when its session is gone, here and from calls under way.
    pub(super) fn end(&self) {
        let mut open = lock(&self.0);
        open.ended = true;
        open.sessions.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use host_protocol::invocation::Headers;
    use mcp_trigger_core::accounts::{Accounts, Owner, ProcessLimits};

    fn session() -> Arc<SseSession> {
        let accounts = Accounts::new(ProcessLimits::default());
        SseSession::new(Headers::default(), accounts.owner(Owner::Identity("ann".into()))).0
    }

    #[test]
    fn there_is_an_end_to_them() {
        let sessions = SseSessions::default();
        for client in 0..MOST {
            assert_eq!(sessions.insert(client.to_string(), session()), Ok(()));
        }
        assert!(sessions.insert("more".to_owned(), session()).unwrap_err().contains("1024 SSE streams are open"));
        sessions.remove("0");
        assert_eq!(sessions.insert("more".to_owned(), session()), Ok(()));
        assert!(sessions.get("more").is_some() && sessions.get("0").is_none());
    }

    #[test]
    fn none_begins_when_the_server_ends() {
        let sessions = SseSessions::default();
        sessions.insert("a".to_owned(), session()).unwrap();
        sessions.end();
        assert!(sessions.get("a").is_none());
        assert!(sessions.insert("b".to_owned(), session()).unwrap_err().contains("about to end"));
    }
}
