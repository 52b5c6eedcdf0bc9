//! What is bought: dates to choose from, the cart, the checkout, and orders.

pub mod cancel_item_page;
pub mod cart_line;
pub mod cart_page;
pub mod checkout_page;
pub mod choose_date;
pub mod dated_words;
pub mod order_done;
pub mod order_item;
pub mod order_list;
pub mod order_page;
pub mod order_words;
pub mod participant_fields;
pub mod payment_pages;
pub mod processing_page;
