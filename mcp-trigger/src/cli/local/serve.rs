//! `serve`: the app as its own local host.

use super::app_server::OwnServer;
use super::banner::Banner;
use super::in_process::InProcess;
use super::listen::{Listen, SetUp, options_help};
use super::usage::Usage;
use crate::app::{App, Authentication, Error};
use crate::function::principal::Trust;
use crate::generate::Root;
use crate::hosted::Interruption;
use crate::identity::{ServerInfo, program};
use crate::registry::compatibility::{self, Warning};
use crate::registry::function_json;
use crate::server::{FunctionBindings, McpServer, SessionLimits};
use lexopt::{Arg, Parser};
use local_host::{AppFolder, LocalHost, Settings};
use mcp_trigger_core::telemetry;
use std::process::ExitCode;
use std::sync::Arc;

pub(super) const USAGE: Usage = Usage {
    command: "serve",
    arguments: " [--port PORT] [--address IP] [--storage DIR] [--auth [keys|entra|test-user [NAME]|test-agent [NAME]]] [--role ROLE] [--scope SCOPE] [--keys FILE] [--show-key] [--open] [--json]",
    summary: "Serves the tools on this machine (what happens without a command)",
    options: &["port", "address", "storage", "auth", "role", "scope", "keys", "show-key", "open", "json", "help"],
    details: concat!(
        options_help!(),
        "
Nothing else is needed: no Functions host, no account. The `Values` of local.settings.json in the app's folder are
variables of the program, as under `func start`; a variable that is set already wins. Ctrl-C stops it.
"
    ),
};

/// What a developer may not expect of an app with built-in authentication.
const ANONYMOUS_HERE: &str =
    "no App Service stands before the app here, so nobody is signed in: `--auth test-user` lets you sign in by a click";

/// `serve`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Serve {
    pub(crate) listen: Listen,
}

impl Serve {
    /// Its options; `None` if help is wanted.
    pub(super) fn read(parser: &mut Parser) -> Result<Option<Self>, Error> {
        let mut listen = Listen::default();
        while let Some(option) = USAGE.next_option(parser)? {
            match &*option {
                "help" => return Ok(None),
                name if listen.take(name, &USAGE, parser)? => {}
                name => return Err(USAGE.unexpected(Arg::Long(name))),
            }
        }
        Ok(Some(Serve { listen }))
    }

    /// Serves until it is interrupted.
    pub(super) async fn run(self, app: App, root: Option<&Root>, settings: &Settings) -> Result<ExitCode, Error> {
        telemetry::log_calls();
        let authentication = app.authentication.clone();
        // Test users take the place of the issuers that the app names.
        let gate = match app.gate(None)?.filter(|_| self.listen.people.is_empty()) {
            Some(gate) => Some(gate),
            None => self.listen.gate(settings)?,
        };
        let listen = Listen { tokens: self.listen.tokens || gate.is_some(), ..self.listen };
        let (listener, address) = listen.bind(settings)?;
        let sign_in = listen.test_sign_in(address, authentication.as_ref(), settings)?;
        let gate = gate.or_else(|| sign_in.as_ref().map(|sign_in| Arc::clone(&sign_in.gate)));
        let mut interruption = Interruption::new();
        let (server, instructions, body_limit) = (app.server.clone(), app.instructions.clone(), app.body_limit);
        let mut app = app.within_file_handles();
        if gate.is_some() {
            app.trust = Some(Trust::Believed);
        }
        let mut mcp = app.mcp_settings(Some(SessionLimits::default()))?;
        mcp.gate.clone_from(&gate);
        mcp.origins.extend(settings.origins().iter().cloned());
        let (functions, setup) = app.prepare()?;
        let files = function_json::of_functions(&functions.registry).map_err(Error::Functions)?;
        let invoker = Arc::new(InProcess(Arc::clone(&functions)));
        let host = LocalHost::with_settings(files.clone(), invoker, &|name| settings.get(name)).body_limit(body_limit);
        let mut host = host.cors(settings.origins(), settings.credentials());
        let name = server.as_ref().map_or_else(program, |server| server.name.clone());
        if let Some(ServerInfo { name, version, .. }) = server {
            host = host.server(name, version);
        }
        if let Some(instructions) = instructions {
            host = host.instructions(instructions);
        }
        let opens_endpoint = || AppFolder::host_json_opens_endpoint(root.map(Root::path), settings);
        let SetUp { host, storages, gate: keys } = listen.set_up(host, &files, opens_endpoint, settings)?;
        let issuers: Vec<_> = gate.iter().flat_map(|gate| gate.issuers()).map(str::to_owned).collect();
        let host = match gate {
            Some(gate) => host.gate(gate),
            None => host,
        };
        let host = match &sign_in {
            Some(sign_in) => sign_in.put_on(host),
            None => host,
        };
        let bindings =
            FunctionBindings::new(&functions.registry, Arc::clone(host.storages()), &|name| settings.get(name));
        let host = host.accounts(Arc::clone(&mcp.accounts));
        let mcp = McpServer::new(Arc::clone(&functions), bindings, mcp);
        let not_at_mcp: Vec<_> = mcp.unserved().map(|(name, why)| (name.to_owned(), why.to_string())).collect();
        let host = host.app_server(Arc::new(OwnServer(Arc::new(mcp))));
        tokio::select! {
            ready = setup => ready?,
            () = interruption.wait() => return Ok(ExitCode::SUCCESS),
        }
        let warning = |warning: &Warning| format!("{}: {warning}", warning.function.location);
        let refused = compatibility::warnings(&functions.registry);
        let is_built_in = authentication == Some(Authentication::BuiltIn) && issuers.is_empty();
        let open = is_built_in.then(|| ANONYMOUS_HERE.to_owned());
        let problems: Vec<_> =
            settings.notes().iter().cloned().chain(refused.iter().map(warning)).chain(open).collect();
        let banner = Banner {
            address,
            name,
            has_server: true,
            storages: &storages,
            gate: keys.as_ref(),
            issuers,
            sign_in: sign_in.as_ref(),
            shows_key: listen.shows_key(),
            functions: &files,
            route_prefix: "",
            not_at_mcp: &not_at_mcp,
            not_run: &[],
            problems: &problems,
            settings: settings.summary(),
            refused_by_func: &[],
        };
        listen.announce(&banner);
        let ended = listen.serve((listener, address), host, &mut interruption, std::future::pending()).await?;
        Ok(ended.into())
    }
}
