//! Floating-point numbers as .NET writes them.

use std::fmt::{Display, LowerExp};

/// The shortest text that reads as the same number, as `double.ToString()` prints it: with an exponent from 1E+15 up and
/// below 0.0001.
pub(crate) fn shortest<F: Copy + Display + LowerExp>(value: F) -> String {
    // Rust's `{:e}` has the same shortest digits: `-1.5e-7`.
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    match exponent.parse::<i32>() {
        Ok(exponent) if (-4..15).contains(&exponent) => value.to_string(),
        Ok(exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}E{sign}{:02}", exponent.unsigned_abs())
        }
        Err(_) => scientific,
    }
}

#[cfg(test)]
mod tests {
    use super::shortest;

    #[test]
    fn as_dotnet_prints_them() {
        let cases = [
            (1.5, "1.5"),
            (3.0, "3"),
            (0.0, "0"),
            (-0.0, "-0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (0.0001, "0.0001"),
            (0.00001, "1E-05"),
            (123456789012345.0, "123456789012345"),
            (1e15, "1E+15"),
            (1.2345678901234568e17, "1.2345678901234568E+17"),
            (-1.5e-7, "-1.5E-07"),
            (1e300, "1E+300"),
        ];
        for (value, text) in cases {
            assert_eq!(shortest(value), text);
        }
        assert_eq!(shortest(0.1f32), "0.1");
    }
}
