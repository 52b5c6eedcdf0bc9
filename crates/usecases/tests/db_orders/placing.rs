//! Placing an order claims all of it, for a while, and says exactly what cannot be had.

use jiff::SignedDuration;
use rstest::rstest;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait};
use timetap_core::slots::Refusal;
use timetap_store::entities::{room, service, user};
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::orders::{HOLD, ItemRefusal, PlaceOrderError, place_order};

use super::support::Shop;

const TEN: &str = "2026-11-24T10:00:00+01:00";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_cart_of_all_kinds_is_held_together(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let placed = shop
        .place(vec![
            ShopScene::at(ShopScene::LESSON, TEN),
            ShopScene::at(ShopScene::PARTY, TEN),
            ShopScene::camp(&["Mia", "Leo"]),
        ])
        .await
        .unwrap();
    let (order, items) = shop.ordered(&placed).await;
    assert_eq!(
        (order.status.as_str(), order.mode.as_str()),
        ("awaiting_payment", "payment")
    );
    assert_eq!(order.total_minor, 4_000 + 12_000 + 2 * 20_000);
    assert!(order.number.starts_with("TT-"));
    let until = shop.app().clock.now() + HOLD;
    assert_eq!(order.hold_expires_at.unwrap().timestamp(), until);
    let kinds: Vec<&str> = items.iter().map(|item| item.kind.as_str()).collect();
    assert_eq!(kinds, ["session", "party", "camp"]);
    assert_eq!(items[1].staff_id, shop.scene.ben.id);
    assert_eq!(items[1].room_id, Some(shop.scene.rooms[0]));
    assert_eq!((items[2].quantity, items[2].days), (2, 3));
    assert_eq!(items[2].starts_at.timestamp().to_string(), "2026-12-14T08:00:00Z");
    let placed = shop.place(vec![ShopScene::weekly(&["Mia"])]).await.unwrap();
    let (order, items) = shop.ordered(&placed).await;
    assert_eq!((order.mode.as_str(), order.total_minor), ("subscription", 2_500));
    assert_eq!(items[0].kind, "subscription");
    // The next Wednesday, 17:00 in Madrid.
    assert_eq!(items[0].starts_at.timestamp().to_string(), "2026-11-25T16:00:00Z");
    // Anna's hour, Ben's two and the room's, two seats, one place; all of them to end with the hold.
    assert_eq!(shop.counts().await, [2, 4, 3, 2, 1]);
    for table in ["claims", "seats", "template_seats"] {
        let lasting = format!(
            "SELECT count(*) FROM {table} WHERE kind <> 'held' OR expires_at <> {}",
            until.as_millisecond()
        );
        assert_eq!(shop.count(&lasting).await, 0, "{table}");
    }
    let private = shop
        .count("SELECT count(*) FROM order_items WHERE participants_sealed LIKE '%Mia%'")
        .await;
    assert_eq!(private, 0, "participants are sealed");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn where_one_thing_cannot_be_had_nothing_is_claimed_and_all_of_it_is_named(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    shop.place(vec![
        ShopScene::at(ShopScene::LESSON, TEN),
        ShopScene::camp(&["A", "B", "C", "D"]),
    ])
    .await
    .unwrap();
    let before = shop.counts().await;
    let refused = shop
        .refused(vec![
            ShopScene::at(ShopScene::PARTY, TEN),
            ShopScene::at(ShopScene::LESSON, TEN),
            ShopScene::camp(&["Mia", "Leo"]),
        ])
        .await;
    let told: Vec<_> = refused.iter().map(|(place, item)| (*place, item.refusal)).collect();
    assert_eq!(
        told,
        [
            (1, ItemRefusal::Time(Refusal::Booked)),
            (2, ItemRefusal::Seats { left: 1 })
        ]
    );
    assert_eq!(
        refused[1].1.message(),
        "“Winter camp” has one seat left. Please take one, or choose another date."
    );
    assert_eq!(shop.counts().await, before);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn things_of_one_cart_stand_in_each_others_way_too(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let refused = shop
        .refused(vec![
            ShopScene::at(ShopScene::LESSON, TEN),
            ShopScene::at(ShopScene::LESSON, "2026-11-24T10:30:00+01:00"),
        ])
        .await;
    assert_eq!(refused.len(), 1);
    assert_eq!(
        (refused[0].0, refused[0].1.refusal),
        (1, ItemRefusal::Time(Refusal::Booked))
    );
    assert_eq!(shop.counts().await, [0; 5]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_has_least_to_do_serves_until_nobody_can(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let (anna, ben) = (shop.scene.anna.id, shop.scene.ben.id);
    // An hour of Anna's is taken elsewhere on that day.
    shop.place(vec![ShopScene::at(ShopScene::LESSON, "2026-11-24T15:00:00+01:00")])
        .await
        .unwrap();
    let tutor = |start: &str| vec![ShopScene::at(ShopScene::TUTOR, start)];
    let mut served = Vec::new();
    for _ in 0..2 {
        let placed = shop.place(tutor(TEN)).await.unwrap();
        served.push(shop.ordered(&placed).await.1[0].staff_id);
    }
    assert_eq!(served, [ben, anna]);
    let refused = shop.refused(tutor(TEN)).await;
    assert_eq!(refused[0].1.refusal, ItemRefusal::Time(Refusal::Booked));
    // Who wants Anna gets Anna.
    let mut with_anna = ShopScene::at(ShopScene::TUTOR, "2026-11-24T12:00:00+01:00");
    with_anna.staff_id = Some(anna);
    let placed = shop.place(vec![with_anna]).await.unwrap();
    assert_eq!(shop.ordered(&placed).await.1[0].staff_id, anna);
    // Nor does anybody serve whose account is closed.
    let closed = user::ActiveModel {
        id: Set(ben),
        disabled_at: Set(Some(shop.app().clock.now().into())),
        ..Default::default()
    };
    closed.update(shop.app().db.writer()).await.unwrap();
    let refused = shop.refused(tutor("2026-11-24T12:00:00+01:00")).await;
    assert_eq!(refused[0].1.refusal, ItemRefusal::Time(Refusal::Booked));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_party_needs_a_room(#[case] engine: Engine) {
    let mut scene = ShopScene::new();
    scene.rooms.truncate(1);
    let shop = Shop::open_as(engine, scene).await;
    let on = shop.app().db.writer();
    // Somebody else is in the only room.
    on.execute_unprepared(&format!(
        "INSERT INTO claims (id, resource_id, starts_at, ends_at, kind, created_at) \
         SELECT user_id, id, {0}, {0} + 60000, 'firm', 0 FROM rooms, hosts WHERE slug = 'anna'",
        "2026-11-24T11:59:00+01:00"
            .parse::<jiff::Timestamp>()
            .unwrap()
            .as_millisecond()
    ))
    .await
    .unwrap();
    let party = |start: &str| vec![ShopScene::at(ShopScene::PARTY, start)];
    let refused = shop.refused(party(TEN)).await;
    assert_eq!(refused[0].1.refusal, ItemRefusal::NoRoom);
    shop.place(party("2026-11-24T12:00:00+01:00")).await.unwrap();
    let unused = room::ActiveModel {
        id: Set(shop.scene.rooms[0]),
        active: Set(false),
        ..Default::default()
    };
    unused.update(on).await.unwrap();
    let refused = shop.refused(party("2026-11-25T12:00:00+01:00")).await;
    assert_eq!(refused[0].1.refusal, ItemRefusal::Gone);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_held_is_free_again_when_the_time_to_pay_is_over(#[case] engine: Engine) {
    let mut scene = ShopScene::new();
    (scene.camp_seats, scene.weekly_places) = (2, 1);
    let shop = Shop::open_as(engine, scene).await;
    let cart = || vec![ShopScene::at(ShopScene::PARTY, TEN), ShopScene::camp(&["Mia", "Leo"])];
    let weekly = || vec![ShopScene::weekly(&["Mia"])];
    shop.place(cart()).await.unwrap();
    shop.place(weekly()).await.unwrap();
    assert!(shop.app().clock.advance(HOLD - SignedDuration::from_secs(1)));
    assert_eq!(shop.refused(cart()).await.len(), 2);
    assert_eq!(shop.refused(weekly()).await.len(), 1);
    assert!(shop.app().clock.advance(SignedDuration::from_secs(1)));
    shop.place(cart()).await.unwrap();
    shop.place(weekly()).await.unwrap();
    assert_eq!(shop.counts().await, [4, 6, 2, 2, 1]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn one_form_makes_one_order(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    // Of the lesson there is one, of the camp enough for two.
    for (items, counts) in [
        (vec![ShopScene::at(ShopScene::LESSON, TEN)], [1, 1, 1, 0, 0]),
        (vec![ShopScene::camp(&["Mia"])], [2, 2, 1, 1, 0]),
    ] {
        let draft = shop.scene.draft(shop.app(), items);
        let tries = (0..12).map(|_| place_order(shop.app(), &draft));
        let placed: Vec<_> = futures::future::join_all(tries).await;
        let first = placed[0].as_ref().unwrap();
        for other in &placed {
            assert_eq!(other.as_ref().unwrap(), first);
        }
        assert_eq!(shop.counts().await, counts);
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_makes_no_order_is_said_in_words(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let complaint = |result: Result<_, PlaceOrderError>, field: &str| match result {
        Err(PlaceOrderError::Invalid(errors)) => errors.get(field).unwrap().to_owned(),
        other => panic!("{other:?}"),
    };
    assert!(complaint(shop.place(vec![]).await, "items").contains("between one and 20"));
    let nobody = complaint(shop.place(vec![ShopScene::camp(&[])]).await, "participants-0");
    assert_eq!(nobody, "Please name who takes part in “Winter camp”.");
    for with in [ShopScene::at(ShopScene::LESSON, TEN), ShopScene::weekly(&["Leo"])] {
        let together = complaint(shop.place(vec![with, ShopScene::weekly(&["Mia"])]).await, "items");
        assert!(
            together.starts_with("“Weekly piano” has a bill of its own every week, so it is ordered by itself."),
            "{together}"
        );
    }
    let on = shop.app().db.writer();
    let mut change = service::ActiveModel {
        id: Set(ShopScene::LESSON),
        location_kind: Set("at_customer".to_owned()),
        ..Default::default()
    };
    change.clone().update(on).await.unwrap();
    let lesson = || vec![ShopScene::at(ShopScene::LESSON, TEN)];
    assert!(complaint(shop.place(lesson()).await, "address").contains("address to which we come"));
    change.location_kind = Set("phone".to_owned());
    change.currency = Set("CHF".to_owned());
    change.clone().update(on).await.unwrap();
    let mixed = vec![ShopScene::at(ShopScene::LESSON, TEN), ShopScene::camp(&["Mia"])];
    assert!(complaint(shop.place(mixed).await, "items").contains("different currencies"));
    // What is not offered, and what is bought as something else than it is.
    change.active = Set(false);
    change.update(on).await.unwrap();
    assert_eq!(shop.refused(lesson()).await[0].1.refusal, ItemRefusal::Gone);
    let mut camp = ShopScene::camp(&["Mia"]);
    camp.choice = ShopScene::at(ShopScene::LESSON, TEN).choice;
    assert_eq!(shop.refused(vec![camp]).await[0].1.refusal, ItemRefusal::Gone);
    assert_eq!(shop.counts().await, [0; 5]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn no_seat_is_given_in_a_camp_that_has_begun_or_was_called_off(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let on = shop.app().db.writer();
    on.execute_unprepared("UPDATE occurrences SET status = 'cancelled'")
        .await
        .unwrap();
    let camp = || vec![ShopScene::camp(&["Mia"])];
    assert_eq!(shop.refused(camp()).await[0].1.refusal, ItemRefusal::CalledOff);
    on.execute_unprepared("UPDATE occurrences SET status = 'scheduled'")
        .await
        .unwrap();
    let start: jiff::Timestamp = "2026-12-14T08:00:00Z".parse().unwrap();
    assert!(shop.app().clock.advance(start.duration_since(shop.app().clock.now())));
    assert_eq!(shop.refused(camp()).await[0].1.refusal, ItemRefusal::Gone);
}
