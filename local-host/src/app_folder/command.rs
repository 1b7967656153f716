//! The command that starts a handler: program, arguments and folder (recordings/host-json.jsonl).

use super::configuration::HandlerDescription;
use std::path::{Path, PathBuf};

/// The command that starts a handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HandlerCommand {
    /// A file, or a name that is looked up in `PATH`.
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) folder: PathBuf,
}

impl HandlerCommand {
    /// The command of a description, for an app in the folder `root`.
    pub(crate) fn new(
        description: &HandlerDescription,
        root: &Path,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let HandlerDescription {
            executable,
            working_directory,
            worker_directory,
            arguments,
            worker_path,
            worker_arguments,
            ..
        } = description;
        let executable = expand(executable, variable);
        let file = root.join(worker_directory).join(&executable);
        // Only a file that is there is meant; any other name is left to the operating system.
        let program = if file.is_file() { tidy(&file) } else { executable.into() };
        // The host puts the arguments into one line, and .NET takes it apart again.
        let worker_path = Some(expand(worker_path, variable)).filter(|path| !path.is_empty());
        let line: Vec<String> = [
            arguments.iter().map(|argument| expand(argument, variable)).collect(),
            worker_path.map(|path| format!("\"{path}\"")).into_iter().collect(),
            worker_arguments.iter().map(|argument| expand(argument, variable)).collect::<Vec<_>>(),
        ]
        .concat();
        let arguments = split(&without_unknown(&line.join(" ")));
        HandlerCommand { program, arguments, folder: tidy(&root.join(working_directory)) }
    }
}

/// A path without `.` segments, as `./run.sh` has.
fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}

/// Replaces `%NAME%` by the value of the variable, as .NET does. Unknown names stay.
fn expand(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    // The percent sign after an unknown name may begin the next.
    while let Some(begin) = rest.find('%') {
        expanded += &rest[..begin];
        rest = &rest[begin..];
        let Some(end) = rest[1..].find('%').map(|end| end + 1) else { break };
        match variable(&rest[1..end]) {
            Some(value) => {
                expanded += &value;
                rest = &rest[end + 1..];
            }
            None => {
                expanded += &rest[..end];
                rest = &rest[end..];
            }
        }
    }
    expanded + rest
}

/// Removes the `%NAME%` of unknown variables. Two percent signs with nothing between them stay.
fn without_unknown(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find('%') {
        // At least one character belongs to the name, be it a percent sign.
        let first = rest[begin + 1..].chars().next().map_or(0, char::len_utf8);
        let Some(end) = rest[begin + 1 + first..].find('%') else { break };
        kept += &rest[..begin];
        rest = &rest[begin + 1 + first + end + 1..];
    }
    kept + rest
}

/// Splits a line of arguments, as .NET does on all systems: blanks separate, double quotes group, backslashes escape
/// double quotes only.
fn split(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut rest = line.trim_start_matches([' ', '\t']);
    while !rest.is_empty() {
        let (argument, after) = next_argument(rest);
        arguments.push(argument);
        rest = after.trim_start_matches([' ', '\t']);
    }
    arguments
}

fn next_argument(line: &str) -> (String, &str) {
    let mut argument = String::new();
    let mut quoted = false;
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        match character {
            ' ' | '\t' if !quoted => break,
            '\\' => {
                let after = rest.trim_start_matches('\\');
                let count = rest.len() - after.len();
                rest = after;
                if rest.starts_with('"') {
                    argument += &"\\".repeat(count / 2);
                    if count % 2 == 1 {
                        argument.push('"');
                        rest = &rest[1..];
                    }
                } else {
                    argument += &"\\".repeat(count);
                }
            }
            '"' if quoted && rest.starts_with("\"\"") => {
                argument.push('"');
                rest = &rest[2..];
            }
            '"' => {
                quoted = !quoted;
                rest = &rest[1..];
            }
            other => {
                argument.push(other);
                rest = &rest[other.len_utf8()..];
            }
        }
    }
    (argument, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str) -> Option<String> {
        let known = [("A", "1"), ("B", "b c"), ("E", "")];
        known.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn variables_are_expanded_and_what_is_unknown_stays() {
        for (text, expected) in [
            ("%A%", "1"),
            ("x%A%y%B%", "x1yb c"),
            ("%NO%", "%NO%"),
            ("%NO%A%", "%NO1"),
            ("50%", "50%"),
            ("%%A%", "%1"),
            ("%E%", ""),
            ("ä%A%ö", "ä1ö"),
        ] {
            assert_eq!(expand(text, &variable), expected, "{text}");
        }
    }

    #[test]
    fn in_arguments_the_unknown_vanishes() {
        for (text, expected) in
            [("a %NO% b", "a  b"), ("%NO%", ""), ("50%", "50%"), ("%%", "%%"), ("%%x%", ""), ("a%ö%b", "ab")]
        {
            assert_eq!(without_unknown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_line_is_taken_apart_as_by_dot_net() {
        for (line, expected) in [
            ("", &[][..]),
            ("  a\tb  ", &["a", "b"]),
            (r#"--q="x y" z"#, &["--q=x y", "z"]),
            (r#""a b"c"#, &["a bc"]),
            (r#""""#, &[""]),
            (r#""a""b""#, &["a\"b"]),
            (r#"a\b c:\d\"#, &[r"a\b", r"c:\d\"]),
            (r#"\"a \\"b c\\" \\\"d"#, &["\"a", r"\b c\", "\\\"d"]),
            ("it's 'q q'", &["it's", "'q", "q'"]),
            ("\"open end", &["open end"]),
        ] {
            assert_eq!(split(line), expected, "{line}");
        }
    }

    #[test]
    fn a_file_of_the_app_wins_over_a_program_of_the_system() {
        let folder = crate::test_folder::TestFolder::new();
        folder.write("bin/node", "");
        let command = |executable: &str, worker_directory: &str| {
            let description = HandlerDescription {
                executable: executable.to_owned(),
                worker_directory: worker_directory.to_owned(),
                working_directory: "sub".to_owned(),
                worker_path: "my worker.js".to_owned(),
                worker_arguments: vec!["%NO%w".to_owned()],
                arguments: vec!["%B%".to_owned()],
                ..HandlerDescription::default()
            };
            HandlerCommand::new(&description, folder.path(), &variable)
        };
        assert_eq!(command("node", "").program, Path::new("node"));
        assert_eq!(command("./bin/node", "").program, folder.path().join("bin/node"));
        assert_eq!(command("node", "bin").program, folder.path().join("bin/node"));
        assert_eq!(command("bin", "").program, Path::new("bin"), "a folder is no file");
        assert_eq!(command("x", "").arguments, ["b", "c", "my worker.js", "w"]);
        assert_eq!(command("x", "").folder, folder.path().join("sub"));
    }
}
