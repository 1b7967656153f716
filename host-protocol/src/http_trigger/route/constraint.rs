//! Constraints on the values of route parameters, as ASP.NET's router has them.

/// A constraint of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Constraint {
    Int,
    Long,
    Bool,
    /// `decimal`, `double` and `float`.
    Number,
    Guid,
    Alpha,
    /// Not empty, as any value in a path.
    Required,
    /// In characters.
    Length {
        min: usize,
        max: usize,
    },
    Range {
        min: i64,
        max: i64,
    },
}

impl Constraint {
    /// Reads a constraint. The error is the reason why the text is not one.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (name, arguments) = match text.split_once('(') {
            Some((name, arguments)) => (name, arguments.strip_suffix(')').unwrap_or(arguments)),
            None => (text, ""),
        };
        let arguments: Vec<&str> = arguments.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
        let wrong = || format!("the constraint `{text}` has other arguments than it should");
        let length = |text: &str| text.parse::<usize>().map_err(|_| wrong());
        let number = |text: &str| text.parse::<i64>().map_err(|_| wrong());
        Ok(match (name.to_ascii_lowercase().as_str(), &arguments[..]) {
            ("int", []) => Constraint::Int,
            ("long", []) => Constraint::Long,
            ("bool", []) => Constraint::Bool,
            ("decimal" | "double" | "float", []) => Constraint::Number,
            ("guid", []) => Constraint::Guid,
            ("alpha", []) => Constraint::Alpha,
            ("required", []) => Constraint::Required,
            ("length", [exact]) => Constraint::Length { min: length(exact)?, max: length(exact)? },
            ("length", [min, max]) => Constraint::Length { min: length(min)?, max: length(max)? },
            ("minlength", [min]) => Constraint::Length { min: length(min)?, max: usize::MAX },
            ("maxlength", [max]) => Constraint::Length { min: 0, max: length(max)? },
            ("min", [min]) => Constraint::Range { min: number(min)?, max: i64::MAX },
            ("max", [max]) => Constraint::Range { min: i64::MIN, max: number(max)? },
            ("range", [min, max]) => Constraint::Range { min: number(min)?, max: number(max)? },
            (
                "int" | "long" | "bool" | "decimal" | "double" | "float" | "guid" | "alpha" | "required" | "length"
                | "minlength" | "maxlength" | "min" | "max" | "range",
                _,
            ) => return Err(wrong()),
            ("regex", _) => {
                return Err("the local host does not know the constraint `regex`, which the host never matches; use \
                            another one, such as `alpha` or `int`"
                    .to_owned());
            }
            ("datetime", _) => {
                return Err("the local host does not know the constraint `datetime`, which the host has".to_owned());
            }
            _ => return Err(format!("there is no constraint `{name}`")),
        })
    }

    /// Whether a value meets the constraint.
    pub(super) fn allows(&self, value: &str) -> bool {
        match self {
            Constraint::Int => value.trim().parse::<i32>().is_ok(),
            Constraint::Long => value.trim().parse::<i64>().is_ok(),
            Constraint::Bool => crate::json::jsonc::parse_bool(value).is_some(),
            // .NET reads groups of thousands as well.
            Constraint::Number => value.replace(',', "").trim().parse::<f64>().is_ok_and(f64::is_finite),
            Constraint::Guid => is_guid(value),
            Constraint::Alpha => value.bytes().all(|byte| byte.is_ascii_alphabetic()),
            Constraint::Required => !value.is_empty(),
            Constraint::Length { min, max } => (*min..=*max).contains(&value.encode_utf16().count()),
            Constraint::Range { min, max } => value.trim().parse().is_ok_and(|value| (*min..=*max).contains(&value)),
        }
    }
}

/// Whether a value is a GUID: 32 digits, with or without hyphens, also in braces or parentheses.
fn is_guid(value: &str) -> bool {
    let value = value.trim();
    let within = |open, close| value.strip_prefix(open).and_then(|value: &str| value.strip_suffix(close));
    let (bare, is_enclosed) = match within('{', '}').or_else(|| within('(', ')')) {
        Some(bare) => (bare, true),
        None => (value, false),
    };
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let groups: Vec<&str> = bare.split('-').collect();
    let has_hyphens = groups.len() == 5
        && groups.iter().zip([8, 4, 4, 4, 12]).all(|(group, length)| group.len() == length && is_hex(group));
    has_hyphens || !is_enclosed && bare.len() == 32 && is_hex(bare)
}
