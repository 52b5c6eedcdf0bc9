//! How a page awaits its data, and what is shown instead when there is none to show.

use std::future::Future;

use http::StatusCode;
use leptos::prelude::*;
use timetap_store::StoreError;
use timetap_usecases::Unexpected;
use tracing::Instrument as _;

use super::send_to::send_to;
use crate::components::no_page::NoPage;
use crate::components::problem::ProblemPage;
use crate::page::cart_count::{cart_to_count, count_cart};

/// Why a page cannot be shown.
#[derive(Debug)]
pub enum PageError {
    /// There is nothing at this address, or nothing that this visitor may know of.
    NotFound,
    /// There is no booking that this visitor may open here; said of one that does not exist as of somebody else's.
    NoBooking,
    /// The visitor has to sign in first and comes back afterwards.
    SignIn,
    /// The visitor is known but may not.
    Forbidden,
    /// The visitor is better served at another address of ours.
    Redirect(String),
    /// The page is about a public page, and this manager or administrator has none.
    NoPage,
    /// Something broke.
    Unexpected(Unexpected),
}

impl From<Unexpected> for PageError {
    fn from(error: Unexpected) -> Self {
        Self::Unexpected(error)
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Awaits `load` and shows what it gives; sets the status and shows the fitting page when it fails.
pub fn load_page<V: IntoView + 'static>(
    load: impl Future<Output = Result<V, PageError>> + Send + 'static,
) -> impl IntoView {
    // The request's own path, so that signing in leads back here.
    let here = use_context::<http::request::Parts>()
        .and_then(|parts| parts.uri.path_and_query().map(ToString::to_string))
        .unwrap_or_else(|| "/".to_owned());
    let response = use_context::<leptos_axum::ResponseOptions>();
    // Given as it is and not from within a closure: the boundary would call a closure twice, and the work is done once.
    let cart = cart_to_count();
    let content = async move {
        if let Some(cart) = cart {
            count_cart(cart).await;
        }
        match load.await {
            Ok(view) => view.into_any(),
            Err(error) => show_error(error, &here, response.as_ref()),
        }
    };
    // Whoever polls it, now and then a task of Leptos's own: what it logs belongs to the request.
    let content = Suspend::new(content.in_current_span());
    view! { <Suspense>{content}</Suspense> }
}

fn show_error(error: PageError, here: &str, response: Option<&leptos_axum::ResponseOptions>) -> AnyView {
    let set = |status: StatusCode| {
        if let Some(response) = response {
            response.set_status(status);
        }
    };
    match error {
        PageError::NotFound => {
            set(StatusCode::NOT_FOUND);
            view! {
                <ProblemPage
                    title="There is nothing here"
                    text="The address may be mistyped, or what stood here is gone."
                />
            }
            .into_any()
        }
        PageError::NoBooking => {
            set(StatusCode::NOT_FOUND);
            view! {
                <ProblemPage
                    title="No booking opens here"
                    text="Please use the link in the confirmation e-mail, or sign in with the account you booked with and \
                          open this address again."
                />
            }
            .into_any()
        }
        PageError::Forbidden => {
            set(StatusCode::FORBIDDEN);
            view! {
                <ProblemPage
                    title="This is not yours to see"
                    text="Your account does not have access to this page. Ask an administrator if you think it should."
                />
            }
            .into_any()
        }
        PageError::SignIn => {
            let next = percent_encoding::utf8_percent_encode(here, percent_encoding::NON_ALPHANUMERIC);
            send_to(response, &format!("/sign-in?next={next}"));
            ().into_any()
        }
        PageError::Redirect(to) => {
            send_to(response, &to);
            ().into_any()
        }
        PageError::NoPage => view! { <NoPage/> }.into_any(),
        PageError::Unexpected(error) => {
            tracing::error!(page = here.split('?').next().unwrap_or_default(), %error, "page failed");
            set(StatusCode::INTERNAL_SERVER_ERROR);
            view! {
                <ProblemPage
                    title="That did not work"
                    text="Something broke on our side; nothing that you did. Please try again in a moment."
                />
            }
            .into_any()
        }
    }
}
