//! Several programs serve one database (two one SQLite file, three one PostgreSQL), and crowds come to all of them at once:
//! every time is given once, and nobody hears of a database that is busy.

use rstest::rstest;
use timetap_testing::{Engine, torture};

use super::crowd::{Wish, open_connections, rush};
use super::venue::{Venue, difference};

/// So many times are wanted at once.
const TIMES: usize = 6;

#[rstest]
#[case::sqlite(Engine::Sqlite, 2)]
#[case::postgres(Engine::Postgres, 3)]
#[tokio::test(flavor = "multi_thread")]
async fn several_programs_give_every_time_once(#[case] engine: Engine, #[case] programs: usize) {
    let (size, rounds) = (torture(120, 3_000), torture(1, 3));
    let venue = Venue::open(engine, programs).await;
    let http = open_connections();
    let mut settled = venue.settled().await;
    for round in 0..rounds {
        let name = format!("storm{round}");
        let times = &venue.times[round * TIMES..][..TIMES];
        let wish = |number: usize| {
            // Every time is wanted at every program.
            let (time, server) = (number % TIMES, number / TIMES % programs);
            Wish::new(&venue.servers[server], &venue.path, &times[time], &name, number)
        };
        let wishes: Vec<_> = (0..size).map(wish).collect();
        let outcome = rush(&http, &wishes).await;
        println!("{engine:?}, {programs} programs, round {round}: {}", outcome.figures());
        outcome.assert_clean();
        for time in times {
            let of_time = wishes.iter().zip(&outcome.told).filter(|(wish, _)| wish.start == *time);
            let booked = of_time.filter(|(_, told)| told.is_booked()).count();
            assert_eq!(booked, 1, "{time}");
        }
        let now = venue.settled().await;
        let made = difference(&settled, &now);
        for what in ["appointments", "claims", "calendar_writes", "calendar jobs", "events"] {
            assert_eq!(made[what], i64::try_from(TIMES).unwrap(), "{what}: {made:?}");
        }
        assert_eq!(made["messages"], 2 * made["appointments"], "{made:?}");
        assert_eq!(made["mails"], made["messages"], "{made:?}");
        settled = now;
    }
    venue.close();
}
