//! What people try, drawn at random from a seed: the same seed draws the same steps.

use timetap_core::entropy::Entropy;

/// Minutes from one start to the next.
pub const GRID: i64 = 5;
/// From which minute of a day to which one the host works.
pub const OPEN: (i64, i64) = (540, 1020);

/// What the host offers in this storm.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Minutes kept free before and after.
    pub buffers: (i64, i64),
    /// How long the three services take, in minutes.
    pub durations: [i64; 3],
    /// On so many days.
    pub days: i64,
}

impl Offer {
    /// Draws one.
    pub fn draw(random: &Entropy, days: i64) -> Self {
        let minutes = |choices: &[i64]| {
            let last = i64::try_from(choices.len()).unwrap() - 1;
            choices[usize::try_from(random.between(0, last)).unwrap()]
        };
        let buffers = [0, 0, 3, 5, 10, 12, 15, 25];
        Self {
            buffers: (minutes(&buffers), minutes(&buffers)),
            durations: [
                minutes(&[5, 10, 15, 20]),
                minutes(&[25, 30, 40, 45]),
                minutes(&[50, 55, 60, 75, 90, 120]),
            ],
            days,
        }
    }

    /// A start on the grid, as the minute counted from the first day's midnight.
    pub fn draw_start(&self, random: &Entropy) -> i64 {
        let day = random.between(0, self.days - 1);
        day * 1440 + random.between(OPEN.0 / GRID, OPEN.1 / GRID - 1) * GRID
    }
}

/// One try.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Book this service at this minute.
    Book { service: usize, start: i64 },
    /// Move one of the bookings made so far, as the host or as its customer.
    Move { which: i64, start: i64, by_host: bool },
    /// Cancel one of them.
    Cancel { which: i64, by_host: bool },
    /// Hold a span for so many seconds, past all code of ours.
    Hold { start: i64, minutes: i64, seconds: i64 },
    /// Let so many seconds pass.
    Wait { seconds: i64 },
}

/// `count` steps for each of `people`.
pub fn draw_steps(random: &Entropy, offer: &Offer, people: usize, count: usize) -> Vec<Vec<Step>> {
    let step = || {
        let start = offer.draw_start(random);
        let (which, by_host) = (random.between(0, i64::MAX), random.between(0, 1) == 1);
        match random.between(0, 99) {
            0..60 => Step::Book {
                service: usize::try_from(random.between(0, 2)).unwrap(),
                start,
            },
            60..76 => Step::Move { which, start, by_host },
            76..90 => Step::Cancel { which, by_host },
            90..97 => Step::Hold {
                start: start + random.between(0, 4),
                minutes: random.between(1, 90),
                seconds: random.between(1, 40),
            },
            _ => Step::Wait {
                seconds: random.between(1, 15),
            },
        }
    };
    (0..people).map(|_| (0..count).map(|_| step()).collect()).collect()
}
