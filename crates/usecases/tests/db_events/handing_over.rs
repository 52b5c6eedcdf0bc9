//! Whoever of the staff loses a booking reads so, and nobody keeps an entry of it, or has two.

use rstest::rstest;
use timetap_sandbox::MailView;
use timetap_store::entities::appointment;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::bookings::{Actor, ExchangeForm, Exchanged, cancel_appointment, exchange_booking};
use uuid::Uuid;

use super::support::{ANNA, BEN, DORA, DORAS_MAIL, MONA, OLGA, Stage, TUESDAY_AT_10};

const ANNAS_MAIL: &str = "anna@timetap.test";
const BENS_MAIL: &str = "ben@timetap.test";
const GIVEN: &str = "Given to Ben Ruiz: Tutoring with Dora Sanz, Tue 24 Nov, 10:00";

async fn give(stage: &Stage, by: Uuid, id: Uuid, to: Uuid) {
    let form = ExchangeForm {
        staff: &to.to_string(),
        message: "Anna is ill.",
        ..ExchangeForm::default()
    };
    let done = exchange_booking(stage.app(), by, id, form).await.unwrap();
    assert_eq!(done, Exchanged::Changed);
}

/// An hour with Anna, which Ben could serve as well.
async fn tutoring(stage: &Stage) -> appointment::Model {
    let draft = stage.draft(vec![ShopScene::at(ShopScene::TUTOR, TUESDAY_AT_10)]);
    let booked = stage.buy(&draft).await.remove(0);
    assert_eq!(booked.host_id, ANNA);
    booked
}

fn subjects(stage: &Stage, address: &str) -> Vec<String> {
    let mails = stage.mails_to(address);
    mails.into_iter().map(|mail| mail.content.subject).collect()
}

fn text(mail: &MailView) -> String {
    mail.content.text.as_deref().unwrap().replace("\r\n", "\n")
}

/// Method, UID and sequence of the mail's calendar entry; `None` where it carries none.
fn entry(mail: &MailView) -> Option<(String, String, String)> {
    let file = mail.content.parts.first()?.text.clone().unwrap().replace("\r\n ", "");
    let value = |name: &str| {
        let line = file.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{name} is missing in {file}")).to_owned()
    };
    Some((value("METHOD:"), value("UID:"), value("SEQUENCE:")))
}

