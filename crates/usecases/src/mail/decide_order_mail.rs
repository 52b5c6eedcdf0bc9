//! Decides, in one transaction, whether a mail about an order is still needed, and what it carries.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait};
use timetap_core::event_text::{EventRole, role_description, role_title};
use timetap_core::ical::{IcsEvent, IcsMethod, render_all};
use timetap_core::orders::OrderStatus;
use timetap_core::times::format_date_long;
use timetap_providers::mail::{CalendarPart, Party};
use timetap_store::accounts::list_admins::list_admins;
use timetap_store::entities::{
    appointment, host, message, order, order_item, payment, refund, room, subscription, user,
};
use timetap_store::hosts::find_host::find_host;
use timetap_store::hosts::find_service::find_service_row;
use timetap_store::messages::begin_sending::Carried;
use timetap_store::orders::find_dated::find_occurrence;
use timetap_store::orders::find_order::find_order_to_change;
use timetap_store::orders::list_appointments::list_appointments;
use timetap_store::orders::list_items::list_items;
use timetap_store::orders::list_refunds::list_refunds;
use uuid::Uuid;

use super::account_facts::Site;
use super::booking_facts::Audience;
use super::calendar_part::{GoogleEntry, entry_uid};
use super::order_facts::{CustomerLine, ItemLines, ItemSource, OrderLines, OrderMailFacts, money, zone};
use super::owe_order_mails::OrderEvent;
use super::read_payload::read_payload;
use super::render_mail::one_line;
use crate::calendars::event_facts::{EventFacts, daily_of};
use crate::orders::open_capability;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What is to be done about a mail.
pub(super) enum OrderDecision {
    /// Nobody needs it any more: why, as a stable word and in a sentence.
    Skip(&'static str, &'static str),
    /// It goes out.
    Send(Box<OrderContent>),
}

/// A mail about an order, before it is put into words.
pub(super) struct OrderContent {
    pub(super) facts: OrderMailFacts,
    pub(super) carried_link: Option<bool>,
    pub(super) part: Option<CalendarPart>,
    /// Who reads it, where it says so.
    pub(super) name: Option<String>,
    pub(super) reply_to: Option<Party>,
}

impl OrderContent {
    pub(super) fn carried(&self) -> Carried<'_> {
        Carried {
            link: self.carried_link,
            // Each event has its own name.
            calendar: self.part.as_ref().map(|part| (part.method, "")),
        }
    }
}

/// Everything about one order.
struct Scene {
    order: order::Model,
    items: Vec<order_item::Model>,
    appointments: Vec<appointment::Model>,
    refunds: Vec<refund::Model>,
    hosts: BTreeMap<Uuid, host::Model>,
    /// The name in the address of the shop that offers what was ordered first, as long as it does.
    shop: Option<String>,
    rooms: BTreeMap<Uuid, room::Model>,
}

