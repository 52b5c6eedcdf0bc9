//! Who reports to whom, and rooms.

use rstest::rstest;
use timetap_core::role::Role;
use timetap_testing::Engine;
use timetap_usecases::catalogue::save_room::SaveRoomError;
use timetap_usecases::catalogue::set_manager::SetManagerError;
use timetap_usecases::catalogue::{RoomForm, list_managers, list_rooms, list_team, save_room, set_manager};
use uuid::Uuid;

use super::support::House;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_administrator_says_who_reports_to_whom(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let (app, anna, ben) = (house.app(), house.anna(), house.ben());
    let staff = house.make(anna, Role::Staff).await;
    assert!(matches!(
        set_manager(app, staff, ben, Some(anna)).await,
        Err(SetManagerError::Forbidden)
    ));
    let admin = house.make(anna, Role::Admin).await;
    set_manager(app, admin, ben, Some(anna)).await.unwrap();
    assert_eq!(house.person(ben).await.manager_id, Some(anna));
    let refused = |result: Result<(), SetManagerError>| result.unwrap_err().to_string();
    assert!(refused(set_manager(app, admin, ben, Some(ben)).await).contains("themselves"));
    assert!(refused(set_manager(app, admin, anna, Some(ben)).await).contains("no manager"));
    house.make(ben, Role::Manager).await;
    assert!(refused(set_manager(app, admin, anna, Some(ben)).await).contains("each other"));
    let nobody = Uuid::from_u128(0xdead);
    assert!(refused(set_manager(app, admin, ben, Some(nobody)).await).contains("no such account"));
    let managers = list_managers(app).await.unwrap();
    assert_eq!(managers.len(), 2, "{managers:?}");
    set_manager(app, admin, ben, None).await.unwrap();
    assert_eq!(house.person(ben).await.manager_id, None);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_team_is_those_whom_one_may_give_work_to(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let (app, anna, ben) = (house.app(), house.anna(), house.ben());
    let team = async |id: Uuid| -> Vec<Uuid> {
        let team = list_team(app.db.reader(), app, id).await.unwrap();
        team.into_iter().map(|member| member.user_id).collect()
    };
    assert_eq!(team(anna).await, [anna]);
    house.make(anna, Role::Admin).await;
    assert_eq!(team(anna).await, [anna, ben], "everybody, by name");
    house.make(anna, Role::Manager).await;
    assert_eq!(team(anna).await, [anna], "nobody reports to her yet");
    let sql = format!(
        "UPDATE users SET manager_id = {} WHERE id = {}",
        house.literal(anna),
        house.literal(ben)
    );
    house.sql(&sql).await;
    assert_eq!(team(anna).await, [anna, ben]);
    assert_eq!(team(ben).await, [ben]);
    house.make(anna, Role::Staff).await;
    assert_eq!(team(anna).await, [anna], "no manager any more");
    house.sql("UPDATE users SET disabled_at = 1").await;
    assert!(team(anna).await.is_empty());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn managers_look_after_rooms(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let (app, anna) = (house.app(), house.anna());
    let form = |name: &str| RoomForm {
        name: name.to_owned(),
        address: "Calle Mayor 1\r\nMadrid".to_owned(),
        active: true,
    };
    let staff = house.make(anna, Role::Staff).await;
    let refused = save_room(app, staff, None, &form("Attic")).await;
    assert!(matches!(refused, Err(SaveRoomError::Forbidden)), "{refused:?}");
    let manager = house.make(anna, Role::Manager).await;
    let id = save_room(app, manager, None, &form(" Attic ")).await.unwrap();
    let rooms = list_rooms(app).await.unwrap();
    let names: Vec<&str> = rooms.iter().map(|room| room.name.as_str()).collect();
    assert_eq!(names, ["Attic", "Room 1", "Room 2"]);
    assert_eq!(
        (rooms[0].address.as_str(), rooms[0].active),
        ("Calle Mayor 1\nMadrid", true)
    );
    for (name, words) in [("Room 1", "Another room"), ("  ", "name")] {
        let Err(SaveRoomError::Invalid(errors)) = save_room(app, manager, Some(id), &form(name)).await else {
            panic!("{name} was taken");
        };
        assert!(errors.get("name").unwrap().contains(words), "{errors:?}");
    }
    let closed = RoomForm {
        active: false,
        ..form("Attic")
    };
    assert_eq!(save_room(app, manager, Some(id), &closed).await.unwrap(), id);
    assert!(!list_rooms(app).await.unwrap()[0].active);
    let missing = save_room(app, manager, Some(Uuid::from_u128(0xdead)), &form("Cellar")).await;
    assert!(matches!(missing, Err(SaveRoomError::NotFound)), "{missing:?}");
    // The role counts as it is now, whatever the session says.
    house.make(anna, Role::Staff).await;
    assert!(matches!(
        save_room(app, manager, None, &form("Cellar")).await,
        Err(SaveRoomError::Forbidden)
    ));
}
