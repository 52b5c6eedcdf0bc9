//! What the templates of mails about an order know. docs/MAILS.md explains each name to operators.
//!
//! What the customer typed with the order, names of participants, notes and the address among it, is left out: whoever
//! orders with somebody else's e-mail address gets no words of theirs delivered there.

use jiff::tz::TimeZone;
use serde::Serialize;
use timetap_core::money::{Currency, Money};
use timetap_core::orders::ServiceKind;
use timetap_core::span::Span;
use timetap_core::times::{format_days, format_when_short};
use timetap_store::entities::{appointment, host, order, order_item, room};

use super::account_facts::Site;
use super::render_mail::one_line;
use crate::platform::unexpected::Unexpected;

/// The most dates of a weekly time that a mail lists.
pub(super) const MOST_DATES: usize = 6;

/// The facts of a mail about an order. Not `Debug`: the link opens the order.
#[derive(Clone, Serialize)]
pub(super) struct OrderMailFacts {
    pub(super) site: Site,
    pub(super) customer: CustomerLine,
    pub(super) order: OrderLines,
    /// What the mail is about: what is booked, what was lost, what was paid back, the subscription.
    pub(super) items: Vec<ItemLines>,
    /// What could not be booked any more, in a confirmation of the rest.
    pub(super) lost: Vec<ItemLines>,
    /// What of it the host called off before it was paid.
    pub(super) called_off: Vec<ItemLines>,
    /// What the host wrote about that, line by line.
    pub(super) message: Vec<String>,
    /// What goes back, or what a period costs.
    pub(super) amount: Option<String>,
    /// Why money goes back: `cancelled`, `lost`, `paid_twice`, `outside`; `mismatch` where another amount was paid than was
    /// asked for.
    pub(super) reason: Option<String>,
    /// Until when a subscription is paid.
    pub(super) paid_until: Option<String>,
    /// Whether a file with all events comes with it.
    pub(super) has_file: bool,
    /// Whether the customer's own Google Calendar gets the events.
    pub(super) is_own: bool,
    /// Where something else can be chosen.
    pub(super) shop_url: String,
}

#[derive(Clone, Serialize)]
pub(super) struct CustomerLine {
    pub(super) email: String,
}

#[derive(Clone, Serialize)]
pub(super) struct OrderLines {
    pub(super) number: String,
    /// The page of the order, with the token that opens it.
    pub(super) url: String,
    pub(super) total: String,
    /// What a promotion code took off.
    pub(super) discount: Option<String>,
    pub(super) paid: String,
    pub(super) is_free: bool,
    pub(super) is_subscription: bool,
}

/// One thing of the order.
#[derive(Clone, Serialize)]
pub(super) struct ItemLines {
    pub(super) title: String,
    pub(super) staff: String,
    /// In the customer's zone; of what is on several days or every week, in the zone of its place.
    pub(super) when: String,
    /// Where another clock shows another time, by that of the place.
    pub(super) there: Option<String>,
    pub(super) is_weekly: bool,
    /// The next dates of a weekly time.
    pub(super) dates: Vec<String>,
    pub(super) place: PlaceLines,
    pub(super) meet_link: Option<String>,
    /// How many take part, where that was asked.
    pub(super) participants: i64,
    /// `None` where it costs nothing.
    pub(super) price: Option<String>,
}

#[derive(Clone, Serialize)]
pub(super) struct PlaceLines {
    kind: String,
    detail: Option<String>,
    lines: Vec<String>,
    room: Option<String>,
}

/// What an item's lines are drawn from.
pub(super) struct ItemSource<'a> {
    pub(super) order: &'a order::Model,
    pub(super) item: &'a order_item::Model,
    pub(super) host: &'a host::Model,
    pub(super) room: Option<&'a room::Model>,
    /// What it became, earliest first.
    pub(super) appointments: &'a [&'a appointment::Model],
    /// Whether Meet links are told.
    pub(super) with_links: bool,
}

