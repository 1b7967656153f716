//! [`LocalHost`]: the functions, storages, keys and options of a host, and its start.

mod admin;
mod app_server;
mod service;
#[cfg(test)]
mod tests;

pub use app_server::{AppServer, CheckKey};

use crate::access::{Access, Cors, Keys};
use crate::endpoint::{Endpoint, is_mcp};
use crate::http_trigger::{Forward, Forwarding, HttpTriggers, is_http};
use crate::invoker::{BoundFunction, BoundInvoker, Invoker};
use admin::Admin;
use host_protocol::function_json::{Binding, FunctionJson};
use host_protocol::{FunctionResult, Invocation};
use mcp_trigger_core::accounts::Accounts;
use mcp_trigger_core::auth::Gate;
use mcp_trigger_core::http::{self, AllowedOrigins, Peer};
use mcp_trigger_core::storage::bindings::Bindings;
use mcp_trigger_core::storage::{Storage, Storages};
use service::HostService;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// A local Functions host for MCP and HTTP triggers.
///
/// ```no_run
/// # async fn example(invoker: std::sync::Arc<dyn local_host::Invoker>) -> std::io::Result<()> {
/// use local_host::LocalHost;
/// use host_protocol::FunctionJson;
/// use host_protocol::function_json::ToolTrigger;
///
/// let hello = FunctionJson::generated(vec![ToolTrigger::new("hello", "Says hello.").into()]);
/// let host = LocalHost::new([("Hello".to_owned(), hello)], invoker);
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:7071").await?;
/// host.serve(listener, std::future::pending()).await
/// # }
/// ```
pub struct LocalHost {
    /// All functions.
    bound: Vec<BoundFunction>,
    endpoint: Endpoint,
    access: Access,
    admin: Admin,
    http: HttpTriggers,
    app_server: Option<Arc<dyn AppServer>>,
    cors: Cors,
    gate: Option<Arc<Gate>>,
    #[cfg(feature = "auth")]
    identity_provider: Option<Arc<crate::identity_provider::IdentityProvider>>,
}

impl LocalHost {
    /// A host of these functions, by name, with the app settings of this program's environment. Functions need an MCP
    /// or an HTTP trigger; others are not run. A function in error is neither listed nor invoked:
    /// [`validate::functions`](host_protocol::validate::functions) finds the errors.
    pub fn new(functions: impl IntoIterator<Item = (String, FunctionJson)>, invoker: Arc<dyn Invoker>) -> Self {
        LocalHost::with_settings(functions, invoker, &|name| std::env::var(name).ok())
    }

    /// A host of these functions, as [`new`](LocalHost::new) makes it, with other app settings: `setting` gives the
    /// value of a name. Bindings refer to settings as `%NAME%`.
    pub fn with_settings(
        functions: impl IntoIterator<Item = (String, FunctionJson)>,
        invoker: Arc<dyn Invoker>,
        setting: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let functions = functions.into_iter().map(|(name, file)| {
            // Functions with other triggers are never invoked.
            let bindings = (is_mcp(&file) || is_http(&file)).then(|| Bindings::new(&file, setting)).flatten();
            (BoundFunction { name, bindings: bindings.map(Arc::new) }, file)
        });
        let functions: Vec<_> = functions.collect();
        let endpoint = Endpoint::new(&functions, BoundInvoker { invoker, storages: Arc::default() });
        let http = HttpTriggers::new(&functions);
        let bound = functions.iter().map(|(function, _)| function.clone()).collect();
        LocalHost {
            bound,
            endpoint,
            access: Access::default(),
            admin: Admin::new(functions.into_iter().map(|(function, file)| (function.name, file)).collect()),
            http,
            app_server: None,
            cors: Cors::default(),
            gate: None,
            #[cfg(feature = "auth")]
            identity_provider: None,
        }
    }

    /// The storage of blobs and queue messages, for all connections without a [storage of their
    /// own](LocalHost::storage_of). Default: none, and functions with blob or queue bindings fail.
    #[must_use]
    pub fn storage(mut self, storage: Arc<dyn Storage>) -> Self {
        self.storages_mut().default = Some(storage);
        self
    }

    /// The storage of blobs and queue messages of one connection. Bindings name their connection;
    /// `AzureWebJobsStorage` is that of bindings without a name.
    #[must_use]
    pub fn storage_of(mut self, connection: impl Into<String>, storage: Arc<dyn Storage>) -> Self {
        self.storages_mut().by_connection.insert(connection.into(), Ok(storage));
        self
    }

