//! Tokens that were validated a moment ago, with the headers of their callers: checking a signature takes longer than most calls.

use super::principal::PrincipalHeaders;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long a token is remembered, at most: 5 min. So long a token is good after its key was withdrawn.
pub(super) const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// The greatest length of all remembered tokens and headers, in bytes: 8 MiB.
const LENGTH: usize = 8 * 1024 * 1024;

/// The remembered tokens, in two generations: when the younger one is full, the older one is forgotten.
#[derive(Default)]
pub(super) struct Remembered(RwLock<[Generation; 2]>);

#[derive(Default)]
struct Generation {
    tokens: HashMap<Box<str>, Entry>,
    length: usize,
}

#[derive(Clone)]
struct Entry {
    headers: Arc<PrincipalHeaders>,
    until: Instant,
}

impl Remembered {
    /// The headers of a token's caller.
    pub(super) fn get(&self, token: &str) -> Option<Arc<PrincipalHeaders>> {
        let generations = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let entry = generations.iter().find_map(|generation| generation.tokens.get(token))?;
        (entry.until > Instant::now()).then(|| Arc::clone(&entry.headers))
    }

    /// Remembers a token for some time.
    pub(super) fn insert(&self, token: &str, headers: Arc<PrincipalHeaders>, lifetime: Duration) {
        let length = token.len() + headers.iter().map(|(_, value)| value.len()).sum::<usize>();
        let entry = Entry { headers, until: Instant::now() + lifetime.min(LIFETIME) };
        let mut generations = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if generations[0].length + length > LENGTH / 2 {
            generations[1] = std::mem::take(&mut generations[0]);
        }
        generations[0].length += length;
        generations[0].tokens.insert(token.into(), entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::{HeaderName, HeaderValue};

    fn headers(length: usize) -> Arc<PrincipalHeaders> {
        let value = HeaderValue::try_from("x".repeat(length)).unwrap();
        Arc::new(vec![(HeaderName::from_static("x-ms-client-principal"), value)])
    }

    #[test]
    fn a_token_is_remembered_until_its_time() {
        let remembered = Remembered::default();
        remembered.insert("a", headers(1), Duration::from_secs(60));
        remembered.insert("b", headers(1), Duration::ZERO);
        assert!(remembered.get("a").is_some() && remembered.get("b").is_none() && remembered.get("A").is_none());
    }

    #[test]
    fn no_number_of_tokens_fills_the_memory() {
        let remembered = Remembered::default();
        for number in 0..200 {
            remembered.insert(&number.to_string(), headers(100_000), Duration::from_secs(60));
            assert!(remembered.get(&number.to_string()).is_some(), "the last one is there");
        }
        let generations = remembered.0.read().unwrap();
        assert!(generations.iter().map(|generation| generation.length).sum::<usize>() <= LENGTH);
        assert!(generations.iter().map(|generation| generation.tokens.len()).sum::<usize>() >= 40);
    }
}
