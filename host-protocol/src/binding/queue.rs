//! Queues: their names, and the length of a message.

use super::BindingError;
use super::blob::is_dns_name;
use std::fmt;

/// The longest message, in bytes. The service accepts 64 KiB, and the queue extension sends a message as base64.
pub const MESSAGE_LIMIT: usize = 48 * 1024;

/// The name of a queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueueName(String);

impl QueueName {
    /// Reads a name. Capitals become small letters, as with the host.
    ///
    /// # Errors
    ///
    /// If the storage service does not accept the name.
    pub fn parse(name: &str) -> Result<Self, BindingError> {
        let small = name.to_lowercase();
        if !is_dns_name(&small) {
            return Err(BindingError::new(format!(
                "`{name}` is not the name of a queue: it has 3 to 63 of the characters a-z, 0-9 and single hyphens between them"
            )));
        }
        Ok(QueueName(small))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_forgiven() {
        assert_eq!(QueueName::parse("My-Queue").unwrap().as_str(), "my-queue");
        for name in ["", "ab", "../abc", "a--b", "a/b", "abc.", "a b c", "-abc", "abc-"] {
            assert!(QueueName::parse(name).is_err(), "{name:?}");
        }
    }
}
