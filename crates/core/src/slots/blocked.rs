//! Time in which no slot may lie, made ready for many questions in ascending order.

use std::cell::Cell;

use super::candidates::first_whole_second;
use super::wall::Second;
use crate::span::Span;

/// Stretches of time, in order and apart from each other, in whole seconds: rounded outwards, which changes nothing for
/// slots, as they start and end on whole seconds.
#[derive(Debug)]
pub(super) struct Blocked {
    stretches: Vec<(Second, Second)>,
    /// Where the last question was answered; the next one is mostly about a time soon after.
    last: Cell<usize>,
}

impl Blocked {
    /// What keeps a slot from lying within `before` minutes after, or `after` minutes before, one of these spans.
    pub(super) fn new<'s>(spans: impl Iterator<Item = &'s Span>, before: u32, after: u32) -> Self {
        let seconds = |minutes: u32| Second::from(minutes) * 60;
        // A slot that keeps its distance from a span is a slot that does not overlap a longer one.
        let mut stretches: Vec<(Second, Second)> = spans
            .filter(|span| span.start < span.end)
            .map(|span| {
                let start = span.start.as_second() - Second::from(span.start.subsec_nanosecond() < 0);
                (start - seconds(after), first_whole_second(span.end) + seconds(before))
            })
            .collect();
        stretches.sort_unstable();
        stretches.dedup_by(|next, kept| {
            let touches = next.0 <= kept.1;
            if touches {
                kept.1 = kept.1.max(next.1);
            }
            touches
        });
        Self {
            stretches,
            last: Cell::new(0),
        }
    }

    /// Whether something from `start` to `end` lies in any of them.
    pub(super) fn overlaps(&self, start: Second, end: Second) -> bool {
        let mut next = self.last.get();
        if next > 0 && self.stretches.get(next - 1).is_some_and(|(_, until)| *until > start) {
            next = self.stretches.partition_point(|(_, until)| *until <= start);
        }
        while self.stretches.get(next).is_some_and(|(_, until)| *until <= start) {
            next += 1;
        }
        self.last.set(next);
        self.stretches.get(next).is_some_and(|(from, _)| *from < end)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;

    use super::*;

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(millisecond).unwrap()
    }

    proptest! {
        #[test]
        fn blocks_exactly_what_overlaps_with_the_buffers_around_it(
            pairs in prop::collection::vec((-900_000i64..900_000, -5_000i64..200_000), 0..12),
            (before, after) in (0u32..3, 0u32..3),
            questions in prop::collection::vec((-1_200i64..1_200, 1i64..400), 1..60),
        ) {
            let spans: Vec<Span> = pairs.iter().map(|(start, long)| Span { start: at(*start), end: at(start + long) }).collect();
            let blocked = Blocked::new(spans.iter(), before, after);
            let minutes = |n: u32| SignedDuration::from_mins(n.into());
            for (start, long) in questions {
                let claim = Span { start: at(start * 1000) - minutes(before), end: at((start + long) * 1000) + minutes(after) };
                let expected = spans.iter().any(|span| span.start < span.end && span.overlaps(&claim));
                prop_assert_eq!(blocked.overlaps(start, start + long), expected, "{} {}", start, long);
            }
        }
    }
}
