//! What was found out about a token a moment ago: checking a signature, or asking an issuer, takes longer than most calls.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

/// The greatest length of all remembered tokens and values, in bytes: 8 MiB.
const LENGTH: usize = 8 * 1024 * 1024;

/// Values by tokens, in two generations: when the younger one is full, the older one is forgotten.
pub(super) struct Remembered<V>(RwLock<[Generation<V>; 2]>);

struct Generation<V> {
    entries: HashMap<Box<str>, (V, Instant)>,
    length: usize,
}

impl<V> Default for Generation<V> {
    fn default() -> Self {
        Generation { entries: HashMap::new(), length: 0 }
    }
}

impl<V> Default for Remembered<V> {
    fn default() -> Self {
        Remembered(RwLock::default())
    }
}

impl<V: Clone> Remembered<V> {
    /// The value of a token.
    pub(super) fn get(&self, token: &str) -> Option<V> {
        let generations = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (value, until) = generations.iter().find_map(|generation| generation.entries.get(token))?;
        (*until > Instant::now()).then(|| value.clone())
    }

    /// Remembers a value of so many bytes for some time.
    pub(super) fn insert(&self, token: &str, value: V, length: usize, lifetime: Duration) {
        let Some(until) = Instant::now().checked_add(lifetime) else { return };
        let length = token.len() + length;
        let mut generations = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if generations[0].length + length > LENGTH / 2 {
            generations[1] = std::mem::take(&mut generations[0]);
        }
        generations[0].length += length;
        generations[0].entries.insert(token.into(), (value, until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_remembered_until_its_time() {
        let remembered = Remembered::default();
        remembered.insert("a", "Ann", 3, Duration::from_secs(60));
        remembered.insert("b", "Bob", 3, Duration::ZERO);
        assert_eq!(["a", "b", "A"].map(|token| remembered.get(token)), [Some("Ann"), None, None]);
    }

    #[test]
    fn no_number_of_tokens_fills_the_memory() {
        let remembered = Remembered::default();
        for number in 0..200 {
            remembered.insert(&number.to_string(), (), 100_000, Duration::from_secs(60));
            assert!(remembered.get(&number.to_string()).is_some(), "the last one is there");
        }
        let generations = remembered.0.read().unwrap();
        assert!(generations.iter().map(|generation| generation.length).sum::<usize>() <= LENGTH);
        assert!(generations.iter().map(|generation| generation.entries.len()).sum::<usize>() >= 40);
    }
}
