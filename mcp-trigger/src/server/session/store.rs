use super::{Session, lock};
use crate::local::invocation_id;
use crate::server::request::Sender;
use crate::server::revision::Revision;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// All sessions of this process, bounded in number and age.
pub(in crate::server) struct Sessions {
    limit: usize,
    lifetime: Duration,
    sessions: Mutex<HashMap<String, Arc<Session>>>,
}

impl Sessions {
    /// No more than `limit` sessions, each forgotten when nobody has used it for `lifetime`.
    pub(in crate::server) fn new(limit: usize, lifetime: Duration) -> Self {
        Sessions { limit, lifetime, sessions: Mutex::default() }
    }

    /// Begins a session. When there are too many, the one that was unused the longest is forgotten: its client begins anew.
    pub(in crate::server) fn begin(&self, revision: Revision, sender: Sender) -> Arc<Session> {
        let session = Arc::new(Session::new(invocation_id(), revision, sender));
        let mut sessions = lock(&self.sessions);
        if sessions.len() >= self.limit {
            let now = Instant::now();
            sessions.retain(|_, session| now.duration_since(*lock(&session.last_used)) < self.lifetime);
        }
        if sessions.len() >= self.limit {
            let oldest = sessions.values().min_by_key(|session| *lock(&session.last_used));
            if let Some(id) = oldest.map(|session| session.id.clone()) {
                sessions.remove(&id);
            }
        }
        sessions.insert(session.id.clone(), Arc::clone(&session));
        session
    }

    /// The session of that id, if it has not ended.
    pub(in crate::server) fn find(&self, id: &str) -> Option<Arc<Session>> {
        let session = lock(&self.sessions).get(id).cloned()?;
        let now = Instant::now();
        let unused = now.duration_since(std::mem::replace(&mut *lock(&session.last_used), now));
        if unused < self.lifetime {
            return Some(session);
        }
        self.end(id);
        None
    }

    /// Ends a session; `false` if there is none.
    pub(in crate::server) fn end(&self, id: &str) -> bool {
        lock(&self.sessions).remove(id).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(sessions: &Sessions) -> String {
        sessions.begin(Revision::V2025_06_18, Sender::default()).id.clone()
    }

    #[test]
    fn the_oldest_makes_room() {
        let sessions = Sessions::new(2, Duration::from_secs(60));
        let (first, second) = (begin(&sessions), begin(&sessions));
        assert!(sessions.find(&first).is_some());
        let third = begin(&sessions);
        assert!(sessions.find(&second).is_none() && sessions.find(&first).is_some() && sessions.find(&third).is_some());
    }

    #[test]
    fn a_session_ends_when_nobody_uses_it() {
        let sessions = Sessions::new(2, Duration::ZERO);
        let id = begin(&sessions);
        assert!(sessions.find(&id).is_none() && !sessions.end(&id));
    }
}
