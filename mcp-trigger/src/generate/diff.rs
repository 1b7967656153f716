//! The difference of two texts, line by line, as `git diff` shows it.
//!
//! The texts are files of a few hundred lines at most. A crate that also knows longer ones adds 125 KB to the program.

use std::fmt::Write as _;
use std::ops::Range;

/// The lines that are shown around a change.
const CONTEXT: usize = 3;
/// How many pairs of lines are compared: between longer texts everything from the first change to the last is one change.
const PAIRS: usize = 4_000_000;

/// A line of the old text (`-`), the new one (`+`) or both (blank), with its end.
type Line<'t> = (char, &'t str);

/// The hunks of a unified diff; empty if the texts are equal.
pub(super) fn hunks(old: &str, new: &str) -> String {
    let lines = lines(&old.split_inclusive('\n').collect::<Vec<_>>(), &new.split_inclusive('\n').collect::<Vec<_>>());
    let mut text = String::new();
    for shown in shown(&lines) {
        let count = |lines: &[Line<'_>], sign| lines.iter().filter(|(of, _)| *of == sign || *of == ' ').count();
        let (before, hunk) = (&lines[..shown.start], &lines[shown]);
        let [old, new] = ['-', '+'].map(|sign| place(count(before, sign), count(hunk, sign)));
        // Text takes all that is written.
        let _ = writeln!(text, "@@ -{old} +{new} @@");
        for (sign, line) in hunk {
            text.push(*sign);
            text.push_str(line);
            if !line.ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

/// Where a hunk stands in one of the texts: after so many lines, with so many of its own.
fn place(before: usize, own: usize) -> String {
    match own {
        0 => format!("{before},0"),
        1 => format!("{}", before + 1),
        _ => format!("{},{own}", before + 1),
    }
}

/// Which lines are shown: those around changes, in pieces.
fn shown(lines: &[Line<'_>]) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for at in (0..lines.len()).filter(|at| lines[*at].0 != ' ') {
        let around = at.saturating_sub(CONTEXT)..(at + 1 + CONTEXT).min(lines.len());
        match all.last_mut() {
            Some(last) if last.end >= around.start => last.end = around.end,
            _ => all.push(around),
        }
    }
    all
}

/// All lines of both texts, those that both have once.
fn lines<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Line<'t>> {
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let first = old.iter().zip(new).take_while(same).count();
    let (begin, old, new) = (&old[..first], &old[first..], &new[first..]);
    let last = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let (old, end) = old.split_at(old.len() - last);
    let mut lines: Vec<Line<'t>> = begin.iter().map(|line| (' ', *line)).collect();
    lines.extend(changed(old, &new[..new.len() - last]));
    lines.extend(end.iter().map(|line| (' ', *line)));
    lines
}

/// The lines from the first change to the last, by the longest common subsequence.
fn changed<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Line<'t>> {
    let width = new.len() + 1;
    // How many lines two rests have in common, by the places where they begin.
    let mut common = vec![0_u32; if old.len() * new.len() > PAIRS { 0 } else { (old.len() + 1) * width }];
    if !common.is_empty() {
        for (at, line) in old.iter().enumerate().rev() {
            for (beside, other) in new.iter().enumerate().rev() {
                let here = at * width + beside;
                common[here] = match line == other {
                    true => common[here + width + 1] + 1,
                    false => common[here + width].max(common[here + 1]),
                };
            }
        }
    }
    let rest = |at: usize, beside: usize| common.get(at * width + beside).copied().unwrap_or_default();
    let (mut at, mut beside, mut lines) = (0, 0, Vec::new());
    while at < old.len() || beside < new.len() {
        match (old.get(at), new.get(beside)) {
            (Some(line), Some(other)) if line == other && !common.is_empty() => {
                lines.push((' ', *line));
                (at, beside) = (at + 1, beside + 1);
            }
            (Some(line), other) if other.is_none() || rest(at + 1, beside) >= rest(at, beside + 1) => {
                lines.push(('-', *line));
                at += 1;
            }
            (_, other) => {
                lines.extend(other.map(|line| ('+', *line)));
                beside += 1;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn changes_stand_in_hunks_with_their_surroundings() {
        let old: String = (1..=20).map(|n| format!("{n}\n")).collect();
        let new = old.replace("\n5\n", "\nfive\n").replace("\n18\n", "\n").replace("20\n", "20");
        let expected = "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n\
                        @@ -15,6 +15,5 @@\n 15\n 16\n 17\n-18\n 19\n-20\n+20\n\\ No newline at end of file\n";
        assert_eq!(hunks(&old, &new), expected);
        assert_eq!(hunks(&old, &old), "");
        assert_eq!(hunks("", "a\nb\n"), "@@ -0,0 +1,2 @@\n+a\n+b\n");
        assert_eq!(hunks("a\n", ""), "@@ -1 +0,0 @@\n-a\n");
    }

    #[test]
    fn long_texts_differ_in_one_piece() {
        let text = |word: &str| (0..3000).map(|n| format!("{word} {n}\n")).collect::<String>();
        let diff = hunks(&text("a"), &text("b"));
        assert!(diff.starts_with("@@ -1,3000 +1,3000 @@\n-a 0\n-a 1\n") && diff.ends_with("\n+b 2999\n"));
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_the_lines(old in "([ab]\n){0,12}c?", new in "([ab]\n){0,12}c?") {
            let [of_old, of_new] = [&old, &new].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
            let lines = lines(&of_old, &of_new);
            let without = |sign| lines.iter().filter(|(of, _)| *of != sign).map(|(_, line)| *line).collect::<String>();
            prop_assert_eq!(without('+'), old.as_str());
            prop_assert_eq!(without('-'), new.as_str());
        }
    }
}
