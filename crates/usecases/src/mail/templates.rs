//! The words of all mails that are built in. An operator's folder may replace any of them by name.

/// The built-in template of this name.
pub(super) fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, source)| *source)
}

/// The names of all templates.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

macro_rules! embed {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/mail/", $name)))),*]
    };
}

const BUILT_IN: &[(&str, &str)] = embed![
    "already_registered.html",
    "already_registered.txt",
    "booked.customer.html",
    "booked.customer.txt",
    "booked.host.html",
    "booked.host.txt",
    "calendar.html",
    "calendar.txt",
    "cancelled.customer.html",
    "cancelled.customer.txt",
    "cancelled.host.html",
    "cancelled.host.txt",
    "changed.customer.html",
    "changed.customer.txt",
    "customer.html",
    "customer.txt",
    "given_away.host.html",
    "given_away.host.txt",
    "layout.html",
    "layout.txt",
    "meet_link.customer.html",
    "meet_link.customer.txt",
    "meet_link.host.html",
    "meet_link.host.txt",
    "order.html",
    "order.txt",
    "order_confirmed.html",
    "order_confirmed.txt",
    "order_expired.html",
    "order_expired.txt",
    "order_lost.html",
    "order_lost.txt",
    "order_payment_failed.html",
    "order_payment_failed.txt",
    "order_refund_failed.host.html",
    "order_refund_failed.host.txt",
    "order_refund_failed.html",
    "order_refund_failed.txt",
    "order_refunded.html",
    "order_refunded.txt",
    "parts.html",
    "password_changed.html",
    "password_changed.txt",
    "reconnect_calendar.html",
    "reconnect_calendar.txt",
    "rescheduled.customer.html",
    "rescheduled.customer.txt",
    "rescheduled.host.html",
    "rescheduled.host.txt",
    "reset_password.html",
    "reset_password.txt",
    "subscription_ended.html",
    "subscription_ended.txt",
    "subscription_failed.html",
    "subscription_failed.txt",
    "subscription_renewed.html",
    "subscription_renewed.txt",
    "verify_email.html",
    "verify_email.txt",
    "weeks_planned.host.html",
    "weeks_planned.host.txt",
    "when.html",
    "when.txt",
    "where.html",
    "where.txt",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/mail");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let embedded: BTreeSet<String> = names().map(str::to_owned).collect();
        assert_eq!(embedded, files);
    }
}
