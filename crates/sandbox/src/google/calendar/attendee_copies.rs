//! Guests who have a sandbox account see the event in their own calendar: a copy that follows the organizer's.

use jiff::Timestamp;
use serde_json::Value;
use timetap_core::entropy::Entropy;

use super::{event::Event, notify};
use crate::world::World;

/// Brings the copies in line after a change of the event; a guest's own change travels back as the guest's answer.
pub(super) fn spread(world: &mut World, now: Timestamp, entropy: &Entropy, calendar_id: &str, event_id: &str) {
    let Some(event) = world
        .calendars
        .get(calendar_id)
        .and_then(|calendar| calendar.event(event_id).ok())
        .cloned()
    else {
        return;
    };
    if event.is_copy {
        answer_organizer(world, now, entropy, calendar_id, &event);
        return;
    }
    let guests: Vec<_> = event.attendee_emails().filter(|guest| guest != calendar_id).collect();
    let holders: Vec<String> = world
        .calendars
        .values()
        .filter(|calendar| calendar.primary && calendar.id != event.organizer)
        .filter(|calendar| {
            guests.contains(&calendar.id)
                || calendar
                    .events
                    .get(&event.id)
                    .is_some_and(|copies| copies.iter().any(|copy| copy.is_copy))
        })
        .map(|calendar| calendar.id.clone())
        .collect();
    for holder in holders {
        let version = world.next_change();
        let Some(calendar) = world.calendars.get_mut(&holder) else {
            continue;
        };
        let copies = calendar.events.entry(event.id.clone()).or_default();
        let old = copies.iter().position(|copy| copy.is_copy);
        let invited = guests.contains(&holder) && !event.is_cancelled();
        match old {
            None if !invited => continue,
            Some(index) if !invited && copies[index].is_cancelled() => continue,
            // A guest who removed the event has declined, and is left alone.
            Some(index) if copies[index].is_cancelled() && event.response_of(&holder) == Some("declined") => continue,
            _ => {}
        }
        let mut copy = copy_of(&event, old.map(|index| &copies[index]), version);
        if !invited {
            "cancelled".clone_into(&mut copy.status);
        }
        match old {
            Some(index) => copies[index] = copy,
            None => copies.push(copy),
        }
        notify::announce(world, entropy, &holder);
    }
}

/// The organizer's event as a guest has it, keeping what is the guest's own.
fn copy_of(event: &Event, old: Option<&Event>, version: u64) -> Event {
    let mut copy = Event {
        version,
        is_copy: true,
        by_hand: event.by_hand,
        ..event.clone()
    };
    if let Some(properties) = copy.fields.get_mut("extendedProperties").and_then(Value::as_object_mut) {
        properties.remove("private");
        if let Some(own) = old.and_then(|old| old.fields.get("extendedProperties")?.get("private")) {
            properties.insert("private".to_owned(), own.clone());
        }
    }
    for name in ["reminders", "colorId", "transparency"] {
        copy.fields.remove(name);
        if let Some(own) = old.and_then(|old| old.fields.get(name)) {
            copy.fields.insert(name.to_owned(), own.clone());
        }
    }
    copy
}

/// Writes the guest's answer, or the refusal that a deletion means, into the organizer's event.
fn answer_organizer(world: &mut World, now: Timestamp, entropy: &Entropy, guest: &str, copy: &Event) {
    let response = if copy.is_cancelled() {
        "declined"
    } else {
        copy.response_of(guest).unwrap_or("needsAction")
    };
    let version = world.next_change();
    let Some(original) = world
        .calendars
        .values_mut()
        .filter(|calendar| calendar.account == copy.organizer)
        .find_map(|calendar| calendar.event_mut(&copy.id).ok().filter(|event| !event.is_copy))
    else {
        return;
    };
    if original.is_cancelled() || original.response_of(guest).is_none_or(|known| known == response) {
        return;
    }
    let guests = original.fields.get_mut("attendees").and_then(Value::as_array_mut);
    for attendee in guests.into_iter().flatten() {
        if attendee
            .get("email")
            .and_then(Value::as_str)
            .is_some_and(|email| email.eq_ignore_ascii_case(guest))
        {
            attendee["responseStatus"] = Value::from(response);
        }
    }
    original.version = version;
    original.updated = now;
    let organizer = copy.organizer.clone();
    let holding = world
        .calendars
        .values()
        .filter(|calendar| calendar.account == organizer);
    let holding: Vec<_> = holding
        .filter(|calendar| calendar.events.contains_key(&copy.id))
        .map(|calendar| calendar.id.clone())
        .collect();
    for calendar in holding {
        notify::announce(world, entropy, &calendar);
    }
}
