//! The clients that have a stream.

use super::session::Session;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many streams may be open.
const MOST: usize = 1024;

/// The sessions, by their clients. The lock is held for a look into the map only.
#[derive(Default)]
pub(super) struct Sessions(Mutex<Open>);

#[derive(Default)]
struct Open {
    sessions: HashMap<String, Arc<Session>>,
    /// Whether the server is ending: then none is added.
    ended: bool,
}

impl Sessions {
    /// Adds one, or tells why not.
    pub(super) fn insert(&self, client: String, session: Arc<Session>) -> Result<(), String> {
        let mut open = self.lock();
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

    pub(super) fn get(&self, client: &str) -> Option<Arc<Session>> {
        self.lock().sessions.get(client).cloned()
    }

    pub(super) fn remove(&self, client: &str) {
        self.lock().sessions.remove(client);
    }

    /// Removes all. A stream ends when its session is gone, here and from the calls under way.
    pub(super) fn end(&self) {
        let mut open = self.lock();
        open.ended = true;
        open.sessions.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use host_protocol::invocation::Headers;

    fn session() -> Arc<Session> {
        Session::new(Headers::default()).0
    }

    #[test]
    fn there_is_an_end_to_them() {
        let sessions = Sessions::default();
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
        let sessions = Sessions::default();
        sessions.insert("a".to_owned(), session()).unwrap();
        sessions.end();
        assert!(sessions.get("a").is_none());
        assert!(sessions.insert("b".to_owned(), session()).unwrap_err().contains("about to end"));
    }
}
