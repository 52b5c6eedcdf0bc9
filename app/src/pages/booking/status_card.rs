//! How a booking stands: the Meet link or where it will be sent, and the calendar's state as a chip. The island asks for news.

use leptos::prelude::*;
use timetap_usecases::bookings::BookingStatus;

use crate::components::icon::{Icon, IconView};
use crate::islands::live_status::LiveStatus;
use crate::site::wake_islands;

/// The status, and the island that keeps it up to date. The island's child says in `data-status` exactly what the status
/// endpoint said when the page was made; while that answers the same, nothing is new.
#[component]
pub fn StatusCard(
    /// What is shown.
    status: BookingStatus,
    /// Where the status is to be had.
    url: String,
    /// The address that a Meet link is sent to; nothing where there is no Meet.
    link_goes_to: Option<String>,
    /// Where the page can be had anew, for those without scripts.
    refresh: String,
    /// The whole address of the page, to be kept by those whom no mail reaches.
    address: String,
) -> impl IntoView {
    let known = serde_json::to_string(&status).unwrap_or_default();
    let version = format!("{} {}", status.status, status.sequence);
    let settled = status.settled;
    let meet = link_goes_to.map(|goes_to| match status.meet_link {
        Some(link) => view! {
            <a class="tt-button tt-button-primary" href=link rel="noopener noreferrer" target="_blank">
                <IconView icon=Icon::Video/>
                "Join Google Meet"
            </a>
        }
        .into_any(),
        None => view! {
            <p>
                <span class="font-medium">"The Meet link will be sent by email"</span>
                <span class="tt-muted block">{format!("to {goes_to}")}</span>
            </p>
        }
        .into_any(),
    });
    let (class, icon) = match status.calendar {
        "added" => ("tt-chip tt-chip-success", Icon::Check),
        "delayed" | "failed" => ("tt-chip tt-chip-warning", Icon::Alert),
        "adding" | "waiting" => ("tt-chip", Icon::Clock),
        _ => ("tt-chip", Icon::Calendar),
    };
    let problem = status.mail_problem.map(|problem| {
        view! {
            <div class="tt-notice tt-notice-warning">
                <div class="tt-prose flex flex-col gap-2 min-w-0 wrap-anywhere">
                    <p>{problem}</p>
                    <p class="text-sm select-all">{address}</p>
                </div>
            </div>
        }
    });
    view! {
        <LiveStatus>
            <div
                class="flex flex-col gap-3"
                data-status=known
                data-version=version
                data-url=(!settled).then_some(url)
            >
                <div id="status-now" class="flex flex-wrap items-center gap-x-4 gap-y-3" aria-live="polite">
                    {meet}
                    <span class=class data-calendar=status.calendar><IconView icon=icon size=14/>{status.calendar_label}</span>
                </div>
                <div id="status-sentence" class="empty:hidden">
                    {status.calendar_sentence.map(|sentence| view! { <p class="tt-muted">{sentence}</p> })}
                </div>
                <div id="status-mail" role="status">{problem}</div>
                <noscript>
                    {(!settled).then(|| view! {
                        <p><a class="tt-link inline-flex items-center min-h-11" href=refresh>"Refresh the status"</a></p>
                    })}
                </noscript>
            </div>
        </LiveStatus>
        {wake_islands()}
    }
}
