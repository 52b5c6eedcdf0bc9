//! Why nothing was connected, from the code in the address: our own sentences, never words from the address.

use leptos::prelude::*;

use crate::components::Tone;
use crate::components::notice::Notice;
use crate::page::query::query;

/// The notice; nothing where all is well.
#[component]
pub fn ConnectProblem() -> impl IntoView {
    let query = query();
    let (code, missing) = (query.text("problem").to_owned(), query.text("missing").to_owned());
    explain(&code).map(|(tone, sentence)| {
        let boxes = missing_boxes(&missing);
        view! {
            <Notice tone=tone>
                <p>{sentence}</p>
                {(code == "scopes" && !boxes.is_empty()).then(|| view! {
                    <ul class="list-disc pl-5">
                        {boxes.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
                    </ul>
                })}
            </Notice>
        }
    })
}

fn explain(code: &str) -> Option<(Tone, &'static str)> {
    let calm = |sentence| Some((Tone::Warning, sentence));
    match code {
        "denied" => Some((
            Tone::Neutral,
            "You did not give Google your permission, so nothing is connected. You can try again at any time.",
        )),
        "scopes" => calm(
            "Nothing is connected, because a box was left unticked at Google. Please connect again and leave all boxes ticked; TimeTap needs them to:",
        ),
        "expired" => {
            calm("That took longer than ten minutes, so Google's answer is no longer valid. Please connect again.")
        }
        "code_expired" => {
            calm("Google no longer accepts this answer; it may have taken too long. Please connect again.")
        }
        "state_unknown" => calm(
            "This answer from Google is not one that we asked for, so nothing was connected. Please start from here.",
        ),
        "state_foreign" => calm(
            "This answer from Google belongs to another sign-in, so nothing was connected. Please start from here.",
        ),
        "state_used" => {
            calm("This answer from Google was used already. If your account is not listed below, please connect again.")
        }
        "google_down" => {
            calm("Google is not answering right now. Nothing is connected yet; please try again in a few minutes.")
        }
        "no_refresh_token" => calm("Google gave no lasting access, so nothing is connected. Please connect again."),
        "refused" => {
            calm("Google refused the connection. Please try again; if it stays so, ask whoever runs this TimeTap.")
        }
        "not_configured" => {
            calm("Google is not set up in this TimeTap. Whoever runs it can add a Google client id and secret.")
        }
        "no_connection" => calm("There is no such connection any more. Nothing was changed."),
        "unexpected" => Some((
            Tone::Danger,
            "Something broke on our side, so nothing was changed. Please try again in a moment.",
        )),
        _ => None,
    }
}

fn missing_boxes(missing: &str) -> Vec<&'static str> {
    missing
        .split_ascii_whitespace()
        .filter_map(|scope| match scope {
            "calendar.events" => Some("add your bookings to your calendar"),
            "calendar.freebusy" => Some("see when you are busy"),
            "calendar.calendarlist.readonly" => Some("show the list of your calendars"),
            "email" => Some("show which account is connected"),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_its_own_sentence() {
        let codes = [
            "denied",
            "scopes",
            "expired",
            "code_expired",
            "state_unknown",
            "state_foreign",
            "state_used",
            "google_down",
            "no_refresh_token",
            "refused",
            "not_configured",
            "no_connection",
            "unexpected",
        ];
        let sentences: std::collections::BTreeSet<_> = codes
            .iter()
            .filter_map(|code| explain(code))
            .map(|(_, text)| text)
            .collect();
        assert_eq!(sentences.len(), codes.len());
        assert!(explain("<script>").is_none());
        assert_eq!(missing_boxes("calendar.freebusy evil"), ["see when you are busy"]);
    }
}
