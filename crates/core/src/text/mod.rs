//! Texts that people type, checked once at the door: a value of one of these types is known to be good.
//! Every refusal is a sentence that says what to do.

mod email_address;
mod field_error;
mod free_text;
mod newtype;
mod password;
mod person_name;
mod phone_number;
mod reserved;
mod slug;
mod unaccent;
mod zone_name;

pub use email_address::EmailAddress;
pub use field_error::FieldError;
pub use free_text::{parse_block, parse_line, parse_optional_block, parse_optional_line};
pub use password::{Password, normalise_password};
pub use person_name::PersonName;
pub use phone_number::PhoneNumber;
pub use reserved::{RESERVED, is_reserved};
pub use slug::Slug;
pub use unaccent::unaccent;
pub use zone_name::ZoneName;
