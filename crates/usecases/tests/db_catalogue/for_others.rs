//! Services, dates and weekly times of those for whom somebody may act: by their manager and by an administrator, without a
//! page of their own; by nobody else.

use rstest::rstest;
use sea_orm::{EntityTrait, IntoActiveModel};
use timetap_core::role::Role;
use timetap_store::entities::user;
use timetap_testing::{Engine, ShopScene, changes, fingerprint};
use timetap_usecases::catalogue::{
    AddDateError, Dated, OccurrenceForm, TemplateForm, add_occurrence, add_template, change_seats, list_dates,
    load_choices, load_roster, set_template_active, view_call_off,
};
use timetap_usecases::hosts::move_service::MoveServiceError;
use timetap_usecases::hosts::save_service::SaveServiceError;
use timetap_usecases::hosts::set_service_active::SetServiceActiveError;
use timetap_usecases::hosts::{
    Direction, HostRefused, ServiceForm, add_service_for, load_host_for, load_service, move_service, save_service,
    set_service_active,
};
use uuid::Uuid;

use super::support::{House, complaints, fridays, offer, summer};

/// Somebody without a page of her own.
const MONA: Uuid = Uuid::from_u128(0x70);

/// Everything that is done on somebody's services.
const ALL: [&str; 14] = [
    "the host",
    "a service",
    "choices",
    "changed",
    "added",
    "hidden",
    "moved",
    "dates",
    "a date",
    "seats",
    "a weekly time",
    "opened",
    "who comes",
    "what calling off means",
];

async fn open(engine: Engine) -> House {
    let house = House::open(engine).await;
    let mona = user::Model {
        id: MONA,
        email: "mona@example.org".to_owned(),
        email_key: "mona@example.org".to_owned(),
        name: "Mona Vidal".to_owned(),
        role: Role::Manager.as_str().to_owned(),
        ..house.person(house.anna()).await
    };
    let on = house.app().db.writer();
    user::Entity::insert(mona.into_active_model())
        .exec_without_returning(on)
        .await
        .unwrap();
    house
}

impl House {
    async fn let_report(&self, person: Uuid, manager: Option<Uuid>) {
        let manager = manager.map_or("NULL".to_owned(), |id| self.literal(id));
        let person = self.literal(person);
        self.sql(&format!("UPDATE users SET manager_id = {manager} WHERE id = {person}"))
            .await;
    }

    /// What `who` gets to do on Anna's services, each time with other days.
    async fn does(&self, who: Uuid, time: u32) -> Vec<&'static str> {
        let (app, anna, service) = (self.app(), self.anna(), ShopScene::LESSON);
        let title = ServiceForm {
            title: format!("Lesson {time}"),
            ..offer("session", "40")
        };
        let date = OccurrenceForm {
            first_date: format!("2027-07-{:02}", 2 * time + 1),
            ..summer()
        };
        let weekly = TemplateForm {
            from: format!("{:02}:00", 8 + time),
            ..fridays()
        };
        let seats = Dated::Occurrence(ShopScene::CAMP_RUN);
        let done = [
            load_host_for(app, who, anna).await.unwrap().is_some(),
            load_service(app, who, service).await.unwrap().is_some(),
            !load_choices(app, who, anna, Some(service))
                .await
                .unwrap()
                .people
                .is_empty(),
            saved(&save_service(app, who, Some(service), title.clone()).await),
            saved(&add_service_for(app, who, anna, title).await),
            match set_service_active(app, who, service, false).await {
                Ok(()) => true,
                Err(SetServiceActiveError::NotFound | SetServiceActiveError::Refused(HostRefused::NotAHost)) => false,
                Err(other) => panic!("{other:?}"),
            },
            match move_service(app, who, service, Direction::Down).await {
                Ok(()) => true,
                Err(MoveServiceError::NotFound | MoveServiceError::Refused(HostRefused::NotAHost)) => false,
                Err(other) => panic!("{other:?}"),
            },
            list_dates(app, who, ShopScene::CAMP).await.unwrap().is_some(),
            dated(&add_occurrence(app, who, ShopScene::CAMP, &date).await),
            dated(&change_seats(app, who, ShopScene::CAMP, seats, "9").await),
            dated(&add_template(app, who, ShopScene::WEEKLY, &weekly).await),
            dated(&set_template_active(app, who, ShopScene::WEEKLY, ShopScene::WEDNESDAYS, true).await),
            load_roster(app, who, ShopScene::CAMP_RUN).await.unwrap().is_some(),
            view_call_off(app, who, ShopScene::CAMP_RUN).await.unwrap().is_some(),
        ];
        ALL.into_iter()
            .zip(done)
            .filter(|(_, done)| *done)
            .map(|(what, _)| what)
            .collect()
    }

    /// As somebody who gets nothing, and changes nothing.
    async fn keeps_out(&self, who: Uuid, why: &str) {
        let before = fingerprint(&self.app().db).await;
        assert_eq!(self.does(who, 9).await, [""; 0], "{why}");
        let changed = changes(&before, &fingerprint(&self.app().db).await);
        assert!(changed.is_empty(), "{why}: {changed:#?}");
    }
}

