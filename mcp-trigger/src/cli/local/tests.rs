//! Tests of command lines.

use super::listen::Listen;
use super::sign_in::Person;
use super::*;
use crate::cli::handler::{self, Handler};
use crate::cli::usage::commands;
use crate::cli::{self, help};
use std::ffi::OsString;

fn read(arguments: &[&str], handler_port: Option<&str>) -> Result<cli::Command, Error> {
    cli::Command::read(Parser::from_args(arguments), handler_port.map(OsString::from))
}

fn refused(arguments: &[&str]) -> String {
    let error = read(arguments, None).unwrap_err();
    assert_eq!(error.exit_code(), 2, "{error}");
    error.to_string()
}

#[test]
fn without_a_command_it_serves_or_answers_the_host() {
    assert_eq!(read(&[], None).unwrap(), cli::Command::Local(Command::Serve(Serve::default())));
    assert_eq!(read(&[], Some("4711")).unwrap(), handler(4711, true));
    let listen = Listen {
        address: Some("::1".parse().unwrap()),
        port: Some(0),
        storage: Some("box".into()),
        ..Listen::default()
    };
    let serve = cli::Command::Local(Command::Serve(Serve { listen }));
    assert_eq!(read(&["--port=0", "--address", "::1", "--storage", "box"], None).unwrap(), serve);
    let serve = Serve { listen: Listen { port: Some(8080), ..Listen::default() } };
    assert_eq!(read(&["serve", "-p", "8080"], None).unwrap(), cli::Command::Local(Command::Serve(serve)));
}

fn handler(port: u16, invocations: bool) -> cli::Command {
    cli::Command::Handler(Handler { port, invocations })
}

#[test]
fn the_host_may_give_arguments() {
    for line in [&["--no-invocations"][..], &["handler", "--no-invocations"]] {
        assert_eq!(read(line, Some("4711")).unwrap(), handler(4711, false), "{line:?}");
    }
    assert_eq!(read(&["handler"], Some("4711")).unwrap(), handler(4711, true));
    // A misspelled option is an error, whatever has started the program.
    for line in [&["--no-invocation"][..], &["--port", "1"], &["--no-invocations=false"], &["--no-invocations", "x"]] {
        assert_eq!(read(line, Some("4711")).unwrap_err().exit_code(), 2, "{line:?}");
    }
    let error = read(&["handler"], None).unwrap_err();
    assert!(error.exit_code() == 1 && error.to_string().contains("FUNCTIONS_CUSTOMHANDLER_PORT is not set"), "{error}");
    assert!(matches!(read(&["serve", "--port", "1"], Some("4711")), Ok(cli::Command::Local(Command::Serve(_)))));
}

#[test]
fn naming_keys_asks_for_them() {
    let serve = Serve { listen: Listen { auth: true, ..Listen::default() } };
    assert_eq!(read(&["--auth"], None).unwrap(), cli::Command::Local(Command::Serve(serve)));
    let serve = Serve { listen: Listen { auth: true, keys: Some("box.json".into()), ..Listen::default() } };
    assert_eq!(read(&["serve", "--keys", "box.json"], None).unwrap(), cli::Command::Local(Command::Serve(serve)));
    let serve = Serve { listen: Listen { open: true, show_key: true, ..Listen::default() } };
    assert_eq!(read(&["--open", "--show-key"], None).unwrap(), cli::Command::Local(Command::Serve(serve)));
    assert!(matches!(read(&["keys", "--keys", "box.json", "--json"], None), Ok(cli::Command::Local(Command::Keys(_)))));
    assert!(refused(&["keys", "--keys"]).contains("`--keys` wants a file"));
}

