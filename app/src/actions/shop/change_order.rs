//! A customer pays an order, calls it off, or cancels a part of it.

use http::StatusCode;
use timetap_usecases::bookings::Actor;
use timetap_usecases::orders::{OrderReader, OrderSide, find_order_for, open_capability};
use timetap_usecases::payments::{CancelOrderError, cancel_item, cancel_order};
use timetap_usecases::{FieldErrors, Unexpected};
use uuid::Uuid;

use super::pay::go_to_payment;
use crate::actions::{ActionFuture, Reply, Submission};

/// The order of the address and its token, where the one who submits is its customer.
async fn own_order(s: &Submission) -> Result<Option<(Uuid, String)>, Unexpected> {
    let Ok(id) = s.param("id").parse::<Uuid>() else {
        return Ok(None);
    };
    let reader = OrderReader {
        capability: s.query.get("token"),
        account: s.viewer.as_ref().map(|viewer| (viewer.user_id, viewer.role)),
    };
    let found = find_order_for(s.app.db.reader(), id, &reader).await?;
    match found.filter(|found| found.side == OrderSide::Customer) {
        Some(found) => Ok(Some((id, open_capability(&s.app, &found.order)?))),
        None => Ok(None),
    }
}

/// `POST /orders/{id}`: the button says whether it is paid or called off.
pub fn pay_or_call_off(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let Some((id, token)) = own_order(&s).await? else {
            return Ok(Reply::NotFound);
        };
        if s.form.get("call_off").is_none() {
            return go_to_payment(&s, id, &token, Vec::new()).await;
        }
        match cancel_order(&s.app, id, &customer(&token)).await {
            // The page says what became of it, whatever that is.
            Ok(()) | Err(CancelOrderError::Paid | CancelOrderError::Over) => {
                Ok(Reply::see(format!("/orders/{id}?token={token}")))
            }
            Err(error) => answer(s, error),
        }
    })
}

/// `POST /orders/{id}/cancel?item=`.
pub fn cancel(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let Some((id, token)) = own_order(&s).await? else {
            return Ok(Reply::NotFound);
        };
        let Ok(item) = s.query.text("item").parse::<Uuid>() else {
            return Ok(Reply::NotFound);
        };
        let message = s.form.text("message").to_owned();
        match cancel_item(&s.app, id, item, &customer(&token), &message).await {
            Ok(()) => Ok(Reply::see(format!(
                "/orders/{id}?token={token}&done=cancelled&item={item}"
            ))),
            Err(error) => answer(s, error),
        }
    })
}

fn customer(token: &str) -> Actor<'_> {
    Actor::Customer {
        capability: Some(token),
        user_id: None,
    }
}

fn answer(s: Submission, error: CancelOrderError) -> Result<Reply, Unexpected> {
    match error {
        CancelOrderError::NotFound => Ok(Reply::NotFound),
        CancelOrderError::Invalid(errors) => Ok(s.invalid("", errors)),
        CancelOrderError::Unexpected(error) => Err(error),
        error => Ok(s.again(StatusCode::CONFLICT, "", FieldErrors::new(), Some(error.to_string()))),
    }
}
