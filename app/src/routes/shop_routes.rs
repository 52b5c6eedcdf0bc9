//! The cart, the checkout and orders.

use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::Route;
use leptos_router::{SsrMode, path};

use crate::pages::shop;

/// The group.
#[component(transparent)]
pub fn ShopRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/cart") view=shop::cart_page::CartPage ssr=SsrMode::Async/>
        <Route path=path!("/checkout") view=shop::checkout_page::CheckoutPage ssr=SsrMode::Async/>
        <Route path=path!("/checkout/processing") view=shop::processing_page::ProcessingPage ssr=SsrMode::Async/>
        <Route path=path!("/checkout/success") view=shop::processing_page::ProcessingPage ssr=SsrMode::Async/>
        <Route path=path!("/orders/:id") view=shop::order_page::OrderPage ssr=SsrMode::Async/>
        <Route path=path!("/orders/:id/cancel") view=shop::cancel_item_page::CancelItemPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
