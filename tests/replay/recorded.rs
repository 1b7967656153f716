//! Functions that answer as recorded, and compare what they are asked with what the recorded handler was asked.

use crate::handler::Handler;
use host_protocol::invocation::{SystemBindingData, Trigger};
use host_protocol::{FunctionJson, FunctionResult, Invocation};
use local_host::{InvokeError, Invoker};
use std::sync::Mutex;
use tests::recording::Exchange;

/// The functions of a recorded app.
pub(crate) struct Recorded {
    pub(crate) functions: Vec<(String, FunctionJson)>,
    expected: Mutex<Option<Exchange>>,
    mistakes: Mutex<Vec<String>>,
    /// Who answers if it is not this.
    handler: Option<Handler>,
}

impl Recorded {
    /// Functions that answer themselves.
    pub(crate) fn here(functions: Vec<(String, FunctionJson)>) -> Self {
        Recorded { functions, expected: Mutex::default(), mistakes: Mutex::default(), handler: None }
    }

    /// Functions in another process.
    pub(crate) fn in_process(functions: Vec<(String, FunctionJson)>, handler: Handler) -> Self {
        Recorded { handler: Some(handler), ..Recorded::here(functions) }
    }

    /// What comes next, if anything does.
    pub(crate) fn expect(&self, exchange: Option<Exchange>) {
        *self.expected.lock().unwrap() = exchange;
    }

    /// What was not as recorded since the last time.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = std::mem::take(&mut *self.mistakes.lock().unwrap());
        if self.expected.lock().unwrap().take().is_some() {
            mistakes.push("the function was not invoked".to_owned());
        }
        mistakes.extend(self.handler.as_ref().map(Handler::mistakes).unwrap_or_default());
        mistakes
    }
}

#[async_trait::async_trait]
impl Invoker for Recorded {
    async fn invoke(&self, mut invocation: Invocation) -> Result<FunctionResult, InvokeError> {
        let Some(exchange) = self.expected.lock().unwrap().take() else {
            self.mistakes.lock().unwrap().push(format!("{} was invoked, the host did not", invocation.function));
            return Ok(FunctionResult::default());
        };
        let recorded_order = header_names(&exchange.request.body);
        let caller = match &mut invocation.trigger {
            Trigger::Tool(tool) => Some(&mut tool.caller),
            Trigger::Resource(resource) => Some(&mut resource.caller),
            Trigger::Prompt(prompt) => Some(&mut prompt.caller),
            Trigger::Http(request) => {
                request.headers = as_spelled(std::mem::take(&mut request.headers), &recorded_order);
                None
            }
            _ => unreachable!("the local host has no other triggers"),
        };
        if let Some(caller) = caller {
            let headers = caller.transport.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
            *caller = caller.with_headers(as_spelled(headers, &recorded_order).into_iter().collect());
        }
        if let Some(handler) = &self.handler {
            handler.expect(exchange);
            return handler.process.invoke(invocation).await;
        }
        let Exchange { request, response } = exchange;
        let (_, function) = self.functions.iter().find(|(name, _)| *name == invocation.function).expect("a function");
        let mut system = SystemBindingData::new(std::time::UNIX_EPOCH, "{guid}");
        system.utc_now = "{now}".to_owned();
        let body = invocation.encode(&function.trigger().unwrap().name, &system).unwrap();
        if (request.path.as_str(), &request.body) != (&format!("/{}", invocation.function), &body) {
            self.mistakes.lock().unwrap().push(format!("asked\n  {body}\nthe host asked\n  {}", request.body));
        }
        FunctionResult::decode(response.status, response.headers.get("Content-Type"), response.body.as_bytes())
            .map_err(|error| InvokeError::new(error.to_string()))
    }
}

/// The order and the spelling of the headers that a function sees are not part of the contract (recordings/README.md).
fn as_spelled<V>(headers: impl IntoIterator<Item = (String, V)>, recorded: &[String]) -> Vec<(String, V)> {
    let place = |name: &str| recorded.iter().position(|known| known.eq_ignore_ascii_case(name));
    let mut headers: Vec<_> = headers.into_iter().map(|(name, value)| (place(&name), name, value)).collect();
    headers.sort_by_key(|(place, ..)| place.unwrap_or(usize::MAX));
    let spelled =
        |(place, name, value): (Option<usize>, String, V)| (place.map_or(name, |place| recorded[place].clone()), value);
    headers.into_iter().map(spelled).collect()
}

fn header_names(body: &str) -> Vec<String> {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let metadata = &body["Metadata"];
    let headers = metadata.pointer("/transport/properties/headers").unwrap_or(&metadata["Headers"]);
    headers.as_object().map(|headers| headers.keys().cloned().collect()).unwrap_or_default()
}
