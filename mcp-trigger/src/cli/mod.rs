//! The command line of an app.

mod serve;

use crate::app::{App, Error};
use crate::{handler, telemetry};
use std::process::ExitCode;

pub(crate) fn main(app: App) -> ExitCode {
    telemetry::init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("x");
    if let Ok(port) = std::env::var("FUNCTIONS_CUSTOMHANDLER_PORT") {
        return runtime.block_on(handler::run(app, port.parse().unwrap()));
    }
    match runtime.block_on(serve::run(app, "127.0.0.1".parse().unwrap(), 7071)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
