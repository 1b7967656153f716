//! [`Admitted`]: what was read from the headers of a sender, for the sender's later requests.

use std::any::Any;
use std::sync::{Arc, OnceLock};

/// A sender whom a gate has let in, among the extensions of a request. All requests with the same token have the same.
#[derive(Clone, Default)]
pub struct Admitted(Arc<OnceLock<Arc<dyn Any + Send + Sync>>>);

impl Admitted {
    /// What `read` gives for the first request of the sender. Callers with other types read anew.
    pub fn remember<T: Send + Sync + 'static>(&self, read: impl FnOnce() -> T) -> Arc<T> {
        if let Some(known) = self.0.get() {
            return Arc::clone(known).downcast().unwrap_or_else(|_| Arc::new(read()));
        }
        let found = Arc::new(read());
        // Of two requests at once, one is the first.
        let _ = self.0.set(Arc::clone(&found) as Arc<dyn Any + Send + Sync>);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_stays() {
        let admitted = Admitted::default();
        assert_eq!(*admitted.clone().remember(|| "jane"), "jane");
        assert_eq!(*admitted.remember(|| "bob"), "jane");
        assert_eq!(*admitted.remember(|| 7), 7, "another type");
    }
}
