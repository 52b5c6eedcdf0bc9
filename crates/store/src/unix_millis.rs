//! Instants as the database keeps them: whole milliseconds since 1970-01-01T00:00:00Z in a 64-bit integer.
//!
//! The same ordering and meaning on both databases, and no text or time-zone traps of column types.

use jiff::Timestamp;
use sea_orm::DeriveValueType;

/// Milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The instant; values outside jiff's range (years -9999 to 9999) are brought to its nearest end.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }
}

impl From<Timestamp> for UnixMillis {
    fn from(at: Timestamp) -> Self {
        Self(at.as_millisecond())
    }
}

impl From<UnixMillis> for Timestamp {
    fn from(at: UnixMillis) -> Self {
        at.timestamp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_milliseconds_and_bounds_the_rest() {
        let at: Timestamp = "2026-03-08T17:00:00.123Z".parse().unwrap();
        assert_eq!(UnixMillis::from(at).timestamp(), at);
        assert_eq!(UnixMillis(i64::MAX).timestamp(), Timestamp::MAX);
        assert_eq!(UnixMillis(i64::MIN).timestamp(), Timestamp::MIN);
    }
}