/// The UID of a person's one event at Google.
fn uid_of_event(stage: &Stage, person: Uuid) -> String {
    stage.event(person)["iCalUID"].as_str().unwrap().to_owned()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_was_invited_by_mail_reads_who_has_it_now_and_is_rid_of_it(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let booked = tutoring(&stage).await;
    stage.work_it_all().await;
    let ours = format!("{}@timetap.test", booked.id);
    let invited = entry(&stage.mails_to(ANNAS_MAIL)[0]).unwrap();
    assert_eq!(invited, ("REQUEST".to_owned(), ours.clone(), "0".to_owned()));

    give(&stage, MONA, booked.id, BEN).await;
    stage.work_it_all().await;
    let annas = stage.mails_to(ANNAS_MAIL);
    assert_eq!(annas.len(), 2, "{:?}", subjects(&stage, ANNAS_MAIL));
    let told = &annas[1];
    assert_eq!(told.content.subject, GIVEN);
    assert!(told.content.to.contains("Anna Lind"), "{}", told.content.to);
    let words = text(told);
    for said in [
        "Mona Vidal has given your booking to Ben Ruiz, so you need not be there.",
        "Tutoring with Dora Sanz\nTuesday 24 November 2026, 10:00–11:00 (Europe/Madrid, GMT+1)",
        "Served by: Ben Ruiz",
        "The attached file takes it out of your calendar.",
        "http://timetap.test/host/bookings\n",
    ] {
        assert!(words.contains(said), "{said} is missing in\n{words}");
    }
    for kept in ["Google", DORAS_MAIL, "+34 600", "Anna is ill."] {
        assert!(!words.contains(kept), "{kept} stands in\n{words}");
    }
    assert_eq!(
        entry(told).unwrap(),
        ("CANCEL".to_owned(), ours.clone(), "1".to_owned())
    );
    let file = told.content.parts[0].text.clone().unwrap().replace("\r\n ", "");
    assert!(
        file.contains("STATUS:CANCELLED") && file.contains("mailto:anna@timetap.test"),
        "{file}"
    );
    assert!(!file.contains("Ben"), "it takes back what she was told: {file}");

    let bens = stage.mails_to(BENS_MAIL);
    assert_eq!(bens.len(), 1, "{:?}", subjects(&stage, BENS_MAIL));
    assert_eq!(entry(&bens[0]).unwrap(), ("REQUEST".to_owned(), ours, "1".to_owned()));
    // A second look at the queue sends nothing anew.
    stage.work_after(3600).await;
    assert_eq!(stage.mails_to(ANNAS_MAIL).len(), 2);
}

#[rstest]
#[tokio::test]
async fn each_of_the_two_has_one_entry_or_none(
    #[values(false, true)] anna_has_google: bool,
    #[values(false, true)] ben_has_google: bool,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let mut people = Vec::new();
    people.extend(anna_has_google.then_some(ANNA));
    people.extend(ben_has_google.then_some(BEN));
    let stage = Stage::connected(engine, &people).await;
    let booked = tutoring(&stage).await;
    stage.work_it_all().await;
    give(&stage, OLGA, booked.id, BEN).await;
    stage.work_it_all().await;

    let told = stage.mails_to(ANNAS_MAIL).pop().unwrap();
    assert_eq!(told.content.subject, GIVEN);
    let words = text(&told);
    // Said as long as it stands there: the mail and the deletion are in no order.
    assert!(
        anna_has_google || !words.contains("It leaves your Google Calendar by itself."),
        "{words}"
    );
    let method = entry(&told).map(|(method, ..)| method);
    assert_eq!(method.as_deref(), if anna_has_google { None } else { Some("CANCEL") });
    assert!(stage.events(ANNA).is_empty());

    let ours = format!("{}@timetap.test", booked.id);
    let (method, uid, _) = entry(&stage.mails_to(BENS_MAIL)[0]).unwrap();
    let changed = stage.mails_to(DORAS_MAIL).pop().unwrap();
    assert!(
        changed.content.subject.starts_with("Changed: "),
        "{}",
        changed.content.subject
    );
    let (doras_method, doras_uid, _) = entry(&changed).unwrap();
    let google_invites = text(&changed).contains("Google Calendar sends you its own invitation.");
    let invites = |event: &serde_json::Value| event["attendees"].as_array().is_some_and(|guests| !guests.is_empty());
    if ben_has_google {
        let his = uid_of_event(&stage, BEN);
        assert_eq!((method.as_str(), uid.as_str()), ("PUBLISH", his.as_str()));
        assert_eq!((doras_method.as_str(), doras_uid.as_str()), ("PUBLISH", his.as_str()));
        assert!(invites(&stage.event(BEN)) && google_invites);
    } else {
        assert_eq!((method.as_str(), uid.as_str()), ("REQUEST", ours.as_str()));
        assert_eq!((doras_method.as_str(), doras_uid.as_str()), ("REQUEST", ours.as_str()));
        assert!(!google_invites, "nobody's calendar does");
        // A calendar that Ben connects later invites nobody a second time.
        stage.connect(BEN).await;
        stage.work_it_all().await;
        assert!(!invites(&stage.event(BEN)));
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_gives_it_away_knows(#[case] engine: Engine, #[values(false, true)] anna_has_google: bool) {
    let stage = Stage::open(engine).await;
    if anna_has_google {
        stage.connect(ANNA).await;
    }
    let booked = tutoring(&stage).await;
    stage.work_it_all().await;
    give(&stage, ANNA, booked.id, BEN).await;
    stage.work_it_all().await;
    let annas = stage.mails_to(ANNAS_MAIL);
    if anna_has_google {
        assert_eq!(annas.len(), 1, "{:?}", subjects(&stage, ANNAS_MAIL));
        assert!(stage.events(ANNA).is_empty());
    } else {
        // She was invited by mail: a mail takes that out of her calendar.
        assert_eq!(annas.len(), 2, "{:?}", subjects(&stage, ANNAS_MAIL));
        assert_eq!(entry(&annas[1]).unwrap().0, "CANCEL");
        let words = text(&annas[1]);
        assert!(
            words.starts_with("You have given your booking to Ben Ruiz.\n"),
            "{words}"
        );
    }
    // Anna, on whose page it is, takes it back; she has given herself nothing away.
    give(&stage, ANNA, booked.id, ANNA).await;
    stage.work_it_all().await;
    let again = stage.mails_to(ANNAS_MAIL).pop().unwrap();
    assert!(
        again.content.subject.starts_with("New booking: "),
        "{}",
        again.content.subject
    );
    let method = entry(&again).unwrap().0;
    assert_eq!(method, if anna_has_google { "PUBLISH" } else { "REQUEST" });
    let told = stage.mails_to(BENS_MAIL).pop().unwrap();
    assert_eq!(
        told.content.subject,
        "Given to Anna Lind: Tutoring with Dora Sanz, Tue 24 Nov, 10:00"
    );
    assert!(
        text(&told).starts_with("Anna Lind has taken over your booking, so you need not be there.\n"),
        "{}",
        text(&told)
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn mails_that_wait_say_what_is_so_when_they_go_out(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[DORA]).await;
    let booked = tutoring(&stage).await;
    give(&stage, OLGA, booked.id, BEN).await;
    stage.work_it_all().await;
    assert_eq!(
        subjects(&stage, ANNAS_MAIL),
        [GIVEN],
        "it is not hers when the mails go out"
    );
    assert!(entry(&stage.mails_to(ANNAS_MAIL)[0]).is_none(), "she was told of none");
    let taken = "New booking: Tutoring with Dora Sanz, Tue 24 Nov, 10:00";
    assert_eq!(subjects(&stage, BENS_MAIL), [taken]);

    // Given back and forth before anybody is told: each reads how it ended.
    for to in [ANNA, BEN, ANNA] {
        give(&stage, OLGA, booked.id, to).await;
    }
    stage.work_it_all().await;
    assert_eq!(subjects(&stage, ANNAS_MAIL), [GIVEN, taken]);
    let lost = "Given to Anna Lind: Tutoring with Dora Sanz, Tue 24 Nov, 10:00";
    assert_eq!(subjects(&stage, BENS_MAIL), [taken, lost]);
    assert_eq!(entry(&stage.mails_to(BENS_MAIL)[1]).unwrap().0, "CANCEL");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_lost_it_is_rid_of_it_also_where_it_is_cancelled_since(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let booked = tutoring(&stage).await;
    stage.work_it_all().await;
    give(&stage, MONA, booked.id, BEN).await;
    let actor = Actor::Host { user_id: BEN };
    cancel_appointment(stage.app(), booked.id, &actor, "").await.unwrap();
    stage.work_it_all().await;
    let told = stage.mails_to(ANNAS_MAIL).pop().unwrap();
    assert_eq!(told.content.subject, GIVEN);
    assert_eq!(entry(&told).unwrap().0, "CANCEL");
    let bens = stage.mails_to(BENS_MAIL);
    assert_eq!(bens.len(), 1, "{:?}", subjects(&stage, BENS_MAIL));
    assert!(bens[0].content.subject.starts_with("Cancelled: ") && entry(&bens[0]).is_none());
}
