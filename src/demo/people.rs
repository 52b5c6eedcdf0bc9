//! Who lives in the demo.

/// The password of every demo account.
pub const PASSWORD: &str = "tap-the-clock";

/// A host of the demo.
#[derive(Debug)]
pub struct DemoHost {
    pub email: &'static str,
    pub name: &'static str,
    pub slug: &'static str,
    pub about: &'static str,
    /// Weekdays Monday to Sunday, each with windows from–to.
    pub hours: [&'static [(&'static str, &'static str)]; 7],
    pub services: &'static [DemoService],
    /// Whether lessons, parties, camps and a weekly time can be bought there.
    pub has_shop: bool,
    /// Whether they serve some of what the shop sells, which comes after them.
    pub helps_in_shop: bool,
    /// The sandbox's Google account that is connected from the start.
    pub google_account: Option<&'static str>,
}

/// A service of a demo host.
#[derive(Debug)]
pub struct DemoService {
    pub title: &'static str,
    pub slug: &'static str,
    pub description: &'static str,
    pub minutes: &'static str,
    pub location: &'static str,
    pub address: &'static str,
    /// A question that customers are asked, and whether it needs an answer.
    pub question: Option<(&'static str, bool)>,
}

/// The administrator.
pub const ADMIN: (&str, &str) = ("olga@timetap.test", "Olga Marsh");

/// The hosts.
pub const HOSTS: &[DemoHost] = &[
    DemoHost {
        email: "ada@timetap.test",
        name: "Ada Fern",
        slug: "ada-fern",
        about: "I help small teams find out what they are building. Bring a sketch, a doubt, or a half-finished plan.",
        hours: [
            &[("09:00", "12:30"), ("14:00", "18:00")],
            &[("09:00", "12:30"), ("14:00", "18:00")],
            &[("09:00", "12:30")],
            &[("09:00", "12:30"), ("14:00", "18:00")],
            &[("09:00", "14:00")],
            &[],
            &[],
        ],
        services: &[
            DemoService {
                title: "One-hour session",
                slug: "session",
                description: "An hour for one question, by video. You leave with the next three steps written down.",
                minutes: "60",
                location: "google_meet",
                address: "",
                question: Some(("What would you like to talk about?", false)),
            },
            DemoService {
                title: "Quick check",
                slug: "quick-check",
                description: "Twenty-five minutes to look over one thing together.",
                minutes: "25",
                location: "google_meet",
                address: "",
                question: None,
            },
        ],
        has_shop: false,
        helps_in_shop: false,
        google_account: Some("ada@sandbox.test"),
    },
    DemoHost {
        email: "ben@timetap.test",
        name: "Ben Ortiz",
        slug: "ben-ortiz",
        about: "Guitar lessons for people who were told that it is too late.",
        hours: [
            &[("16:00", "21:00")],
            &[("16:00", "21:00")],
            &[("16:00", "21:00")],
            &[("16:00", "21:00")],
            &[],
            &[("10:00", "14:00")],
            &[],
        ],
        services: &[
            DemoService {
                title: "Guitar lesson",
                slug: "lesson",
                description: "Forty-five minutes at your own pace; bring your own guitar or borrow one of mine.",
                minutes: "45",
                location: "in_person",
                address: "Calle de la Palma 12, Madrid",
                question: Some(("How long have you been playing?", true)),
            },
            DemoService {
                title: "Online lesson",
                slug: "online-lesson",
                description: "The same lesson over video.",
                minutes: "45",
                location: "google_meet",
                address: "",
                question: None,
            },
        ],
        has_shop: false,
        helps_in_shop: false,
        google_account: None,
    },
    DemoHost {
        email: "nico@timetap.test",
        name: "Nico Vale",
        slug: "nico-vale",
        about: "I teach with Juno Hale, and bring a ukulele wherever I go.",
        hours: [
            &[("10:00", "19:00")],
            &[("10:00", "19:00")],
            &[("10:00", "16:00")],
            &[("10:00", "19:00")],
            &[("10:00", "16:00")],
            &[],
            &[],
        ],
        services: &[DemoService {
            title: "Four chords",
            slug: "four-chords",
            description: "Half an hour online, after which you can play a song. Costs nothing.",
            minutes: "30",
            location: "google_meet",
            address: "",
            question: None,
        }],
        has_shop: false,
        helps_in_shop: true,
        google_account: None,
    },
    DemoHost {
        email: "juno@timetap.test",
        name: "Juno Hale",
        slug: "juno-hale",
        about: "Music for children and those who never stopped being one: lessons, parties, camps and a choir.",
        hours: [
            &[("10:00", "19:00")],
            &[("10:00", "19:00")],
            &[("10:00", "16:00")],
            &[("10:00", "19:00")],
            &[("10:00", "16:00")],
            &[("10:00", "18:00")],
            &[],
        ],
        services: &[DemoService {
            title: "Get to know each other",
            slug: "hello",
            description: "Half an hour to see whether we go well together. Costs nothing.",
            minutes: "30",
            location: "google_meet",
            address: "",
            question: None,
        }],
        has_shop: true,
        helps_in_shop: false,
        google_account: None,
    },
];
