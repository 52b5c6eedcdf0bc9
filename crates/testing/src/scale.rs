//! Two sizes of one proof: the short one of every test run, and the long one of `cargo xtask torture`.

/// `long` where the environment says `TIMETAP_TORTURE=1`, else `short`.
pub fn torture<T>(short: T, long: T) -> T {
    if std::env::var("TIMETAP_TORTURE").is_ok_and(|value| value == "1") {
        long
    } else {
        short
    }
}
