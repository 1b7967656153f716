//! The life of the handler's process: it starts when the host says so, and ends when the host does.

use super::routes::Routes;
use super::service::Handler;
use crate::app::{App, Error};
use crate::compatibility;
use crate::http::{self, Peer};
use crate::interruption::Interruption;
use crate::local::process::CORE_TOOLS;
use crate::local::settings::Settings;
use crate::server::{FunctionBindings, McpServer};
use crate::shutdown;
use crate::task;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// Exit codes, none of which is 0: the host never starts a handler again that ended with 0 (ground-truth.md §4).
const FAILED: u8 = 1;
const HOST_GONE: u8 = 3;
/// 128 + the number of the signal, as a shell would say it.
const INTERRUPTED: u8 = 130;
const TERMINATED: u8 = 143;

/// Answers the host on `port` until it goes; `invocations` is whether it may call functions.
pub(crate) async fn run(app: App, port: u16, invocations: bool) -> ExitCode {
    let code = match answer(app, port, invocations).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            FAILED
        }
    };
    ExitCode::from(code)
}

async fn answer(app: App, port: u16, invocations: bool) -> Result<u8, Error> {
    // Before anything else: once the port is open, the host may end at any time, and its id would be another's; or signal.
    let (host, interruption) = (parent(), Interruption::new());
    // Then the port: the host waits for it, and everything else can be waited for by the calls that need it.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| Error::Bind {
        address: format!("127.0.0.1:{port}"),
        error,
        advice: "the Functions host chose it with FUNCTIONS_CUSTOMHANDLER_PORT",
    })?;
    let body_limit = app.body_limit;
    let mut settings = app.mcp_settings(None)?;
    // To the Functions host a stream is a call, and it ends the process when one takes too long.
    settings.stream_lifetime = app.timeout;
    settings.origins.extend(local_origins());
    settings.found_by_host = is_found_by_host(std::env::var(HOST_NAME).ok().as_deref());
    let (functions, setup) = app.prepare()?;
    let bindings = FunctionBindings::of_settings(&functions.registry, &|name| std::env::var(name).ok());
    let mcp = Arc::new(McpServer::new(Arc::clone(&functions), bindings, settings));
    for (why, functions) in mcp.unserved_by_reason() {
        tracing::warn!("not at /mcp: {}: {why}", functions.join(", "));
    }
    if mcp.keeps_tasks_to_itself() {
        tracing::warn!(
            "tasks are kept in the memory of this instance: if the app has several, the others know nothing of them; give them \
             a store that all share with App::tasks"
        );
    }
    let authority = format!("127.0.0.1:{port}");
    let registered = Arc::clone(&functions);
    let routes = Routes::default();
    let handler = Arc::new(Handler { functions, mcp: Arc::clone(&mcp), authority, body_limit, invocations, routes });
    if invocations {
        let handler = Arc::clone(&handler);
        task::spawn(async move { handler.open_route().await.map_or((), drop) });
    }
    let (ended, mut end) = tokio::sync::watch::channel(());
    let server = task::spawn(http::serve(listener, Peer::Host, handler, async move {
        let _ = end.changed().await;
    }));
    // Schemas take a moment to build, for which no call should wait.
    drop(task::spawn_blocking(move || {
        for warning in compatibility::warnings(&registered.registry) {
            tracing::warn!("{warning}");
        }
    }));
    let code = tokio::select! {
        Err(error) = setup => return Err(error),
        code = end_of_life(host, interruption) => code,
    };
    shutdown::begin();
    drop(ended);
    let _ = server.await;
    mcp.ended().await;
    Ok(code)
}

/// The origins that `Host.CORS` of local.settings.json allows. The host on a developer's machine answers the browsers of their pages,
/// and hands the requests on. In Azure the variable is not set, and no file is read.
fn local_origins() -> Vec<String> {
    if std::env::var_os(CORE_TOOLS).is_none() {
        return Vec::new();
    }
    let root = std::env::var_os(APP_ROOT).map_or_else(PathBuf::new, PathBuf::from);
    match Settings::of_folder(Some(&root), []) {
        Ok(settings) => settings.origins().to_vec(),
        Err(error) => {
            tracing::warn!("{error}");
            Vec::new()
        }
    }
}

/// Where the Functions host says in which folder the app is.
const APP_ROOT: &str = "FUNCTIONS_APP_ROOT_PATH";

/// Where the platform says by what name it finds the app.
const HOST_NAME: &str = "WEBSITE_HOSTNAME";

/// Whether a front end finds the app by `Host`. Core Tools set the name as well, to that of this machine; a host that nobody has put
/// behind a front end has none.
fn is_found_by_host(name: Option<&str>) -> bool {
    name.is_some_and(|name| !name.is_empty() && !http::is_local_authority(name))
}

/// Waits for a reason to stop.
async fn end_of_life(host: u32, interruption: Interruption) -> u8 {
    tokio::select! {
        () = parent_gone(host) => {
            tracing::warn!("the Functions host is gone: stopping");
            HOST_GONE
        }
        code = signalled(interruption) => code,
    }
}

/// The process that started this one.
fn parent() -> u32 {
    #[cfg(unix)]
    return std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    return 0;
}

/// Waits until the process that started this one has ended. The host ends its handler with a signal that cannot be missed, but
/// cannot do so when it is killed itself.
///
/// The looking is left to a thread: a timer of the runtime would be set anew in the kernel before each wait for a request.
#[cfg(unix)]
async fn parent_gone(host: u32) {
    let (gone, is_gone) = tokio::sync::oneshot::channel();
    let watch = move || {
        while parent() == host {
            std::thread::sleep(Duration::from_millis(500));
        }
        let _ = gone.send(());
    };
    let watching = std::thread::Builder::new().name("parent-watch".to_owned()).spawn(watch);
    if watching.is_err() || is_gone.await.is_err() {
        // Without a thread nobody looks; the host's own signal still comes.
        std::future::pending::<()>().await;
    }
}

/// On Windows the host's job object ends the handler with it.
#[cfg(not(unix))]
async fn parent_gone(_host: u32) {
    std::future::pending::<()>().await;
}

/// Waits for a signal that means the end, and gives the code to end with.
#[cfg(unix)]
async fn signalled(interruption: Interruption) -> u8 {
    let Some([mut interrupt, mut terminate]) = interruption.signals else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => TERMINATED,
        code = async {
            // Ctrl-C reaches the whole process group: the host stops its functions first, and then this process.
            interrupt.recv().await;
            tracing::info!("interrupted: the Functions host will stop this process; interrupt it again to stop it now");
            interrupt.recv().await;
            INTERRUPTED
        } => code,
    }
}

#[cfg(not(unix))]
async fn signalled(mut interruption: Interruption) -> u8 {
    interruption.wait_for_termination().await;
    TERMINATED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_front_end_knows_an_app_by_its_name() {
        assert!(is_found_by_host(Some("app.azurewebsites.net")));
        for name in [None, Some(""), Some("localhost:7071"), Some("127.0.0.1:7071")] {
            assert!(!is_found_by_host(name), "{name:?}");
        }
    }
}