fn saved(result: &Result<Uuid, SaveServiceError>) -> bool {
    match result {
        Ok(_) => true,
        Err(SaveServiceError::NotFound | SaveServiceError::Refused(HostRefused::NotAHost)) => false,
        Err(other) => panic!("{other:?}"),
    }
}

fn dated<T>(result: &Result<T, AddDateError>) -> bool {
    match result {
        Ok(_) => true,
        Err(AddDateError::NotFound | AddDateError::Refused(HostRefused::NotAHost)) => false,
        Err(other) => panic!("{other:?}"),
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_host_their_manager_and_administrators_do_everything(#[case] engine: Engine) {
    let house = open(engine).await;
    let (anna, ben) = (house.anna(), house.ben());
    assert_eq!(house.does(anna, 1).await, ALL);
    house.keeps_out(MONA, "nobody reports to her").await;
    house.keeps_out(ben, "a colleague").await;
    house.let_report(ben, Some(MONA)).await;
    house.keeps_out(MONA, "only Ben reports to her").await;

    house.let_report(anna, Some(MONA)).await;
    assert_eq!(house.does(MONA, 2).await, ALL);
    house.keeps_out(ben, "they have one manager").await;
    for role in [Role::Staff, Role::Customer] {
        house.make(MONA, role).await;
        house.keeps_out(MONA, "no manager any more").await;
    }
    house.make(MONA, Role::Manager).await;
    let disable = |at: &str| format!("UPDATE users SET disabled_at = {at} WHERE id = {}", house.literal(MONA));
    house.sql(&disable("1")).await;
    house.keeps_out(MONA, "shut out").await;
    house.sql(&disable("NULL")).await;
    assert_eq!(house.does(MONA, 3).await, ALL);
    house.let_report(anna, None).await;
    house.keeps_out(MONA, "Anna does not report to her any more").await;

    house.make(MONA, Role::Admin).await;
    assert_eq!(house.does(MONA, 4).await, ALL);
    house.keeps_out(Uuid::from_u128(0xbad), "nobody").await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_manager_gives_work_to_the_team(#[case] engine: Engine) {
    let house = open(engine).await;
    let (app, anna, ben) = (house.app(), house.anna(), house.ben());
    house.let_report(anna, Some(MONA)).await;
    house.let_report(ben, Some(MONA)).await;
    let date = |day: &str, staff: Uuid| OccurrenceForm {
        first_date: day.to_owned(),
        staff: staff.to_string(),
        ..summer()
    };
    let errors = complaints(add_occurrence(app, anna, ShopScene::CAMP, &date("2027-07-05", ben)).await);
    assert!(errors.get("staff").is_some(), "Ben is not Anna's to send");
    let bens = add_occurrence(app, MONA, ShopScene::CAMP, &date("2027-07-05", ben))
        .await
        .unwrap();
    let annas = add_occurrence(app, MONA, ShopScene::CAMP, &summer()).await.unwrap();
    let view = list_dates(app, MONA, ShopScene::CAMP).await.unwrap().unwrap();
    let serves = |id: Uuid| {
        let date = view.dates.iter().find(|date| date.id == id).unwrap();
        date.staff.clone()
    };
    assert_ne!(serves(bens), serves(annas));
    assert_eq!(
        serves(annas),
        view.team.iter().find(|one| one.user_id == anna).unwrap().name
    );
    // Without a page nobody can be booked.
    let errors = complaints(add_occurrence(app, MONA, ShopScene::CAMP, &date("2027-07-12", MONA)).await);
    assert!(errors.get("staff").is_some(), "{errors:?}");

    let served_by = |people: &[Uuid]| ServiceForm {
        staff: people.iter().map(Uuid::to_string).collect(),
        ..offer("session", "40")
    };
    let id = add_service_for(app, MONA, anna, served_by(&[anna])).await.unwrap();
    let staff = async |who: Uuid| load_choices(app, who, anna, Some(id)).await.unwrap().staff;
    assert_eq!(
        staff(MONA).await,
        Vec::<Uuid>::new(),
        "the host alone is what nobody means"
    );
    save_service(app, MONA, Some(id), served_by(&[anna, ben]))
        .await
        .unwrap();
    assert_eq!(staff(MONA).await, [anna, ben]);
    // Who was named by the manager stays when the host saves it.
    save_service(app, anna, Some(id), served_by(&[anna, ben]))
        .await
        .unwrap();
    assert_eq!(staff(anna).await, [anna, ben]);
    assert_eq!(load_service(app, anna, id).await.unwrap().unwrap().host_id, anna);
}
