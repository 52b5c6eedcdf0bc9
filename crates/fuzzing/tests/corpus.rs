//! Every target with its corpus, and with bytes of chance: those of the corpus changed a little, and any at all.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::path::PathBuf;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use timetap_fuzzing::TARGETS;

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn no_bytes_break_a_target() {
    for (name, target) in TARGETS {
        let seeds = corpus(name);
        assert!(!seeds.is_empty(), "{name} has a corpus");
        for seed in &seeds {
            target(seed);
        }
        let changed = (
            0..seeds.len(),
            any::<prop::sample::Index>(),
            any::<u8>(),
            any::<prop::sample::Index>(),
        );
        let changed = changed.prop_map(move |(seed, at, byte, cut)| {
            let mut bytes = seeds[seed].clone();
            if !bytes.is_empty() {
                let place = at.index(bytes.len());
                bytes[place] = byte;
                bytes.truncate(cut.index(bytes.len() + 1).max(place));
            }
            bytes
        });
        let any_bytes = prop::collection::vec(any::<u8>(), 0..400);
        let any_text = any::<String>().prop_map(String::into_bytes);
        let mut runner = TestRunner::new(Config {
            failure_persistence: None,
            ..Config::with_cases(150)
        });
        let bytes = prop_oneof![changed, any_bytes, any_text];
        runner
            .run(&bytes, |bytes| {
                target(&bytes);
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
