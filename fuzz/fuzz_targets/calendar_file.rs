//! `timetap_fuzzing::calendar_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| timetap_fuzzing::calendar_file(data));