/// Decides about `mail`, on the open transaction `on`.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub(super) async fn decide_order_mail(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    mail: &message::Model,
    order_id: Uuid,
) -> Result<OrderDecision, Unexpected> {
    let event: OrderEvent = read_payload(app, mail)?;
    let scene = Scene::load(on, order_id).await?;
    let status: OrderStatus = scene.order.status.parse().map_err(|_| scene.broken("its status"))?;
    if matches!(event, OrderEvent::Expired | OrderEvent::PaymentFailed) && status.was_paid() {
        return Ok(OrderDecision::Skip(
            "paid_meanwhile",
            "The order was paid before this mail went out.",
        ));
    }
    // An attempt of which nobody knows whether it succeeded is repeated as it was.
    let repeated = Some(mail).filter(|mail| mail.state == "sending");
    let linked = scene
        .scheduled()
        .all(|row| row.location_kind != "google_meet" || row.meet_link.is_some());
    let with_links = repeated.and_then(|mail| mail.carried_link).unwrap_or(linked);
    let mut facts = scene.facts(app)?;
    let (mut part, mut carried_link) = (None, None);
    match &event {
        OrderEvent::Confirmed => {
            facts.items = scene.lines(|item| item.status == "booked", true)?;
            facts.lost = scene.lines(|item| item.status == "lost", true)?;
            let (file, is_own) = scene.file(on, app, &facts.order.url).await?;
            (facts.has_file, facts.is_own) = (file.is_some(), is_own);
            (part, carried_link) = (file, Some(with_links));
        }
        OrderEvent::Expired | OrderEvent::PaymentFailed => {
            facts.items = scene.lines(|_| true, false)?;
            scene.say_called_off(on, &mut facts, |_| true).await?;
        }
        OrderEvent::Lost { item_ids } => {
            facts.items = scene.lines(|item| item_ids.contains(&item.id), false)?;
            scene
                .say_called_off(on, &mut facts, |item| item_ids.contains(&item.id))
                .await?;
            let of_all = |row: &&refund::Model| row.order_item_id.is_none() && row.reason == "lost";
            if let Some(row) = scene.refunds.iter().find(of_all) {
                // Another amount or currency was paid than was asked for: all of it goes back, as it came.
                facts.amount = Some(money(row.amount_minor, &row.currency)?);
                facts.reason = Some("mismatch".to_owned());
            } else {
                let of_these = |row: &&refund::Model| row.order_item_id.is_some_and(|id| item_ids.contains(&id));
                let minor: i64 = scene.refunds.iter().filter(of_these).map(|row| row.amount_minor).sum();
                facts.amount = (minor > 0).then(|| money(minor, &scene.order.currency)).transpose()?;
            }
        }
        OrderEvent::Refunded { refund_id } | OrderEvent::RefundFailed { refund_id } => {
            let row = scene.refunds.iter().find(|row| row.id == *refund_id);
            let row = row.ok_or_else(|| scene.broken("its refund is gone"))?;
            let failed = matches!(event, OrderEvent::RefundFailed { .. });
            if failed && row.status != "failed" {
                return Ok(OrderDecision::Skip(
                    "given_back_meanwhile",
                    "The money went back before this mail went out.",
                ));
            }
            if !failed && row.reason == "lost" {
                return Ok(OrderDecision::Skip(
                    "told_already",
                    "The mail about what was lost says so.",
                ));
            }
            facts.items = scene.lines(|item| row.order_item_id == Some(item.id), false)?;
            facts.amount = Some(money(row.amount_minor, &row.currency)?);
            facts.reason = Some(row.reason.clone());
        }
        OrderEvent::SubscriptionRenewed { payment_id } | OrderEvent::SubscriptionFailed { payment_id } => {
            let row = payment::Entity::find_by_id(*payment_id).one(on).await?;
            let row = row.ok_or_else(|| scene.broken("its payment is gone"))?;
            if matches!(event, OrderEvent::SubscriptionFailed { .. }) && row.status == "succeeded" {
                return Ok(OrderDecision::Skip(
                    "paid_meanwhile",
                    "The payment went through before this mail went out.",
                ));
            }
            facts.items = scene.upcoming(app.clock.now())?;
            facts.amount = Some(money(row.amount_minor, &row.currency)?);
            facts.paid_until = row.period_end.map(|at| scene.day(at.timestamp())).transpose()?;
        }
        OrderEvent::SubscriptionEnded { subscription_id } => {
            let row = subscription::Entity::find_by_id(*subscription_id).one(on).await?;
            let row = row.ok_or_else(|| scene.broken("its subscription is gone"))?;
            facts.items = scene.lines(|item| item.id == row.order_item_id, false)?;
            let until = row.paid_until.filter(|at| at.timestamp() > app.clock.now());
            facts.paid_until = until.map(|at| scene.day(at.timestamp())).transpose()?;
        }
    }
    let (name, reply_to) = if mail.audience == "customer" {
        let reply_to = match event {
            OrderEvent::RefundFailed { .. } => who_gives_back(on).await?,
            _ => scene.reply_to(on).await?,
        };
        (Some(scene.order.customer_name.clone()), reply_to)
    } else {
        // Whoever is signed in and may see it finds it there; the customer's link stays the customer's.
        facts.order.url = app.settings.link(&format!("/orders/{order_id}"));
        (None, Some((None, scene.order.customer_email.clone())))
    };
    Ok(OrderDecision::Send(Box::new(OrderContent {
        facts,
        carried_link,
        part,
        name,
        reply_to,
    })))
}

