//! What is not whole is not restored, and nothing changes then.

use std::io::Write;

use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use rstest::rstest;
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};
use timetap_testing::{Engine, HostScene, TestProgram};
use timetap_usecases::backup::{BackupError, RestoreOptions};
use uuid::Uuid;

use super::support::{EXACT, backup, fingerprint, lines, restore};

const REPLACE: RestoreOptions = RestoreOptions {
    replace: true,
    hold_back: false,
};

fn pack(lines: &[String]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    for line in lines {
        writeln!(out, "{line}").unwrap();
    }
    out.finish().unwrap()
}

/// With a checksum that fits.
fn pack_soundly(lines: &[String]) -> Vec<u8> {
    let mut lines = lines.to_vec();
    let mut trailer: serde_json::Value = serde_json::from_str(&lines.pop().unwrap()).unwrap();
    let mut digest = Sha256::new();
    for line in &lines {
        digest.update(format!("{line}\n"));
    }
    trailer["sha256"] = HEXLOWER.encode(&digest.finalize()).into();
    lines.push(trailer.to_string());
    pack(&lines)
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_damaged_backup_is_refused_and_nothing_changes(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    HostScene::new(Uuid::from_u128(0xa), "anna").insert(&program.app).await;
    let sound = backup(&program.app).await;
    let whole = lines(&sound);

    let mut cases: Vec<(&str, Vec<u8>)> = Vec::new();
    for part in [0, 1, 20, sound.len() / 2, sound.len() - 9, sound.len() - 1] {
        cases.push(("cut", sound[..part].to_vec()));
    }
    for position in [15, sound.len() / 3, sound.len() / 2, sound.len() - 3] {
        let mut bytes = sound.clone();
        bytes[position] ^= 0x10;
        cases.push(("a changed byte", bytes));
    }
    cases.push(("appended", [&sound[..], b"more"].concat()));
    cases.push(("twice", [&sound[..], &sound[..]].concat()));
    let changed: Vec<String> = whole
        .iter()
        .map(|line| line.replace("Anna Lind", "Anna Lund"))
        .collect();
    assert_ne!(changed, whole);
    cases.push(("another name", pack(&changed)));
    let row = whole.iter().position(|line| line.starts_with('[')).unwrap();
    let mut fewer = whole.clone();
    fewer.remove(row);
    cases.push(("a row less, and a checksum that fits", pack_soundly(&fewer)));
    cases.push(("no trailer", pack(&whole[..whole.len() - 1])));
    cases.push(("plain text", whole.join("\n").into_bytes()));
    cases.push(("something else", pack(&["{\"hello\":1}".to_owned()])));

    let target = TestProgram::start(engine).await;
    HostScene::new(Uuid::from_u128(0xb), "ben").insert(&target.app).await;
    let before = fingerprint(&target.app.db).await;
    for (what, bytes) in &cases {
        let refused = restore(&target.app, bytes, REPLACE).await.unwrap_err();
        assert!(
            matches!(refused, BackupError::Damaged(_) | BackupError::NotABackup),
            "{what}: {refused:?}"
        );
        assert!(fingerprint(&target.app.db).await == before, "{what}");
    }
    restore(&target.app, &sound, REPLACE).await.unwrap();
    assert_eq!(fingerprint(&target.app.db).await, fingerprint(&program.app.db).await);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_database_that_does_not_fit_is_left_as_it_is(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    HostScene::new(Uuid::from_u128(0xa), "anna").insert(&program.app).await;
    let bytes = backup(&program.app).await;
    let whole = lines(&bytes);
    let before = fingerprint(&program.app.db).await;

    let refused = restore(&program.app, &bytes, EXACT).await.unwrap_err();
    assert!(matches!(refused, BackupError::NotEmpty(_)), "{refused:?}");

    let mut later = whole.clone();
    later[0] = later[0].replace("\"format\":1", "\"format\":2");
    let refused = restore(&program.app, &pack_soundly(&later), REPLACE).await.unwrap_err();
    assert!(matches!(refused, BackupError::LaterFormat(2)), "{refused:?}");

    // Two bookings at once, which the rule of the database refuses in a restore as anywhere else.
    let twice = |id: u8| {
        format!(
            "[\"00000000-0000-0000-0000-0000000000{id:02}\",\"00000000-0000-0000-0000-00000000000a\",0,10,\"firm\",null,null,null,null,0]"
        )
    };
    let claims = whole
        .iter()
        .position(|line| line.starts_with("{\"table\":\"claims\""))
        .unwrap();
    let mut overlapping = whole.clone();
    overlapping.splice(claims + 1..=claims, [twice(1), twice(2)]);
    let trailer = overlapping.last_mut().unwrap();
    *trailer = trailer.replace("\"claims\":0", "\"claims\":2");
    let refused = restore(&program.app, &pack_soundly(&overlapping), REPLACE)
        .await
        .unwrap_err();
    assert!(format!("{refused:?}").contains("Claimed"), "{refused:?}");

    assert_eq!(fingerprint(&program.app.db).await, before);
    let sql = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_000001_later', 0)";
    program.app.db.writer().execute_unprepared(sql).await.unwrap();
    let refused = restore(&program.app, &bytes, REPLACE).await.unwrap_err();
    assert!(matches!(refused, BackupError::OtherSchema { .. }), "{refused:?}");
    assert_eq!(fingerprint(&program.app.db).await, before);
}
