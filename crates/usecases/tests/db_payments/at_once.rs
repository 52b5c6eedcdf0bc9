//! The customer pays and calls off in the same moment: whichever is first, the other one finds it so.

use std::time::Duration;

use jiff::SignedDuration;
use rstest::rstest;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::payments::{CancelOrderError, cancel_order, look_at_payment};

use super::support::{Till, customer};

/// In each the order is called off a little later.
const ROUNDS: u64 = 24;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn paid_and_called_off_at_once_is_booked_or_given_back(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let replica = till.program.replica().await;
    let (mut booked, mut back) = (0, 0);
    for round in 0..ROUNDS {
        // An hour of its own.
        let start = till.app().clock.now() + SignedDuration::from_hours(100 + i64::try_from(round).unwrap());
        let lesson = ShopScene::at(ShopScene::LESSON, &start.to_string());
        let (placed, session) = till.check_out(vec![lesson]).await;
        till.pay(&session);
        if round == 0 {
            // The order is called off before anybody looks; in the last round it is booked before it is called off.
            cancel_order(&replica, placed.order_id, &customer(&placed))
                .await
                .unwrap();
        } else if round == ROUNDS - 1 {
            look_at_payment(till.app(), placed.order_id).await.unwrap();
        }
        let look = look_at_payment(till.app(), placed.order_id);
        let call_off = async {
            tokio::time::sleep(Duration::from_millis(2 * round)).await;
            cancel_order(&replica, placed.order_id, &customer(&placed)).await
        };
        let (looked, called_off) = futures::future::join(Box::pin(look), Box::pin(call_off)).await;
        looked.unwrap();
        till.settle().await;
        let order = till.order(placed.order_id).await;
        let (status, items) = match called_off {
            Ok(()) => ("refunded", ["cancelled"]),
            // It was called off already, and whoever asks again may find it paid and given back.
            Err(CancelOrderError::Paid) if round == 0 => ("refunded", ["cancelled"]),
            Err(CancelOrderError::Paid) => ("paid", ["booked"]),
            Err(error) => panic!("round {round}: {error}"),
        };
        assert_eq!(order.status, status, "round {round}: {order:#?}");
        assert_eq!(till.states(placed.order_id).await, items, "round {round}");
        till.sound_order(&order).await;
        booked += u64::from(status == "paid");
        back += u64::from(status == "refunded");
    }
    till.sound().await;
    assert!(booked > 0 && back > 0, "{booked} booked, {back} given back");
    assert_eq!(booked + back, ROUNDS);
}
