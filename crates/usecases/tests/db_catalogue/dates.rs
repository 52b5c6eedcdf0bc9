//! Dates of a camp.

use rstest::rstest;
use timetap_core::role::Role;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::catalogue::{
    AddDateError, CallOffError, Dated, OccurrenceForm, add_occurrence, call_off_date, change_seats, list_dates,
    load_roster,
};
use timetap_usecases::orders::{DraftItem, PlaceOrderError, place_order};
use uuid::Uuid;

use super::support::{House, complaints, summer};

async fn buy(house: &House, items: Vec<DraftItem>) -> Result<Uuid, PlaceOrderError> {
    let draft = house.scene.draft(house.app(), items);
    place_order(house.app(), &draft).await.map(|placed| placed.order_id)
}

/// Whether Anna can be had for an hour at that time.
async fn is_free(house: &House, start: &str) -> bool {
    buy(house, vec![ShopScene::at(ShopScene::LESSON, start)]).await.is_ok()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_date_takes_its_days_and_gives_them_back(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let (app, anna) = (house.app(), house.anna());
    house.sql("UPDATE hosts SET horizon_days = 730").await;
    let before = house.claims().await;
    let room = house.scene.rooms[0].to_string();
    let form = OccurrenceForm { room, ..summer() };
    let id = add_occurrence(app, anna, ShopScene::CAMP, &form).await.unwrap();
    assert_eq!(house.claims().await, before + 4, "two days of Anna's and of the room's");
    let view = list_dates(app, anna, ShopScene::CAMP).await.unwrap().unwrap();
    let date = view.dates.iter().find(|date| date.id == id).unwrap();
    assert_eq!(date.span.start.to_string(), "2027-07-05T07:00:00Z");
    assert_eq!(date.span.end.to_string(), "2027-07-06T13:00:00Z");
    assert_eq!((date.seats, date.taken, date.room.as_deref()), (2, 0, Some("Room 1")));
    // Anna is there on both days, and free in between.
    assert!(!is_free(&house, "2027-07-05T09:00:00+02:00").await);
    assert!(!is_free(&house, "2027-07-06T14:30:00+02:00").await);
    assert!(is_free(&house, "2027-07-05T18:00:00+02:00").await);

    call_off_date(app, anna, id, "", "form").await.unwrap();
    assert!(is_free(&house, "2027-07-06T10:00:00+02:00").await);
    let view = list_dates(app, anna, ShopScene::CAMP).await.unwrap().unwrap();
    assert!(view.dates.iter().any(|date| date.id == id && date.cancelled));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn nobody_is_in_two_places(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let (app, anna) = (house.app(), house.anna());
    house.sql("UPDATE hosts SET horizon_days = 730").await;
    assert!(is_free(&house, "2027-07-06T10:00:00+02:00").await);
    let before = house.claims().await;
    let errors = complaints(add_occurrence(app, anna, ShopScene::CAMP, &summer()).await);
    let said = errors.get("staff").unwrap();
    assert!(said.contains("6 July") || said.contains("6 Jul"), "{said}");
    assert_eq!(house.claims().await, before, "nothing is left of the try");
    // Somebody else can, and the room is another matter.
    house.make(anna, Role::Admin).await;
    let with_ben = OccurrenceForm {
        staff: house.ben().to_string(),
        room: house.scene.rooms[0].to_string(),
        ..summer()
    };
    add_occurrence(app, anna, ShopScene::CAMP, &with_ben).await.unwrap();
    let errors = complaints(
        add_occurrence(
            app,
            anna,
            ShopScene::CAMP,
            &OccurrenceForm {
                first_date: "2027-07-07".to_owned(),
                days: "1".to_owned(),
                hours: "timed".to_owned(),
                from: "22:00".to_owned(),
                until: "22:00".to_owned(),
                ..with_ben.clone()
            },
        )
        .await,
    );
    assert!(errors.get("until").is_some(), "{errors:?}");
    let same_room = OccurrenceForm {
        staff: String::new(),
        first_date: "2027-07-05".to_owned(),
        days: "1".to_owned(),
        ..with_ben
    };
    let errors = complaints(add_occurrence(app, anna, ShopScene::CAMP, &same_room).await);
    assert!(errors.get("room").unwrap().contains("The room is taken"), "{errors:?}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_typed_wrong_is_said_at_its_field(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let form = |change: fn(&mut OccurrenceForm)| {
        let mut form = summer();
        change(&mut form);
        form
    };
    for (form, field) in [
        (form(|form| form.first_date = "5 July".to_owned()), "first_date"),
        (form(|form| form.first_date = "2026-11-01".to_owned()), "first_date"),
        (form(|form| form.first_date = "2040-01-01".to_owned()), "first_date"),
        (form(|form| form.days = "0".to_owned()), "days"),
        (form(|form| form.days = "61".to_owned()), "days"),
        (form(|form| form.hours = String::new()), "hours"),
        (form(|form| form.hours = "timed".to_owned()), "from"),
        (form(|form| form.seats = "none".to_owned()), "seats"),
        (form(|form| form.staff = "somebody".to_owned()), "staff"),
        (form(|form| form.room = Uuid::from_u128(9).to_string()), "room"),
    ] {
        let errors = complaints(add_occurrence(house.app(), house.anna(), ShopScene::CAMP, &form).await);
        assert!(
            errors.get(field).is_some_and(|said| said.ends_with('.')),
            "{field}: {errors:?}"
        );
    }
    let lesson = add_occurrence(house.app(), house.anna(), ShopScene::LESSON, &summer()).await;
    assert!(matches!(lesson, Err(AddDateError::NotFound)), "a lesson has no dates");
    let bens = add_occurrence(house.app(), house.ben(), ShopScene::CAMP, &summer()).await;
    assert!(matches!(bens, Err(AddDateError::NotFound)), "it is Anna's");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn taken_seats_stay(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let (app, anna, camp) = (house.app(), house.anna(), ShopScene::CAMP);
    let run = ShopScene::CAMP_RUN;
    let first = buy(&house, vec![ShopScene::camp(&["Mia", "Leo"])]).await.unwrap();
    buy(&house, vec![ShopScene::camp(&["Ada"])]).await.unwrap();
    // The first two let go, so that only the third seat is taken.
    house
        .sql(&format!(
            "DELETE FROM seats WHERE order_item_id IN (SELECT id FROM order_items WHERE order_id = {})",
            house.literal(first)
        ))
        .await;
    let dated = Dated::Occurrence(run);
    change_seats(app, anna, camp, dated, "1").await.unwrap();
    assert!(
        matches!(
            buy(&house, vec![ShopScene::camp(&["Tom"])]).await,
            Err(PlaceOrderError::Refused(_))
        ),
        "it is full"
    );
    change_seats(app, anna, camp, dated, "2").await.unwrap();
    buy(&house, vec![ShopScene::camp(&["Tom"])]).await.unwrap();
    let errors = complaints(change_seats(app, anna, camp, dated, "1").await);
    assert_eq!(
        errors.get("seats"),
        Some("2 are taken already. Please leave at least as many.")
    );
    assert!(
        complaints(change_seats(app, anna, camp, dated, "x").await)
            .get("seats")
            .is_some()
    );
    // Another host's, another service's.
    for (host, service) in [(house.ben(), camp), (anna, ShopScene::WEEKLY)] {
        let other = change_seats(app, host, service, dated, "9").await;
        assert!(matches!(other, Err(AddDateError::NotFound)), "{other:?}");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_comes_is_for_those_who_care_for_them(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let app = house.app();
    buy(&house, vec![ShopScene::camp(&["Mia", "Leo"])]).await.unwrap();
    let run = ShopScene::CAMP_RUN;
    let roster = load_roster(app, house.anna(), run).await.unwrap().unwrap();
    assert!(roster.entries.is_empty(), "not paid yet");
    assert!(roster.sees_dates, "her other dates are hers to see");
    house.sql("UPDATE order_items SET status = 'booked'").await;
    let roster = load_roster(app, house.anna(), run).await.unwrap().unwrap();
    let names: Vec<&str> = roster.entries[0]
        .participants
        .iter()
        .map(|child| child.name.as_str())
        .collect();
    assert_eq!(names, ["Mia", "Leo"]);
    assert_eq!(roster.entries[0].participants[0].allergies.as_deref(), Some("nuts"));
    assert_eq!(roster.entries[0].customer_name, "Dora Sanz");
    let ben_sees = async || load_roster(app, house.ben(), run).await.unwrap().is_some();
    assert!(!ben_sees().await, "not his");
    house.make(house.ben(), Role::Manager).await;
    assert!(!ben_sees().await, "nobody reports to him");
    let (anna, ben) = (house.literal(house.anna()), house.literal(house.ben()));
    house
        .sql(&format!("UPDATE users SET manager_id = {ben} WHERE id = {anna}"))
        .await;
    assert!(ben_sees().await, "Anna does now");
    let roster = load_roster(app, house.ben(), run).await.unwrap().unwrap();
    assert!(
        roster.sees_dates && roster.host_id == house.anna(),
        "with her other dates"
    );
    house.make(house.ben(), Role::Staff).await;
    assert!(!ben_sees().await, "he is no manager any more");
    house.make(house.ben(), Role::Admin).await;
    assert!(ben_sees().await);
    house.make(house.ben(), Role::Staff).await;
    house
        .sql(&format!(
            "UPDATE occurrences SET staff_id = {}",
            house.literal(house.ben())
        ))
        .await;
    let roster = load_roster(app, house.ben(), run).await.unwrap().unwrap();
    assert!(!roster.sees_dates, "he serves there, and the service is not his");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_date_is_called_off_by_those_who_care_for_it(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let (app, run) = (house.app(), ShopScene::CAMP_RUN);
    let by = async |person| {
        let done = call_off_date(app, person, run, "", "form").await;
        house
            .sql("UPDATE occurrences SET status = 'scheduled', cancel_key = NULL")
            .await;
        match done {
            Ok(()) => true,
            Err(CallOffError::NotFound) => false,
            Err(other) => panic!("{other:?}"),
        }
    };
    assert!(by(house.anna()).await);
    assert!(!by(house.ben()).await, "not his");
    house.make(house.ben(), Role::Manager).await;
    assert!(!by(house.ben()).await, "nobody reports to him");
    let (anna, ben) = (house.literal(house.anna()), house.literal(house.ben()));
    house
        .sql(&format!("UPDATE users SET manager_id = {ben} WHERE id = {anna}"))
        .await;
    assert!(by(house.ben()).await, "Anna does now");
    house.make(house.ben(), Role::Staff).await;
    assert!(!by(house.ben()).await, "he is no manager any more");
    house.make(house.ben(), Role::Admin).await;
    assert!(by(house.ben()).await);
    assert!(!by(Uuid::from_u128(0xbad)).await);
}
