//! Orders what is in the cart.

use http::StatusCode;
use std::collections::BTreeMap;
use timetap_usecases::carts::{CheckOutError, CheckoutForm, ParticipantForm, check_out as order};
use timetap_usecases::{FieldErrors, Unexpected};
use uuid::Uuid;

use super::change_cart::{choice_of, put_instead};
use super::pay::go_to_payment;
use crate::actions::{ActionFuture, Reply, Submission};
use crate::page::cart_cookie::cart_cookies;

/// `POST /checkout`: order, or take another time for a thing, or order without it. Whatever comes of it, nothing that was
/// typed is lost.
pub fn check_out(s: Submission) -> ActionFuture {
    Box::pin(async move {
        if let Some(item) = s.form.get("take_out") {
            if let Ok(item) = item.parse() {
                timetap_usecases::carts::remove_from_cart(&s.app, &s.cart_owner(), item).await?;
            }
            return Ok(s.again(StatusCode::OK, "", FieldErrors::new(), None));
        }
        if let Some(taken) = s.form.get("take").map(str::to_owned) {
            return take(s, &taken).await;
        }
        let form = read(&s);
        match order(&s.app, &form, &s.cart_owner(), &s.client.ip).await {
            Ok((placed, cookie)) => {
                let cookies = cart_cookies(&s.app.settings, &cookie);
                go_to_payment(&s, placed.order_id, &placed.capability, cookies).await
            }
            Err(CheckOutError::Empty) => Ok(Reply::see("/cart")),
            Err(CheckOutError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(CheckOutError::Conflicts(conflicts)) => {
                let mut errors = FieldErrors::new();
                for conflict in conflicts {
                    errors.add(&format!("line-{}", conflict.item), conflict.message);
                }
                Ok(s.again(StatusCode::CONFLICT, "", errors, None))
            }
            Err(CheckOutError::Refused(refused)) => {
                let mut errors = FieldErrors::new();
                for (item, message) in refused {
                    errors.add(&format!("line-{item}"), message);
                }
                Ok(s.again(StatusCode::CONFLICT, "", errors, None))
            }
            Err(error @ CheckOutError::TooMany(_)) => {
                Ok(s.refused(StatusCode::TOO_MANY_REQUESTS, "", error.to_string()))
            }
            Err(CheckOutError::Unexpected(error)) => Err(error),
        }
    })
}

/// `{item}:at:{start}` and the like, of a button beside what is gone.
async fn take(s: Submission, taken: &str) -> Result<Reply, Unexpected> {
    let found = taken
        .split_once(':')
        .and_then(|(item, choice)| Some((item.parse::<Uuid>().ok()?, choice_of(choice)?)));
    let message = match found {
        Some((item, choice)) => put_instead(&s, item, choice).await?,
        None => None,
    };
    Ok(s.again(StatusCode::OK, "", FieldErrors::new(), message))
}

fn read(s: &Submission) -> CheckoutForm {
    let text = |name: &str| s.form.text(name).to_owned();
    CheckoutForm {
        name: text("name"),
        email: text("email"),
        phone: text("phone"),
        address: text("address"),
        notes: text("notes"),
        time_zone: text("time_zone"),
        idempotency_key: text("idempotency_key"),
        participants: read_participants(s),
    }
}

/// Fields `p-{item}-{number}-{part}`.
fn read_participants(s: &Submission) -> BTreeMap<Uuid, Vec<ParticipantForm>> {
    /// More than any thing has places.
    const MOST: usize = 50;
    let mut found: BTreeMap<Uuid, Vec<ParticipantForm>> = BTreeMap::new();
    for (name, value) in s.form.iter() {
        // An id has hyphens too, and always 36 characters.
        let Some((item, rest)) = name.strip_prefix("p-").and_then(|rest| rest.split_at_checked(36)) else {
            continue;
        };
        let parts = rest.strip_prefix('-').and_then(|rest| rest.split_once('-'));
        let (Ok(item), Some((number, part))) = (item.parse::<Uuid>(), parts) else {
            continue;
        };
        let Some(index) = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)) else {
            continue;
        };
        if index >= MOST {
            continue;
        }
        let people = found.entry(item).or_default();
        if people.len() <= index {
            people.resize_with(index + 1, ParticipantForm::default);
        }
        let Some(person) = people.get_mut(index) else { continue };
        let field = match part {
            "name" => &mut person.name,
            "age" => &mut person.age,
            "born" => &mut person.born,
            "allergies" => &mut person.allergies,
            "notes" => &mut person.notes,
            _ => continue,
        };
        value.clone_into(field);
    }
    found
}
