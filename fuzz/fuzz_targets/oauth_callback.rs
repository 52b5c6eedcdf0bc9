//! `timetap_fuzzing::oauth_callback`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| timetap_fuzzing::oauth_callback(data));
