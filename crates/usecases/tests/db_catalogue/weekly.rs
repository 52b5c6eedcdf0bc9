//! Weekly times and their dates ahead.

use jiff::SignedDuration;
use rstest::rstest;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::catalogue::{
    AddDateError, Dated, TemplateForm, add_template, change_seats, list_dates, plan_templates, set_template_active,
};
use timetap_usecases::orders::place_order;

use super::support::{House, complaints, fridays};

async fn dates(house: &House, template: uuid::Uuid) -> i64 {
    house
        .count(&format!(
            "SELECT COUNT(*) FROM occurrences WHERE template_id = {}",
            house.literal(template)
        ))
        .await
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn its_dates_stand_ahead_and_go_on(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let (app, anna) = (house.app(), house.anna());
    let before = house.claims().await;
    let id = add_template(app, anna, ShopScene::WEEKLY, &fridays()).await.unwrap();
    let made = dates(&house, id).await;
    assert!((12..=13).contains(&made), "{made}");
    assert_eq!(house.claims().await, before + u64::try_from(made).unwrap());
    // As often as one likes; only time brings more.
    plan_templates(app).await.unwrap();
    assert_eq!(dates(&house, id).await, made);
    app.clock.set(app.clock.now() + SignedDuration::from_hours(21 * 24));
    plan_templates(app).await.unwrap();
    assert_eq!(dates(&house, id).await, made + 3);
    let view = list_dates(app, anna, ShopScene::WEEKLY).await.unwrap().unwrap();
    let weekly = view.weekly.iter().find(|weekly| weekly.id == id).unwrap();
    assert_eq!(
        (weekly.weekday, weekly.start_minute, weekly.seats, weekly.taken),
        (5, 17 * 60, 2, 0)
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_busy_date_is_named_at_first_and_left_out_later(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let (app, anna) = (house.app(), house.anna());
    // Friday, 27 November, in Madrid.
    let lesson = ShopScene::at(ShopScene::LESSON, "2026-11-27T17:30:00+01:00");
    place_order(app, &house.scene.draft(app, vec![lesson])).await.unwrap();
    let before = house.claims().await;
    let errors = complaints(add_template(app, anna, ShopScene::WEEKLY, &fridays()).await);
    assert!(errors.get("staff").unwrap().contains("27 Nov"), "{errors:?}");
    assert_eq!(
        (
            house.claims().await,
            house.count("SELECT COUNT(*) FROM recurring_templates").await
        ),
        (before, 1)
    );

    // From the week after on it works. Something that is booked beyond the dates made now stands in the way of one later.
    let later = TemplateForm {
        first_date: "2026-12-01".to_owned(),
        ..fridays()
    };
    let id = add_template(app, anna, ShopScene::WEEKLY, &later).await.unwrap();
    let made = dates(&house, id).await;
    house.sql("UPDATE hosts SET horizon_days = 730").await;
    let far = ShopScene::at(ShopScene::LESSON, "2027-03-05T17:00:00+01:00");
    place_order(app, &house.scene.draft(app, vec![far])).await.unwrap();
    house
        .sql("UPDATE claims SET kind = 'firm', expires_at = NULL WHERE kind = 'held'")
        .await;
    app.clock.set("2027-03-01T12:00:00Z".parse().unwrap());
    plan_templates(app).await.unwrap();
    let taken = "SELECT COUNT(*) FROM claims c JOIN occurrences o ON o.id = c.occurrence_id \
                 WHERE o.first_date = '2027-03-05'";
    assert_eq!(
        house.count(taken).await,
        0,
        "that Friday's hour belongs to somebody else"
    );
    assert!(dates(&house, id).await > made);
    // Once that is gone, the next look takes it.
    house.sql("DELETE FROM claims WHERE order_item_id IS NOT NULL").await;
    plan_templates(app).await.unwrap();
    assert_eq!(house.count(taken).await, 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn closed_to_newcomers_it_gives_back_what_nobody_uses(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let (app, anna, weekly) = (house.app(), house.anna(), ShopScene::WEEKLY);
    let before = house.claims().await;
    let id = add_template(app, anna, weekly, &fridays()).await.unwrap();
    set_template_active(app, anna, weekly, id, false).await.unwrap();
    assert_eq!((dates(&house, id).await, house.claims().await), (0, before));
    set_template_active(app, anna, weekly, id, true).await.unwrap();
    assert!(dates(&house, id).await > 10);
    let other = set_template_active(app, house.ben(), weekly, id, false).await;
    assert!(matches!(other, Err(AddDateError::NotFound)), "{other:?}");

    // Somebody has a place: the dates stay, and so does the place.
    let wednesdays = ShopScene::WEDNESDAYS;
    plan_templates(app).await.unwrap();
    let made = dates(&house, wednesdays).await;
    let draft = house.scene.draft(app, vec![ShopScene::weekly(&["Mia"])]);
    place_order(app, &draft).await.unwrap();
    set_template_active(app, anna, weekly, wednesdays, false).await.unwrap();
    assert_eq!(dates(&house, wednesdays).await, made);
    app.clock.set(app.clock.now() + SignedDuration::from_hours(7 * 24));
    plan_templates(app).await.unwrap();
    assert_eq!(dates(&house, wednesdays).await, made + 1, "they go on for who is there");
    change_seats(app, anna, weekly, Dated::Template(wednesdays), "1")
        .await
        .unwrap();
    assert!(
        complaints(change_seats(app, anna, weekly, Dated::Template(wednesdays), "0").await)
            .get("seats")
            .is_some()
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_typed_wrong_is_said_at_its_field(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let form = |change: fn(&mut TemplateForm)| {
        let mut form = fridays();
        change(&mut form);
        form
    };
    for (form, field) in [
        (form(|form| form.weekday = "8".to_owned()), "weekday"),
        (form(|form| form.from = "5 pm".to_owned()), "from"),
        (form(|form| form.first_date = "soon".to_owned()), "first_date"),
        (
            form(|form| {
                form.first_date = "2026-11-28".to_owned();
                form.last_date = "2026-12-03".to_owned();
            }),
            "last_date",
        ),
        (form(|form| form.seats = String::new()), "seats"),
    ] {
        let errors = complaints(add_template(house.app(), house.anna(), ShopScene::WEEKLY, &form).await);
        assert!(
            errors.get(field).is_some_and(|said| said.ends_with('.')),
            "{field}: {errors:?}"
        );
    }
    let camp = add_template(house.app(), house.anna(), ShopScene::CAMP, &fridays()).await;
    assert!(
        matches!(camp, Err(AddDateError::NotFound)),
        "a camp has no weekly times"
    );
}
