//! Carts: things put together before they are ordered. Nothing is held by being in a cart; the checkout claims all of it
//! at once ([`crate::orders::place_order`]).

mod cart_conflicts;
mod cart_owner;
mod change_cart;
mod check_out;
mod checkout_form;
mod merge_carts;
mod participants;
mod put_in_cart;
mod view_cart;
mod ware;

pub use cart_owner::{CartCookie, CartOwner, count_in_cart};
pub use change_cart::{change_quantity, remove_from_cart};
pub use check_out::{CheckOutError, check_out};
pub use checkout_form::{CheckoutForm, ParticipantForm};
pub use merge_carts::merge_carts;
pub use put_in_cart::{MAX_SEATS, Pick, PutError, PutIn, put_in_cart};
pub use view_cart::{CartLine, CartView, Instead, LineProblem, view_cart};
pub(crate) use ware::currency_of;
pub use ware::{Ware, price_label};
