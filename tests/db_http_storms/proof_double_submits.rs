//! One form, sent many times at once to every program there is: one booking, to which all of them lead.

use rstest::rstest;
use timetap_testing::{Engine, torture};

use super::crowd::{Wish, open_connections, rush};
use super::venue::{Venue, difference};

#[rstest]
#[case::sqlite(Engine::Sqlite, 2)]
#[case::postgres(Engine::Postgres, 3)]
#[tokio::test(flavor = "multi_thread")]
async fn one_form_sent_many_times_books_once(#[case] engine: Engine, #[case] programs: usize) {
    let (size, rounds) = (torture(100, 1_000), torture(1, 20));
    let venue = Venue::open(engine, programs).await;
    let http = open_connections();
    let mut settled = venue.settled().await;
    for round in 0..rounds {
        let wish = |number: usize| {
            let server = &venue.servers[number % programs];
            Wish::new(server, &venue.path, &venue.times[round], "impatient", round)
        };
        let outcome = rush(&http, &(0..size).map(wish).collect::<Vec<_>>()).await;
        println!("{engine:?}, {programs} programs, round {round}: {}", outcome.figures());
        outcome.assert_clean();
        let booked = outcome.booked();
        assert_eq!(booked.len(), size, "everybody is led to the booking");
        assert!(booked.iter().all(|address| *address == booked[0]), "{booked:?}");
        let now = venue.settled().await;
        let made = difference(&settled, &now);
        assert_eq!(
            (made["appointments"], made["claims"], made["events"]),
            (1, 1, 1),
            "{made:?}"
        );
        assert_eq!((made["messages"], made["mails"]), (2, 2), "{made:?}");
        settled = now;
    }
    venue.close();
}
