//! What stands in the way is said before anybody pays.

use jiff::SignedDuration;
use jiff::civil::date;
use rstest::rstest;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::carts::{CartOwner, CheckOutError, Instead, Pick, PutError, change_quantity, check_out};
use timetap_usecases::orders::{Choice, DraftItem, place_order};

use super::support::{NETWORK, Shop, TEN, at, camp, weekly};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_somebody_else_takes_meanwhile_is_named_with_other_times(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let mut guest = CartOwner::default();
    shop.put(&mut guest, &at(ShopScene::LESSON, TEN)).await.unwrap();
    shop.put(&mut guest, &camp(2)).await.unwrap();
    shop.put(&mut guest, &at(ShopScene::TUTOR, TEN)).await.unwrap();
    let others = vec![
        ShopScene::at(ShopScene::LESSON, TEN),
        ShopScene::camp(&["A", "B", "C", "D"]),
    ];
    place_order(shop.app(), &shop.scene.draft(shop.app(), others))
        .await
        .unwrap();
    let view = shop.view(&guest).await;
    assert!(!view.can_be_ordered());
    let problem = |place: usize| view.lines[place].problem.clone();
    let lesson = problem(0).unwrap();
    assert!(lesson.message.starts_with("“Piano lesson”: "), "{}", lesson.message);
    assert_eq!(lesson.instead.len(), 3);
    for other in &lesson.instead {
        let Instead::At(start) = other else { panic!("{other:?}") };
        assert_ne!(*start, TEN.parse().unwrap());
        let mut pick = at(ShopScene::LESSON, &start.to_string());
        pick.instead_of = Some(view.lines[0].item.id);
        shop.put(&mut guest, &pick).await.unwrap();
    }
    let camp = problem(1).unwrap();
    assert_eq!(
        camp.message,
        "“Winter camp” has one seat left. Please take one, or choose another date."
    );
    // Ben is free still.
    assert_eq!(problem(2), None);
    change_quantity(shop.app(), &guest, view.lines[1].item.id, 1)
        .await
        .unwrap();
    assert!(shop.view(&guest).await.can_be_ordered());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_taken_before_the_checkout_is_refused_there_with_other_dates_and_times(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let (late, full) = (uuid::Uuid::from_u128(0x58), uuid::Uuid::from_u128(0x59));
    for (id, first) in [(full, date(2026, 12, 21)), (late, date(2026, 12, 28))] {
        shop.scene.insert_camp(shop.app(), id, first).await;
    }
    let mut guest = CartOwner::default();
    let camp = shop.put(&mut guest, &camp(2)).await.unwrap();
    let party = shop.put(&mut guest, &at(ShopScene::PARTY, TEN)).await.unwrap();
    assert!(shop.view(&guest).await.can_be_ordered());
    let of_full = |names: &[&str]| DraftItem {
        choice: Choice::Occurrence(full),
        ..ShopScene::camp(names)
    };
    let others = vec![
        ShopScene::at(ShopScene::PARTY, TEN),
        ShopScene::camp(&["A", "B", "C", "D"]),
        of_full(&["A", "B", "C", "D"]),
    ];
    place_order(shop.app(), &shop.scene.draft(shop.app(), others))
        .await
        .unwrap();
    let children: [(&str, &str); 2] = [("Mia", "8"), ("Leo", "6")];
    let form = |camp| shop.form(&[(camp, &children)]);
    let refused = check_out(shop.app(), &form(camp), &guest, NETWORK).await;
    let Err(CheckOutError::Refused(refused)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(refused.iter().map(|(item, _)| *item).collect::<Vec<_>>(), [camp, party]);
    assert_eq!(
        shop.count("SELECT count(*) FROM orders").await,
        1,
        "nothing was ordered"
    );
    // Of the camp there is one other date with two seats; the one that is nearer has one.
    let lines = shop.view(&guest).await.lines;
    let instead = |place: usize| lines[place].problem.clone().unwrap().instead;
    let [Instead::Dated(offer)] = &instead(0)[..] else {
        panic!("{:?}", instead(0))
    };
    assert_eq!((offer.id(), offer.free), (late, 5));
    let times: Vec<_> = instead(1)
        .iter()
        .map(|other| match other {
            Instead::At(start) => *start,
            Instead::Dated(_) => panic!("{other:?}"),
        })
        .collect();
    let ten: jiff::Timestamp = TEN.parse().unwrap();
    assert!(
        !times.is_empty()
            && times
                .iter()
                .all(|start| start.duration_since(ten).abs() >= SignedDuration::from_hours(2))
    );
    // Taken, they can be ordered at once.
    let dated = Pick {
        choice: Choice::Occurrence(late),
        instead_of: Some(camp),
        ..super::support::camp(2)
    };
    let timed = Pick {
        instead_of: Some(party),
        ..at(ShopScene::PARTY, &times[0].to_string())
    };
    let camp = shop.put(&mut guest, &dated).await.unwrap();
    shop.put(&mut guest, &timed).await.unwrap();
    check_out(shop.app(), &form(camp), &guest, NETWORK).await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_gone_already_does_not_get_into_the_cart(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let others = vec![
        ShopScene::at(ShopScene::LESSON, TEN),
        ShopScene::camp(&["A", "B", "C", "D"]),
    ];
    place_order(shop.app(), &shop.scene.draft(shop.app(), others))
        .await
        .unwrap();
    let mut guest = CartOwner::default();
    for pick in [at(ShopScene::LESSON, TEN), camp(2), camp(0), camp(11)] {
        let refused = shop.put(&mut guest, &pick).await.unwrap_err();
        assert!(matches!(refused, PutError::Refused(_)), "{refused:?}");
    }
    // A date of something else, a time of what has dates, a date of what has times.
    let mut foreign = camp(1);
    foreign.service_id = ShopScene::WEEKLY;
    let mut dated = camp(1);
    dated.service_id = ShopScene::LESSON;
    for pick in [foreign, dated, at(ShopScene::CAMP, TEN), at(uuid::Uuid::nil(), TEN)] {
        let refused = shop.put(&mut guest, &pick).await.unwrap_err();
        assert!(matches!(refused, PutError::Gone), "{refused:?}");
    }
    assert_eq!(guest.token, None);
    assert_eq!(shop.count("SELECT count(*) FROM carts").await, 0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_no_longer_offered_is_said_by_name(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let mut guest = CartOwner::default();
    shop.put(&mut guest, &at(ShopScene::LESSON, TEN)).await.unwrap();
    shop.put(&mut guest, &camp(1)).await.unwrap();
    shop.sql("UPDATE services SET active = FALSE WHERE slug = 'lesson'")
        .await;
    shop.sql("UPDATE occurrences SET status = 'cancelled'").await;
    let view = shop.view(&guest).await;
    let told: Vec<String> = view
        .lines
        .iter()
        .map(|line| line.problem.clone().unwrap().message)
        .collect();
    assert_eq!(
        told,
        [
            "“Piano lesson” is not offered any more. Please remove it.",
            "“Winter camp”: this date was called off. Please choose another date."
        ]
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn things_that_do_not_go_together_are_named(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let mut guest = CartOwner::default();
    shop.put(&mut guest, &at(ShopScene::LESSON, TEN)).await.unwrap();
    shop.put(&mut guest, &at(ShopScene::LESSON, "2026-11-24T10:30:00+01:00"))
        .await
        .unwrap();
    let messages = |view: timetap_usecases::carts::CartView| -> Vec<String> {
        view.conflicts.into_iter().map(|conflict| conflict.message).collect()
    };
    let told = messages(shop.view(&guest).await);
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("with the same person at the same time"), "{}", told[0]);
    shop.put(&mut guest, &weekly(1)).await.unwrap();
    let told = messages(shop.view(&guest).await);
    assert!(told[1].contains("a bill of its own every week"), "{}", told[1]);
    shop.sql("UPDATE services SET currency = 'USD' WHERE slug = 'weekly'")
        .await;
    let view = shop.view(&guest).await;
    assert_eq!(view.total, None, "there is no sum of euros and dollars");
    assert!(messages(view).iter().any(|message| message.contains("is paid in USD")));
}
