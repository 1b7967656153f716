//! Keywords that look at a value alone, and at no schema within.

use super::mismatch::{Fit, Mismatch, fail, kinds, short};
use super::values;
use serde_json::{Map, Value};

pub(super) fn has_type(types: &Value, value: &Value) -> Fit {
    let is = |name: &Value, value: &Value| match name.as_str() {
        Some("integer") => values::whole(value).is_some() || values::is_whole(value),
        Some(name) => name == values::kind(value),
        None => true,
    };
    let fits = |value: &Value| match types {
        Value::Array(names) => names.iter().any(|name| is(name, value)),
        name => is(name, value),
    };
    if fits(value) {
        return Ok(());
    }
    let is_text = value.as_str().and_then(|text| serde_json::from_str(text).ok()).is_some_and(|read| fits(&read));
    let found = if is_text { "its text".to_owned() } else { short(value) };
    fail(format!("expected {}, not {found}", kinds(types)))
}

pub(super) fn is_among(choices: &Value, value: &Value) -> Fit {
    match choices {
        Value::Array(choices) if !choices.iter().any(|choice| values::equal(choice, value)) => {
            let choices: Vec<String> = choices.iter().map(short).collect();
            fail(format!("{} is none of {}", short(value), choices.join(", ")))
        }
        _ => Ok(()),
    }
}

pub(super) fn are_there(names: &Value, members: &Map<String, Value>) -> Fit {
    let mut names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
    match names.find(|name| !members.contains_key(*name)) {
        Some(name) => Err(Mismatch::missing(name)),
        None => Ok(()),
    }
}

pub(super) fn has_length(keyword: &str, bound: &Value, length: usize, of: &str) -> Fit {
    let (Some(bound), length) = (values::whole(bound), length as i128) else { return Ok(()) };
    match keyword.starts_with("min") {
        true if length < bound => fail(format!("there are {length} {of}, and there have to be at least {bound}")),
        false if length > bound => fail(format!("there are {length} {of}, and there may be at most {bound}")),
        _ => Ok(()),
    }
}

pub(super) fn is_within(keyword: &str, bound: &Value, value: &Value) -> Fit {
    let (Value::Number(limit), Value::Number(number)) = (bound, value) else { return Ok(()) };
    let order = values::order(number, limit);
    match keyword {
        "minimum" if order.is_lt() => fail(format!("{number} is less than {limit}")),
        "maximum" if order.is_gt() => fail(format!("{number} is more than {limit}")),
        "exclusiveMinimum" if order.is_le() => fail(format!("{number} is not more than {limit}")),
        "exclusiveMaximum" if order.is_ge() => fail(format!("{number} is not less than {limit}")),
        "multipleOf" if !values::is_multiple(number, limit) => fail(format!("{number} is not a multiple of {limit}")),
        _ => Ok(()),
    }
}
