//! Signing up, signing in, and one's own account.

use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::Route;
use leptos_router::{SsrMode, path};

use crate::pages::account::calendars::AccountCalendarsPage;
use crate::pages::account::forgot_password::ForgotPasswordPage;
use crate::pages::account::own_account::AccountPage;
use crate::pages::account::reset_password::ResetPasswordPage;
use crate::pages::account::setup::SetupPage;
use crate::pages::account::sign_in::SignInPage;
use crate::pages::account::sign_out::SignOutPage;
use crate::pages::account::sign_up::SignUpPage;
use crate::pages::account::verify_email::VerifyEmailPage;

/// The group.
#[component(transparent)]
pub fn AccountRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/sign-up") view=SignUpPage ssr=SsrMode::Async/>
        <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
        <Route path=path!("/sign-out") view=SignOutPage ssr=SsrMode::Async/>
        <Route path=path!("/forgot-password") view=ForgotPasswordPage ssr=SsrMode::Async/>
        <Route path=path!("/reset-password") view=ResetPasswordPage ssr=SsrMode::Async/>
        <Route path=path!("/verify-email") view=VerifyEmailPage ssr=SsrMode::Async/>
        <Route path=path!("/setup") view=SetupPage ssr=SsrMode::Async/>
        <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async/>
        <Route path=path!("/account/calendars") view=AccountCalendarsPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
