//! Writes the messages of host-protocol/src/rpc/function_rpc.proto as Rust: `cargo run -p rpc-messages`. With `--check` it compares them.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

const FIRST_LINES: &str =
    "//! The messages of function_rpc.proto, made by `cargo run -p rpc-messages`. Not edited by hand.\n\n";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../host-protocol/src/rpc");
    let mut config = prost_build::Config::new();
    config.btree_map(["."]).bytes(["."]);
    let files = protox::compile(["function_rpc.proto"], [&folder])?;
    let modules =
        files.file.into_iter().map(|file| (prost_build::Module::from_protobuf_package_name("messages"), file));
    let code: String = config.generate(modules.collect())?.into_values().collect();
    let (code, file) = (format!("{FIRST_LINES}{code}"), folder.join("messages.rs"));
    if std::env::args().nth(1).as_deref() != Some("--check") {
        fs::write(file, code)?;
        return Ok(ExitCode::SUCCESS);
    }
    if fs::read_to_string(file)? == code {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "error: messages.rs is not what function_rpc.proto says; run `cargo run -p rpc-messages`, and commit what it writes"
    );
    Ok(ExitCode::FAILURE)
}