impl ItemLines {
    /// The lines of one item.
    ///
    /// # Errors
    /// A row says something that no rule allows.
    pub(super) fn new(source: &ItemSource<'_>) -> Result<Self, Unexpected> {
        let (order, item) = (source.order, source.item);
        let broken = |what: &str| Unexpected::Inconsistent(format!("order item {}: {what}", item.id));
        let own = zone(&order.customer_time_zone)?;
        let there = zone(&item.time_zone)?;
        let first = source.appointments.first();
        let (starts, ends) = first.map_or((item.starts_at, item.ends_at), |first| (first.starts_at, first.ends_at));
        let span = Span::new(starts.into(), ends.into()).map_err(|_| broken("its times"))?;
        let days = u16::try_from(item.days).unwrap_or(1);
        let is_weekly = item.kind == ServiceKind::Subscription.as_str();
        let differs = own.to_offset(span.start) != there.to_offset(span.start);
        // Dates of a place are said by its clocks.
        let of_the_place = days > 1 || is_weekly;
        let shown = if of_the_place { &there } else { &own };
        let dates = if is_weekly { source.appointments } else { &[] };
        let price = item.unit_minor.saturating_mul(item.quantity);
        Ok(Self {
            title: one_line(&item.title),
            staff: one_line(&source.host.display_name),
            when: format_days(span, days, shown),
            there: (differs && !of_the_place).then(|| format_days(span, days, &there)),
            is_weekly,
            dates: dates
                .iter()
                .take(MOST_DATES)
                .map(|date| short_date(date, &there))
                .collect::<Result<_, _>>()?,
            place: PlaceLines::new(item, source.room),
            meet_link: first
                .and_then(|first| first.meet_link.clone())
                .filter(|_| source.with_links),
            participants: if item.participants_sealed.is_some() {
                item.quantity
            } else {
                0
            },
            price: (price > 0).then(|| money(price, &order.currency)).transpose()?,
        })
    }
}

impl PlaceLines {
    fn new(item: &order_item::Model, room: Option<&room::Model>) -> Self {
        // A room with an address of its own says where it is.
        let in_room = item.location_kind == "in_person" && room.is_some_and(|room| !room.address.trim().is_empty());
        // Where we come to the customer, the place is theirs: they know it, and nobody else is told.
        let told = !in_room && item.location_kind != crate::calendars::event_facts::AT_CUSTOMER;
        let detail = Some(item.location_detail.trim()).filter(|detail| !detail.is_empty() && told);
        let room = room.map(|room| match room.address.trim() {
            "" => one_line(&room.name),
            address => one_line(&format!("{}, {address}", room.name)),
        });
        Self {
            kind: item.location_kind.clone(),
            lines: detail
                .map(|detail| detail.lines().map(str::to_owned).collect())
                .unwrap_or_default(),
            detail: detail.map(str::to_owned),
            room,
        }
    }
}

fn short_date(appointment: &appointment::Model, zone: &TimeZone) -> Result<String, Unexpected> {
    let span = Span::new(appointment.starts_at.into(), appointment.ends_at.into())
        .map_err(|error| Unexpected::Inconsistent(format!("appointment {}: {error}", appointment.id)))?;
    Ok(format_when_short(span, zone))
}

/// An amount in words.
///
/// # Errors
/// There is no such currency.
pub(super) fn money(minor: i64, currency: &str) -> Result<String, Unexpected> {
    let currency = Currency::parse(currency)
        .map_err(|_| Unexpected::Inconsistent(format!("an amount is in the currency {currency:?}")))?;
    Ok(Money { minor, currency }.to_string())
}

/// The zone of this name.
pub(super) fn zone(name: &str) -> Result<TimeZone, Unexpected> {
    TimeZone::get(name).map_err(|_| Unexpected::Inconsistent(format!("an order is in the time zone {name:?}")))
}
