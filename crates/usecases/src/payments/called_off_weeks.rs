//! Weeks of a subscription that its host called off cost nothing: what was charged for one goes back, also where the bill
//! comes only afterwards.

use sea_orm::ConnectionTrait;
use timetap_store::catalogue::call_off::CalledOffWeek;
use timetap_store::entities::{appointment, order, order_item};
use timetap_store::orders::list_items::list_items;
use timetap_store::orders::list_refunds::list_refunds;

use super::owe_refund::{Owed, owe_refund};
use super::refund_cancelled::{left_of, refund_key, share_of};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The number by which the week of this local day (`YYYY-MM-DD`) is told apart from others.
pub(super) fn run_of(day: &str) -> Option<i64> {
    day.replace('-', "").parse().ok()
}

/// Owes what was paid for weeks of `item` that the host called off: `made` are its appointments, `off` the dates of its weekly
/// time that were called off, some before the week was booked. Nothing is owed twice.
pub(super) async fn give_back_weeks(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    item: &order_item::Model,
    made: &[appointment::Model],
    off: &[CalledOffWeek],
) -> Result<(), Unexpected> {
    let by_host = |one: &&appointment::Model| one.status == "cancelled" && one.cancelled_by.as_deref() == Some("host");
    let cancelled = made
        .iter()
        .filter(by_host)
        .map(|one| (one.starts_at.timestamp(), refund_key(one.id)));
    let never_booked = off
        .iter()
        .filter(|week| week.starts_at > order.created_at)
        .filter_map(|week| run_of(&week.first_date).map(|run| (week, run)))
        .filter(|(_, run)| made.iter().all(|one| one.run != *run))
        .map(|(week, run)| (week.starts_at.timestamp(), format!("called_off:{}:{run}", item.id)));
    let weeks: Vec<_> = cancelled.chain(never_booked).collect();
    if weeks.is_empty() {
        return Ok(());
    }
    let items = list_items(on, order.id).await?;
    let known = list_refunds(on, order.id).await?;
    for (starts, dedupe_key) in weeks {
        if known.iter().any(|refund| refund.dedupe_key == dedupe_key) {
            continue;
        }
        let Some(share) = share_of(on, order, &items, item, starts).await? else {
            continue;
        };
        let owed = Owed {
            payment: &share.payment,
            item_id: Some(item.id),
            reason: "cancelled",
            amount: share.amount.min(left_of(on, order, &share.payment).await?),
            dedupe_key,
        };
        owe_refund(on, app, order, &owed).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::run_of;

    #[test]
    fn a_week_goes_by_its_day() {
        assert_eq!(run_of("2026-12-02"), Some(20_261_202));
        assert_eq!(run_of("someday"), None);
    }
}
