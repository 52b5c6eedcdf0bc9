//! A stretch of time between two instants, the end not included, and what may be asked of it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// From `start` up to but not including `end`. [`Span::new`] sees to it that the end comes after the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Ends")]
pub struct Span {
    /// The first instant inside.
    pub start: Timestamp,
    /// The first instant outside.
    pub end: Timestamp,
}

/// What serde reads before the check.
#[derive(Deserialize)]
struct Ends {
    start: Timestamp,
    end: Timestamp,
}

impl TryFrom<Ends> for Span {
    type Error = SpanError;

    fn try_from(ends: Ends) -> Result<Self, SpanError> {
        Self::new(ends.start, ends.end)
    }
}

/// Why two instants make no span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the end {end} does not come after the start {start}")]
pub struct SpanError {
    /// The start that was given.
    pub start: Timestamp,
    /// The end that was given.
    pub end: Timestamp,
}

impl Span {
    /// The span from `start` to `end`; an error where `end` is not after `start`.
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, SpanError> {
        if end > start {
            Ok(Self { start, end })
        } else {
            Err(SpanError { start, end })
        }
    }

    /// Whether an instant lies in both. Spans that only touch do not overlap.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `at` lies inside: the start does, the end does not.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }

    /// Whether the whole of `other` lies inside.
    pub fn covers(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// How long it lasts.
    pub fn duration(&self) -> SignedDuration {
        self.end.duration_since(self.start)
    }

    /// Sorted by start, overlapping and touching ones made one. Covers exactly the same instants as before.
    pub fn merge(mut spans: Vec<Self>) -> Vec<Self> {
        spans.retain(|span| span.start < span.end);
        spans.sort_unstable();
        let mut merged: Vec<Self> = Vec::with_capacity(spans.len());
        for span in spans {
            match merged.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        merged
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn span(start: i64, end: i64) -> Span {
        Span::new(at(start), at(end)).unwrap()
    }

    #[test]
    fn the_end_must_come_after_the_start() {
        assert!(Span::new(at(5), at(5)).is_err());
        let error = Span::new(at(5), at(4)).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("1970-01-01T00:00:04Z does not come after the start 1970-01-01T00:00:05Z")
        );
        let json = r#"{"start":"2026-01-01T10:00:00Z","end":"2026-01-01T10:00:00Z"}"#;
        assert!(serde_json::from_str::<Span>(json).is_err());
        let json = r#"{"start":"2026-01-01T10:00:00Z","end":"2026-01-01T11:00:00Z"}"#;
        let read: Span = serde_json::from_str(json).unwrap();
        assert_eq!(read.duration(), SignedDuration::from_hours(1));
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }

    #[test]
    fn half_open_at_both_questions() {
        assert!(!span(0, 10).overlaps(&span(10, 20)));
        assert!(span(0, 11).overlaps(&span(10, 20)));
        assert!(span(0, 10).contains(at(0)));
        assert!(!span(0, 10).contains(at(10)));
        assert!(span(0, 10).covers(&span(0, 10)));
        assert!(!span(0, 10).covers(&span(0, 11)));
    }

    #[test]
    fn merge_joins_touching_and_nested_and_drops_broken_ones() {
        let broken = Span {
            start: at(100),
            end: at(90),
        };
        let merged = Span::merge(vec![
            span(20, 30),
            span(0, 10),
            broken,
            span(10, 12),
            span(1, 3),
            span(31, 32),
        ]);
        assert_eq!(merged, [span(0, 12), span(20, 30), span(31, 32)]);
        assert!(Span::merge(Vec::new()).is_empty());
    }

    proptest! {
        #[test]
        fn merge_keeps_exactly_the_covered_instants(pairs in prop::collection::vec((0i64..60, 1i64..20), 0..20)) {
            let spans: Vec<Span> = pairs.iter().map(|(start, len)| span(*start, start + len)).collect();
            let merged = Span::merge(spans.clone());
            prop_assert!(merged.windows(2).all(|w| w[0].end < w[1].start));
            for second in 0..90 {
                let before = spans.iter().any(|s| s.contains(at(second)));
                prop_assert_eq!(before, merged.iter().any(|s| s.contains(at(second))));
            }
        }
    }
}
