use super::BindingError;

/// Puts app settings in the place of their names between percent signs, as in `%CONTAINER%/{name}.json`. The host does so once,
/// when it loads a function.
///
/// # Errors
///
/// When there is no such setting, or no second percent sign: the host puts the function in error.
pub fn resolve_settings(text: &str, setting: impl Fn(&str) -> Option<String>) -> Result<String, BindingError> {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        let Some((name, after)) = after.split_once('%') else {
            return Err(BindingError::new(format!(
                "`{text}` has one `%` too many: a percent sign begins and ends the name of an app setting, as in `%NAME%`"
            )));
        };
        let Some(value) = setting(name) else {
            return Err(BindingError::new(format!(
                "`%{name}%` in `{text}` is no app setting; set the variable {name}"
            )));
        };
        resolved.push_str(before);
        resolved.push_str(&value);
        rest = after;
    }
    resolved.push_str(rest);
    Ok(resolved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_stand_in_for_their_names() {
        let resolve = |text| resolve_settings(text, |name| (name == "A").then(|| "a%b".to_owned()));
        assert_eq!(resolve("plain/{x}").unwrap(), "plain/{x}");
        assert_eq!(resolve("%A%/{x}-%A%").unwrap(), "a%b/{x}-a%b");
        assert!(resolve("%B%/x").unwrap_err().to_string().contains("set the variable B"));
        assert!(resolve("100%").is_err());
    }
}
