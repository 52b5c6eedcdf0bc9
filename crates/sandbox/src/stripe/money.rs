//! Amounts in minor units: the smallest charge of each currency, how an amount is written, what Stripe keeps of it.
//! Minimums and currencies without minor units: `docs.stripe.com/currencies`.

/// The smallest amount that can be charged, in minor units; Stripe names none for the other currencies.
const MINIMUMS: [(&str, i64); 24] = [
    ("usd", 50),
    ("aed", 200),
    ("aud", 50),
    ("bgn", 100),
    ("brl", 50),
    ("cad", 50),
    ("chf", 50),
    ("czk", 1500),
    ("dkk", 250),
    ("eur", 50),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17500),
    ("inr", 50),
    ("jpy", 50),
    ("mxn", 1000),
    ("myr", 200),
    ("nok", 300),
    ("nzd", 50),
    ("pln", 200),
    ("ron", 200),
    ("sek", 300),
    ("sgd", 50),
    ("thb", 1000),
];

const WITHOUT_MINOR_UNITS: [&str; 15] = [
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf",
];

const WITH_THREE_DIGITS: [&str; 5] = ["bhd", "jod", "kwd", "omr", "tnd"];

/// Eight digits are the most Stripe charges.
pub(crate) const LARGEST: i64 = 99_999_999;

pub(crate) fn minimum(currency: &str) -> i64 {
    let known = MINIMUMS.iter().find(|(code, _)| *code == currency);
    known.map_or(1, |(_, minimum)| *minimum)
}

/// `EUR 12.50`, for pages and messages.
pub(crate) fn shown(amount: i64, currency: &str) -> String {
    let digits = if WITHOUT_MINOR_UNITS.contains(&currency) {
        0
    } else if WITH_THREE_DIGITS.contains(&currency) {
        3
    } else {
        2
    };
    let unit = 10_i64.pow(digits);
    let code = currency.to_uppercase();
    if digits == 0 {
        return format!("{code} {amount}");
    }
    let width = usize::try_from(digits).unwrap_or_default();
    let sign = if amount < 0 { "-" } else { "" };
    let amount = amount.unsigned_abs();
    let unit = unit.unsigned_abs();
    format!("{code} {sign}{}.{:0width$}", amount / unit, amount % unit)
}

/// The fee of Stripe's standard price for cards in the USA: 2.9 % and 30 minor units, never more than the amount.
pub(crate) fn fee(amount: i64) -> i64 {
    (amount.saturating_mul(29) / 1000 + 30).min(amount)
}

/// What `percent_off` takes off, rounded half up to a minor unit.
pub(crate) fn percent_of(amount: i64, percent: f64) -> i64 {
    // Percentages have at most two decimals at Stripe: counted in hundredths of a percent they are whole.
    let hundredths = format!("{:.0}", percent * 100.0).parse::<i64>().unwrap_or_default();
    (amount.saturating_mul(hundredths) + 5_000) / 10_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_the_digits_of_their_currency() {
        assert_eq!(shown(1250, "eur"), "EUR 12.50");
        assert_eq!(shown(1250, "jpy"), "JPY 1250");
        assert_eq!(shown(1250, "kwd"), "KWD 1.250");
        assert_eq!(shown(-5, "usd"), "USD -0.05");
    }

    #[test]
    fn percentages_round_half_up_and_fees_stay_below_the_amount() {
        assert_eq!(
            (percent_of(999, 50.0), percent_of(1000, 12.5), percent_of(1, 100.0)),
            (500, 125, 1)
        );
        assert_eq!((fee(10_000), fee(20)), (320, 20));
        assert_eq!((minimum("eur"), minimum("gbp"), minimum("xyz")), (50, 30, 1));
    }
}
