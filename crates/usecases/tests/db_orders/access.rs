//! Who sees how much of an order.

use rstest::rstest;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use timetap_core::role::Role;
use timetap_store::entities::{order, user};
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::orders::{OrderReader, OrderSide, list_orders, order_file, view_order};
use uuid::Uuid;

use super::support::Shop;

const TEN: &str = "2026-11-24T10:00:00+01:00";

/// The side that somebody is on, and the titles that they see.
async fn seen(shop: &Shop, id: Uuid, reader: OrderReader<'_>) -> Option<(OrderSide, Vec<String>)> {
    let view = view_order(shop.app(), id, &reader).await.unwrap()?;
    let titles = view.items.iter().map(|item| item.item.title.clone()).collect();
    assert_eq!(view.capability.is_empty(), view.side != OrderSide::Customer);
    Some((view.side, titles))
}

fn account<'a>(user_id: Uuid, role: Role) -> OrderReader<'a> {
    OrderReader {
        capability: None,
        account: Some((user_id, role)),
    }
}

fn token(token: &str) -> OrderReader<'_> {
    OrderReader {
        capability: Some(token),
        account: None,
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_order_is_seen_by_its_people_and_by_nobody_else(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let (anna, ben) = (shop.scene.anna.id, shop.scene.ben.id);
    let things = || {
        vec![
            ShopScene::at(ShopScene::LESSON, TEN),
            ShopScene::at(ShopScene::PARTY, TEN),
        ]
    };
    let placed = shop.place(things()).await.unwrap();
    let other = shop.place(vec![ShopScene::camp(&["Mia"])]).await.unwrap();
    let both = vec!["Piano lesson".to_owned(), "Birthday party".to_owned()];
    let id = placed.order_id;
    assert_eq!(
        seen(&shop, id, token(&placed.capability)).await,
        Some((OrderSide::Customer, both.clone()))
    );
    // Not by the id alone, another order's token, the token's hash, or an account that has nothing to do with it.
    let hash = shop.ordered(&placed).await.0.capability_hash;
    for reader in [
        OrderReader::default(),
        token(""),
        token(&other.capability),
        token(&hash),
        account(Uuid::from_u128(0x77), Role::Customer),
        account(Uuid::from_u128(0x77), Role::Manager),
        // Who serves it has nothing to do before it is paid.
        account(ben, Role::Staff),
    ] {
        assert_eq!(seen(&shop, id, reader).await, None, "{reader:?}");
        assert_eq!(order_file(shop.app(), id, &reader).await.unwrap(), None);
    }
    let paid = order::ActiveModel {
        id: Set(id),
        paid_at: Set(Some(shop.app().clock.now().into())),
        ..Default::default()
    };
    paid.update(shop.app().db.writer()).await.unwrap();
    // Each sees what they serve.
    assert_eq!(
        seen(&shop, id, account(anna, Role::Staff)).await,
        Some((OrderSide::Staff, both[..1].to_vec()))
    );
    assert_eq!(
        seen(&shop, id, account(ben, Role::Staff)).await,
        Some((OrderSide::Staff, both[1..].to_vec()))
    );
    // A manager sees what is served by those whom they manage.
    let managed = user::ActiveModel {
        id: Set(ben),
        manager_id: Set(Some(anna)),
        ..Default::default()
    };
    managed.update(shop.app().db.writer()).await.unwrap();
    assert_eq!(
        seen(&shop, id, account(anna, Role::Manager)).await,
        Some((OrderSide::Staff, both.clone()))
    );
    assert_eq!(
        seen(&shop, id, account(anna, Role::Staff)).await,
        Some((OrderSide::Staff, both[..1].to_vec())),
        "no manager any more, whoever is said to report to her"
    );
    assert_eq!(
        seen(&shop, id, account(Uuid::from_u128(0x77), Role::Admin)).await,
        Some((OrderSide::Admin, both))
    );
    assert_eq!(seen(&shop, other.order_id, account(ben, Role::Staff)).await, None);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_account_finds_its_orders_and_no_others(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let (anna, ben) = (shop.scene.anna.id, shop.scene.ben.id);
    let mut draft = shop.scene.draft(shop.app(), vec![ShopScene::camp(&["Mia"])]);
    draft.user_id = Some(ben);
    let placed = timetap_usecases::orders::place_order(shop.app(), &draft).await.unwrap();
    let listed = list_orders(shop.app(), ben).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].order.id, placed.order_id);
    assert_eq!(listed[0].titles, ["Winter camp"]);
    assert_eq!(listed[0].total.to_string(), "€200.00");
    assert!(list_orders(shop.app(), anna).await.unwrap().is_empty());
    // The account opens it without the token, and sees who takes part.
    let view = view_order(shop.app(), placed.order_id, &account(ben, Role::Staff))
        .await
        .unwrap();
    let view = view.unwrap();
    assert_eq!(view.side, OrderSide::Customer);
    assert_eq!(view.items[0].participants[0].label(), "Mia (8)");
    assert_eq!(view.items[0].spans.len(), 3);
    assert!(view.can_be_paid(shop.app().clock.now()));
}
