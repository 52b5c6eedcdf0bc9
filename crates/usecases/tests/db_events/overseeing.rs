//! The calendars of managers and administrators follow what they are: nobody keeps customers' details whom they no longer
//! concern, and whoever looks after somebody from now on sees what is booked already.

use std::time::Duration;

use jiff::SignedDuration;
use rstest::rstest;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use timetap_core::role::Role;
use timetap_store::bookings::find_appointment::find_appointment_to_change;
use timetap_store::entities::{appointment, job};
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::accounts::Actor;
use timetap_usecases::accounts::change_role::change_role;
use timetap_usecases::accounts::disable_user::disable_user;
use timetap_usecases::calendars::{Direction, Preferences, set_preferences, want_all_events, want_events};
use timetap_usecases::catalogue::set_manager;
use timetap_usecases::jobs::ensure_standing_jobs::ensure_standing_jobs;
use uuid::Uuid;

use super::support::{ANNA, BEN, DORA, MONA, OLGA, Stage, TUESDAY_AT_10};

const ADMIN: Actor = Actor {
    user_id: OLGA,
    role: Role::Admin,
};

async fn lesson(stage: &Stage) -> appointment::Model {
    let draft = stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]);
    let booked = stage.buy(&draft).await.remove(0);
    stage.work_it_all().await;
    booked
}

impl Stage {
    fn counts<const N: usize>(&self, people: [Uuid; N]) -> [usize; N] {
        people.map(|person| self.events(person).len())
    }

    async fn state(&self, appointment: &appointment::Model, who: Uuid) -> Option<(String, String)> {
        let rows = self.rows(appointment).await;
        let row = rows.into_iter().find(|(person, ..)| *person == who)?;
        Some((row.1, row.2))
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn events_move_from_one_manager_to_the_other(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA, BEN, MONA, DORA]).await;
    stage
        .change_person(BEN, |ben| ben.role = Set("manager".to_owned()))
        .await;
    lesson(&stage).await;
    assert_eq!(stage.counts([ANNA, BEN, MONA, DORA]), [1, 0, 1, 1]);
    let writes = stage.effects("update").len() + stage.effects("patch").len();

