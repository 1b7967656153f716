//! HTTP triggers: the function that a request is for, and the response that its result makes.
//!
//! [`HttpFunction`] reads the binding, [`RouteTable`] finds the function of a [`RequestPath`]. In the default mode the function gets
//! an [`HttpRequest`](crate::invocation::HttpRequest) as the value of its trigger, and its result becomes an [`HttpResponse`]. With
//! `enableForwardingHttpRequest` or `enableProxyingHttpRequest` the handler gets the request itself.
//!
//! ```
//! use host_protocol::FunctionResult;
//! use host_protocol::function_json::{FunctionJson, HTTP_OUTPUT, HTTP_TRIGGER, Binding, Direction};
//! use host_protocol::http_trigger::{HttpFunction, HttpResponse, RequestPath, RouteTable};
//!
//! let trigger = Binding::new(HTTP_TRIGGER, Direction::In, "req").with("route", "users/{id:int}/{*rest}");
//! let file = FunctionJson::generated(vec![trigger, Binding::new(HTTP_OUTPUT, Direction::Out, "res")]);
//! let users = HttpFunction::read("Users", &file).expect("it has an HTTP trigger")?;
//! let routes = RouteTable::new([("api", &users)]).0;
//!
//! let path = RequestPath::parse("/API/users/7");
//! let found = routes.find("GET", &path).expect("a function");
//! assert_eq!(found.parameters, [("id".to_owned(), Some("7".to_owned())), ("rest".to_owned(), None)]);
//!
//! let reply = br#"{"Outputs":{"res":{"statusCode":201,"body":"made"}}}"#;
//! let result = FunctionResult::decode(200, Some("application/json"), reply)?;
//! let response = HttpResponse::of(users.output.as_ref(), &result)?;
//! assert_eq!((response.status, &*response.body), (201, &b"made"[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod function;
mod path;
mod response;
mod route;

pub use function::{HttpFunction, InvalidHttpFunction};
pub use path::RequestPath;
pub use response::HttpResponse;
pub use route::{InvalidRoute, OpenRoute, RouteMatch, RouteTable, RouteTemplate, check_routes};
