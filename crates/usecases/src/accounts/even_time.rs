//! Keeps the duration of an answer from telling what the answer itself does not.

use std::time::Duration;

/// No answer about whether an address has an account comes sooner. Several times what either case takes.
const EVEN: Duration = Duration::from_millis(250);

/// Awaits `work`, and the rest of a fixed time if it was quicker.
pub(super) async fn in_even_time<T>(work: impl Future<Output = T>) -> T {
    let (done, ()) = tokio::join!(work, tokio::time::sleep(EVEN));
    done
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn quick_work_takes_the_even_time_and_slow_work_its_own() {
        let began = Instant::now();
        assert_eq!(in_even_time(async { 7 }).await, 7);
        assert!(began.elapsed() >= EVEN);
        let began = Instant::now();
        in_even_time(tokio::time::sleep(EVEN + Duration::from_millis(100))).await;
        assert!(began.elapsed() >= EVEN + Duration::from_millis(100));
        assert!(began.elapsed() < EVEN * 2);
    }
}