    set_manager(stage.app(), ADMIN, ANNA, Some(BEN)).await.unwrap();
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, BEN, MONA, DORA]), [1, 1, 0, 1]);
    let title = stage.event(BEN)["summary"].clone();
    assert_eq!(title, "Anna Lind - Piano lesson");
    // Those whom it does not concern are not written to.
    assert_eq!(stage.effects("update").len() + stage.effects("patch").len(), writes);
    assert_eq!(stage.effects("delete").len(), 1);

    set_manager(stage.app(), ADMIN, ANNA, None).await.unwrap();
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, BEN, MONA, DORA]), [1, 0, 0, 1]);
    set_manager(stage.app(), ADMIN, ANNA, Some(MONA)).await.unwrap();
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, BEN, MONA, DORA]), [1, 0, 1, 1]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_is_no_manager_any_more_keeps_nothing_of_the_team(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA, MONA]).await;
    let booked = lesson(&stage).await;
    assert_eq!(stage.counts([ANNA, MONA]), [1, 1]);
    change_role(stage.app(), ADMIN, MONA, Role::Staff).await.unwrap();
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, MONA]), [1, 0]);
    // And has it again as a manager.
    change_role(stage.app(), ADMIN, MONA, Role::Manager).await.unwrap();
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, MONA]), [1, 1]);
    let role = |role: &str, state: &str| Some((role.to_owned(), state.to_owned()));
    assert_eq!(stage.state(&booked, MONA).await, role("manager", "written"));
    // The same while the account is shut.
    disable_user(stage.app(), ADMIN, MONA, true).await.unwrap();
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, MONA]), [1, 0]);
    disable_user(stage.app(), ADMIN, MONA, false).await.unwrap();
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, MONA]), [1, 1]);
    // Where what she has is what she should have, nothing is written.
    let version = stage.event(MONA)["etag"].clone();
    change_role(stage.app(), ADMIN, MONA, Role::Admin).await.unwrap();
    stage.work_it_all().await;
    assert_eq!(stage.event(MONA)["etag"], version);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_calendar_that_is_connected_later_gets_nothing_of_a_former_team(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA]).await;
    let booked = lesson(&stage).await;
    let role = |role: &str, state: &str| Some((role.to_owned(), state.to_owned()));
    assert_eq!(stage.state(&booked, MONA).await, role("manager", "skipped"));
    change_role(stage.app(), ADMIN, MONA, Role::Staff).await.unwrap();
    stage.work_it_all().await;
    stage.connect(MONA).await;
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, MONA]), [1, 0]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_was_booked_by_oneself_or_is_served_stays(#[case] engine: Engine) {
    // Dora manages Anna, and books her.
    let stage = Stage::connected(engine, &[ANNA, DORA, MONA]).await;
    stage
        .change_person(DORA, |dora| dora.role = Set("manager".to_owned()))
        .await;
    stage
        .change_person(ANNA, |anna| anna.manager_id = Set(Some(DORA)))
        .await;
    let booked = lesson(&stage).await;
    assert_eq!(stage.state(&booked, DORA).await.unwrap().0, "customer");
    let version = stage.event(DORA)["etag"].clone();
    set_manager(stage.app(), ADMIN, ANNA, Some(MONA)).await.unwrap();
    change_role(stage.app(), ADMIN, DORA, Role::Customer).await.unwrap();
    change_role(stage.app(), ADMIN, ANNA, Role::Admin).await.unwrap();
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, DORA, MONA]), [1, 1, 1]);
    assert_eq!(
        stage.event(DORA)["etag"],
        version,
        "nothing is written that says the same"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_administrator_has_all_or_none_as_they_choose(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA]).await;
    let connection = stage.connect(OLGA).await;
    let booked = lesson(&stage).await;
    assert_eq!(stage.counts([ANNA, OLGA]), [1, 1]);
    want_all_events(stage.app(), OLGA, false).await.unwrap();
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, OLGA]), [1, 0]);
    want_all_events(stage.app(), OLGA, true).await.unwrap();
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, OLGA]), [1, 1]);
    // Who adds events by hand is asked before anything new comes.
    want_all_events(stage.app(), OLGA, false).await.unwrap();
    stage.work_it_all().await;
    let by_hand = Preferences {
        sync_enabled: true,
        auto_sync: false,
        direction: Direction::Both,
    };
    set_preferences(stage.app(), OLGA, connection, by_hand).await.unwrap();
    want_all_events(stage.app(), OLGA, true).await.unwrap();
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, OLGA]), [1, 0]);
    let role = |role: &str, state: &str| Some((role.to_owned(), state.to_owned()));
    assert_eq!(stage.state(&booked, OLGA).await, role("admin", "skipped"));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_cancelled_in_the_same_moment_comes_into_no_calendar(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA, MONA]).await;
    stage.change_person(ANNA, |anna| anna.manager_id = Set(None)).await;
    let booked = lesson(&stage).await;
    let app = stage.app();
    set_manager(app, ADMIN, ANNA, Some(MONA)).await.unwrap();
    let cancelling = app.db.begin().await.unwrap();
    let row = find_appointment_to_change(&cancelling, booked.id)
        .await
        .unwrap()
        .unwrap();
    let mut row = row.into_active_model();
    row.status = Set("cancelled".to_owned());
    let row = row.update(&cancelling).await.unwrap();
    want_events(&cancelling, app, &row, false).await.unwrap();
    // The calendars follow while that has not been committed.
    tokio::join!(stage.work_after(10), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        cancelling.commit().await.unwrap();
    });
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, MONA]), [0, 0]);
    assert_eq!(stage.state(&booked, MONA).await, None);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_was_missed_is_made_good_after_a_start(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA, BEN, MONA]).await;
    lesson(&stage).await;
    // Behind everybody's back, as before there was a job for it.
    stage
        .change_person(MONA, |mona| mona.role = Set("staff".to_owned()))
        .await;
    stage
        .change_person(BEN, |ben| ben.role = Set("manager".to_owned()))
        .await;
    stage.change_person(ANNA, |anna| anna.manager_id = Set(Some(BEN))).await;
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, BEN, MONA]), [1, 0, 1]);
    ensure_standing_jobs(stage.app()).await.unwrap();
    stage.work_after(3600).await;
    stage.work_it_all().await;
    assert_eq!(stage.counts([ANNA, BEN, MONA]), [1, 1, 0]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_change_right_after_another_is_looked_at_as_late(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA]).await;
    let app = stage.app();
    let waiting = async || {
        let jobs = job::Entity::find()
            .filter(job::Column::Kind.eq("oversee"))
            .filter(job::Column::State.eq("queued"));
        let mut at: Vec<i64> = jobs
            .all(app.db.writer())
            .await
            .unwrap()
            .iter()
            .map(|job| job.run_at.0)
            .collect();
        at.sort_unstable();
        at
    };
    let first = app.clock.now().as_millisecond();
    change_role(app, ADMIN, MONA, Role::Staff).await.unwrap();
    assert!(app.clock.advance(SignedDuration::from_secs(4)));
    change_role(app, ADMIN, MONA, Role::Manager).await.unwrap();
    change_role(app, ADMIN, MONA, Role::Staff).await.unwrap();
    assert_eq!(waiting().await, [first + 5_000, first + 9_000]);
}