    /// The connections that bindings of the functions use, sorted, each once.
    pub fn connections(&self) -> Vec<String> {
        let bindings = self.bound.iter().filter_map(|function| function.bindings.as_deref());
        let mut names: Vec<_> = bindings.flat_map(Bindings::connections).map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn storages_mut(&mut self) -> &mut Storages {
        let invoker = Arc::make_mut(&mut self.endpoint.methods.invoker);
        Arc::make_mut(&mut invoker.storages)
    }

    /// The storages of all connections.
    pub fn storages(&self) -> &Arc<Storages> {
        &self.endpoint.methods.invoker.storages
    }

    /// Invokes one function with its bindings. `None` if the invocation failed as such, which is logged.
    pub async fn invoke(&self, invocation: Invocation) -> Option<FunctionResult> {
        let function = self.bound.iter().find(|function| function.name == invocation.function);
        let bindings = function.and_then(|function| function.bindings.clone());
        self.endpoint.methods.invoker.complete(invocation, bindings, None).await
    }

    /// Sets the name and the version of the MCP server, as `extensions.mcp.serverName` and `serverVersion` in
    /// host.json do. Default: `Azure Functions MCP server`, `1.0.0`.
    #[must_use]
    pub fn server(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.endpoint.methods.server.name = name.into();
        self.endpoint.methods.server.version = version.into();
        self
    }

    /// Sets the instructions of the MCP server, which tell models how to use it, as `extensions.mcp.instructions` in
    /// host.json does. Default: no instructions.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.endpoint.methods.instructions = Some(instructions.into());
        self
    }

    /// Asks clients for a key, as the Functions host does in Azure: [`Keys`] describes what each key opens. Default:
    /// no keys, and everything is open.
    #[must_use]
    pub fn keys(mut self, keys: Keys) -> Self {
        self.access.keys = Some(keys);
        self
    }

    /// Asks clients for an access token, as App Service authentication does in Azure: at all paths but those of an [app
    /// server](LocalHost::app_server), which has a gate of its own. Functions get the headers of App Service authentication. Default: no
    /// token is needed.
    #[must_use]
    pub fn gate(mut self, gate: Arc<Gate>) -> Self {
        self.gate = Some(gate);
        self
    }

    /// Opens the endpoint to clients without a key, as `Anonymous` in
    /// `extensions.mcp.system.webhookAuthorizationLevel` of host.json does. Keys still protect HTTP functions and
    /// `/admin`.
    #[must_use]
    pub fn open_endpoint(mut self) -> Self {
        self.access.open_endpoint = true;
        self
    }

    /// Lets pages of these origins send requests and read the answers, as `Host.CORS` and `Host.CORSCredentials` of
    /// local.settings.json do. `*` stands for all origins. The host also accepts the names of these origins in the
    /// header `Host`, as a tunnel sends them. Default: pages of this machine only.
    #[must_use]
    pub fn cors(mut self, origins: &[String], credentials: bool) -> Self {
        self.cors = Cors { origins: AllowedOrigins::new(origins.to_vec()), credentials };
        self
    }

    /// Serves the app's own MCP server beside the endpoint. Default: no such server.
    #[must_use]
    pub fn app_server(mut self, server: Arc<dyn AppServer>) -> Self {
        self.app_server = Some(server);
        self
    }

    /// Serves a test identity provider beside the endpoint. The host must listen at its address. Default: no such provider.
    #[cfg(feature = "auth")]
    #[must_use]
    pub fn identity_provider(mut self, provider: Arc<crate::identity_provider::IdentityProvider>) -> Self {
        self.identity_provider = Some(provider);
        self
    }

    /// Forwards requests to functions with an HTTP trigger unchanged, if the functions have no bindings but the
    /// trigger and one `http` output. Default: such functions are invoked, as all others are.
    #[must_use]
    pub fn forward(mut self, forward: Arc<dyn Forward>, forwarding: Forwarding) -> Self {
        self.http.forward = Some((forward, forwarding));
        self
    }

    /// Sets the first segments of all HTTP routes, as `extensions.http.routePrefix` in host.json does. The prefix may
    /// be empty. Default: `api`.
    #[must_use]
    pub fn route_prefix(mut self, prefix: &str) -> Self {
        self.http.set_prefix(prefix);
        self
    }

