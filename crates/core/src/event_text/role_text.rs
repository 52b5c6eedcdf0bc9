//! What the events of an appointment say: to each person what concerns them. What a customer may see, and what stands in
//! calendars of others, never holds private notes about participants.

use super::session_text::session_title;
use super::tame::tame;
use crate::questions::Answer;

text_enum! {
    /// As whom somebody has an event.
    pub enum EventRole: "role in an event" {
        /// Who booked.
        Customer = "customer",
        /// Who serves.
        Staff = "staff",
        /// To whom the staff report.
        Manager = "manager",
        /// Who runs the installation and asked for all events.
        Admin = "admin",
    }
}

/// The longest text that a person typed, as it stands in an event; Google ends a description at 8192 characters.
const MAX_TEXT: usize = 2000;

/// What the texts are made of.
#[derive(Clone, Debug)]
pub struct RoleText<'a> {
    /// The service's title.
    pub service: &'a str,
    /// The order's number; a session without an order has none.
    pub order_number: Option<&'a str>,
    /// The customer's name.
    pub customer_name: &'a str,
    /// The customer's address for mail.
    pub customer_email: &'a str,
    /// The customer's number.
    pub customer_phone: Option<&'a str>,
    /// The name of who serves.
    pub staff_name: &'a str,
    /// Their address for mail.
    pub staff_email: &'a str,
    /// Their number.
    pub staff_phone: Option<&'a str>,
    /// What the customer wrote with the order: special instructions.
    pub notes: Option<&'a str>,
    /// The customer's address, where the appointment is there.
    pub address: Option<&'a str>,
    /// The service's own place: an address, a room, a number to call or a link to meet.
    pub place: Option<&'a str>,
    /// Whether people come together there, instead of calling or meeting by a link.
    pub is_in_person: bool,
    /// Names of who attends, with their ages; nothing else about them.
    pub participants: &'a [String],
    /// What the customer answered.
    pub answers: &'a [Answer],
    /// What was paid, in words.
    pub payment: Option<&'a str>,
    /// The page of the appointment for this person.
    pub url: &'a str,
}

impl RoleText<'_> {
    /// Where it happens: at the customer's, or at the service's place.
    pub fn location(&self) -> Option<String> {
        self.address.or(self.place).map(str::to_owned)
    }
}

/// The event's title for this person.
pub fn role_title(role: EventRole, text: &RoleText<'_>) -> String {
    match role {
        EventRole::Customer => tame(text.service),
        // Without a place there is nowhere to be at: the title that sessions always had.
        EventRole::Staff if !text.is_in_person || text.location().is_none() => session_title(text.customer_email),
        EventRole::Staff => format!("{} at {}'s", tame(text.service), tame(text.customer_name)),
        EventRole::Manager | EventRole::Admin => format!("{} - {}", tame(text.staff_name), tame(text.service)),
    }
}

/// The event's description for this person, in plain lines. A missing phone number reads `N/A`, missing notes `None`.
pub fn role_description(role: EventRole, text: &RoleText<'_>) -> String {
    let mut lines = Vec::new();
    lines.extend(text.order_number.map(|number| format!("Order: {number}")));
    match role {
        EventRole::Customer => {
            lines.push(format!("With: {}", tame(text.staff_name)));
            lines.push(format!("Phone: {}", phone(text.staff_phone)));
            lines.extend(place(text));
        }
        EventRole::Staff => {
            customer(&mut lines, text);
            lines.extend(place(text));
            participants(&mut lines, text);
        }
        EventRole::Manager | EventRole::Admin => {
            lines.extend(text.payment.map(|payment| format!("Payment: {}", tame(payment))));
            lines.push(format!("Service: {}", tame(text.service)));
            lines.push(format!("Staff: {} ({})", tame(text.staff_name), tame(text.staff_email)));
            lines.push(format!("Staff’s phone: {}", phone(text.staff_phone)));
            customer(&mut lines, text);
            lines.extend(place(text));
            participants(&mut lines, text);
        }
    }
    let title = match role {
        EventRole::Customer => "Notes",
        _ => "Special instructions",
    };
    lines.push(labelled(title, text.notes.unwrap_or("None")));
    if role != EventRole::Customer {
        for answer in text.answers.iter().filter(|answer| !answer.value.is_empty()) {
            lines.push(labelled(answer.label.trim_end_matches(':'), &answer.value));
        }
    }
    lines.push(String::new());
    let manage = match role {
        EventRole::Customer => "Change or cancel",
        _ => "Details",
    };
    lines.push(format!("{manage}: {}", text.url));
    lines.push(String::new());
    lines.push("Booked with TimeTap".to_owned());
    lines.join("\n")
}

fn customer(lines: &mut Vec<String>, text: &RoleText<'_>) {
    lines.push(format!(
        "Customer: {} ({})",
        tame(text.customer_name),
        tame(text.customer_email)
    ));
    lines.push(format!("Customer’s phone: {}", phone(text.customer_phone)));
}

fn participants(lines: &mut Vec<String>, text: &RoleText<'_>) {
    if !text.participants.is_empty() {
        lines.push(labelled("Participants", &text.participants.join(", ")));
    }
}

fn place(text: &RoleText<'_>) -> Option<String> {
    text.location().map(|place| labelled("Where", &place))
}

fn phone(number: Option<&str>) -> String {
    number.map_or_else(|| "N/A".to_owned(), tame)
}

