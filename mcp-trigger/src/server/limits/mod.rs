//! Limits of what clients take together: open streams, and memory.

mod body_memory;
mod replay_memory;
mod stream_limit;

pub(in crate::server) use body_memory::{BodyMemory, BodyMemoryFull};
pub(in crate::server) use replay_memory::{HeldMemory, ReplayMemory, SUBSCRIPTIONS, subscription_size};
pub(in crate::server) use stream_limit::StreamLimit;