#[test]
fn test_users_have_what_follows_them() {
    let line = "--auth test-user Ada --role admin --role reader --scope read --auth=test-agent nightly --role Caller --auth test-user";
    let cli::Command::Local(Command::Serve(Serve { listen })) =
        read(&line.split(' ').collect::<Vec<_>>(), None).unwrap()
    else {
        panic!("another command")
    };
    let person = |kind: &str, name: &str, options: &[(&str, &str)]| {
        let mut person = Person::new(kind, (!name.is_empty()).then(|| name.to_owned()));
        options.iter().for_each(|(option, value)| person.add(option, (*value).to_owned()).unwrap());
        person
    };
    let ada = person("test-user", "Ada", &[("role", "admin"), ("role", "reader"), ("scope", "read")]);
    let nightly = person("test-agent", "nightly", &[("role", "Caller")]);
    assert_eq!((listen.people, listen.tokens), (vec![ada, nightly, person("test-user", "test-user", &[])], true));
    for (line, why) in [
        ("--role admin", "begin with `--auth test-user`"),
        ("--auth test-user Ada Bob", "one argument too many"),
        ("--auth test-user --role", "`--role` wants a name"),
        ("--auth test-user --scope=", "a name has no blanks"),
        ("--auth test-agent --scope read", "no user grants an agent a scope"),
        ("--auth entra --auth test-user", "choose one"),
        ("--auth test-agent --auth entra", "choose one"),
        ("--auth test-users", "`test-users` is none of them"),
    ] {
        let message = refused(&line.split(' ').collect::<Vec<_>>());
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn a_command_is_a_command_even_where_the_variable_is_set() {
    let generate = Generate {
        check: true,
        self_hosted: true,
        native: false,
        root: Some("app".into()),
        bin: Some("bin/app".to_owned()),
    };
    let line = ["generate", "--check", "--self-hosted", "--root", "app", "--bin", "bin/app"];
    assert_eq!(read(&line, Some("4711")).unwrap(), cli::Command::Local(Command::Generate(generate)));
}

#[test]
fn a_host_takes_what_serve_takes_and_a_folder() {
    let listen = Listen { port: Some(0), json: true, ..Listen::default() };
    let host = Host { root: Some("app".into()), watch: true, until_eof: false, listen };
    assert_eq!(
        read(&["host", "--root", "app", "-p", "0", "--json", "--watch"], Some("4711")).unwrap(),
        cli::Command::Local(Command::Host(host))
    );
    assert!(refused(&["host", "app"]).contains("`app` is one argument too many"));
    assert!(refused(&["serve", "--root", "app"]).contains("`serve` has no option `--root`"));
}

#[test]
fn a_port_of_the_host_that_is_none_is_an_error() {
    for port in ["", "x", "0", "65536", "-1"] {
        let error = read(&[], Some(port)).unwrap_err();
        assert!(error.exit_code() == 1 && error.to_string().contains(handler::PORT), "{error}");
    }
}

#[test]
fn help_and_version() {
    assert_eq!(read(&["--help"], None).unwrap(), cli::Command::Help(None));
    assert_eq!(read(&["-V"], Some("4711")).unwrap(), cli::Command::Version);
    for line in [&["call", "--help"][..], &["help", "call"], &["call", "x", "-h"]] {
        assert_eq!(read(line, None).unwrap(), cli::Command::Help(Some(&call::USAGE)), "{line:?}");
    }
    for usage in commands() {
        let text = help::text(Some(usage));
        for option in usage.options.iter().filter(|option| **option != "help") {
            assert!(text.contains(&format!("--{option} ")), "{option} in {text}");
        }
    }
    assert!(help::text(None).contains("  generate  Writes"), "{}", help::text(None));
}

#[test]
fn what_is_unknown_is_named_with_what_was_meant() {
    let message = refused(&["genrate"]);
    assert!(
        message.contains("no command `genrate`; did you mean `generate`?") && message.contains("--help"),
        "{message}"
    );
    let message = refused(&["generate", "--chek"]);
    assert!(message.contains("no option `--chek`; did you mean `--check`?"), "{message}");
    assert!(message.contains("generate --help"), "{message}");
    assert!(refused(&["--prot", "1"]).contains("`serve` has no option `--prot`; did you mean `--port`?"));
    assert!(refused(&["serve", "now"]).contains("`now` is one argument too many"));
    assert!(refused(&["--port", "many"]).contains("`--port` wants a number from 0 to 65535, and `many` is none"));
    assert!(refused(&["--port"]).contains("`--port` wants a number"));
    assert!(refused(&["list", "--json=1"]).contains("--json"));
    assert!(refused(&["call"]).contains("the name of a tool"));
    assert!(refused(&["generate", "--bin", "./app"]).contains("`./app` is none"));
}

#[test]
fn what_follows_two_hyphens_is_for_func() {
    let cli::Command::Local(Command::Start(start)) =
        read(&["start", "--root", "app", "--", "--port", "7072"], None).unwrap()
    else {
        panic!()
    };
    assert!(format!("{start:?}").contains(r#"func: ["--port", "7072"]"#), "{start:?}");
    assert!(refused(&["start", "--port", "7072"]).contains("no option `--port`"));
}
