//! What stands in the way is said before anybody pays.

use rstest::rstest;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::carts::{CartOwner, Instead, PutError, change_quantity};
use timetap_usecases::orders::place_order;

use super::support::{Shop, TEN, at, camp, weekly};

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
