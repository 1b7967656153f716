//! Where in a value the mistake is.

use super::mistake::Mistake;
use serde_path_to_error::Segment;
use std::fmt::Write as _;

/// A mistake and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misread {
    pub(super) path: Vec<Step>,
    pub(super) mistake: Mistake,
}

/// A step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Member(String),
    Item(usize),
}

impl Misread {
    pub(super) fn of_serde(error: serde_path_to_error::Error<Mistake>) -> Self {
        let steps = error.path().iter().filter_map(|segment| match segment {
            Segment::Map { key: name } | Segment::Enum { variant: name } => Some(Step::Member(name.clone())),
            Segment::Seq { index } => Some(Step::Item(*index)),
            Segment::Unknown => None,
        });
        let mut path: Vec<Step> = steps.collect();
        // These are mistakes of the object, though serde tells them when it has come to the member.
        if matches!(error.inner(), Mistake::Unknown(..) | Mistake::Twice(_)) {
            path.pop();
        }
        Misread { path, mistake: error.into_inner() }
    }

    /// For who has sent the value as an argument.
    pub(crate) fn of_argument(&self, name: &str) -> String {
        self.below(name, &self.path)
    }

    /// For who has sent all arguments in it.
    pub(crate) fn of_arguments(&self) -> String {
        match (self.path.as_slice(), &self.mistake) {
            ([Step::Member(name), path @ ..], _) => self.below(name, path),
            ([], Mistake::Missing(_) | Mistake::Unknown(..) | Mistake::Twice(_)) => {
                format!("argument {}", self.mistake)
            }
            (_, mistake) => format!("arguments: {mistake}"),
        }
    }

    fn below(&self, name: &str, path: &[Step]) -> String {
        let mistake = &self.mistake;
        match spelled(path) {
            place if place.is_empty() => format!("argument `{name}`: {mistake}"),
            place => format!("argument `{name}` at `{place}`: {mistake}"),
        }
    }
}

/// `home.rooms[2].size`
fn spelled(path: &[Step]) -> String {
    let mut place = String::new();
    for step in path {
        // Writing to a string cannot fail.
        let _ = match step {
            Step::Member(name) if place.is_empty() => write!(place, "{name}"),
            Step::Member(name) => write!(place, ".{name}"),
            Step::Item(index) => write!(place, "[{index}]"),
        };
    }
    place
}
