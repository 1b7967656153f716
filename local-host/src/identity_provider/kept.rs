//! What is given out for a secret, once: pages that wait for a click, codes, refresh tokens.

use super::MOST;
use std::collections::VecDeque;
use std::time::SystemTime;

/// Values that are taken once by their secret, until they expire. Which secrets were used is known for longer.
pub(super) struct Kept<T>(VecDeque<Secret<T>>);

struct Secret<T> {
    secret: String,
    until: SystemTime,
    is_used: bool,
    value: T,
}

/// A value that was taken.
pub(super) enum Taken<T> {
    First(T),
    Again(T),
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept(VecDeque::new())
    }
}

impl<T: Clone> Kept<T> {
    /// Keeps a value until a time. The oldest makes room.
    pub(super) fn put(&mut self, secret: String, until: SystemTime, value: T) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(Secret { secret, until, is_used: false, value });
    }

    /// Takes a value. `None` if there is none, or its time is over.
    pub(super) fn take(&mut self, secret: &str, now: SystemTime) -> Option<Taken<T>> {
        let kept = self.0.iter_mut().find(|kept| kept.secret == secret)?;
        let value = kept.value.clone();
        match std::mem::replace(&mut kept.is_used, true) {
            true => Some(Taken::Again(value)),
            false => (now < kept.until).then_some(Taken::First(value)),
        }
    }

    /// Forgets the values that do not fulfil a condition.
    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.0.retain(|kept| keep(&kept.value));
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
