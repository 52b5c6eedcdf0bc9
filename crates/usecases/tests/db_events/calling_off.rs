//! A date that is called off leaves every calendar, and its people read why.

use rstest::rstest;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::catalogue::call_off_date;

use super::support::{ANNA, DORA, DORAS_MAIL, MONA, OLGA, Stage};

const ALL: [uuid::Uuid; 4] = [ANNA, MONA, OLGA, DORA];

#[rstest]
#[case::by_who_serves(ANNA, 0)]
#[case::by_the_manager(MONA, 1)]
#[tokio::test]
async fn it_leaves_every_calendar_and_everybody_reads_why(
    #[case] by: uuid::Uuid,
    #[case] told: usize,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let stage = Stage::connected(engine, &ALL).await;
    stage.buy(&stage.draft(vec![ShopScene::camp(&["Mia"])])).await;
    stage.work_it_all().await;
    assert_eq!(ALL.map(|person| stage.events(person).len()), [1; 4]);

    let words = "There will be a storm.\nI am sorry.";
    call_off_date(stage.app(), by, ShopScene::CAMP_RUN, words, "form")
        .await
        .unwrap();
    stage.work_it_all().await;
    assert_eq!(ALL.map(|person| stage.events(person).len()), [0; 4]);
    assert_eq!(stage.effects("delete").len(), 4);

    let subjects = |address: &str| -> Vec<String> {
        let mails = stage.mails_to(address);
        mails.into_iter().map(|mail| mail.content.subject).collect()
    };
    let cancelled = |address: &str| {
        let all = subjects(address);
        all.iter().filter(|subject| subject.starts_with("Cancelled: ")).count()
    };
    assert_eq!(cancelled(DORAS_MAIL), 1, "{:?}", subjects(DORAS_MAIL));
    let mail = stage.mails_to(DORAS_MAIL).pop().unwrap();
    let text = mail.content.text.unwrap().replace("\r\n", "\n");
    for said in [
        "Anna Lind had to cancel your booking.",
        "> There will be a storm.\n> I am sorry.",
        "Winter camp with Anna Lind",
    ] {
        assert!(text.contains(said), "{said} is missing in\n{text}");
    }
    let file = mail.content.parts[0].text.clone().unwrap();
    assert!(file.contains("METHOD:CANCEL"), "{file}");
    // Whoever did it knows.
    assert_eq!(
        cancelled("anna@timetap.test"),
        told,
        "{:?}",
        subjects("anna@timetap.test")
    );
    if told > 0 {
        let mail = stage.mails_to("anna@timetap.test").pop().unwrap();
        let text = mail.content.text.unwrap().replace("\r\n", "\n");
        let said = " has cancelled this booking of yours, and the time is free again. We have told Dora Sanz:\n\n> There will be";
        assert!(
            text.contains(said) && !text.contains("Anna Lind has cancelled"),
            "{text}"
        );
    }
}
