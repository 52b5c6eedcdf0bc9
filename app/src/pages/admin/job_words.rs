//! The queue's words in the words of people.

/// What a kind of job does.
pub fn kind_in_words(kind: &str) -> &str {
    match kind {
        "write_calendar" => "Bring a calendar up to date",
        "send_message" => "Send an e-mail",
        "refresh_busy" => "Read busy times",
        "refresh_calendars" => "Read the list of calendars",
        "reconcile_calendar" => "Compare a calendar with the bookings",
        "handle_stripe_event" => "Do what Stripe told about",
        "close_order" => "End an order whose time to pay is over",
        "refund" => "Give money back",
        "cancel_subscription" => "End a subscription at Stripe",
        "plan_subscription" => "Book the weeks of a subscription",
        "call_off_date" => "Cancel what is booked on a date that was called off",
        "oversee" => "Follow whom somebody looks after, in their calendar",
        "plan_templates" => "Plan weekly times",
        "tidy_up" => "Tidy up",
        other => other,
    }
}

/// What a state means.
pub fn state_in_words(state: &str) -> &str {
    match state {
        "dead" => "Failed for good",
        "parked" => "Waiting for a person",
        "queued" => "Waiting",
        "leased" => "Under way",
        "done" => "Done",
        other => other,
    }
}

/// What an error's code means for whoever runs this TimeTap, and what to do about it.
pub fn code_in_words(code: &str) -> &'static str {
    match code {
        "invalid_credentials" => "Google no longer accepted an access token. A fresh one is fetched by itself.",
        "invalid_grant" | "needs_reconnect" => {
            "The calendar's owner ended our access or it ran out. The owner was mailed; reconnecting wakes this job."
        }
        "insufficient_scope" => {
            "A permission was not granted on Google's page. The owner has to reconnect and leave all boxes ticked."
        }
        "oauth_error" => {
            "Google refused this TimeTap's own credentials or address. Check the client id, the secret and the redirect address."
        }
        "rate_limited" => "Google asked for fewer requests. The job waits and is tried again by itself.",
        "quota_exceeded" => {
            "A usage limit at Google is reached, which takes hours to recover. It is tried again by itself."
        }
        "forbidden" => {
            "Google does not allow this in that calendar. Its owner has to check the calendar's sharing, or choose another one; if the reason says accessNotConfigured, enable the Google Calendar API in your project."
        }
        "not_found" => "The calendar is gone or no longer shared. Its owner has to choose another one and retry.",
        "already_exists" | "precondition_failed" | "gone" | "conflict" => {
            "The event was changed at Google at the same moment. Trying again reads it first."
        }
        "sync_token_expired" => "Google asked for a fresh start. Trying again makes one.",
        "conference_type_not_allowed" => {
            "The calendar makes no Meet links. Its owner has to choose another calendar or place."
        }
        "bad_request" => "Google refused the request itself. Please report this with the log of that time.",
        "unavailable" | "timeout" | "unreachable" | "broken_answer" => {
            "The other side did not answer, or its answer was lost. Nothing is done twice; trying again is safe."
        }
        "stripe_key" => {
            "Stripe does not accept stripe_secret_key. Copy a valid one from Stripe's dashboard and restart."
        }
        "stripe_not_configured" => {
            "stripe_secret_key is not set any more, and there is still money to look after. Set it and restart."
        }
        "stripe_refused" => {
            "Stripe refused the request for good; its code stands in the reason. Look at the payment in Stripe's dashboard."
        }
        "stripe_not_found" => {
            "Stripe knows no such object: the key may be of another account, or of test instead of live mode."
        }
        "stripe_key_in_use" | "stripe_key_used_otherwise" => "Two requests met at Stripe. It is tried again by itself.",
        "no_payment" => {
            "There is no payment that money could go back from. Look at the order and at Stripe's dashboard."
        }
        "charge_disputed" => {
            "Stripe gives nothing back of a payment that was disputed. Give the money back by another way."
        }
        "dispute_lost" => "The customer's bank took the money back already. Nothing more is to be done.",
        "internal" | "panicked" => "Something broke inside TimeTap. The log of that time says what.",
        "worker_lost" => "The worker that did it fell silent, for example because its machine went down.",
        "unreadable" => "The job was written by another version of TimeTap.",
        "calendar_unreadable" => "One of the owner's calendars gives no busy times.",
        "rejected" | "recipient_rejected" => {
            "The mail server refuses this recipient for good. The address may be mistyped."
        }
        _ => "See the words above, and the log of that time.",
    }
}
