//! Questions on the terminal. They are asked on standard error: standard output is for results.

use crate::error::Error;
use crate::output::{self, ASIDE, HEADLINE, NAME, styled};
use clap::ValueEnum;
use std::io::{IsTerminal as _, Write as _, stdin};

/// Whether somebody can answer.
pub(super) fn can_ask() -> bool {
    stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks for a text.
pub(super) fn text(question: &str, default: &str) -> Result<String, Error> {
    let answer = line(&format!("{} {}", styled(HEADLINE, question), styled(ASIDE, format!("[{default}]"))))?;
    Ok(if answer.is_empty() { default.to_owned() } else { answer })
}

/// Asks for one of the values of a type, by number or name; `none` is a name and a description for none of them. The first is the default.
pub(super) fn choose<T: ValueEnum>(question: &str, none: Option<(&str, &str)>) -> Result<Option<T>, Error> {
    let values = T::value_variants().iter();
    let values = values.filter_map(|value| Some((value.to_possible_value()?, Some(value.clone()))));
    let values = values.map(|(said, value)| {
        (said.get_name().to_owned(), said.get_help().map(ToString::to_string).unwrap_or_default(), value)
    });
    let none = none.map(|(name, description)| (name.to_owned(), description.to_owned(), None));
    let answers: Vec<_> = none.into_iter().chain(values).collect();

    output::note(styled(HEADLINE, question));
    for (number, (name, description, _)) in (1..).zip(&answers) {
        output::note(format!("  {number}  {} {}", styled(NAME, format!("{name:<10}")), styled(ASIDE, description)));
    }
    loop {
        let answer = line(&styled(ASIDE, "[1]"))?;
        let answer = if answer.is_empty() { "1" } else { &*answer };
        let number = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let by_number = number.and_then(|number| answers.get(number));
        let found = by_number.or_else(|| answers.iter().find(|(name, ..)| name.eq_ignore_ascii_case(answer)));
        if let Some((.., value)) = found {
            return Ok(value.clone());
        }
        output::note(format!("`{}` is none of them: answer with a number or a name", output::foreign(answer)));
    }
}

/// Shows a prompt and reads a line.
fn line(prompt: &str) -> Result<String, Error> {
    let mut out = anstream::stderr().lock();
    let _ = write!(out, "{prompt} ").and_then(|()| out.flush());
    drop(out);
    let mut answer = String::new();
    match stdin().read_line(&mut answer) {
        Ok(0) => Err(Error::new("no answer").why("the input has ended").next("give the options, or `--yes`")),
        Ok(_) => Ok(answer.trim().to_owned()),
        Err(error) => Err(Error::new("cannot read the answer").why(error)),
    }
}
