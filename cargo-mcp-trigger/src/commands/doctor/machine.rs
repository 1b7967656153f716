//! The ports of this machine: the one that the app wants, and those of Azurite.

use super::check::Check;
use host_protocol::app_folder::LOCAL_SETTINGS;
use local_host::{PORT, Settings};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

const AREA: &str = "This machine";
/// Azurite's ports for blobs, queues and tables.
const AZURITE: [u16; 3] = [10000, 10001, 10002];
const CONNECT: Duration = Duration::from_millis(500);

/// The checks of ports, as the settings in the app's folder name them.
pub(super) fn checks(root: Option<&Path>) -> Vec<Check> {
    let settings = Settings::of_folder(root, []).unwrap_or_default();
    let port = settings.port().unwrap_or(PORT);
    let uses_azurite =
        settings.get("AzureWebJobsStorage").is_some_and(|account| account.trim() == "UseDevelopmentStorage=true");
    vec![port_is_free(port), azurite(AZURITE, uses_azurite)]
}

fn port_is_free(port: u16) -> Check {
    let name = format!("port {port}");
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Check::ok(AREA, name, "free"),
        Err(error) => Check::warning(
            AREA,
            name,
            format!("an app cannot listen there: {error}"),
            format!(
                "end the program that does, or choose another with `--port` or Host.LocalHttpPort in {LOCAL_SETTINGS}"
            ),
        ),
    }
}

fn azurite(ports: [u16; 3], is_used: bool) -> Check {
    let answers =
        |port: u16| TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), CONNECT).is_ok();
    let silent: Vec<_> = ports.into_iter().filter(|port| !answers(*port)).map(|port| port.to_string()).collect();
    let [first, .., last] = ports;
    let start = "azurite --silent, or `Azurite: Start` in VS Code";
    match silent.len() {
        0 => Check::ok(AREA, "Azurite", format!("answers on the ports {first} to {last}")),
        3 if is_used => Check::absent(
            AREA,
            "Azurite",
            format!("does not run; `func start` needs it, since {LOCAL_SETTINGS} names it"),
            start,
        ),
        3 => Check::absent(AREA, "Azurite", "does not run; only `func start` needs it", start),
        _ => Check::warning(
            AREA,
            "Azurite",
            format!("does not answer on {}", silent.join(" and ")),
            "start it with all three services",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::State;
    use super::*;

    #[test]
    fn ports_are_tried() {
        let listeners: [TcpListener; 3] = std::array::from_fn(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
        let ports = listeners.each_ref().map(|listener| listener.local_addr().unwrap().port());
        assert_eq!(port_is_free(ports[0]).state, State::Warning);
        assert_eq!(azurite(ports, true).state, State::Ok);
        let [first, ..] = listeners;
        drop(first);
        let check = azurite(ports, true);
        assert_eq!((check.state, check.detail), (State::Warning, format!("does not answer on {}", ports[0])));
        assert_eq!(port_is_free(ports[0]).state, State::Ok);
    }
}
