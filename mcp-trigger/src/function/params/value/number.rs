//! Whole numbers as clients write them: `5`, `5.0`, `1e3`.
//!
//! JSON Schema counts each of them as an integer (draft 2020-12 validation, §6.1.1), serde_json reads the last two as floats. The digits
//! decide here, never a float, so every number is exact.

use serde_json::value::RawValue;
use std::fmt;

/// The whole number that a JSON number stands for.
pub(crate) fn whole(number: &str) -> Result<Whole, NotWhole> {
    let (is_negative, number) = match number.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{integer}{fraction}");
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Ok(Whole { is_negative: false, magnitude: 0 });
    }
    // An exponent beyond these bounds decides alone.
    let bound = i64::from(u32::MAX) << 16;
    let exponent = exponent.parse().unwrap_or(if exponent.starts_with('-') { -bound } else { bound });
    let point = i128::try_from(digits.len() - significant.len()).unwrap_or_default()
        - i128::try_from(fraction.len()).unwrap_or_default();
    let power = i128::from(exponent) + point;
    if power < 0 {
        return Err(NotWhole::Fraction);
    }
    let power = u32::try_from(power).ok().and_then(|power| 10u128.checked_pow(power));
    let magnitude = significant.parse::<u128>().ok().zip(power).and_then(|(digits, power)| digits.checked_mul(power));
    magnitude.map(|magnitude| Whole { is_negative, magnitude }).ok_or(NotWhole::TooBig)
}

/// Why a number is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotWhole {
    Fraction,
    /// The number is beyond 128 bits, which is more than any type can hold.
    TooBig,
}

/// A whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    is_negative: bool,
    magnitude: u128,
}

impl Whole {
    /// The same number as a Rust integer, if that type can hold it.
    pub(crate) fn to<T: TryFrom<u128> + TryFrom<i128>>(self) -> Option<T> {
        if self.is_negative {
            T::try_from(0i128.checked_sub_unsigned(self.magnitude)?).ok()
        } else {
            T::try_from(self.magnitude).ok()
        }
    }

    /// The same number as serde_json would hand it on: without a sign, or else with one.
    pub(super) fn in_64_bits(self) -> Option<Result<u64, i64>> {
        self.to().map(Ok).or_else(|| self.to().map(Err))
    }
}

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_negative { "-" } else { "" }, self.magnitude)
    }
}

/// Whether a text is a JSON number.
pub(crate) fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) && serde_json::from_str::<&RawValue>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_may_be_written_in_every_way() {
        for (text, value) in [
            ("5", 5),
            ("5.0", 5),
            ("5.000", 5),
            ("-0", 0),
            ("-0.0", 0),
            ("0e999999999999999999", 0),
            ("1e3", 1000),
            ("1E+3", 1000),
            ("1.0E2", 100),
            ("1.25e2", 125),
            ("-2500e-2", -25),
            ("9007199254740993", 9_007_199_254_740_993),
            ("9007199254740993.0", 9_007_199_254_740_993),
            ("9.007199254740993e15", 9_007_199_254_740_993),
        ] {
            assert_eq!(whole(text).unwrap().to::<i64>(), Some(value), "{text}");
        }
    }

    #[test]
    fn no_digit_is_lost_at_the_ends_of_each_range() {
        assert_eq!(whole("18446744073709551615").unwrap().to::<u64>(), Some(u64::MAX));
        assert_eq!(whole("18446744073709551615.0").unwrap().to::<u64>(), Some(u64::MAX));
        assert_eq!(whole("18446744073709551616").unwrap().to::<u64>(), None);
        assert_eq!(whole("-9223372036854775808.0").unwrap().to::<i64>(), Some(i64::MIN));
        assert_eq!(whole("-9223372036854775809").unwrap().to::<i64>(), None);
        assert_eq!(whole(&i128::MIN.to_string()).unwrap().to::<i128>(), Some(i128::MIN));
        assert_eq!(whole(&format!("{}.0", u128::MAX)).unwrap().to::<u128>(), Some(u128::MAX));
        assert_eq!(whole("-1.0").unwrap().to::<u8>(), None);
    }

    #[test]
    fn fractions_and_what_is_too_big_are_no_integers() {
        for text in ["5.5", "1e-1", "1.25e1", "0.1", "1e-99999999999999999999"] {
            assert_eq!(whole(text), Err(NotWhole::Fraction), "{text}");
        }
        for text in ["1e400", "1e39", "340282366920938463463374607431768211456", "1e99999999999999999999"] {
            assert_eq!(whole(text), Err(NotWhole::TooBig), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_a_number_is_one_of_json() {
        for text in ["5", "-0.5", "1e3"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "x", "+5", "05", ".5", "5.", "NaN", "0x10", "1 2", "-", "\"5\"", "null"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
