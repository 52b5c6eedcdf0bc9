//! What is sold and to whom: customers, products, prices, coupons, promotion codes.

pub(crate) mod coupons;
pub(crate) mod customers;
pub(crate) mod list;
pub(crate) mod metadata;
pub(crate) mod prices;
pub(crate) mod products;
pub(crate) mod promotion_codes;