impl Scene {
    async fn load(on: &impl ConnectionTrait, order_id: Uuid) -> Result<Self, Unexpected> {
        let order = find_order_to_change(on, order_id).await?;
        let order = order.ok_or_else(|| Unexpected::Inconsistent(format!("order {order_id} is gone")))?;
        let items = list_items(on, order_id).await?;
        let (mut hosts, mut rooms) = (BTreeMap::new(), BTreeMap::new());
        for item in &items {
            if !hosts.contains_key(&item.staff_id)
                && let Some(found) = host::Entity::find_by_id(item.staff_id).one(on).await?
            {
                hosts.insert(item.staff_id, found);
            }
            if let Some(id) = item.room_id.filter(|id| !rooms.contains_key(id))
                && let Some(found) = room::Entity::find_by_id(id).one(on).await?
            {
                rooms.insert(id, found);
            }
        }
        Ok(Self {
            shop: find_shop(on, &items).await?,
            appointments: list_appointments(on, order_id).await?,
            refunds: list_refunds(on, order_id).await?,
            order,
            items,
            hosts,
            rooms,
        })
    }

    fn broken(&self, what: &str) -> Unexpected {
        Unexpected::Inconsistent(format!("order {}: {what}", self.order.id))
    }

    fn scheduled(&self) -> impl Iterator<Item = &appointment::Model> {
        self.appointments.iter().filter(|row| row.status == "scheduled")
    }

    /// The facts that every mail has.
    fn facts(&self, app: &TimeTap) -> Result<OrderMailFacts, Unexpected> {
        let order = &self.order;
        let token = open_capability(app, order)?;
        let amount = |minor: i64| money(minor, &order.currency);
        Ok(OrderMailFacts {
            site: Site::of(app),
            customer: CustomerLine {
                email: order.customer_email.clone(),
            },
            order: OrderLines {
                number: order.number.clone(),
                url: app.settings.link(&format!("/orders/{}?token={token}", order.id)),
                total: amount(order.total_minor)?,
                discount: (order.discount_minor > 0)
                    .then(|| amount(order.discount_minor))
                    .transpose()?,
                paid: amount(order.paid_minor)?,
                is_free: order.mode == "free",
                is_subscription: order.mode == "subscription",
            },
            items: Vec::new(),
            lost: Vec::new(),
            called_off: Vec::new(),
            message: Vec::new(),
            amount: None,
            reason: None,
            paid_until: None,
            has_file: false,
            is_own: false,
            shop_url: app
                .settings
                .link(&format!("/{}", self.shop.as_deref().unwrap_or_default())),
        })
    }

    /// The items that `wanted` picks.
    fn lines(
        &self,
        wanted: impl Fn(&order_item::Model) -> bool,
        with_links: bool,
    ) -> Result<Vec<ItemLines>, Unexpected> {
        let picked = self.items.iter().filter(|item| wanted(item));
        picked.map(|item| self.line(item, Timestamp::MIN, with_links)).collect()
    }

    /// What of the items that `wanted` picks was called off, and why.
    async fn say_called_off(
        &self,
        on: &impl ConnectionTrait,
        facts: &mut OrderMailFacts,
        wanted: impl Fn(&order_item::Model) -> bool,
    ) -> Result<(), Unexpected> {
        for item in self.items.iter().filter(|item| wanted(item)) {
            let date = match item.occurrence_id {
                Some(id) => find_occurrence(on, id).await?,
                None => None,
            };
            let Some(date) = date.filter(|date| date.status == "cancelled") else {
                continue;
            };
            facts.called_off.push(self.line(item, Timestamp::MIN, false)?);
            if facts.message.is_empty() {
                let words = date.cancel_message.as_deref().unwrap_or_default();
                facts.message = words.lines().map(str::to_owned).collect();
            }
        }
        Ok(())
    }

