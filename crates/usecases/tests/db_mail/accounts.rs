//! Mails about accounts.

use rstest::rstest;
use timetap_sandbox::FaultKind;
use timetap_testing::Engine;
use timetap_usecases::mail::{AccountMail, owe_account_mail};

use super::support::{Stage, html, text};

const ZOE: &str = "zoe@example.com";

async fn owe(stage: &Stage, mail: &AccountMail) {
    let txn = stage.app().db.begin().await.unwrap();
    owe_account_mail(&txn, stage.app(), None, ZOE, mail).await.unwrap();
    txn.commit().await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn each_says_what_it_is_about_and_links_there(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let (name, link) = ("Zoë".to_owned(), "http://timetap.test/here?token=abc".to_owned());
    let cases = [
        (
            AccountMail::VerifyEmail {
                name: name.clone(),
                link: link.clone(),
            },
            "Please confirm your e-mail address",
        ),
        (
            AccountMail::AlreadyRegistered {
                name: name.clone(),
                sign_in_link: "http://timetap.test/sign-in".to_owned(),
                reset_link: link.clone(),
            },
            "You have an account already",
        ),
        (
            AccountMail::ResetPassword {
                name: name.clone(),
                link: link.clone(),
            },
            "Choose a new password",
        ),
        (
            AccountMail::PasswordChanged {
                name: name.clone(),
                reset_link: link.clone(),
            },
            "Your password was changed",
        ),
        (
            AccountMail::ReconnectCalendar {
                name,
                account: "zoe@gmail.example".to_owned(),
                link: link.clone(),
            },
            "Please reconnect your calendar",
        ),
    ];
    for (mail, subject) in cases {
        stage.forget_mails();
        owe(&stage, &mail).await;
        let row = stage.message(mail.kind(), "account").await;
        assert!(
            !row.payload_sealed.as_deref().unwrap().contains("token"),
            "links are sealed"
        );
        stage.work().await;
        let delivered = stage.mail_to(ZOE);
        assert_eq!(delivered.content.subject, subject);
        assert_eq!(delivered.content.to, "Zoë <zoe@example.com>");
        assert!(
            text(&delivered).contains(&link) && html(&delivered).contains(&link),
            "{subject}"
        );
        assert!(delivered.content.parts.is_empty() && delivered.content.reply_to.is_none());
        let row = stage.message(mail.kind(), "account").await;
        assert_eq!(
            (row.state.as_str(), row.payload_sealed),
            ("sent", None),
            "a used link is not kept"
        );
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn one_that_is_refused_is_given_up(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.break_mail(FaultKind::Smtp550, Some(ZOE), None);
    let mail = AccountMail::ResetPassword {
        name: "Zoë".to_owned(),
        link: "http://timetap.test/here".to_owned(),
    };
    owe(&stage, &mail).await;
    stage.work().await;
    let row = stage.message("reset_password", "account").await;
    assert_eq!(row.state, "failed");
    assert_eq!(stage.job_of(&row).await.state, "dead");
    assert!(stage.timeline().await.is_empty());
}
