//! Durations and shares, read from the way people write them.

use std::time::Duration;

/// Reads `90s`, `5m`, `1h30m`, `2d`: whole numbers, each with a unit.
///
/// Errors say what would be right.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration; write a number with a unit, such as `30s`, `5m` or `1h30m`");
    if text.trim().is_empty() || text.trim().starts_with('-') {
        return Err(wrong());
    }
    let span: jiff::SignedDuration = jiff::fmt::friendly::SpanParser::new()
        .parse_duration(text.trim())
        .or_else(|_| days(text))
        .map_err(|_| wrong())?;
    Duration::try_from(span).map_err(|_| wrong())
}

/// Days are not part of an exact duration for the library, since a clock change makes one longer; here a day is 24 hours.
fn days(text: &str) -> Result<jiff::SignedDuration, jiff::Error> {
    let (head, rest) = text.trim().split_once('d').unwrap_or(("", text));
    let count: i64 = head.trim().parse().unwrap_or(i64::MIN);
    let rest = if rest.trim().is_empty() { "0s" } else { rest };
    let rest = jiff::fmt::friendly::SpanParser::new().parse_duration(if count < 0 { "?" } else { rest })?;
    Ok(jiff::SignedDuration::from_hours(count.saturating_mul(24)) + rest)
}

/// Reads `99.95%` or `0.9995` as a share between 0 and 1, both included.
pub fn share(text: &str) -> Result<f64, String> {
    let wrong = || format!("`{text}` is not a share; write a percentage from 0 % to 100 %, such as `40%` or `99.95%`");
    let trimmed = text.trim();
    let value: f64 = match trimmed.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map_err(|_| wrong())? / 100.0,
        None => trimmed.parse().map_err(|_| wrong())?,
    };
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_people_write_them() {
        for (text, seconds) in
            [("30s", 30), ("5m", 300), ("1h30m", 5400), ("101m", 6060), ("2d", 172_800), ("30 seconds", 30), ("0s", 0)]
        {
            assert_eq!(duration(text).map(|d| d.as_secs()), Ok(seconds), "{text}");
        }
        for text in ["", "5", "-5m", "soon", "5 parsecs"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shares_stay_between_nothing_and_all() {
        assert_eq!(share("40%"), Ok(0.4));
        assert_eq!(share("0.4"), Ok(0.4));
        for text in ["140%", "-1%", "most", "NaN", "99.95"] {
            assert!(share(text).is_err(), "{text}");
        }
    }
}
