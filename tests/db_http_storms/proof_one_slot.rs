//! Thousands want one time: one gets it, everybody else is refused and shown others, and it is owed once.

use rstest::rstest;
use timetap_testing::{Engine, torture};

use super::crowd::{Wish, open_connections, rush};
use super::venue::{Venue, difference};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn of_a_crowd_that_wants_one_time_one_gets_it(#[case] engine: Engine) {
    let (size, rounds) = (torture(150, 10_000), torture(1, 20));
    let venue = Venue::open(engine, 1).await;
    let http = open_connections();
    let base = venue.base().to_owned();

    // One booking in calm weather says what one booking makes.
    let before = venue.settled().await;
    let calm = rush(&http, &[Wish::new(&base, &venue.path, &venue.times[0], "calm", 0)]).await;
    calm.assert_clean();
    let mut settled = venue.settled().await;
    let one = difference(&before, &settled);
    assert_eq!(
        (one["appointments"], one["claims"], one["events"]),
        (1, 1, 1),
        "{one:?}"
    );
    assert!(
        one["mails"] > 0 && one["mail jobs"] > 0 && one["calendar jobs"] > 0,
        "{one:?}"
    );

    for round in 1..=rounds {
        let name = format!("storm{round}");
        let wish = |number| Wish::new(&base, &venue.path, &venue.times[round], &name, number);
        let outcome = rush(&http, &(0..size).map(wish).collect::<Vec<_>>()).await;
        println!(
            "{engine:?}, round {round}: {}; {}",
            outcome.figures(),
            venue.footprint()
        );
        outcome.assert_clean();
        assert_eq!(outcome.booked().len(), 1);
        let now = venue.settled().await;
        assert_eq!(difference(&settled, &now), one);
        settled = now;
    }
    venue.close();
}
