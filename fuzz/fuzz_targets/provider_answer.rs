//! `timetap_fuzzing::provider_answer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| timetap_fuzzing::provider_answer(data));
