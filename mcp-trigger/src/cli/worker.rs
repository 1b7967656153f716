//! The start as a language worker: the arguments with which the Functions host starts one.

use crate::app::Error;
use crate::worker::Start;
use mcp_trigger_core::http;
use std::ffi::OsString;

/// Reads the arguments of the host, both in today's form and in the older one. `None` if they are not the host's.
///
/// # Errors
///
/// If an argument is missing or cannot be read.
pub(super) fn read(arguments: &[OsString]) -> Result<Option<Start>, Error> {
    // A command comes first, and takes whatever follows.
    if arguments.first().is_none_or(|first| !first.to_string_lossy().starts_with('-')) {
        return Ok(None);
    }
    let arguments: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let value = |name: &str| {
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.strip_prefix(name) {
                Some("") => return rest.next().map(std::convert::AsRef::as_ref),
                Some(value) if value.starts_with('=') => return Some(&value[1..]),
                _ => {}
            }
        }
        None
    };
    let uri = value("--functions-uri");
    let worker_id = value("--functions-worker-id").or_else(|| value("--workerId"));
    if uri.is_none() && worker_id.is_none() {
        return Ok(None);
    }
    let wrong = |why: &str| {
        Error::Usage(format!(
            "the arguments of a language worker are wrong: {why}; the Functions host gives them when it starts the program"
        ))
    };
    let authority = match uri {
        Some(uri) => {
            let uri: hyper::Uri = uri.parse().map_err(|_| wrong("`--functions-uri` is not an address"))?;
            if uri.scheme_str() != Some("http") {
                return Err(wrong("`--functions-uri` wants an address with http:, which never leaves this machine"));
            }
            match (uri.host(), uri.port_u16()) {
                (Some(host), Some(port)) => format!("{host}:{port}"),
                _ => return Err(wrong("`--functions-uri` wants a host and a port")),
            }
        }
        None => match (value("--host"), value("--port").map(str::parse::<u16>)) {
            (Some(host), Some(Ok(port))) => format!("{host}:{port}"),
            _ => return Err(wrong("without `--functions-uri`, `--host` and `--port` are needed")),
        },
    };
    if !authority.rsplit_once(':').is_some_and(|(host, _)| http::is_loopback_host(host)) {
        return Err(wrong("the stream leads to another machine, and the Functions host is on this one (127.0.0.1)"));
    }
    let request_id = value("--functions-request-id").or_else(|| value("--requestId")).unwrap_or_default();
    let limit = value("--functions-grpc-max-message-length").or_else(|| value("--grpcMaxMessageLength"));
    let message_limit = match limit.map(str::parse::<u32>) {
        None => MESSAGE_LIMIT,
        Some(Ok(limit)) => usize::try_from(limit).unwrap_or(usize::MAX),
        Some(Err(_)) => return Err(wrong("the limit of messages is not a number of bytes")),
    };
    Ok(Some(Start {
        authority,
        worker_id: worker_id.unwrap_or_default().to_owned(),
        request_id: request_id.to_owned(),
        message_limit,
    }))
}

/// The limit of a message if the host names none, in bytes: that of the host in all recordings.
const MESSAGE_LIMIT: usize = 0x7fff_ffff;

#[cfg(test)]
mod tests {
    use super::*;

    fn start(line: &str) -> Result<Option<Start>, Error> {
        read(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn both_forms_of_the_host_are_read() {
        let wanted = Start {
            authority: "127.0.0.1:7".to_owned(),
            worker_id: "w".to_owned(),
            request_id: "r".to_owned(),
            message_limit: 9,
        };
        for line in [
            "--functions-uri http://127.0.0.1:7/ --functions-worker-id w --functions-request-id r --functions-grpc-max-message-length 9",
            "--host 127.0.0.1 --port 7 --workerId w --requestId r --grpcMaxMessageLength 9",
            "--host 127.0.0.1 --port 1 --workerId v --functions-uri=http://127.0.0.1:7 --functions-worker-id=w --requestId r --grpcMaxMessageLength 9",
        ] {
            assert_eq!(start(line).unwrap(), Some(wanted.clone()), "{line}");
        }
    }

    #[test]
    fn other_lines_are_not_of_the_host() {
        for line in ["", "--port 7071", "serve --port 7", "--help", "call t --args --functions-uri"] {
            assert_eq!(start(line).unwrap(), None, "{line}");
        }
        for line in [
            "--functions-uri https://a:1",
            "--functions-uri http://a",
            "--workerId w",
            "--workerId w --host 127.0.0.1 --port x",
            "--functions-uri http://10.0.0.1:7",
            "--functions-uri http://127.0.0.1.evil.example:7",
            "--functions-uri http://127.0.0.1@evil.example:7",
            "--workerId w --host host.example --port 7",
        ] {
            assert!(start(line).is_err(), "{line}");
        }
    }
}
