//! `timetap_fuzzing::webhook_body`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| timetap_fuzzing::webhook_body(data));
