//! Carts of many things against a storm of other carts that want the same: each gets all or nothing, nobody waits for ever,
//! and what can be had in the end is had.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use timetap_core::entropy::Entropy;
use timetap_testing::{Engine, ShopScene, torture};
use timetap_usecases::TimeTap;
use timetap_usecases::orders::{Choice, DraftItem, PlaceOrderError};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::support::{Shop, place_patiently};

/// Who comes with a cart of ten: each of the programs has one, early and late in the storm.
const TENS: [usize; 3] = [7, 20, 36];
/// The carts' things are drawn from so many hours.
const HOURS: i64 = 12;

/// The things of a cart of ten, which no other carts but those of ten want, in a drawn order: each of these can be had once.
fn ten(random: &Entropy, round: u64, camp: Uuid) -> Vec<DraftItem> {
    let day: Timestamp = "2026-11-26T00:00:00+01:00".parse().unwrap();
    let day = day + SignedDuration::from_hours(24 * i64::try_from(round).unwrap());
    let at = |service, hour: i64| ShopScene::at(service, &(day + SignedDuration::from_hours(hour)).to_string());
    let mut items = vec![
        at(ShopScene::LESSON, 8),
        at(ShopScene::LESSON, 9),
        at(ShopScene::LESSON, 10),
        at(ShopScene::LESSON, 11),
        at(ShopScene::PARTY, 8),
        at(ShopScene::PARTY, 10),
        at(ShopScene::PARTY, 12),
        at(ShopScene::TUTOR, 14),
        at(ShopScene::TUTOR, 15),
        DraftItem {
            choice: Choice::Occurrence(camp),
            ..ShopScene::camp(&["Mia", "Leo"])
        },
    ];
    items.sort_by_cached_key(|_| random.between(0, i64::MAX - 1));
    items
}

fn cart(random: &Entropy, size: i64) -> Vec<DraftItem> {
    let midnight: Timestamp = "2026-11-24T00:00:00+01:00".parse().unwrap();
    // Ordered by itself.
    if size == 1 && random.between(0, 1) == 0 {
        return vec![ShopScene::weekly(&["Mia"])];
    }
    (0..size)
        .map(|_| {
            let start = (midnight + SignedDuration::from_hours(random.between(8, 8 + HOURS))).to_string();
            match random.between(0, 3) {
                0 => ShopScene::at(ShopScene::LESSON, &start),
                1 => ShopScene::at(ShopScene::TUTOR, &start),
                2 => ShopScene::at(ShopScene::PARTY, &start),
                _ => ShopScene::camp(&["Mia", "Leo"]),
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
    // Each round three carts of ten, of which one can win, against carts of one to four; holds run out in between.
    for round in 0..torture(2_u64, 20) {
        let random = Entropy::seeded(round);
        let camp = shop.app().entropy.uuid(shop.app().clock.now());
        let of_two = ShopScene {
            camp_seats: 2,
            ..shop.scene.clone()
        };
        of_two.insert_camp(shop.app(), camp, of_two.camp_first).await;
        let mut storm = JoinSet::new();
        for person in 0..torture(40_usize, 200) {
            let app: Arc<TimeTap> = replicas[person % replicas.len()].clone();
            let items = if TENS.contains(&person) {
                ten(&random, round, camp)
            } else {
                cart(&random, random.between(1, 4))
            };
            let draft = shop.scene.draft(&app, items);
            storm.spawn(async move { (draft.items.len(), place_patiently(&app, &draft).await) });
        }
        let (mut orders, mut items, mut whole_tens) = (0, 0, 0);
        let all = async {
            while let Some(done) = storm.join_next().await {
                match done.unwrap() {
                    (size, Ok(_)) => {
                        (orders, items) = (orders + 1, items + size);
                        whole_tens += usize::from(size == 10);
                    }
                    (_, Err(PlaceOrderError::Refused(items))) => {
                        assert!(!items.is_empty());
                        refused += 1;
                    }
                    (_, Err(error)) => panic!("{error:?}"),
                }
            }
        };
        let done = tokio::time::timeout(torture(Duration::from_mins(1), Duration::from_mins(10)), all).await;
        assert!(done.is_ok(), "round {round}: somebody waits for ever");
        // One wins whole, and the others lose whole.
        assert_eq!(whole_tens, 1, "round {round}");
        let of_tens = format!(
            "SELECT count(*) FROM order_items WHERE order_id IN \
             (SELECT order_id FROM order_items WHERE occurrence_id = {})",
            shop.literal(camp)
        );
        assert_eq!(shop.count(&of_tens).await, 10, "round {round}");
        placed += orders;
        whole(&shop).await;
        let standing = "SELECT count(*) FROM order_items WHERE order_id IN \
                        (SELECT id FROM orders WHERE created_at = (SELECT max(created_at) FROM orders))";
        assert_eq!(
            shop.count(standing).await,
            i64::try_from(items).unwrap(),
            "round {round}"
        );
        assert!(shop.app().clock.advance(SignedDuration::from_mins(36)));
    }
    assert!(placed > 0 && refused > 0, "{placed} placed, {refused} refused");
    println!("{placed} carts placed, {refused} refused");
    // All holds have run out: everything can be had again.
    let all = vec![
        ShopScene::at(ShopScene::LESSON, "2026-11-24T10:00:00+01:00"),
        ShopScene::at(ShopScene::PARTY, "2026-11-24T10:00:00+01:00"),
        ShopScene::camp(&["Mia"; 40]),
    ];
    shop.place(all).await.unwrap();
    shop.place(vec![ShopScene::weekly(&["Mia"; 20])]).await.unwrap();
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
