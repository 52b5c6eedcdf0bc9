//! A cart becomes one order, whole or not at all, however often its form is sent.

use rstest::rstest;
use sea_orm::EntityTrait;
use timetap_core::orders::Participant;
use timetap_store::entities::{cart_item, order, order_item};
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::carts::{CartOwner, CheckOutError, check_out};

use super::support::{NETWORK, Shop, TEN, at, camp};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_cart_of_three_kinds_becomes_one_order(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let mut guest = CartOwner::default();
    let seats = shop.put(&mut guest, &camp(2)).await.unwrap();
    shop.put(&mut guest, &at(ShopScene::PARTY, TEN)).await.unwrap();
    shop.put(&mut guest, &at(ShopScene::LESSON, TEN)).await.unwrap();
    let form = shop.form(&[(seats, &[("Mia", "8"), ("Leo", "6")])]);
    let (placed, _) = check_out(shop.app(), &form, &guest, NETWORK).await.unwrap();
    let on = shop.app().db.reader();
    let order = order::Entity::find_by_id(placed.order_id)
        .one(on)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((order.status.as_str(), order.total_minor), ("awaiting_payment", 56_000));
    assert!(order.cart_id.is_some());
    // The cart stands until it is paid, and keeps who attends, sealed.
    assert_eq!(shop.things(&guest).await.len(), 3);
    let view = shop.view(&guest).await;
    assert_eq!(view.waiting.as_ref().map(|order| order.id), Some(placed.order_id));
    assert!(view.can_be_ordered(), "what the order holds is not in its own way");
    let names: Vec<String> = view.lines[0].participants.iter().map(Participant::label).collect();
    assert_eq!(names, ["Mia (8)", "Leo (6)"]);
    for row in cart_item::Entity::find().all(on).await.unwrap() {
        assert!(!row.participants_sealed.unwrap_or_default().contains("Mia"));
    }
    // Sent again, it is the same order; also by somebody whose cart is empty now.
    let (again, _) = check_out(shop.app(), &form, &guest, NETWORK).await.unwrap();
    assert_eq!(again, placed);
    timetap_store::carts::empty_cart::empty_cart(
        shop.app().db.writer(),
        order.cart_id.unwrap(),
        order.created_at.timestamp(),
    )
    .await
    .unwrap();
    assert_eq!(shop.things(&guest).await, []);
    let (again, _) = check_out(shop.app(), &form, &guest, NETWORK).await.unwrap();
    assert_eq!(again, placed);
    assert_eq!(order_item::Entity::find().all(on).await.unwrap().len(), 3);
    // Another form finds nothing to order.
    let other = check_out(shop.app(), &shop.form(&[]), &guest, NETWORK).await;
    assert!(matches!(other, Err(CheckOutError::Empty)), "{other:?}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_missing_is_said_at_every_field_at_once(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    shop.sql("UPDATE services SET location_kind = 'at_customer' WHERE slug = 'lesson'")
        .await;
    let mut guest = CartOwner::default();
    let seats = shop.put(&mut guest, &camp(2)).await.unwrap();
    shop.put(&mut guest, &at(ShopScene::LESSON, TEN)).await.unwrap();
    let mut form = shop.form(&[(seats, &[("Mia", "")])]);
    form.email = "dora".to_owned();
    let Err(CheckOutError::Invalid(errors)) = check_out(shop.app(), &form, &guest, NETWORK).await else {
        panic!("it was ordered");
    };
    let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
    let field = |number: u8, part: &str| format!("p-{seats}-{number}-{part}");
    assert_eq!(
        fields,
        [
            "email",
            "phone",
            "address",
            &field(1, "age"),
            &field(2, "name"),
            &field(2, "age")
        ]
    );
    form = shop.form(&[(seats, &[("Mia", "8"), ("Leo", "6")])]);
    form.phone = "+34 600 100 200".to_owned();
    form.address = "Calle Mayor 1\nMadrid".to_owned();
    let (placed, _) = check_out(shop.app(), &form, &guest, NETWORK).await.unwrap();
    let order = order::Entity::find_by_id(placed.order_id)
        .one(shop.app().db.reader())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(order.address.as_deref(), Some("Calle Mayor 1\nMadrid"));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_same_child_is_not_in_two_places_at_once(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let mut guest = CartOwner::default();
    let seats = shop.put(&mut guest, &camp(1)).await.unwrap();
    // On the camp's second day, while Mia is there.
    let party = shop
        .put(&mut guest, &at(ShopScene::PARTY, "2026-12-15T11:00:00+01:00"))
        .await
        .unwrap();
    let both = |other: &'static str| [(seats, [("Mia", "8")]), (party, [(other, "8")])];
    let send = async |children: [(uuid::Uuid, [(&str, &str); 1]); 2]| {
        let attending: Vec<(uuid::Uuid, &[(&str, &str)])> = children
            .iter()
            .map(|(item, children)| (*item, children.as_slice()))
            .collect();
        check_out(shop.app(), &shop.form(&attending), &guest, NETWORK).await
    };
    let Err(CheckOutError::Conflicts(conflicts)) = send(both(" mia ")).await else {
        panic!("it was ordered");
    };
    assert_eq!(
        (conflicts.len(), conflicts[0].item, conflicts[0].with),
        (1, party, seats)
    );
    assert_eq!(shop.count("SELECT count(*) FROM orders").await, 0);
    // Who attends is kept, so that the cart says so too.
    assert_eq!(shop.view(&guest).await.conflicts.len(), 1);
    send(both("Leo")).await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_taken_at_the_last_moment_is_named_and_nothing_is_held(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let mut guest = CartOwner::default();
    let lesson = shop.put(&mut guest, &at(ShopScene::LESSON, TEN)).await.unwrap();
    shop.put(&mut guest, &at(ShopScene::PARTY, TEN)).await.unwrap();
    let mut other = CartOwner::default();
    shop.put(&mut other, &at(ShopScene::LESSON, TEN)).await.unwrap();
    check_out(shop.app(), &shop.form(&[]), &other, NETWORK).await.unwrap();
    let held = shop.count("SELECT count(*) FROM claims").await;
    let Err(CheckOutError::Refused(refused)) = check_out(shop.app(), &shop.form(&[]), &guest, NETWORK).await else {
        panic!("it was ordered");
    };
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].0, lesson);
    assert!(refused[0].1.starts_with("“Piano lesson”: "), "{}", refused[0].1);
    assert_eq!(shop.count("SELECT count(*) FROM claims").await, held);
}
