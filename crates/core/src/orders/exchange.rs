//! Whether something that is booked may become another service: only one that changes nothing about its time, its money, or
//! where it takes place.

use super::service_kind::ServiceKind;
use crate::location::LocationKind;

/// What matters of a service for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms<'a> {
    /// What kind of thing.
    pub kind: ServiceKind,
    /// What one of it costs, in minor units.
    pub price_minor: i64,
    /// Of which currency.
    pub currency: &'a str,
    /// How long it lasts, in minutes.
    pub minutes: i64,
    /// How people meet.
    pub location: LocationKind,
}

/// Why something that is booked cannot become another service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// What is booked goes by dates that stand for everybody.
    Dated,
    /// It is another kind of thing.
    Kind,
    /// It costs something else.
    Price,
    /// It lasts longer or shorter.
    Length,
    /// It takes place in another way.
    Place,
}

impl Mismatch {
    /// The sentence for whoever wants it.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Dated => {
                "What takes place on dates of its own is the same for everybody who booked it. Change the date, or cancel this booking."
            }
            Self::Kind => {
                "This is another kind of service. Please choose one of the same kind, or cancel this booking."
            }
            Self::Price => {
                "This service has another price, and the booking is paid as it is. Please choose one that costs the same."
            }
            Self::Length => "This service takes longer or shorter. Please choose one of the same length.",
            Self::Place => "This service takes place in another way. Please choose one with the same kind of place.",
        }
    }
}

/// Whether what was booked on the terms `is` may become a service of the terms `wanted`.
///
/// # Errors
/// The first reason why not.
pub fn check_exchange(is: Terms<'_>, wanted: Terms<'_>) -> Result<(), Mismatch> {
    if !is.kind.takes_a_time() {
        return Err(Mismatch::Dated);
    }
    if is.kind != wanted.kind {
        return Err(Mismatch::Kind);
    }
    // Nothing has no currency.
    let costs = is.price_minor != 0 || wanted.price_minor != 0;
    if costs && (is.price_minor, is.currency) != (wanted.price_minor, wanted.currency) {
        return Err(Mismatch::Price);
    }
    if is.minutes != wanted.minutes {
        return Err(Mismatch::Length);
    }
    if is.location != wanted.location {
        return Err(Mismatch::Place);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LESSON: Terms<'static> = Terms {
        kind: ServiceKind::Session,
        price_minor: 4_000,
        currency: "EUR",
        minutes: 60,
        location: LocationKind::GoogleMeet,
    };

    #[test]
    fn only_what_changes_nothing_else_will_do() {
        assert_eq!(check_exchange(LESSON, LESSON), Ok(()));
        let others = [
            (
                Mismatch::Kind,
                Terms {
                    kind: ServiceKind::Party,
                    ..LESSON
                },
            ),
            (
                Mismatch::Price,
                Terms {
                    price_minor: 4_001,
                    ..LESSON
                },
            ),
            (
                Mismatch::Price,
                Terms {
                    price_minor: 0,
                    ..LESSON
                },
            ),
            (
                Mismatch::Price,
                Terms {
                    currency: "CHF",
                    ..LESSON
                },
            ),
            (Mismatch::Length, Terms { minutes: 45, ..LESSON }),
            (
                Mismatch::Place,
                Terms {
                    location: LocationKind::Phone,
                    ..LESSON
                },
            ),
        ];
        for (why, other) in others {
            assert_eq!(check_exchange(LESSON, other), Err(why), "{other:?}");
            assert_eq!(check_exchange(other, LESSON), Err(why), "{other:?}");
            assert!(why.message().contains("lease"));
        }
    }

    #[test]
    fn what_is_free_is_free_in_every_currency_and_what_is_dated_stays() {
        let free = Terms {
            price_minor: 0,
            ..LESSON
        };
        assert_eq!(
            check_exchange(
                free,
                Terms {
                    currency: "CHF",
                    ..free
                }
            ),
            Ok(())
        );
        for kind in [ServiceKind::Camp, ServiceKind::Subscription] {
            let dated = Terms { kind, ..LESSON };
            assert_eq!(check_exchange(dated, dated), Err(Mismatch::Dated));
        }
    }
}
