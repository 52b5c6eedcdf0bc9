//! Carts of many things against a storm of other carts that want the same: each gets all or nothing, nobody waits for ever,
//! and what can be had in the end is had.

use std::sync::Arc;

use jiff::SignedDuration;
use rstest::rstest;
use timetap_core::entropy::Entropy;
use timetap_testing::{Engine, ShopScene, torture};
use timetap_usecases::TimeTap;
use timetap_usecases::orders::{DraftItem, PlaceOrderError, place_order};
use tokio::task::JoinSet;

use super::support::Shop;

/// The carts' things are drawn from so many hours.
const HOURS: i64 = 12;

fn cart(random: &Entropy, size: i64) -> Vec<DraftItem> {
    let midnight: jiff::Timestamp = "2026-11-24T00:00:00+01:00".parse().unwrap();
    (0..size)
        .map(|_| {
            let start = (midnight + SignedDuration::from_hours(random.between(8, 8 + HOURS))).to_string();
            match random.between(0, 4) {
                0 => ShopScene::at(ShopScene::LESSON, &start),
                1 => ShopScene::at(ShopScene::TUTOR, &start),
                2 => ShopScene::at(ShopScene::PARTY, &start),
                3 => ShopScene::camp(&["Mia", "Leo"]),
                _ => ShopScene::weekly(&["Mia"]),
            }
        })
        .collect()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_or_nothing_and_nobody_waits_in_a_circle(#[case] engine: Engine) {
    let mut scene = ShopScene::new();
    (scene.camp_seats, scene.weekly_places) = (40, 20);
    let shop = Shop::open_as(engine, scene).await;
    let replicas = [
        shop.program.app.clone(),
        Arc::new(shop.program.replica().await),
        Arc::new(shop.program.replica().await),
    ];
    let (mut placed, mut refused) = (0, 0);
    // Each round a cart of ten against carts of one to four; holds run out in between.
    for round in 0..torture(2_u64, 20) {
        let random = Entropy::seeded(round);
        let mut storm = JoinSet::new();
        for person in 0..torture(40_usize, 200) {
            let app: Arc<TimeTap> = replicas[person % replicas.len()].clone();
            let size = if person == 7 { 10 } else { random.between(1, 4) };
            let draft = shop.scene.draft(&app, cart(&random, size));
            storm.spawn(async move { (size, place_order(&app, &draft).await) });
        }
        let (mut orders, mut items) = (0, 0);
        while let Some(done) = storm.join_next().await {
            match done.unwrap() {
                (size, Ok(_)) => (orders, items) = (orders + 1, items + size),
                (_, Err(PlaceOrderError::Refused(items))) => {
                    assert!(!items.is_empty());
                    refused += 1;
                }
                (_, Err(error)) => panic!("{error:?}"),
            }
        }
        placed += orders;
        whole(&shop).await;
        let standing = "SELECT count(*) FROM order_items WHERE order_id IN \
                        (SELECT id FROM orders WHERE created_at = (SELECT max(created_at) FROM orders))";
        assert_eq!(shop.count(standing).await, items, "round {round}");
        assert!(shop.app().clock.advance(SignedDuration::from_mins(36)));
    }
    assert!(placed > 0 && refused > 0, "{placed} placed, {refused} refused");
    println!("{placed} carts placed, {refused} refused");
    // All holds have run out: everything can be had again, by one cart.
    let all = vec![
        ShopScene::at(ShopScene::LESSON, "2026-11-24T10:00:00+01:00"),
        ShopScene::at(ShopScene::PARTY, "2026-11-24T10:00:00+01:00"),
        ShopScene::camp(&["Mia"; 40]),
        ShopScene::weekly(&["Mia"; 20]),
    ];
    shop.place(all).await.unwrap();
}

/// Every item that stands has all that it needs, and nothing is held without an item.
async fn whole(shop: &Shop) {
    let now = shop.app().clock.now().as_millisecond();
    for (what, sql) in [
        (
            "time without an item",
            "SELECT count(*) FROM claims WHERE order_item_id NOT IN (SELECT id FROM order_items)".to_owned(),
        ),
        (
            "an item whose staff is not claimed",
            format!(
                "SELECT count(*) FROM order_items i JOIN orders o ON o.id = i.order_id \
                 WHERE i.kind IN ('session','party') AND o.hold_expires_at > {now} AND NOT EXISTS \
                 (SELECT 1 FROM claims c WHERE c.order_item_id = i.id AND c.resource_id = i.staff_id)"
            ),
        ),
        (
            "a party whose room is not claimed",
            format!(
                "SELECT count(*) FROM order_items i JOIN orders o ON o.id = i.order_id \
                 WHERE i.kind = 'party' AND o.hold_expires_at > {now} AND NOT EXISTS \
                 (SELECT 1 FROM claims c WHERE c.order_item_id = i.id AND c.resource_id = i.room_id)"
            ),
        ),
        (
            "a camp with other seats than ordered",
            format!(
                "SELECT count(*) FROM order_items i JOIN orders o ON o.id = i.order_id \
                 WHERE i.kind = 'camp' AND o.hold_expires_at > {now} AND i.quantity <> \
                 (SELECT count(*) FROM seats s WHERE s.order_item_id = i.id)"
            ),
        ),
        (
            "overlapping time",
            "SELECT count(*) FROM claims a JOIN claims b ON a.resource_id = b.resource_id AND a.id < b.id \
             WHERE a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
                .to_owned(),
        ),
    ] {
        assert_eq!(shop.count(&sql).await, 0, "{what}");
    }
}
