//! `AzureFunctionsJobHost__a__b__c`: variables that set members of host.json, and win over the file (recorded: "env
//! override executable").

use host_protocol::host_json::HostJson;
use serde_json::{Value, json};

const PREFIX: &str = "AzureFunctionsJobHost:";

/// Sets the members of a host.json that variables name.
pub(crate) fn apply<'a>(file: &mut HostJson, variables: impl Iterator<Item = (&'a str, &'a str)>) {
    let mut overrides: Vec<(String, &str)> = variables
        .filter_map(|(name, value)| {
            let name = name.replace("__", ":");
            let (prefix, path) = name.split_at_checked(PREFIX.len())?;
            prefix.eq_ignore_ascii_case(PREFIX).then(|| (path.to_owned(), value))
        })
        .collect();
    // Members before what is in them, and the entries of a list in their order.
    overrides.sort_unstable();
    for (path, value) in overrides {
        let path: Vec<&str> = path.split(':').collect();
        // The host reads the version before it looks at variables.
        if path != ["version"] {
            set(file, &path, value);
        }
    }
}

/// The variable that sets a member, given as `a.b.c`.
pub(crate) fn variable_of<'a>(member: &str, mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names.find(|name| {
        let name = name.replace("__", ":");
        let path = name.split_at_checked(PREFIX.len()).filter(|(prefix, _)| prefix.eq_ignore_ascii_case(PREFIX));
        path.is_some_and(|(_, path)| path.replace(':', ".").eq_ignore_ascii_case(member))
    })
}

fn set(file: &mut HostJson, path: &[&str], value: &str) {
    let Some((last, list_path)) = path.split_last() else { return };
    if let Ok(at) = last.parse::<usize>() {
        let mut list = match file.get(list_path) {
            Some(Value::Array(list)) => list,
            _ => Vec::new(),
        };
        match list.get_mut(at) {
            Some(entry) => *entry = json!(value),
            None => list.push(json!(value)),
        }
        file.set(list_path, list);
        return;
    }
    // Where a list is wanted, a JSON array in the text is one, and any other text changes nothing.
    let is_list = matches!(file.get(path), Some(Value::Array(_))) || matches!(*last, "arguments" | "workerArguments");
    match serde_json::from_str(value) {
        Ok(Value::Array(list)) if is_list => drop(file.set(path, list)),
        _ if is_list => {}
        _ => drop(file.set(path, value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overridden(variables: &[(&str, &str)]) -> Value {
        let text = r#"{"version": "2.0", "customHandler": {"description": {"arguments": ["a", "b"]}}}"#;
        let mut file = HostJson::parse(text).unwrap();
        apply(&mut file, variables.iter().copied());
        file.get(&[]).unwrap()
    }

    #[test]
    fn a_variable_sets_a_member_that_may_not_be_there_yet() {
        let file = overridden(&[
            ("AzureFunctionsJobHost__customHandler__description__defaultExecutablePath", "app"),
            ("azurefunctionsjobhost:Extensions:mcp:serverName", "N"),
            ("AzureFunctionsJobHostx__a", "no"),
            ("AzureFunctionsJobHost__version", "3.0"),
        ]);
        assert_eq!(file["customHandler"]["description"]["defaultExecutablePath"], "app");
        assert_eq!(file["Extensions"]["mcp"]["serverName"], "N");
        assert_eq!(file["version"], "2.0", "the version is the file's");
        assert_eq!(file.as_object().unwrap().len(), 3);
    }

    #[test]
    fn lists_are_set_as_a_whole_or_by_their_entries() {
        let arguments = |name: &str, value| {
            let name = format!("AzureFunctionsJobHost__customHandler__description__{name}");
            overridden(&[(&name, value)])["customHandler"]["description"]["arguments"].clone()
        };
        assert_eq!(arguments("arguments", r#"["--x", "y"]"#), json!(["--x", "y"]));
        assert_eq!(arguments("arguments", "--x y"), json!(["a", "b"]));
        assert_eq!(arguments("arguments__1", "c"), json!(["a", "c"]));
        assert_eq!(arguments("arguments__2", "c"), json!(["a", "b", "c"]));
    }
}
