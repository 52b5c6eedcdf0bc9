//! What the event of a session says: the same for everybody who looks at it, so nothing in it is for the host alone, and
//! nothing for the customer alone.

use super::tame::tame;
use crate::questions::Answer;

/// The most characters that all answers take together; Google ends a description at 8192.
const MAX_ANSWERS: usize = 5000;

/// What goes into the description of a session's event.
#[derive(Clone, Debug)]
pub struct SessionText<'a> {
    /// The host's name.
    pub host_name: &'a str,
    /// The service's title.
    pub service_title: &'a str,
    /// The customer's name.
    pub customer_name: &'a str,
    /// The customer's e-mail address.
    pub customer_email: &'a str,
    /// The customer's number, where they left one.
    pub customer_phone: Option<&'a str>,
    /// Where it takes place, where that is not a Meet made with the event.
    pub location: Option<&'a str>,
    /// What the customer answered.
    pub answers: &'a [Answer],
    /// How the booking is moved or cancelled.
    pub manage: Manage<'a>,
}

/// The way to where a booking is moved or cancelled.
#[derive(Clone, Copy, Debug)]
pub enum Manage<'a> {
    /// For one person's own copy: their own link, which may open without asking who they are.
    OwnLink(&'a str),
    /// For an event that stands in the host's calendar, where others may see it: the address of the booking without any
    /// secret, which opens for whoever is signed in and theirs it is.
    SignedIn(&'a str),
}

impl Manage<'_> {
    fn line(self) -> String {
        match self {
            Self::OwnLink(url) => format!("Reschedule or cancel: {url}"),
            Self::SignedIn(url) => {
                format!("Reschedule or cancel by the link in the confirmation e-mail, or signed in: {url}")
            }
        }
    }
}

/// The title of a session's event.
pub fn session_title(customer_email: &str) -> String {
    format!("[TimeTap] Session with {customer_email}")
}

/// The description of a session's event, in plain lines: host, service, customer, answers, the link to manage it.
pub fn session_description(text: &SessionText<'_>) -> String {
    let mut lines = vec![
        format!("{} with {}", tame(text.service_title), tame(text.host_name)),
        format!("Booked by {} ({})", tame(text.customer_name), tame(text.customer_email)),
    ];
    lines.extend(text.customer_phone.map(|phone| format!("Phone: {}", tame(phone))));
    lines.extend(text.location.map(|location| format!("Where: {}", tame(location))));
    if !text.answers.is_empty() {
        lines.push(String::new());
        lines.push(answers_text(text.answers));
    }
    lines.push(String::new());
    lines.push(text.manage.line());
    lines.push(String::new());
    lines.push("Booked with TimeTap".to_owned());
    lines.join("\n")
}

fn answers_text(answers: &[Answer]) -> String {
    let lines: Vec<String> = answers
        .iter()
        .map(|answer| {
            let between = if answer.value.contains('\n') { ":\n" } else { ": " };
            format!(
                "{}{between}{}",
                tame(answer.label.trim_end_matches(':')),
                tame(&answer.value)
            )
        })
        .collect();
    let text = lines.join("\n");
    match text.char_indices().nth(MAX_ANSWERS) {
        Some((cut, _)) => format!("{}…\n(The full answers stand on the booking’s page.)", &text[..cut]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(label: &str, value: &str) -> Answer {
        Answer {
            question_id: "q".to_owned(),
            label: label.to_owned(),
            value: value.to_owned(),
        }
    }

    fn text(answers: &[Answer]) -> SessionText<'_> {
        SessionText {
            host_name: "Anna Lind",
            service_title: "Piano lesson",
            customer_name: "Ben Ode",
            customer_email: "ben@example.org",
            customer_phone: Some("+34 600 100 200"),
            location: None,
            answers,
            manage: Manage::OwnLink("https://book.example.org/bookings/1?t=x"),
        }
    }

    #[test]
    fn the_title_names_the_customer() {
        assert_eq!(
            session_title("ben@example.org"),
            "[TimeTap] Session with ben@example.org"
        );
    }

    #[test]
    fn the_description_to_the_letter() {
        let answers = [answer("Your goal?", "Play"), answer("Notes:", "one\ntwo")];
        let expected = "Piano lesson with Anna Lind\n\
            Booked by Ben Ode (ben@example.org)\n\
            Phone: +34 600 100 200\n\
            \n\
            Your goal?: Play\n\
            Notes:\n\
            one\n\
            two\n\
            \n\
            Reschedule or cancel: https://book.example.org/bookings/1?t=x\n\
            \n\
            Booked with TimeTap";
        assert_eq!(session_description(&text(&answers)), expected);
    }

    #[test]
    fn without_phone_and_answers_nothing_is_left_hanging() {
        let bare = SessionText {
            customer_phone: None,
            location: Some("Calle Mayor 1"),
            ..text(&[])
        };
        let lines = session_description(&bare);
        assert!(lines.starts_with(
            "Piano lesson with Anna Lind\nBooked by Ben Ode (ben@example.org)\nWhere: Calle Mayor 1\n\nReschedule"
        ));
    }

    #[test]
    fn where_others_may_see_it_one_signs_in() {
        let shared = SessionText {
            manage: Manage::SignedIn("https://book.example.org/bookings/1"),
            ..text(&[])
        };
        assert!(session_description(&shared).ends_with(
            "\n\nReschedule or cancel by the link in the confirmation e-mail, or signed in: \
             https://book.example.org/bookings/1\n\nBooked with TimeTap"
        ));
    }

    #[test]
    fn answers_cannot_become_markup() {
        let answers = [answer("<b>Q</b>", "<a href=\"https://evil.example\">your bank</a>")];
        let description = session_description(&text(&answers));
        assert!(!description.contains(['<', '>']));
        assert!(description.contains("‹a href=\"https://evil.example\"›your bank‹/a›"));
    }

    #[test]
    fn endless_answers_leave_room_for_the_link() {
        let answers: Vec<Answer> = (0..20).map(|_| answer("Q", &"é".repeat(4000))).collect();
        let description = session_description(&text(&answers));
        assert!(description.chars().count() < 6000);
        assert!(description.contains("Reschedule or cancel: https://book.example.org/bookings/1?t=x"));
        assert!(description.contains("full answers stand on the booking’s page"));
    }
}
