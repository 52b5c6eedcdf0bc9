//! Named points at which the program ends, as by SIGKILL, or stands still, when the environment says so: that is how the
//! tests show that it may end anywhere and nothing is lost or doubled.
//!
//! `TIMETAP_FAILPOINT=insert_answered=3` aborts when that point is reached for the third time; `insert_answered=stall`
//! never gets past it. All of this is compiled with debug assertions only: a release binary has none of it, and refuses
//! the variable as a setting that it does not know.

macro_rules! failpoints {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// Where the program can be made to end. A new point needs a case in the crash proof, which goes over all of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Failpoint {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Failpoint {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in the environment.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

failpoints! {
    /// A booking's transaction is complete, but not committed.
    BookingBeforeCommit = "booking_before_commit",
    /// A booking is committed, and nobody knows yet.
    BookingCommitted = "booking_committed",
    /// A booking is moved or cancelled, but that is not committed.
    BeforeChangeCommitted = "before_change_committed",
    /// A booking is moved or cancelled, and nobody knows yet.
    ChangeCommitted = "change_committed",
    /// The answer to a form is made, and has not left.
    BeforeAnswer = "before_answer",
    /// Jobs are leased and the places of their events noted, but that is not committed.
    BeforeClaimCommitted = "before_claim_committed",
    /// Jobs are leased, and none of them is begun.
    JobsClaimed = "jobs_claimed",
    /// Some jobs that were leased together are begun, others not.
    MiddleOfBatch = "middle_of_batch",
    /// A job did what it does, and that is not noted in the queue.
    BeforeJobSettled = "before_job_settled",
    /// A job is settled.
    JobSettled = "job_settled",
    /// It is noted where an event will stand, and Google knows nothing.
    BeforeInsert = "before_insert",
    /// Google has the event, and that is not noted.
    InsertAnswered = "insert_answered",
    /// Google is about to be told how an event has changed.
    BeforePatch = "before_patch",
    /// Google has changed an event, and that is not noted.
    PatchAnswered = "patch_answered",
    /// Google is about to be told that an event goes.
    BeforeDelete = "before_delete",
    /// Google has taken an event away, and that is not noted.
    DeleteAnswered = "delete_answered",
    /// Events that were left to be noted are noted as written, but that is not committed.
    BeforeWriteNoted = "before_write_noted",
    /// The event is noted as written.
    WriteNoted = "write_noted",
    /// The right to refresh a token is taken, and Google is not asked yet.
    BeforeTokenExchange = "before_token_exchange",
    /// A fresh token came, and is not stored.
    TokenExchanged = "token_exchanged",
    /// A fresh token is stored, and not used yet.
    TokenStored = "token_stored",
    /// It is noted what a mail carries, and the mail server knows nothing.
    BeforeMail = "before_mail",
    /// The mail server has taken a mail, and that is not noted.
    MailAccepted = "mail_accepted",
    /// A mail is noted as sent.
    MailNoted = "mail_noted",
    /// An order is placed, and nobody knows yet.
    OrderPlaced = "order_placed",
    /// It is noted that a payment page is asked for, and Stripe knows nothing.
    BeforePaymentPage = "before_payment_page",
    /// Stripe has made the payment page, and that is not noted.
    PaymentPageMade = "payment_page_made",
    /// Stripe's message is written down with its job, and Stripe has no answer.
    MessageStored = "message_stored",
    /// What Stripe says of an order is applied, but not committed.
    BeforeTruthApplied = "before_truth_applied",
    /// What Stripe says of an order is applied.
    TruthApplied = "truth_applied",
    /// The bill of a subscription and its weeks are noted.
    SubscriptionNoted = "subscription_noted",
    /// Stripe was looked at, and is not asked yet to give money back.
    BeforeRefund = "before_refund",
    /// Stripe gives money back, and that is not noted.
    RefundAnswered = "refund_answered",
    /// It is noted that money went back.
    RefundNoted = "refund_noted",
    /// Nobody can pay an order any more, and it still holds what it held.
    PaymentPageEnded = "payment_page_ended",
    /// An order that nobody has paid is closed.
    OrderClosed = "order_closed",
}

impl Failpoint {
    /// Comes by here: ends the program or stands still if that was ordered.
    #[cfg(debug_assertions)]
    pub async fn reach(self) {
        armed::obey(self).await;
    }

    /// Nothing, in a program that is shipped.
    #[cfg(not(debug_assertions))]
    #[expect(clippy::unused_async, reason = "the other build waits here")]
    pub async fn reach(self) {}
}

#[cfg(debug_assertions)]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Failpoint;

    /// What the environment orders.
    #[derive(Debug, PartialEq, Eq)]
    pub(super) enum Order {
        Abort { at_hit: u64 },
        Stall,
    }

    static ARMED: OnceLock<Option<(Failpoint, Order)>> = OnceLock::new();
    static HITS: AtomicU64 = AtomicU64::new(0);

    pub(super) async fn obey(point: Failpoint) {
        let armed = ARMED.get_or_init(|| {
            let order = std::env::var("TIMETAP_FAILPOINT").ok()?;
            let parsed = parse(&order);
            if parsed.is_none() {
                tracing::error!(order, "failpoint: the order is not understood");
            }
            parsed
        });
        let Some((ordered, order)) = armed else { return };
        if *ordered != point {
            return;
        }
        let hit = HITS.fetch_add(1, Ordering::SeqCst) + 1;
        match order {
            Order::Abort { at_hit } if *at_hit == hit => {
                tracing::error!(point = point.name(), "failpoint: the program ends here");
                std::process::abort();
            }
            Order::Abort { .. } => {}
            Order::Stall => {
                tracing::error!(point = point.name(), "failpoint: standing still");
                std::future::pending::<()>().await;
            }
        }
    }

    pub(super) fn parse(order: &str) -> Option<(Failpoint, Order)> {
        let (name, what) = order.split_once('=').unwrap_or((order, "1"));
        let point = Failpoint::ALL.iter().find(|point| point.name() == name)?;
        let order = match what {
            "stall" => Order::Stall,
            number => Order::Abort {
                at_hit: number.parse().ok().filter(|hit| *hit > 0)?,
            },
        };
        Some((*point, order))
    }
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::Failpoint;
    use super::armed::{Order, parse};

    #[test]
    fn orders_are_a_name_and_a_number_or_stall() {
        for point in Failpoint::ALL {
            let third = Some((*point, Order::Abort { at_hit: 3 }));
            assert_eq!(parse(&format!("{}=3", point.name())), third);
            assert_eq!(parse(point.name()), Some((*point, Order::Abort { at_hit: 1 })));
            assert_eq!(parse(&format!("{}=stall", point.name())), Some((*point, Order::Stall)));
        }
        for wrong in ["", "nowhere=1", "before_mail=0", "before_mail=soon"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_are_distinct() {
        let mut names: Vec<_> = Failpoint::ALL.iter().map(|point| point.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Failpoint::ALL.len());
    }
}
