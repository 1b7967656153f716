//! Questions of a running function to its client: on the stream of a session, in the results of several rounds, or in a task.

mod input_rounds;
mod request_state;
mod running_client;
mod secret;
mod task_call;

pub(crate) use secret::{BadSecret, Secret};

pub(in crate::server) use input_rounds::InputRounds;
pub(in crate::server) use request_state::{RequestState, StateScope};
pub(in crate::server) use running_client::{AskMode, RunningClient};
pub(in crate::server) use task_call::{TaskCall, TaskStart};
