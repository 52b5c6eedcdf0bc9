//! Small line drawings, always beside a word and hidden from screen readers.

use leptos::prelude::*;

/// Which drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Icon {
    Alert,
    Calendar,
    Check,
    ChevronLeft,
    ChevronRight,
    Clock,
    Copy,
    Cart,
    Cross,
    Globe,
    Home,
    Info,
    Key,
    Link,
    List,
    Mail,
    People,
    Person,
    Phone,
    Pin,
    Plug,
    Refresh,
    Settings,
    Tag,
    Video,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Alert => "M12 4 2.8 19.5h18.4L12 4Zm0 6v4.5m0 2.6v.1",
            Self::Calendar => "M4 6.5h16v13H4zM4 10.5h16M8.5 4v4m7-4v4",
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::ChevronLeft => "m14.5 6-6 6 6 6",
            Self::ChevronRight => "m9.5 6 6 6-6 6",
            Self::Clock => "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Zm0 3.8V12l2.8 1.8",
            Self::Copy => "M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9",
            Self::Cart => {
                "M3 4.500h2.500l2.300 10.500h9.700l2.500-8H6.300M9 18.300a1.200 1.200 0 1 1 0 2.400 1.200 1.200 0 0 1 0-2.400Zm7.500 0a1.200 1.200 0 1 1 0 2.400 1.200 1.200 0 0 1 0-2.400Z"
            }
            Self::Cross => "m6.5 6.5 11 11m0-11-11 11",
            Self::Globe => {
                "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16ZM4.3 10h15.4M4.3 14h15.4M12 4c4.5 4.6 4.5 11.4 0 16-4.5-4.6-4.5-11.4 0-16Z"
            }
            Self::Home => "m4 11 8-6.5 8 6.5v8.5h-5.5V14h-5v5.5H4z",
            Self::Info => "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Zm0 7v5m0-8.3v.1",
            Self::Key => "M8 11.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8Zm2.9 1.2L19 4.5m-4 4 2.8 2.8",
            Self::Link => {
                "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.700 5.700l1-1"
            }
            Self::List => "M9 6.500h11M9 12h11M9 17.500h11M4.500 6.500h.1M4.500 12h.1M4.500 17.500h.1",
            Self::Mail => "M3.500 6h17v12.500h-17zm0 1 8.500 6.500L20.500 7",
            Self::People => {
                "M9 5a3.300 3.300 0 1 1 0 6.600A3.300 3.300 0 0 1 9 5ZM2.500 19.500c.7-3.500 3.200-5 6.500-5s5.800 1.500 6.500 5M15.500 5.300a3.300 3.300 0 0 1 0 6M17.500 14.800c2.200.6 3.600 2.200 4 4.700"
            }
            Self::Person => {
                "M12 4.500a3.800 3.800 0 1 1 0 7.600 3.800 3.800 0 0 1 0-7.600ZM4.500 20c.8-4 4-5.500 7.500-5.500s6.700 1.500 7.500 5.500"
            }
            Self::Phone => {
                "M6 4h3.200l1.600 4.300-2 1.600a11 11 0 0 0 5.300 5.300l1.600-2L20 14.800V18a2 2 0 0 1-2.200 2A15.500 15.500 0 0 1 4 6.200 2 2 0 0 1 6 4Z"
            }
            Self::Pin => {
                "M12 20.500s6.500-5.700 6.500-10.500a6.500 6.500 0 0 0-13 0c0 4.800 6.500 10.500 6.500 10.500ZM12 7.800a2.200 2.200 0 1 1 0 4.400 2.200 2.200 0 0 1 0-4.400Z"
            }
            Self::Plug => "M9 3.500V8m6-4.500V8M6.500 8h11v3.500a5.500 5.500 0 0 1-11 0zM12 17v3.500",
            Self::Refresh => "M19.500 12a7.500 7.500 0 1 1-2.200-5.300L19.500 9m0-4.500V9H15",
            Self::Settings => {
                "M4 7.500h9m4 0h3M4 16.500h3m4 0h9M15 5.300a2.200 2.200 0 1 1 0 4.400 2.200 2.200 0 0 1 0-4.400Zm-6 9a2.200 2.200 0 1 1 0 4.400 2.200 2.200 0 0 1 0-4.400Z"
            }
            Self::Tag => "M4 4h8l8 8-8 8-8-8zM8.300 8.200v.1",
            Self::Video => "M3.500 7h11.500v10H3.500zM15 10.500l5.500-3v9l-5.500-3",
        }
    }
}

/// Draws the icon in the colour of the text, `size` pixels square.
#[component]
pub fn IconView(icon: Icon, #[prop(default = 20)] size: u16) -> impl IntoView {
    view! {
        <svg
            width=size
            height=size
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="1.75"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            focusable="false"
        >
            <path d=icon.path()></path>
        </svg>
    }
}
