//! Signing in.

use http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use timetap_usecases::accounts::resolve_session::resolve_session;
use timetap_usecases::accounts::sign_in::{SignInError, SignInForm, sign_in as check_sign_in};
use timetap_usecases::carts::{CartOwner, merge_carts};

use super::{browser, see_signed_in, slow_down};
use crate::actions::{ActionFuture, Reply, Submission};
use crate::page::cart_cookie::cart_cookies;
use crate::page::local_path::local_path;

/// `POST /sign-in`.
pub fn sign_in(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let form = SignInForm {
            email: s.form.text("email").to_owned(),
            password: s.form.text("password").into(),
        };
        let replaced = s.viewer.as_ref().map(|viewer| (viewer.user_id, viewer.session_id));
        match check_sign_in(&s.app, form, &browser(&s), replaced).await {
            Ok(new) => {
                let home = if new.is_host { "/host" } else { "/account" };
                let to = local_path(s.form.text("next")).unwrap_or(home);
                let mut reply = see_signed_in(&s, &new.token, to);
                bring_cart(&s, &new.token, &mut reply).await;
                Ok(reply)
            }
            Err(SignInError::Invalid(errors)) => Ok(s.invalid("", errors)),
            Err(error @ SignInError::TooMany(_)) => Ok(slow_down(s, "", error.to_string())),
            Err(error @ (SignInError::Wrong | SignInError::Disabled)) => {
                Ok(s.refused(StatusCode::UNPROCESSABLE_ENTITY, "", error.to_string()))
            }
            Err(SignInError::Unexpected(error)) => Err(error),
        }
    })
}

/// Brings what was put together before signing in into the account's cart. Nobody is kept out because that did not work: the
/// cart shows both until the next change brings them together.
async fn bring_cart(s: &Submission, token: &SecretString, reply: &mut Reply) {
    if s.cart_token.is_none() {
        return;
    }
    let user_id = match resolve_session(&s.app, token.expose_secret()).await {
        Ok(signed_in) => signed_in.map(|signed_in| signed_in.user_id),
        Err(error) => {
            tracing::warn!(%error, "a cart was not brought along: whose it is cannot be said");
            return;
        }
    };
    let owner = CartOwner {
        token: s.cart_token.clone(),
        user_id,
    };
    match (merge_carts(&s.app, &owner).await, reply) {
        (Ok(cookie), Reply::SeeOther { cookies, .. }) => cookies.extend(cart_cookies(&s.app.settings, &cookie)),
        (Ok(_), _) => {}
        (Err(error), _) => tracing::warn!(%error, "a cart was not brought along"),
    }
}