    /// The weekly times, with what is to come of them.
    fn upcoming(&self, now: Timestamp) -> Result<Vec<ItemLines>, Unexpected> {
        let weekly = self.items.iter().filter(|item| item.kind == "subscription");
        weekly.map(|item| self.line(item, now, true)).collect()
    }

    fn line(&self, item: &order_item::Model, from: Timestamp, with_links: bool) -> Result<ItemLines, Unexpected> {
        let host = self.hosts.get(&item.staff_id);
        let became: Vec<&appointment::Model> = self
            .scheduled()
            .filter(|row| row.order_item_id == Some(item.id) && row.ends_at.timestamp() > from)
            .collect();
        ItemLines::new(&ItemSource {
            order: &self.order,
            item,
            host: host.ok_or_else(|| self.broken("nobody serves it"))?,
            room: item.room_id.and_then(|id| self.rooms.get(&id)),
            appointments: &became,
            with_links,
        })
    }

    /// The day in the customer's zone.
    fn day(&self, at: Timestamp) -> Result<String, Unexpected> {
        Ok(format_date_long(at, &zone(&self.order.customer_time_zone)?))
    }

    /// One file with everything that is booked, and whether the customer's own calendar gets it too.
    async fn file(
        &self,
        on: &impl ConnectionTrait,
        app: &TimeTap,
        url: &str,
    ) -> Result<(Option<CalendarPart>, bool), Unexpected> {
        let mut events = Vec::new();
        let mut is_own = false;
        for row in self.scheduled() {
            let google = GoogleEntry::find(on, app, row, Audience::Customer).await?;
            is_own |= google.is_own;
            let facts = EventFacts::load(on, app, row).await?;
            let text = facts.text(row, url);
            let text = timetap_core::event_text::RoleText {
                // As in the mail itself: no words of whoever ordered.
                notes: None,
                address: None,
                ..text
            };
            events.push(IcsEvent {
                uid: entry_uid(app, row.id, google.write.as_ref().filter(|_| google.is_google)),
                sequence: u32::try_from(row.sequence).unwrap_or(u32::MAX),
                method: IcsMethod::Publish,
                starts: row.starts_at.into(),
                ends: row.ends_at.into(),
                daily: daily_of(row)?,
                summary: role_title(EventRole::Customer, &text),
                description: role_description(EventRole::Customer, &text),
                location: text.location(),
                url: Some(url.to_owned()),
                organizer: Some((one_line(&facts.staff_name), app.settings.mail_from.address.clone())),
                attendee: None,
                stamp: row.updated_at.into(),
            });
        }
        let part = (!events.is_empty()).then(|| CalendarPart {
            ics: render_all(&events),
            method: IcsMethod::Publish.as_str(),
        });
        Ok((part, is_own))
    }

    /// An answer reaches who serves, where that is one person.
    async fn reply_to(&self, on: &impl ConnectionTrait) -> Result<Option<Party>, Unexpected> {
        let mut hosts = self.hosts.values();
        let (Some(one), None) = (hosts.next(), hosts.next()) else {
            return Ok(None);
        };
        let account = user::Entity::find_by_id(one.user_id).one(on).await?;
        Ok(account.map(|account| (Some(one.display_name.clone()), account.email)))
    }
}

/// Who runs the installation, and with it what Stripe is asked: an answer about money that did not arrive is for them.
async fn who_gives_back(on: &impl ConnectionTrait) -> Result<Option<Party>, Unexpected> {
    let first = list_admins(on).await?.into_iter().next();
    Ok(first.map(|admin| (Some(admin.name), admin.email)))
}

/// The name in the address of whose page offers the first of the items.
async fn find_shop(on: &impl ConnectionTrait, items: &[order_item::Model]) -> Result<Option<String>, Unexpected> {
    let Some(first) = items.first() else {
        return Ok(None);
    };
    let Some(service) = find_service_row(on, first.service_id).await? else {
        return Ok(None);
    };
    Ok(find_host(on, service.host_id).await?.map(|host| host.slug))
}
