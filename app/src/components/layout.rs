//! The frames around pages: one for customers and visitors, one for hosts at work.

use leptos::prelude::*;

use super::cart_link::CartLink;
use super::icon::{Icon, IconView};
use crate::page::viewer::{Viewer, viewer};

#[component]
fn SkipLink() -> impl IntoView {
    view! { <a class="tt-skip tt-button tt-button-primary" href="#main">"Skip to the content"</a> }
}

/// The name, drawn: a tapped clock face.
#[component]
fn Brand(#[prop(into)] href: String) -> impl IntoView {
    view! {
        <a href=href class="inline-flex items-center gap-2 min-h-11 font-bold text-lg">
            <span class="text-tt-primary"><IconView icon=Icon::Clock size=24/></span>
            "TimeTap"
        </a>
    }
}

/// A person's name where there is little room: whole for screen readers, its end hidden from the eye when it is long.
#[component]
fn ShortName(name: String) -> impl IntoView {
    view! { <bdi class="block truncate max-w-[10ch] sm:max-w-[24ch]">{name}</bdi> }
}

#[component]
fn AccountLinks(viewer: Option<Viewer>) -> impl IntoView {
    match viewer {
        None => view! { <a class="tt-nav-link" href="/sign-in">"Sign in"</a> }.into_any(),
        Some(viewer) => view! {
            <a class="tt-nav-link" href=viewer.home()>
                {match (viewer.has_only_others(), viewer.role.is_admin()) {
                    (true, true) => "People",
                    (true, false) => "Team",
                    (false, _) => "Your bookings",
                }}
            </a>
            <a class="tt-nav-link" href="/account"><IconView icon=Icon::Person/><ShortName name=viewer.name/></a>
        }
        .into_any(),
    }
}

/// The frame of public pages: quiet, so that the page's question is the only one.
#[component]
pub fn PublicLayout(children: Children) -> impl IntoView {
    view! {
        <SkipLink/>
        <header class="w-full">
            <div class="mx-auto max-w-6xl w-full px-4 sm:px-6 py-2 flex flex-wrap items-center justify-between gap-x-4">
                <Brand href="/"/>
                <nav aria-label="Account" class="flex flex-wrap items-center"><CartLink/><AccountLinks viewer=viewer()/></nav>
            </div>
        </header>
        <main id="main" tabindex="-1" class="mx-auto max-w-6xl w-full px-4 sm:px-6 pt-4 pb-16 flex-1 flex flex-col gap-6">
            {children()}
        </main>
        <footer class="mx-auto max-w-6xl w-full px-4 sm:px-6 py-6 text-sm tt-muted">"Booked with TimeTap"</footer>
    }
}

/// The sections of a host's workplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Section {
    Home,
    Bookings,
    Services,
    Hours,
    Integrations,
    Profile,
    Account,
    Team,
    Jobs,
    People,
}

const HOST_SECTIONS: &[(Section, &str, &str, Icon)] = &[
    (Section::Home, "/host", "Home", Icon::Home),
    (Section::Bookings, "/host/bookings", "Bookings", Icon::Calendar),
    (Section::Services, "/host/services", "Services", Icon::List),
    (Section::Hours, "/host/hours", "Hours", Icon::Clock),
    (Section::Integrations, "/host/integrations", "Calendars", Icon::Plug),
    (Section::Profile, "/host/profile", "Profile", Icon::Person),
];

/// For those who only book.
const CUSTOMER_SECTIONS: &[(Section, &str, &str, Icon)] = &[
    (Section::Bookings, "/account/bookings", "Your bookings", Icon::Calendar),
    (Section::Integrations, "/account/calendars", "Calendars", Icon::Plug),
];

/// For those to whom staff report.
const MANAGER_SECTIONS: &[(Section, &str, &str, Icon)] = &[(Section::Team, "/host/team", "Team", Icon::People)];

const ADMIN_SECTIONS: &[(Section, &str, &str, Icon)] = &[
    (Section::Jobs, "/admin/jobs", "Jobs", Icon::Refresh),
    (Section::People, "/admin/people", "People", Icon::Key),
];

/// For those who work for others without being booked themselves.
const NO_PAGE_SECTIONS: &[(Section, &str, &str, Icon)] = &[
    (Section::Integrations, "/host/integrations", "Calendars", Icon::Plug),
    (Section::Profile, "/host/profile", "Your page", Icon::Globe),
];

/// The frame of a signed-in person's pages, with the sections that the person's role opens.
#[component]
pub fn HostLayout(
    /// The section the page belongs to.
    current: Section,
    children: Children,
) -> impl IntoView {
    let viewer = viewer();
    let is_host = viewer.as_ref().is_some_and(|viewer| viewer.role.is_host());
    let is_admin = viewer.as_ref().is_some_and(|viewer| viewer.role.is_admin());
    let manages = viewer.as_ref().is_some_and(Viewer::looks_after_others);
    let has_only_others = viewer.as_ref().is_some_and(Viewer::has_only_others);
    let home = viewer.as_ref().map_or("/", Viewer::home);
    let sections = HOST_SECTIONS
        .iter()
        .filter(|_| is_host && !has_only_others)
        .chain(CUSTOMER_SECTIONS.iter().filter(|_| !is_host))
        .chain(MANAGER_SECTIONS.iter().filter(|_| manages))
        .chain(ADMIN_SECTIONS.iter().filter(|_| is_admin))
        .chain(NO_PAGE_SECTIONS.iter().filter(|_| has_only_others))
        .map(|(section, href, label, icon)| {
            view! {
                <li>
                    <a class="tt-nav-link" href=*href aria-current=(*section == current).then_some("page")>
                        <IconView icon=*icon/>
                        {*label}
                    </a>
                </li>
            }
        })
        .collect_view();
    let name = viewer.map(|viewer| viewer.name).unwrap_or_default();
    view! {
        <SkipLink/>
        <header class="w-full border-b border-tt-border bg-tt-surface">
            <div class="mx-auto max-w-6xl w-full px-4 sm:px-6 py-2 flex flex-wrap items-center justify-between gap-x-4">
                <Brand href=if is_host { home } else { "/" }/>
                <nav aria-label="Account" class="flex flex-wrap items-center">
                    <a class="tt-nav-link" href="/account" aria-current=(current == Section::Account).then_some("page")>
                        <IconView icon=Icon::Settings/>
                        <ShortName name=name/>
                    </a>
                    <form method="post" action="/sign-out">
                        <button type="submit" class="tt-nav-link cursor-pointer">"Sign out"</button>
                    </form>
                </nav>
                <nav aria-label="Sections" class="w-full sm:-mx-3">
                    <ul class="tt-sections">{sections}</ul>
                </nav>
            </div>
        </header>
        <main id="main" tabindex="-1" class="mx-auto max-w-6xl w-full px-4 sm:px-6 pt-8 pb-16 flex-1 flex flex-col gap-6">
            {children()}
        </main>
    }
}
