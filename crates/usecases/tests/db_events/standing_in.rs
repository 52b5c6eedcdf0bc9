//! A manager moves or cancels a booking in the place of who serves it, who reads that from us.

use rstest::rstest;
use sea_orm::ActiveValue::Set;
use timetap_store::bookings::append_timeline::load_timeline;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::bookings::{
    Actor, CancelError, RescheduleError, Rescheduled, cancel_appointment, reschedule_appointment, view_hosted_booking,
};

use super::support::{ANNA, BEN, DORA, DORAS_MAIL, MONA, OLGA, Stage, TUESDAY_AT_10};

const ANNAS_MAIL: &str = "anna@timetap.test";
const AT_12: &str = "2026-11-24T11:00:00Z";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_serves_reads_who_did_it_and_in_which_words(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let draft = stage.draft(vec![ShopScene::at(ShopScene::TUTOR, TUESDAY_AT_10)]);
    let booked = stage.buy(&draft).await.remove(0);
    stage.work_it_all().await;
    let app = stage.app();
    // Nobody's business: a colleague's, and a customer's, though it is her own booking.
    for user_id in [BEN, DORA] {
        let actor = Actor::Host { user_id };
        let refused = cancel_appointment(app, booked.id, &actor, "").await;
        assert!(matches!(refused, Err(CancelError::NotFound)), "{refused:?}");
        let refused = reschedule_appointment(app, booked.id, &actor, AT_12, "", "").await;
        assert!(matches!(refused, Err(RescheduleError::NotFound)), "{refused:?}");
        assert!(view_hosted_booking(app, booked.id, user_id).await.unwrap().is_none());
    }
    assert!(view_hosted_booking(app, booked.id, ANNA).await.unwrap().unwrap().serves);
    let seen = view_hosted_booking(app, booked.id, MONA).await.unwrap().unwrap();
    assert!(
        !seen.serves && seen.write.is_none(),
        "what her calendar holds is her own"
    );

    let mona = Actor::Host { user_id: MONA };
    // Why she cannot is Anna's own business.
    let gone = "2026-11-19T10:00:00Z";
    let refused = reschedule_appointment(app, booked.id, &mona, gone, "", "").await;
    let Err(RescheduleError::SlotGone { message, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(message, "Anna Lind cannot be booked at a time that has passed.");
    let moved = reschedule_appointment(app, booked.id, &mona, AT_12, "There is a fire drill.", "").await;
    assert_eq!(moved.unwrap(), Rescheduled::Moved);
    stage.work_it_all().await;
    let words = |address: &str| {
        let mail = stage.mails_to(address).pop().unwrap();
        mail.content.text.unwrap().replace("\r\n", "\n")
    };
    let annas = words(ANNAS_MAIL);
    assert!(
        annas.contains(
            "Mona Vidal has moved this booking of yours. We have told Dora Sanz:\n\n> There is a fire drill."
        ),
        "{annas}"
    );
    let doras = words(DORAS_MAIL);
    assert!(
        doras.contains("Anna Lind has moved your booking.") && !doras.contains("Mona"),
        "{doras}"
    );

    let olga = Actor::Host { user_id: OLGA };
    cancel_appointment(app, booked.id, &olga, "").await.unwrap();
    stage.work_it_all().await;
    let annas = words(ANNAS_MAIL);
    assert!(
        annas.contains(
            "Olga Rey has cancelled this booking of yours, and the time is free again. We have told Dora Sanz.\n"
        ),
        "{annas}"
    );
    assert!(words(DORAS_MAIL).contains("Anna Lind had to cancel your booking."));
    let past = load_timeline(app.db.reader(), booked.id).await.unwrap();
    let past: Vec<&str> = past.iter().map(|entry| entry.text.as_str()).collect();
    assert!(
        past.iter().any(|text| text.starts_with("Moved by Mona Vidal from ")),
        "{past:?}"
    );
    assert!(
        past.iter().any(|text| text.starts_with("Cancelled by Olga Rey; ")),
        "{past:?}"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_former_manager_does_nothing_in_nobodys_place(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let draft = stage.draft(vec![ShopScene::at(ShopScene::TUTOR, TUESDAY_AT_10)]);
    let booked = stage.buy(&draft).await.remove(0);
    stage
        .change_person(MONA, |mona| mona.role = Set("staff".to_owned()))
        .await;
    let mona = Actor::Host { user_id: MONA };
    let refused = cancel_appointment(stage.app(), booked.id, &mona, "").await;
    assert!(matches!(refused, Err(CancelError::NotFound)), "{refused:?}");
    assert_eq!(stage.appointment(booked.id).await.status, "scheduled");
}
