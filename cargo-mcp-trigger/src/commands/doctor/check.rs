//! [`Check`]: one thing that was looked at, and the text of all.

use crate::output::{self, ASIDE, BAD, GOOD, HEADLINE, NAME, WARNING, styled};
use anstyle::Style;
use serde::Serialize;

/// The finding of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Ok,
    /// Useful, and not there.
    Absent,
    /// It may be intended.
    Warning,
    /// The app cannot be built, or does not run in Azure.
    Broken,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    /// The headline above it.
    area: &'static str,
    pub(super) name: String,
    pub(super) state: State,
    /// The finding in words: a version or a path, or the fault.
    pub(super) detail: String,
    /// The next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mend: Option<String>,
}

impl Check {
    fn new(
        area: &'static str,
        name: impl Into<String>,
        state: State,
        detail: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        let mend = Some(mend.into()).filter(|mend| !mend.is_empty());
        Check { area, name: name.into(), state, detail: detail.into(), mend }
    }

    pub(super) fn ok(area: &'static str, name: impl Into<String>, detail: impl Into<String>) -> Self {
        Check::new(area, name, State::Ok, detail, "")
    }

    pub(super) fn absent(
        area: &'static str,
        name: impl Into<String>,
        detail: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Check::new(area, name, State::Absent, detail, mend)
    }

    pub(super) fn warning(
        area: &'static str,
        name: impl Into<String>,
        detail: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Check::new(area, name, State::Warning, detail, mend)
    }

    pub(super) fn broken(
        area: &'static str,
        name: impl Into<String>,
        detail: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Check::new(area, name, State::Broken, detail, mend)
    }

    pub(super) fn is_broken(&self) -> bool {
        self.state == State::Broken
    }
}

impl State {
    fn word(self) -> (&'static str, Style) {
        match self {
            State::Ok => ("ok", GOOD),
            State::Absent => ("absent", ASIDE),
            State::Warning => ("warning", WARNING),
            State::Broken => ("broken", BAD),
        }
    }
}

/// The column of what was found, behind the words of [`State`].
const NAMES: usize = 11;

/// The text for the terminal: the checks of each area, and how many are not as they should be.
pub(super) fn text(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.name.chars().count()).filter(|width| *width <= 24).max().unwrap_or(0);
    let mut text = String::new();
    let mut area = "";
    for check in checks {
        if check.area != area {
            area = check.area;
            text += &format!("{}{}\n", if text.is_empty() { "" } else { "\n" }, styled(HEADLINE, area));
        }
        let (word, style) = check.state.word();
        let details = NAMES + width + 2;
        let detail = output::wrapped(&output::foreign(&check.detail), details);
        text += &format!(
            "  {}  {}  {detail}\n",
            styled(style, format!("{word:<7}")),
            styled(NAME, format!("{:<width$}", check.name))
        );
        if let Some(mend) = &check.mend {
            text += &format!(
                "{}{} {}\n",
                " ".repeat(details),
                styled(ASIDE, "next:"),
                output::wrapped(&output::foreign(mend), details + 6)
            );
        }
    }
    let count = |state| checks.iter().filter(|check| check.state == state).count();
    let (broken, warnings) = (count(State::Broken), count(State::Warning));
    text += "\n";
    text += &match (broken, warnings) {
        (0, 0) => styled(GOOD, "Nothing is broken."),
        (0, 1) => format!("{} 1 warning.", styled(GOOD, "Nothing is broken.")),
        (0, _) => format!("{} {warnings} warnings.", styled(GOOD, "Nothing is broken.")),
        (1, _) => styled(BAD, "1 thing is broken."),
        (_, _) => styled(BAD, format!("{broken} things are broken.")),
    };
    if checks.iter().any(|check| check.state == State::Absent) {
        text += &styled(ASIDE, " What is absent is only needed for what its line says.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_area_has_a_headline_and_each_check_its_mend() {
        let checks = [
            Check::ok("Rust", "rustc", "1.95.0"),
            Check::absent("Rust", "zig", "not installed", "pip install ziglang"),
            Check::broken("App", "host.json", "\u{1b}[2J is not JSON ".repeat(9), "mend it"),
        ];
        let text = text(&checks);
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert!(
            plain.starts_with("Rust\n  ok       rustc      1.95.0\n  absent   zig        not installed\n"),
            "{plain}"
        );
        assert!(plain.contains("next: pip install ziglang\n\nApp\n  broken   host.json  \\u{1b}[2J is"), "{plain}");
        assert!(
            plain.ends_with("\n1 thing is broken. What is absent is only needed for what its line says."),
            "{plain}"
        );
        assert!(plain.lines().all(|line| line.chars().count() <= output::WIDEST), "{plain}");
    }
}
