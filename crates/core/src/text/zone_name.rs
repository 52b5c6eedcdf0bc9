//! The name of a time zone that exists, such as "Europe/Madrid", with the zone itself at hand.

use std::fmt;

use jiff::tz::{TimeZone, db};

use super::{FieldError, unaccent};

/// The zone where none was chosen.
const DEFAULT: &str = "Europe/Madrid";
/// Longer than any name in the database.
const MAX: usize = 64;

/// A zone of the IANA database, spelled as the database spells it.
#[derive(Clone)]
pub struct ZoneName {
    name: String,
    zone: TimeZone,
}

impl ZoneName {
    /// Finds a zone by name, in whatever case it is written. The error suggests what may have been meant.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldError::new("Please choose a time zone, such as “Europe/Madrid”."));
        }
        if text.chars().count() > MAX {
            return Err(FieldError::new(
                "This is not the name of a time zone. Please choose one, such as “Europe/Madrid”.",
            ));
        }
        // Both stand in the database for "nobody set a zone".
        let is_placeholder = ["etc/unknown", "factory"].contains(&text.to_ascii_lowercase().as_str());
        match db().get(text) {
            Ok(zone) if !is_placeholder => {
                let name = zone.iana_name().unwrap_or(text).to_owned();
                Ok(Self { name, zone })
            }
            _ => Err(FieldError::new(match nearest(text) {
                Some(name) => format!("There is no time zone of this name. Did you mean “{name}”?"),
                None => "There is no time zone of this name. Please choose one, such as “Europe/Madrid”.".to_owned(),
            })),
        }
    }

    /// The name, as the database spells it.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The zone with its rules.
    pub fn time_zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The names to choose from: regions and cities, and UTC; no abbreviations and no fixed offsets.
    pub fn choices() -> Vec<String> {
        let mut names: Vec<String> = db()
            .available()
            .map(|name| name.as_str().to_owned())
            .filter(|name| is_choice(name))
            .collect();
        names.push("UTC".to_owned());
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl Default for ZoneName {
    /// Europe/Madrid.
    fn default() -> Self {
        Self::parse(DEFAULT).unwrap_or_else(|_| Self {
            name: "UTC".to_owned(),
            zone: TimeZone::UTC,
        })
    }
}

fn is_choice(name: &str) -> bool {
    const REGIONS: [&str; 10] = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    name.split_once('/')
        .is_some_and(|(region, _)| REGIONS.contains(&region))
}

/// The zone whose name or city is nearest to what was typed, if any is near.
fn nearest(text: &str) -> Option<String> {
    let plain = |name: &str| unaccent(name).to_lowercase().replace([' ', '-'], "_");
    let wanted = plain(text);
    let city_wanted = wanted.rsplit('/').next().unwrap_or(&wanted).to_owned();
    ZoneName::choices()
        .into_iter()
        .map(|name| {
            let full = plain(&name);
            let city = full.rsplit('/').next().unwrap_or(&full);
            let (whole, last) = (distance(&full, &wanted), distance(city, &city_wanted));
            (whole.min(last), whole, name)
        })
        .min()
        .filter(|(far, ..)| *far <= 2 && *far * 2 < city_wanted.chars().count())
        .map(|(_, _, name)| name)
}

/// How many letters have to be added, dropped or replaced to make one text the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let cost = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

impl PartialEq for ZoneName {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for ZoneName {}

impl fmt::Debug for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ZoneName({})", self.name)
    }
}

impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl From<ZoneName> for String {
    fn from(zone: ZoneName) -> Self {
        zone.name
    }
}

impl std::str::FromStr for ZoneName {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        Self::parse(text)
    }
}

impl serde::Serialize for ZoneName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

super::newtype::deserialize_by_parse!(ZoneName);

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Europe/Madrid", "Europe/Madrid")]
    #[case(" europe/madrid ", "Europe/Madrid")]
    #[case("UTC", "UTC")]
    #[case("Australia/Lord_Howe", "Australia/Lord_Howe")]
    #[case("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires")]
    #[case("US/Eastern", "US/Eastern")]
    fn known_zones(#[case] given: &str, #[case] name: &str) {
        let zone = ZoneName::parse(given).unwrap();
        assert_eq!(zone.as_str(), name);
        assert_eq!(zone.time_zone().iana_name(), Some(name));
        assert_eq!(
            serde_json::from_str::<ZoneName>(&serde_json::to_string(&zone).unwrap()).unwrap(),
            zone
        );
    }

    #[rstest]
    #[case("Madrid", "Did you mean “Europe/Madrid”?")]
    #[case("Europe/Madird", "Did you mean “Europe/Madrid”?")]
    #[case("New York", "Did you mean “America/New_York”?")]
    #[case("São Paulo", "Did you mean “America/Sao_Paulo”?")]
    #[case("Mars/Olympus", "such as “Europe/Madrid”")]
    #[case("", "Please choose")]
    #[case("Etc/Unknown", "no time zone of this name")]
    #[case("../../etc/passwd", "no time zone of this name")]
    #[case("EST5EDT,M3.2.0,M11.1.0", "no time zone of this name")]
    #[case("+02:00", "no time zone of this name")]
    fn unknown_zones(#[case] given: &str, #[case] says: &str) {
        let message = ZoneName::parse(given).unwrap_err().message;
        assert!(message.contains(says), "{message}");
    }

    #[test]
    fn long_nonsense_costs_nothing() {
        assert!(ZoneName::parse(&"x".repeat(1_000_000)).is_err());
    }

    #[test]
    fn madrid_is_the_default_and_every_choice_can_be_chosen() {
        assert_eq!(ZoneName::default().as_str(), "Europe/Madrid");
        let choices = ZoneName::choices();
        assert!(choices.len() > 300 && choices.contains(&"Pacific/Apia".to_owned()));
        for name in choices {
            assert_eq!(ZoneName::parse(&name).unwrap().as_str(), name);
        }
    }
}