    /// Limits the bodies of requests, in bytes. Default: 100 MiB, the limit of the Functions host.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.endpoint.limits.bytes = bytes;
        self
    }

    /// Limits the time in which a client has to send the head of a request, and each pause in its body. Later the
    /// connection is closed; a body that paused is answered with 408 first. Default: 30 s.
    #[must_use]
    pub fn receive_timeout(mut self, limit: Duration) -> Self {
        self.endpoint.limits.pause = Some(limit);
        self
    }

    /// Sets the accounts of callers, which another server in the process shares. Default: accounts with the default
    /// limits ([`ProcessLimits`](mcp_trigger_core::accounts::ProcessLimits)).
    #[must_use]
    pub fn accounts(mut self, accounts: Arc<Accounts>) -> Self {
        self.endpoint.accounts = accounts;
        self
    }

    /// Tells clients of the legacy SSE transport an absolute URI for messages instead of a relative one, as
    /// `extensions.mcp.messageOptions.useAbsoluteUriForEndpoint` in host.json does.
    #[must_use]
    pub fn absolute_message_uris(mut self) -> Self {
        self.endpoint.sse.absolute_addresses = true;
        self
    }

    /// Signs session ids, so that clients cannot make or change one. This stands for the encryption of the extension
    /// in Azure (`extensions.mcp.encryptClientState` in host.json), which is off under Core Tools. With the key of the
    /// last start, sessions of the streamable transport go on. A session id with another signature gets 500, as from
    /// the extension. Default: session ids are not signed.
    #[must_use]
    pub fn signed_session_ids(mut self, key: [u8; 32]) -> Self {
        self.endpoint.client_states.key = Some(key);
        self
    }

    /// Answers on a listener until `end` completes, then lets the requests under way finish. While the listener is
    /// bound to loopback, requests with a foreign `Host`, or from the page of a foreign `Origin`, are refused:
    /// otherwise a page in a browser could reach the functions (DNS rebinding).
    ///
    /// # Errors
    ///
    /// If the listener has no address, or if it is not bound to loopback and there is a test identity provider, which signs
    /// in whoever clicks.
    pub async fn serve(self, listener: TcpListener, end: impl Future<Output = ()>) -> std::io::Result<()> {
        for BoundFunction { name, bindings } in &self.bound {
            for problem in bindings.iter().flat_map(|bindings| problems(bindings)) {
                tracing::warn!("{name}: {problem}");
            }
        }
        for (function, problem) in self.http.problems() {
            tracing::warn!("{function}: it is not served: {problem}");
        }
        let loopback = listener.local_addr()?.ip().to_canonical().is_loopback();
        #[cfg(feature = "auth")]
        if !loopback && self.identity_provider.is_some() {
            return Err(std::io::Error::new(
                std::io::ErrorKind::InvalidInput,
                "the test identity provider signs in whoever clicks, and this address is not of loopback: listen on 127.0.0.1, or do \
                 without it",
            ));
        }
        #[cfg(feature = "auth")]
        let identity_provider = self.identity_provider;
        let LocalHost { bound: _, endpoint, access, admin, http, app_server, cors, gate, .. } = self;
        let head_timeout = endpoint.limits.pause.unwrap_or(http::RECEIVE_TIMEOUT);
        let peer = Peer::Client { head_timeout, accounts: Arc::clone(&endpoint.accounts) };
        let ending = app_server.clone();
        let site = HostService {
            endpoint: Arc::new(endpoint),
            access,
            admin,
            http,
            app_server,
            cors,
            gate,
            loopback,
            #[cfg(feature = "auth")]
            identity_provider,
        };
        http::serve(listener, peer, Arc::new(site), end).await;
        if let Some(server) = ending {
            server.ended().await;
        }
        Ok(())
    }
}

/// The problems of a function's bindings that are known before the first call.
fn problems(bindings: &Bindings) -> impl Iterator<Item = String> {
    let wrong = bindings
        .pointing_nowhere()
        .map(|(name, why)| format!("calls will fail, its binding `{name}` points nowhere: {why}"));
    let others = bindings.others().iter().map(|Binding { name, kind, .. }| {
        format!("its binding `{name}` of type `{kind}` is not run by the local host")
    });
    wrong.chain(others)
}
