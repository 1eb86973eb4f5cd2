//! Moments of an outage, on its own clock.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

/// A moment: seconds since midnight of the outage's day, on its own clock; negative on the days before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clock(pub i64);

const DAY: i64 = 86_400;

impl Clock {
    /// Reads `17:39` or `17:39:20` on the outage's day, or `2023-11-13 02:10` on another.
    pub fn parse(text: &str, day: Date) -> Option<Self> {
        if let Some(time) = time(text) {
            return Some(Clock(seconds(time)));
        }
        let (date, clock) = text.split_once([' ', 'T'])?;
        let date: Date = date.parse().ok()?;
        let days = i64::from(day.until(date).ok()?.get_days());
        Some(Clock(days * DAY + seconds(time(clock)?)))
    }

    /// The moment as it is written: the time alone on the outage's day.
    pub fn show(self, day: Date) -> String {
        let (days, second) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        let clock = Clock(second).to_string();
        match days {
            0 => clock,
            _ => day.checked_add(days.days()).map_or(clock.clone(), |date| format!("{date} {clock}")),
        }
    }

    /// The seconds as a length of time: `101m`, `3h27m`, `2d4h`, `40s`.
    pub fn length(self) -> String {
        let (days, hours, minutes) = (self.0 / DAY, self.0 / 3600 % 24, self.0 / 60 % 60);
        match (days, hours, minutes) {
            (0, 0, 0) => format!("{}s", self.0),
            (0, 0, _) => format!("{minutes}m"),
            (0, 1, _) => format!("{}m", minutes + 60),
            (0, _, 0) => format!("{hours}h"),
            (0, ..) => format!("{hours}h{minutes:02}m"),
            (_, 0, _) => format!("{days}d"),
            _ => format!("{days}d{hours}h"),
        }
    }

    /// The moment as a date and time, `None` beyond the calendar.
    pub fn civil(self, day: Date) -> Option<DateTime> {
        day.to_datetime(Time::midnight()).checked_add(self.0.seconds()).ok()
    }
}

/// The time of day; seconds only where there are any.
impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.0.rem_euclid(DAY);
        write!(f, "{:02}:{:02}", second / 3600, second / 60 % 60)?;
        if second % 60 == 0 { Ok(()) } else { write!(f, ":{:02}", second % 60) }
    }
}

fn time(text: &str) -> Option<Time> {
    let parts: Vec<&str> = text.split(':').collect();
    let number = |part: &str| {
        let fits = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if fits { part.parse::<i8>().ok() } else { None }
    };
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (number(hour)?, number(minute)?, 0),
        [hour, minute, second] => (number(hour)?, number(minute)?, number(second)?),
        _ => return None,
    };
    Time::new(hour, minute, second, 0).ok()
}

fn seconds(time: Time) -> i64 {
    i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_as_they_are_written() {
        let day: Date = "2023-11-12".parse().expect("date");
        for (text, second) in
            [("17:39", 63_540), ("0:05:30", 330), ("2023-11-13 02:10", DAY + 7800), ("2023-11-11T23:00", -3600)]
        {
            let clock = Clock::parse(text, day).expect(text);
            assert_eq!(clock.0, second, "{text}");
            assert_eq!(Clock::parse(&clock.show(day), day), Some(clock), "{text}");
        }
        for text in ["", "25:00", "17", "17:60", "tomorrow", "2023-13-01 00:00", "-1:00", "+1:00"] {
            assert_eq!(Clock::parse(text, day), None, "{text}");
        }
        assert_eq!(Clock(DAY + 7800).show(day), "2023-11-13 02:10");
    }
}
