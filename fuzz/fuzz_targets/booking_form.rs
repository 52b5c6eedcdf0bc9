//! `timetap_fuzzing::booking_form`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| timetap_fuzzing::booking_form(data));
