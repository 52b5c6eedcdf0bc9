//! Never more seats than there are, and none lost, however many want them at once; and the database says so itself.

use std::sync::Arc;

use rstest::rstest;
use sea_orm::ConnectionTrait;
use timetap_testing::{Engine, ShopScene, torture};
use timetap_usecases::orders::PlaceOrderError;
use tokio::task::JoinSet;

use super::support::{Shop, place_patiently};

#[rstest]
#[case::sqlite_1(Engine::Sqlite, 1)]
#[case::sqlite_5(Engine::Sqlite, 5)]
#[case::sqlite_50(Engine::Sqlite, 50)]
#[case::postgres_1(Engine::Postgres, 1)]
#[case::postgres_5(Engine::Postgres, 5)]
#[case::postgres_50(Engine::Postgres, 50)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn as_many_get_a_seat_as_there_are(#[case] engine: Engine, #[case] seats: i64) {
    let mut scene = ShopScene::new();
    (scene.camp_seats, scene.weekly_places) = (seats, seats);
    let shop = Shop::open_as(engine, scene).await;
    let replica = Arc::new(shop.program.replica().await);
    // So many want a seat of each of the two kinds, all at once.
    let each = torture(60_i64, 1000);
    let buyers = 2 * each;
    let mut crowd = JoinSet::new();
    for buyer in 0..buyers {
        let app = if buyer % 2 == 0 {
            shop.program.app.clone()
        } else {
            replica.clone()
        };
        let item = if buyer % 4 < 2 {
            ShopScene::camp(&["Mia"])
        } else {
            ShopScene::weekly(&["Mia"])
        };
        let draft = shop.scene.draft(&app, vec![item]);
        crowd.spawn(async move { (buyer % 4 < 2, place_patiently(&app, &draft).await) });
    }
    let (mut camp, mut weekly) = (0, 0);
    while let Some(done) = crowd.join_next().await {
        match done.unwrap() {
            (true, Ok(_)) => camp += 1,
            (false, Ok(_)) => weekly += 1,
            (_, Err(PlaceOrderError::Refused(refused))) => assert!(refused[0].1.message().contains("is full")),
            (_, Err(error)) => panic!("{error:?}"),
        }
    }
    let wanted = seats.min(each);
    assert_eq!((camp, weekly), (wanted, wanted));
    assert_eq!(shop.counts().await, [2 * wanted, 2 * wanted, 0, wanted, wanted]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_database_itself_refuses_one_seat_too_many(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    for item in [ShopScene::camp(&["A", "B"]), ShopScene::weekly(&["A", "B"])] {
        shop.place(vec![item]).await.unwrap();
    }
    let on = shop.app().db.writer();
    for (seats, pool, of) in [
        ("seats", "occurrence_id", "occurrences"),
        ("template_seats", "template_id", "recurring_templates"),
    ] {
        let copy = |seat: &str, capacity: &str| {
            format!(
                "INSERT INTO {seats} ({pool}, seat, capacity, order_item_id, kind, expires_at, created_at) \
                 SELECT {pool}, {seat}, {capacity}, order_item_id, kind, expires_at, created_at FROM {seats} WHERE seat = 1"
            )
        };
        for (what, sql) in [
            ("a seat twice", copy("2", "capacity")),
            ("a seat beyond the last", copy("capacity + 1", "capacity")),
            ("a seat before the first", copy("0", "capacity")),
            ("a capacity of one's own", copy("9", "9")),
            (
                "fewer seats than are taken",
                format!("UPDATE {of} SET capacity = 1 WHERE id IN (SELECT {pool} FROM {seats})"),
            ),
        ] {
            let refused = on.execute_unprepared(&sql).await;
            assert!(refused.is_err(), "{what}: {sql}");
        }
        on.execute_unprepared(&copy("3", "capacity")).await.unwrap();
        let fewer = format!("UPDATE {of} SET capacity = 3 WHERE id IN (SELECT {pool} FROM {seats})");
        on.execute_unprepared(&fewer).await.unwrap();
        assert_eq!(
            shop.count(&format!("SELECT count(*) FROM {seats} WHERE capacity = 3"))
                .await,
            3
        );
    }
}
