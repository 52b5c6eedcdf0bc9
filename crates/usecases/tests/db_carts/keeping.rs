//! Whose cart it is, and what stays in it.

use jiff::SignedDuration;
use rstest::rstest;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::carts::{
    CartCookie, CartOwner, PutError, change_quantity, count_in_cart, merge_carts, put_in_cart, remove_from_cart,
};
use timetap_usecases::jobs::tidy_up::tidy_up;

use super::support::{NETWORK, Shop, TEN, at, camp, keep, weekly};

fn own(things: &[(&str, i64)]) -> Vec<(String, i64)> {
    things
        .iter()
        .map(|(title, seats)| ((*title).to_owned(), *seats))
        .collect()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_guests_cart_opens_by_its_token_alone(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let mut guest = CartOwner::default();
    shop.put(&mut guest, &at(ShopScene::LESSON, TEN)).await.unwrap();
    shop.put(&mut guest, &camp(2)).await.unwrap();
    let token = guest.token.clone().unwrap();
    // 256 bits, and only their hash is kept: who reads the database has nobody's cart.
    assert_eq!(token.len(), 43);
    let known = shop
        .count(&format!("SELECT count(*) FROM carts WHERE token_hash LIKE '%{token}%'"))
        .await;
    assert_eq!(known, 0);
    assert_eq!(
        shop.things(&guest).await,
        own(&[("Piano lesson", 1), ("Winter camp", 2)])
    );
    assert_eq!(count_in_cart(shop.app(), &guest).await.unwrap(), 2);
    let view = shop.view(&guest).await;
    assert_eq!(view.total.unwrap().to_string(), "€440.00");
    assert!(view.can_be_ordered());
    // Nobody else sees it: not without a token, not with another, not by its hash.
    let hash = timetap_usecases::platform::token_hash::token_hash(&token);
    for token in [None, Some("x".repeat(43)), Some(hash), Some(String::new())] {
        let other = CartOwner { token, user_id: None };
        assert_eq!(shop.things(&other).await, []);
    }
    let other = CartOwner {
        token: None,
        user_id: Some(shop.scene.ben.id),
    };
    assert_eq!(shop.things(&other).await, []);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn signing_in_brings_both_carts_together(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let mut account = CartOwner {
        token: None,
        user_id: Some(shop.scene.ben.id),
    };
    shop.put(&mut account, &camp(3)).await.unwrap();
    shop.put(&mut account, &at(ShopScene::PARTY, TEN)).await.unwrap();
    assert_eq!(account.token, None, "an account needs no cookie");
    let mut browser = CartOwner::default();
    shop.put(&mut browser, &camp(2)).await.unwrap();
    shop.put(&mut browser, &at(ShopScene::PARTY, TEN)).await.unwrap();
    shop.put(&mut browser, &weekly(1)).await.unwrap();
    // Signed in: both are shown, and nothing has to be changed for that.
    browser.user_id = account.user_id;
    assert_eq!(count_in_cart(shop.app(), &browser).await.unwrap(), 5);
    let cookie = merge_carts(shop.app(), &browser).await.unwrap();
    assert_eq!(cookie, CartCookie::Forget);
    keep(&mut browser, cookie);
    let merged = own(&[("Winter camp", 3), ("Birthday party", 1), ("Weekly piano", 1)]);
    assert_eq!(shop.things(&browser).await, merged);
    // On every other browser of the account too, and one cart is left.
    assert_eq!(shop.things(&account).await, merged);
    assert_eq!(shop.count("SELECT count(*) FROM carts").await, 1);
    // Signed out again, the browser knows of nothing.
    browser.user_id = None;
    assert_eq!(shop.things(&browser).await, []);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_first_change_after_signing_in_takes_the_guests_cart_along(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let mut browser = CartOwner::default();
    let item = shop.put(&mut browser, &camp(1)).await.unwrap();
    browser.user_id = Some(shop.scene.ben.id);
    let cookie = change_quantity(shop.app(), &browser, item, 4).await.unwrap();
    assert_eq!(cookie, CartCookie::Forget);
    let account = CartOwner {
        token: None,
        user_id: browser.user_id,
    };
    assert_eq!(shop.things(&account).await, own(&[("Winter camp", 4)]));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn things_are_changed_and_taken_out_by_their_owner_alone(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let mut guest = CartOwner::default();
    let seats = shop.put(&mut guest, &camp(2)).await.unwrap();
    let lesson = shop.put(&mut guest, &at(ShopScene::LESSON, TEN)).await.unwrap();
    // The same again is the same thing, with the seats picked last.
    assert_eq!(shop.put(&mut guest, &camp(1)).await.unwrap(), seats);
    // Another time takes the old one's place.
    let mut later = at(ShopScene::LESSON, "2026-11-24T12:00:00+01:00");
    later.instead_of = Some(lesson);
    assert_eq!(shop.put(&mut guest, &later).await.unwrap(), lesson);
    assert_eq!(
        shop.things(&guest).await,
        own(&[("Winter camp", 1), ("Piano lesson", 1)])
    );
    let mut stranger = CartOwner::default();
    shop.put(&mut stranger, &weekly(1)).await.unwrap();
    for item in [seats, lesson] {
        remove_from_cart(shop.app(), &stranger, item).await.unwrap();
        change_quantity(shop.app(), &stranger, item, 5).await.unwrap();
        let mut moved = at(ShopScene::LESSON, "2026-11-24T15:00:00+01:00");
        moved.instead_of = Some(item);
        let put = shop.put(&mut stranger, &moved).await.unwrap();
        assert_ne!(put, item);
        remove_from_cart(shop.app(), &stranger, put).await.unwrap();
    }
    assert_eq!(
        shop.things(&guest).await,
        own(&[("Winter camp", 1), ("Piano lesson", 1)])
    );
    // Numbers that cannot be had change nothing, and a time has no seats.
    for quantity in [0, -1, 11] {
        change_quantity(shop.app(), &guest, seats, quantity).await.unwrap();
    }
    change_quantity(shop.app(), &guest, lesson, 2).await.unwrap();
    change_quantity(shop.app(), &guest, seats, 2).await.unwrap();
    assert_eq!(
        shop.things(&guest).await,
        own(&[("Winter camp", 2), ("Piano lesson", 1)])
    );
    remove_from_cart(shop.app(), &guest, seats).await.unwrap();
    remove_from_cart(shop.app(), &guest, seats).await.unwrap();
    assert_eq!(shop.things(&guest).await, own(&[("Piano lesson", 1)]));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_cart_is_bounded_in_things_and_in_changes(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let mut guest = CartOwner::default();
    for hour in 0..20 {
        let start = format!("2026-12-0{}T{:02}:00:00+01:00", 1 + hour / 10, 8 + hour % 10);
        shop.put(&mut guest, &at(ShopScene::LESSON, &start)).await.unwrap();
    }
    let full = shop.put(&mut guest, &camp(1)).await.unwrap_err();
    assert!(matches!(full, PutError::Full), "{full:?}");
    let mut refused = None;
    for _ in 0..300 {
        match put_in_cart(shop.app(), &guest, &camp(1), NETWORK).await {
            Err(PutError::Full) => {}
            other => {
                refused = Some(other);
                break;
            }
        }
    }
    assert!(matches!(refused, Some(Err(PutError::TooMany(_)))), "{refused:?}");
    assert_eq!(shop.things(&guest).await.len(), 20);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn carts_that_nobody_comes_back_to_go(#[case] engine: Engine) {
    let shop = Shop::open(engine).await;
    let (mut left, mut used) = (CartOwner::default(), CartOwner::default());
    let mut account = CartOwner {
        token: None,
        user_id: Some(shop.scene.ben.id),
    };
    for owner in [&mut left, &mut used, &mut account] {
        shop.put(owner, &camp(1)).await.unwrap();
    }
    let clock = &shop.app().clock;
    clock.advance(SignedDuration::from_hours(20 * 24));
    shop.put(&mut used, &weekly(1)).await.unwrap();
    clock.advance(SignedDuration::from_hours(10 * 24) + SignedDuration::from_secs(1));
    tidy_up(shop.app()).await.unwrap();
    assert_eq!(count_in_cart(shop.app(), &left).await.unwrap(), 0);
    assert_eq!(count_in_cart(shop.app(), &used).await.unwrap(), 2);
    assert_eq!(count_in_cart(shop.app(), &account).await.unwrap(), 1);
    clock.advance(SignedDuration::from_hours(150 * 24));
    tidy_up(shop.app()).await.unwrap();
    assert_eq!(shop.count("SELECT count(*) FROM carts").await, 0);
    assert_eq!(shop.count("SELECT count(*) FROM cart_items").await, 0);
}