fn labelled(label: &str, value: &str) -> String {
    let value = match value.char_indices().nth(MAX_TEXT) {
        Some((cut, _)) => format!("{}…", &value[..cut]),
        None => value.to_owned(),
    };
    let between = if value.contains('\n') { ":\n" } else { ": " };
    format!("{}{between}{}", tame(label), tame(&value))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn full<'a>(participants: &'a [String], answers: &'a [Answer]) -> RoleText<'a> {
        RoleText {
            service: "Birthday party",
            order_number: Some("TT-7K3M-9QFD"),
            customer_name: "Ben Ode",
            customer_email: "ben@example.org",
            customer_phone: Some("+34 600 100 200"),
            staff_name: "Anna Lind",
            staff_email: "anna@example.org",
            staff_phone: Some("+34 600 300 400"),
            notes: Some("Ring twice.\nThe dog is kind."),
            address: Some("Calle Mayor 1, Madrid"),
            place: None,
            is_in_person: true,
            participants,
            answers,
            payment: Some("€120.00, paid"),
            url: "https://book.example.org/orders/1",
        }
    }

    #[test]
    fn to_the_customer() {
        let text = full(&[], &[]);
        assert_eq!(role_title(EventRole::Customer, &text), "Birthday party");
        assert_eq!(
            role_description(EventRole::Customer, &text),
            "Order: TT-7K3M-9QFD\n\
             With: Anna Lind\n\
             Phone: +34 600 300 400\n\
             Where: Calle Mayor 1, Madrid\n\
             Notes:\nRing twice.\nThe dog is kind.\n\
             \n\
             Change or cancel: https://book.example.org/orders/1\n\
             \n\
             Booked with TimeTap"
        );
    }

    #[test]
    fn to_the_staff() {
        let names = ["Mia (8)".to_owned(), "Leo (6)".to_owned()];
        let answers = [Answer {
            question_id: "q".to_owned(),
            label: "Theme:".to_owned(),
            value: "Pirates".to_owned(),
        }];
        let text = full(&names, &answers);
        assert_eq!(role_title(EventRole::Staff, &text), "Birthday party at Ben Ode's");
        assert_eq!(
            role_description(EventRole::Staff, &text),
            "Order: TT-7K3M-9QFD\n\
             Customer: Ben Ode (ben@example.org)\n\
             Customer’s phone: +34 600 100 200\n\
             Where: Calle Mayor 1, Madrid\n\
             Participants: Mia (8), Leo (6)\n\
             Special instructions:\nRing twice.\nThe dog is kind.\n\
             Theme: Pirates\n\
             \n\
             Details: https://book.example.org/orders/1\n\
             \n\
             Booked with TimeTap"
        );
    }

    #[rstest]
    #[case(EventRole::Manager)]
    #[case(EventRole::Admin)]
    fn to_who_oversees(#[case] role: EventRole) {
        let text = full(&[], &[]);
        assert_eq!(role_title(role, &text), "Anna Lind - Birthday party");
        assert_eq!(
            role_description(role, &text),
            "Order: TT-7K3M-9QFD\n\
             Payment: €120.00, paid\n\
             Service: Birthday party\n\
             Staff: Anna Lind (anna@example.org)\n\
             Staff’s phone: +34 600 300 400\n\
             Customer: Ben Ode (ben@example.org)\n\
             Customer’s phone: +34 600 100 200\n\
             Where: Calle Mayor 1, Madrid\n\
             Special instructions:\nRing twice.\nThe dog is kind.\n\
             \n\
             Details: https://book.example.org/orders/1\n\
             \n\
             Booked with TimeTap"
        );
    }

    #[test]
    fn what_is_missing_says_so() {
        let bare = RoleText {
            order_number: None,
            customer_phone: None,
            staff_phone: None,
            notes: None,
            address: None,
            payment: None,
            ..full(&[], &[])
        };
        assert_eq!(
            role_title(EventRole::Staff, &bare),
            "[TimeTap] Session with ben@example.org"
        );
        let staff = role_description(EventRole::Staff, &bare);
        assert!(
            staff.contains("Customer’s phone: N/A\nSpecial instructions: None\n"),
            "{staff}"
        );
        let customer = role_description(EventRole::Customer, &bare);
        assert!(
            customer.starts_with("With: Anna Lind\nPhone: N/A\nNotes: None\n"),
            "{customer}"
        );
    }

    #[test]
    fn a_room_is_the_place_where_nobody_is_visited() {
        let text = RoleText {
            address: None,
            place: Some("Blue room"),
            ..full(&[], &[])
        };
        assert_eq!(text.location().as_deref(), Some("Blue room"));
        assert_eq!(role_title(EventRole::Staff, &text), "Birthday party at Ben Ode's");
    }

    #[test]
    fn a_call_or_a_link_is_no_place_to_be_at() {
        let text = RoleText {
            address: None,
            place: Some("By phone: +34 600 100 200"),
            is_in_person: false,
            ..full(&[], &[])
        };
        assert_eq!(
            role_title(EventRole::Staff, &text),
            "[TimeTap] Session with ben@example.org"
        );
        assert!(role_description(EventRole::Staff, &text).contains("\nWhere: By phone: +34 600 100 200\n"));
    }

    #[test]
    fn words_stay_words_and_leave_room() {
        let endless = "é".repeat(9_000);
        let text = RoleText {
            notes: Some(&endless),
            service: "<b>Party</b>",
            ..full(&[], &[])
        };
        for role in EventRole::ALL {
            let description = role_description(*role, &text);
            assert!(!description.contains(['<', '>']) && !role_title(*role, &text).contains(['<', '>']));
            assert!(description.chars().count() < 4_000, "{role}");
            assert!(description.contains("https://book.example.org/orders/1"));
        }
    }
}
