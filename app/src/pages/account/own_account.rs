//! One's own account.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_usecases::accounts::list_sessions::list_sessions;

use super::account_sections::{AddressSection, NameSection, PasswordSection};
use super::session_list::SessionSection;
use crate::components::form_summary::FormSummary;
use crate::components::layout::{HostLayout, Section};
use crate::page::form::{FormState, Values};
use crate::page::loading::load_page;
use crate::page::query::done_notice;
use crate::page::timetap;
use crate::page::viewer::require_viewer;

/// `/account`.
#[component]
pub fn AccountPage() -> impl IntoView {
    let (app, viewer) = (timetap(), require_viewer());
    load_page(async move {
        let viewer = viewer?;
        let sessions = list_sessions(&app, viewer.user_id, viewer.session_id).await?;
        let now = app.clock.now();
        Ok(view! {
            <PageTitle text="Your account · TimeTap"/>
            <HostLayout current=Section::Account>
                <div class="flex flex-col gap-6 max-w-2xl w-full">
                    <h1>"Your account"</h1>
                    {done_notice(&[
                        ("name", "Saved."),
                        ("password", "Your new password is set. Everywhere else you are signed out."),
                        ("session", "That browser is signed out."),
                        ("others", "You are signed out everywhere else."),
                        ("sent", "A new link is on its way to your inbox."),
                        ("verified", "Your address is confirmed."),
                        ("setup", "Welcome. This account runs the installation now."),
                    ])}
                    // What went wrong with no form in particular.
                    <FormSummary form=FormState::new("", Values::default())/>
                    <AddressSection viewer=viewer.clone()/>
                    <NameSection name=viewer.name/>
                    <PasswordSection email=viewer.email/>
                    <SessionSection sessions=sessions now=now/>
                </div>
            </HostLayout>
        })
    })
}
