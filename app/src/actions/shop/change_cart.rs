//! Changes what is in the cart.

use http::StatusCode;
use jiff::Timestamp;
use timetap_usecases::Unexpected;
use timetap_usecases::carts::{CartCookie, Pick, PutError, change_quantity, put_in_cart, remove_from_cart, view_cart};
use timetap_usecases::orders::Choice;
use uuid::Uuid;

use crate::actions::{ActionFuture, Reply, Submission};
use crate::page::cart_cookie::cart_cookies;

/// `POST /cart`: the button says what is to be done with which thing.
pub fn change_cart(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let Ok(item) = s.form.text("item").parse::<Uuid>() else {
            return Ok(Reply::see("/cart"));
        };
        let owner = s.cart_owner();
        if s.form.get("remove").is_some() {
            let cookie = remove_from_cart(&s.app, &owner, item).await?;
            return Ok(see_cart(&s, "removed", &cookie));
        }
        if let Some(choice) = choice_of(s.form.text("instead")) {
            return Ok(match put_instead(&s, item, choice).await? {
                None => Reply::see("/cart?done=changed"),
                Some(message) => s.refused(StatusCode::CONFLICT, "", message),
            });
        }
        let quantity = s.form.text("quantity").parse().unwrap_or_default();
        let cookie = change_quantity(&s.app, &owner, item, quantity).await?;
        Ok(see_cart(&s, "changed", &cookie))
    })
}

fn see_cart(s: &Submission, done: &str, cookie: &CartCookie) -> Reply {
    Reply::SeeOther {
        to: format!("/cart?done={done}"),
        cookies: cart_cookies(&s.app.settings, cookie),
    }
}

/// Another time or date, as the buttons beside what is gone name it.
pub(super) fn choice_of(text: &str) -> Option<Choice> {
    let (kind, what) = text.split_once(':')?;
    match kind {
        "at" => Timestamp::from_millisecond(what.parse().ok()?).ok().map(Choice::At),
        "camp" => what.parse().ok().map(Choice::Occurrence),
        "weekly" => what.parse().ok().map(Choice::Template),
        _ => None,
    }
}

/// Takes `choice` in the place of what the cart has as `item`, with as many seats. What is to be said where that did not
/// work.
pub(super) async fn put_instead(s: &Submission, item: Uuid, choice: Choice) -> Result<Option<String>, Unexpected> {
    let owner = s.cart_owner();
    let cart = view_cart(&s.app, &owner, false).await?;
    let Some(line) = cart.lines.iter().find(|line| line.item.id == item) else {
        return Ok(None);
    };
    let pick = Pick {
        service_id: line.item.service_id,
        choice,
        quantity: line.item.quantity,
        instead_of: Some(item),
    };
    match put_in_cart(&s.app, &owner, &pick, &s.client.ip).await {
        // Who is signed in may keep a cookie that opens nothing any more; the next page with one forgets it.
        Ok(_) => Ok(None),
        Err(PutError::Unexpected(error)) => Err(error),
        Err(error) => Ok(Some(error.to_string())),
    }
}
