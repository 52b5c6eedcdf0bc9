//! Who may set up a page, and whose.

use rstest::rstest;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use timetap_core::role::Role;
use timetap_store::entities::user;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::hosts::save_booking_rules::SaveBookingRulesError;
use timetap_usecases::hosts::save_override::SaveOverrideError;
use timetap_usecases::hosts::save_profile::SaveProfileError;
use timetap_usecases::hosts::save_service::SaveServiceError;
use timetap_usecases::hosts::save_weekly_hours::SaveWeeklyHoursError;
use timetap_usecases::hosts::set_service_active::SetServiceActiveError;
use timetap_usecases::hosts::{
    Direction, HostRefused, WeeklyHoursForm, list_services, load_hours, load_rules, load_service, move_service,
    save_booking_rules, save_override, save_profile, save_service, save_weekly_hours, set_service_active,
};

use crate::support::{add_host, add_person, closed_on, day, profile, rules_form, service};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn customers_and_disabled_people_are_no_hosts(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let customer = add_person(app, "customer@example.org", Role::Customer).await;
    let result = save_profile(app, customer, profile("anna")).await;
    assert!(matches!(result, Err(SaveProfileError::Refused(HostRefused::NotAHost))));

    // A host who is disabled afterwards cannot change anything any more.
    let host = add_host(app, "berta").await;
    let mut row = user::Entity::find_by_id(host)
        .one(app.db.reader())
        .await
        .unwrap()
        .unwrap();
    row.disabled_at = Some(app.clock.now().into());
    user::Entity::update(row.into_active_model().reset_all())
        .exec(app.db.writer())
        .await
        .unwrap();
    let result = save_weekly_hours(app, host, WeeklyHoursForm::default()).await;
    assert!(matches!(
        result,
        Err(SaveWeeklyHoursError::Refused(HostRefused::NotAHost))
    ));
    let hours = load_hours(app, host).await.unwrap().unwrap();
    assert_eq!(hours.weekly[0], [day(540, 1020)]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn everything_else_waits_for_the_profile(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = add_person(app, "anna@example.org", Role::Staff).await;
    let weekly = save_weekly_hours(app, id, WeeklyHoursForm::default()).await;
    let Err(SaveWeeklyHoursError::Refused(refused @ HostRefused::NoProfile)) = weekly else {
        panic!("not refused: {weekly:?}");
    };
    assert_eq!(
        refused.to_string(),
        "Choose your public address first; then you can set up the rest."
    );
    assert!(matches!(
        save_booking_rules(app, id, rules_form()).await,
        Err(SaveBookingRulesError::Refused(HostRefused::NoProfile))
    ));
    assert!(matches!(
        save_override(app, id, closed_on("2026-12-24")).await,
        Err(SaveOverrideError::Refused(HostRefused::NoProfile))
    ));
    assert!(matches!(
        save_service(app, id, None, service("Chess")).await,
        Err(SaveServiceError::Refused(HostRefused::NoProfile))
    ));
    assert!(load_hours(app, id).await.unwrap().is_none());
    assert!(load_rules(app.db.reader(), id).await.unwrap().is_none());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn another_hosts_service_is_not_found(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let anna = add_host(app, "anna").await;
    let berta = add_host(app, "berta").await;
    let foreign = list_services(app, anna).await.unwrap()[0].clone();
    assert!(matches!(
        save_service(app, berta, Some(foreign.id), service("Mine now")).await,
        Err(SaveServiceError::NotFound)
    ));
    // Bad fields do not tell that it exists, either.
    assert!(matches!(
        save_service(app, berta, Some(foreign.id), service("")).await,
        Err(SaveServiceError::NotFound)
    ));
    assert!(matches!(
        set_service_active(app, berta, foreign.id, false).await,
        Err(SetServiceActiveError::NotFound)
    ));
    assert!(move_service(app, berta, foreign.id, Direction::Up).await.is_err());
    assert_eq!(load_service(app, berta, foreign.id).await.unwrap(), None);
    assert_eq!(load_service(app, anna, foreign.id).await.unwrap(), Some(foreign));
}
