//! Values as JSON Schema compares them: 1 and 1.0 are one number, and the order of members says nothing.

use serde_json::{Number, Value};
use std::cmp::Ordering;
use std::collections::HashSet;

/// The name of a value's type in JSON Schema.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

pub(super) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => order(one, other).is_eq(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| equal(value, other)))
        }
        (one, other) => one == other,
    }
}

/// The first item that was there before.
pub(super) fn repeated(items: &[Value]) -> Option<&Value> {
    // As text, so that a million items take no longer than a million steps.
    let mut seen = HashSet::with_capacity(items.len());
    items.iter().find(|item| {
        let mut text = String::new();
        write(item, &mut text);
        !seen.insert(text)
    })
}

/// The same text for all values that are equal.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => match whole_number(number) {
            Some(whole) => *text += &whole.to_string(),
            None => *text += &number.to_string(),
        },
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| name.as_str());
            text.push('{');
            for (name, value) in members {
                *text += &format!("{name:?}:");
                write(value, text);
                text.push(',');
            }
            text.push('}');
        }
        other => *text += &other.to_string(),
    }
}

/// Compares numbers exactly, whatever serde_json keeps them as.
pub(super) fn order(one: &Number, other: &Number) -> Ordering {
    match (whole_number(one), whole_number(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        // One has a fraction, so it is below 2^53, or one is beyond all integers: rounding the other changes nothing.
        _ => one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal),
    }
}

/// A number without a fraction, `5.0` among them; `None` if it is beyond 128 bits.
pub(super) fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Number(number) => whole_number(number),
        _ => None,
    }
}

/// Whether a number has no fraction, however large it is.
pub(super) fn is_whole(value: &Value) -> bool {
    value.as_f64().is_some_and(|number| number.fract() == 0.0)
}

fn whole_number(number: &Number) -> Option<i128> {
    const LIMIT: f64 = 1e38; // less than 2^127
    let integer = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    integer.or_else(|| {
        let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < LIMIT)?;
        #[allow(clippy::cast_possible_truncation, reason = "it is whole, and small enough")]
        Some(float as i128)
    })
}

/// Whether a number is a multiple of another one, as both are written in decimal: 19.99 is one of 0.01.
pub(super) fn is_multiple(number: &Number, of: &Number) -> bool {
    let (Some(number), Some(of)) = (Decimal::read(number), Decimal::read(of)) else { return true };
    if of.digits == 0 || number.digits == 0 {
        return true;
    }
    let places = number.exponent.abs_diff(of.exponent);
    if number.exponent >= of.exponent {
        let power = (0..places).fold(1 % of.digits, |power, _| power * 10 % of.digits);
        return number.digits % of.digits * power % of.digits == 0;
    }
    let scaled = 10_u128.checked_pow(places).and_then(|power| of.digits.checked_mul(power));
    scaled.is_some_and(|of| number.digits % of == 0)
}

/// A number without its sign: `digits` times ten to the power of `exponent`. The digits are fewer than 2^64.
struct Decimal {
    digits: u128,
    exponent: i32,
}

impl Decimal {
    fn read(number: &Number) -> Option<Self> {
        let text = number.to_string();
        let (digits, exponent) =
            text.trim_start_matches('-').split_once('e').unwrap_or((text.trim_start_matches('-'), "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let exponent = exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?;
        let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
        // 1e20 has twenty-one digits in some notations; what is left without the zeros has not.
        let zeros = (0..).take_while(|zeros| digits != 0 && digits.is_multiple_of(10_u128.pow(zeros + 1))).count();
        let (digits, zeros) = (digits / 10_u128.pow(u32::try_from(zeros).ok()?), i32::try_from(zeros).ok()?);
        (digits < 1 << 64).then_some(Decimal { digits, exponent: exponent + zeros })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn number(value: Value) -> Number {
        let Value::Number(number) = value else { panic!("{value}") };
        number
    }

    #[test]
    fn numbers_are_compared_exactly() {
        let order = |one: Value, other: Value| order(&number(one), &number(other));
        assert!(order(json!(1), json!(1.0)).is_eq() && order(json!(0), json!(-0.0)).is_eq());
        assert!(order(json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992.0)).is_gt());
        assert!(order(json!(u64::MAX), json!(18_446_744_073_709_551_616.0)).is_lt());
        assert!(order(json!(i64::MIN), json!(-1e300)).is_gt() && order(json!(0.5), json!(1)).is_lt());
    }

    #[test]
    fn multiples_are_those_of_the_decimals() {
        for (value, of, is) in [
            (json!(19.99), json!(0.01), true),
            (json!(0.3), json!(0.1), true),
            (json!(0.35), json!(0.1), false),
            (json!(4.5), json!(1.5), true),
            (json!(7), json!(2), false),
            (json!(-6), json!(3), true),
            (json!(6.0), json!(3), true),
            (json!(1e300), json!(7), false),
            (json!(1e300), json!(5), true),
            (json!(1e-300), json!(5), false),
            (json!(u64::MAX), json!(u64::MAX), true),
            (json!(0), json!(3), true),
            (json!(3), json!(0), true),
        ] {
            assert_eq!(is_multiple(&number(value.clone()), &number(of.clone())), is, "{value} of {of}");
        }
    }

    #[test]
    fn items_are_repeated_whatever_their_notation() {
        let repeated = |items: Value| repeated(items.as_array().unwrap()).cloned();
        assert_eq!(repeated(json!([1, "1", true, null, [1], { "a": 1 }])), None);
        assert_eq!(repeated(json!([1, 2, 1.0])), Some(json!(1.0)));
        assert_eq!(repeated(json!([{ "a": 1, "b": 2 }, { "b": 2.0, "a": 1 }])), Some(json!({ "b": 2.0, "a": 1 })));
        assert_eq!(repeated(json!([["a", "b"], ["a,b"], ["a\",\"b"]])), None);
    }
}
