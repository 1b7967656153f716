//! Weather, made up from the name of a place. A real app would ask a weather service here.

use mcp_trigger::schemars::{self, JsonSchema};
use serde::Serialize;

/// The weather of a place.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Weather {
    pub(crate) location: String,
    temperature: f64,
    unit: Unit,
    condition: Condition,
    /// In percent
    humidity: i32,
    /// In metres per second
    wind: f64,
    forecast: Vec<Day>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Celsius,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Condition {
    Sunny,
    Cloudy,
    Rain,
    Snow,
    Storm,
}

/// One of the next days.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
struct Day {
    day: &'static str,
    high: i32,
    low: i32,
    condition: Condition,
}

impl Weather {
    /// The weather of a place, however its name is spelled.
    pub(crate) fn of(location: &str) -> Self {
        let mut dice = Dice::new(location);
        let climate = dice.roll(-5, 30);
        Weather {
            location: location.to_owned(),
            temperature: f64::from(climate) + f64::from(dice.roll(-20, 20)) / 10.0,
            unit: Unit::Celsius,
            condition: Condition::at(climate, &mut dice),
            humidity: dice.roll(30, 95),
            wind: f64::from(dice.roll(0, 150)) / 10.0,
            forecast: ["Mon", "Tue", "Wed", "Thu", "Fri"].map(|day| Day::of(day, climate, &mut dice)).into(),
        }
    }
}

impl Day {
    fn of(day: &'static str, climate: i32, dice: &mut Dice) -> Self {
        let high = climate + dice.roll(-3, 3);
        Day { day, high, low: high - dice.roll(4, 10), condition: Condition::at(high, dice) }
    }
}

impl Condition {
    fn at(temperature: i32, dice: &mut Dice) -> Self {
        match dice.roll(1, 6) {
            1 | 2 => Condition::Sunny,
            3 => Condition::Cloudy,
            _ if temperature <= 0 => Condition::Snow,
            6 => Condition::Storm,
            _ => Condition::Rain,
        }
    }
}

/// Numbers that look random, and are the same for the same name.
struct Dice(u64);

impl Dice {
    /// FNV-1a: unlike the hash of the standard library, it is the same with every version of it.
    fn new(name: &str) -> Self {
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Dice(name.to_lowercase().bytes().fold(0xcbf2_9ce4_8422_2325, hash))
    }

    /// A number from `low` to `high`.
    fn roll(&mut self, low: i32, high: i32) -> i32 {
        // Knuth's generator; its upper bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + ((self.0 >> 33) % (high - low + 1) as u64) as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_the_same_weather_each_time() {
        assert_eq!(Weather::of("Oslo"), Weather::of("Oslo"));
        assert_eq!(Weather::of("Oslo").forecast, Weather::of("oslo").forecast);
        assert_ne!(Weather::of("Oslo").forecast, Weather::of("Bergen").forecast);
    }

    #[test]
    fn no_weather_is_impossible() {
        for place in ["Oslo", "Bergen", "Nairobi", "Lima", "東京", "x"] {
            let weather = Weather::of(place);
            assert!((30..=95).contains(&weather.humidity) && weather.wind >= 0.0, "{weather:?}");
            for day in &weather.forecast {
                assert!(day.low < day.high, "{weather:?}");
                assert!(day.condition != Condition::Snow || day.high <= 0, "{weather:?}");
            }
        }
    }
}
