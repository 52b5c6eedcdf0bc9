//! What the slot picker shows: labels as they are read, made on the server, and the addresses behind them.

/// Where the picker stands and what is picked there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PickerPlace {
    /// Who is asked for times: `service:{host}/{service}`, `booking:{id}` or `hosted:{id}`.
    pub subject: String,
    /// The token of a customer's link, or nothing.
    pub token: String,
    /// The thing in the cart that the picked time takes the place of, or nothing.
    pub item: String,
    /// The zone in which days and times are shown.
    pub zone: String,
    /// Whether somebody chose that zone: only then do addresses name it, as one that they name counts as chosen.
    pub zone_chosen: bool,
}

impl PickerPlace {
    /// The path of the page: that of the subject.
    pub fn path(&self) -> String {
        match self.subject.split_once(':') {
            Some(("service", address)) => format!("/{address}"),
            Some(("booking", id)) => format!("/bookings/{id}/reschedule"),
            Some(("hosted", id)) => format!("/host/bookings/{id}/reschedule"),
            _ => String::new(),
        }
    }

    /// Where the server renders another month or day of this picker; those are still to be appended as [`Self::step`].
    pub fn times_url(&self) -> String {
        let chosen = if self.zone_chosen { "&zone_chosen=yes" } else { "" };
        format!(
            "/api/fn/pick_times?subject={}&token={}&zone={}{chosen}{}",
            escape(&self.subject),
            escape(&self.token),
            escape(&self.zone),
            if self.item.is_empty() {
                String::new()
            } else {
                format!("&item={}", escape(&self.item))
            }
        )
    }

    /// The month and day that a link leads to, as the end of a query.
    pub fn step(month: &str, day: &str) -> String {
        format!("&month={}&day={}", escape(month), escape(day))
    }

    /// The page's address with this month, day and slot chosen; empty texts are left out.
    pub fn href(&self, month: &str, day: &str, slot: &str) -> String {
        let mut href = self.path();
        let mut before = '?';
        let zone = if self.zone_chosen { self.zone.as_str() } else { "" };
        for (name, value) in [
            ("tz", zone),
            ("token", self.token.as_str()),
            ("item", self.item.as_str()),
            ("month", month),
            ("day", day),
            ("slot", slot),
        ] {
            if !value.is_empty() {
                href.push(before);
                before = '&';
                href.push_str(name);
                href.push('=');
                href.push_str(&escape(value));
            }
        }
        href
    }
}

/// The text as the value of a query.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' | b':' => {
                escaped.push(char::from(byte));
            }
            other => {
                escaped.push('%');
                for nibble in [other >> 4, other & 15] {
                    escaped.push(char::from(if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 }));
                }
            }
        }
    }
    escaped
}

/// A month, and the times of one of its days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PickerView {
    /// Such as `2026-11`.
    pub month: String,
    /// Such as "November 2026".
    pub month_label: String,
    /// The month before, where it can have times, with its label.
    pub previous: Option<(String, String)>,
    /// The month after, where it can have times, with its label.
    pub next: Option<(String, String)>,
    /// The days, a week each, from Monday on.
    pub weeks: Vec<Vec<DayCell>>,
    /// The chosen day.
    pub day: Option<DayTimes>,
    /// What stands in place of times, where the month has none.
    pub nothing: Option<Nothing>,
    /// What should be known of these times.
    pub notice: Option<String>,
    /// How long this holds, as [`timetap_usecases::bookings::MonthOffer`] says it.
    pub holds_until: Option<jiff::Timestamp>,
}

/// A day of the month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayCell {
    /// Such as `2026-11-24`; empty before the first and after the last day.
    pub date: String,
    /// Of the month.
    pub number: i8,
    /// Such as "Tuesday 24 November, 5 free times".
    pub label: String,
    /// Whether it has free times.
    pub free: bool,
    /// Whether it is today.
    pub today: bool,
}

/// The free times of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayTimes {
    /// Such as `2026-11-24`.
    pub date: String,
    /// Such as "Tuesday 24 November".
    pub label: String,
    /// Morning, afternoon and evening, as far as there are any.
    pub groups: Vec<(String, Vec<SlotChoice>)>,
}

/// A time that can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlotChoice {
    /// Its start in epoch milliseconds.
    pub start: String,
    /// Its start as it is read, such as "15:00".
    pub time: String,
    /// All of it: "Tuesday 24 November 2026, 15:00–16:00 (Europe/Madrid, GMT+1)".
    pub label: String,
    /// In short: "Tue 24 Nov, 15:00–16:00".
    pub short: String,
}

/// What to say where a month has no free time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nothing {
    /// The sentence.
    pub text: String,
    /// The next month that has some, with its label.
    pub next: Option<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_what_zones_and_tokens_are_made_of() {
        let place = PickerPlace {
            subject: "service:anna/lesson".to_owned(),
            zone: "Etc/GMT+1".to_owned(),
            item: String::new(),
            zone_chosen: true,
            ..PickerPlace::default()
        };
        assert_eq!(
            place.href("2026-11", "", ""),
            "/anna/lesson?tz=Etc/GMT%2B1&month=2026-11"
        );
        let place = PickerPlace {
            subject: "booking:1".to_owned(),
            token: "a-b_c&x= \u{e9}".to_owned(),
            zone: "UTC".to_owned(),
            item: String::new(),
            zone_chosen: true,
        };
        assert_eq!(
            place.href("", "2026-11-24", "1795528800000"),
            "/bookings/1/reschedule?tz=UTC&token=a-b_c%26x%3D%20%C3%A9&day=2026-11-24&slot=1795528800000"
        );
    }

    #[test]
    fn addresses_name_no_zone_that_nobody_chose() {
        let place = PickerPlace {
            subject: "service:anna/lesson".to_owned(),
            zone: "Europe/Madrid".to_owned(),
            ..PickerPlace::default()
        };
        assert_eq!(place.href("", "", ""), "/anna/lesson");
        assert_eq!(
            place.href("2026-11", "", "1795528800000"),
            "/anna/lesson?month=2026-11&slot=1795528800000"
        );
    }
}
