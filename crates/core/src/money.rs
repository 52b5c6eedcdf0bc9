//! Money: whole minor units of a currency, as Stripe counts it, and as people read and write it.

use std::fmt;

use crate::text::FieldError;

/// Currencies without minor units (Stripe: docs.stripe.com/currencies#zero-decimal).
const WITHOUT_MINOR: [&str; 15] = [
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
];
/// Currencies with three digits after the point, of which Stripe wants the last to be 0
/// (docs.stripe.com/currencies#three-decimal).
const THREE_DIGITS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];
/// Stripe's largest charge in most currencies (docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).
pub const MAX_MINOR: i64 = 99_999_999;

/// A currency by its three letters (ISO 4217), in capitals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");

    /// Reads three letters, small or capital.
    ///
    /// # Errors
    /// A sentence where it is something else.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let bad = || FieldError::new("Please give a currency by its three letters, such as “EUR”.");
        let letters: [u8; 3] = text.trim().as_bytes().try_into().map_err(|_| bad())?;
        if letters.iter().all(u8::is_ascii_alphabetic) {
            Ok(Self(letters.map(|letter| letter.to_ascii_uppercase())))
        } else {
            Err(bad())
        }
    }

    /// The three letters.
    pub fn as_str(&self) -> &str {
        // Made of ASCII letters alone.
        str::from_utf8(&self.0).unwrap_or("EUR")
    }

    /// As Stripe writes it.
    pub fn lower(self) -> String {
        self.as_str().to_ascii_lowercase()
    }

    /// How many digits stand after the point.
    pub fn digits(self) -> u32 {
        if WITHOUT_MINOR.contains(&self.as_str()) {
            0
        } else if THREE_DIGITS.contains(&self.as_str()) {
            3
        } else {
            2
        }
    }

    /// The smallest amount that Stripe charges, in minor units
    /// (docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). Where Stripe names none it is half a unit.
    pub fn smallest_charge(self) -> i64 {
        match self.as_str() {
            "AED" | "PLN" | "RON" | "MYR" => 200,
            "BGN" => 100,
            "CZK" => 1_500,
            "DKK" => 250,
            "GBP" => 30,
            "HKD" => 400,
            "HUF" => 17_500,
            "MXN" | "THB" => 1_000,
            "NOK" | "SEK" => 300,
            _ if self.digits() == 3 => 500,
            _ => 50,
        }
    }

    fn sign(self) -> Option<&'static str> {
        Some(match self.as_str() {
            "EUR" => "€",
            "USD" => "$",
            "GBP" => "£",
            "JPY" => "¥",
            _ => return None,
        })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({self})")
    }
}

/// An amount in a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// Whole minor units: cents of a euro.
    pub minor: i64,
    /// Of which currency.
    pub currency: Currency,
}

impl Money {
    /// Reads what a person wrote as a price: `12`, `12.5`, `12,50`, with or without the currency's sign. Nothing means 0.
    ///
    /// # Errors
    /// A sentence where it is no amount of this currency, negative, or more than can be charged at once.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, FieldError> {
        let sign = currency.sign().unwrap_or_default();
        let text = text.trim().trim_start_matches(sign).trim_end_matches(sign).trim();
        let bad = || FieldError::new("Please write the price as a number, such as “12.50”.");
        if text.is_empty() {
            return Ok(Self { minor: 0, currency });
        }
        let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 9 || !all_digits(whole) || !all_digits(part) {
            return Err(bad());
        }
        let digits = currency.digits() as usize;
        if part.len() > digits {
            return Err(match digits {
                0 => FieldError::new(format!("Prices in {currency} have nothing after the point.")),
                _ => FieldError::new(format!(
                    "Prices in {currency} have at most {digits} digits after the point."
                )),
            });
        }
        let minor: i64 = format!("{whole}{part:0<digits$}").parse().map_err(|_| bad())?;
        if digits == 3 && minor % 10 != 0 {
            return Err(FieldError::new(format!(
                "The last digit of prices in {currency} has to be 0."
            )));
        }
        let money = Self { minor, currency };
        if minor > MAX_MINOR {
            let most = Self {
                minor: MAX_MINOR,
                currency,
            };
            return Err(FieldError::new(format!("The price can be at most {most}.")));
        }
        Ok(money)
    }

    /// The number alone, as a person would type it into a form: `12.50`.
    pub fn number(&self) -> String {
        let digits = self.currency.digits();
        let unit = 10_u64.pow(digits);
        let (whole, part) = (self.minor.unsigned_abs() / unit, self.minor.unsigned_abs() % unit);
        let minus = if self.minor < 0 { "-" } else { "" };
        match digits {
            0 => format!("{minus}{whole}"),
            _ => format!("{minus}{whole}.{part:0>width$}", width = digits as usize),
        }
    }
}

/// `€12.50`, `CHF 12.50`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number();
        let (minus, number) = number
            .strip_prefix('-')
            .map_or(("", number.as_str()), |rest| ("−", rest));
        match self.currency.sign() {
            Some(sign) => write!(f, "{minus}{sign}{number}"),
            None => write!(f, "{minus}{} {number}", self.currency),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn money(text: &str, currency: &str) -> Result<Money, FieldError> {
        Money::parse(text, Currency::parse(currency).unwrap())
    }

    #[rstest]
    #[case("12", "eur", 1200, "€12.00")]
    #[case("12.5", "EUR", 1250, "€12.50")]
    #[case(" € 12,05 ", "EUR", 1205, "€12.05")]
    #[case("", "EUR", 0, "€0.00")]
    #[case("0.99", "CHF", 99, "CHF 0.99")]
    #[case("1500", "JPY", 1500, "¥1500")]
    #[case("1.230", "KWD", 1230, "KWD 1.230")]
    #[case("999999.99", "USD", MAX_MINOR, "$999999.99")]
    fn amounts_as_people_write_and_read_them(
        #[case] typed: &str,
        #[case] currency: &str,
        #[case] minor: i64,
        #[case] shown: &str,
    ) {
        let money = money(typed, currency).unwrap();
        assert_eq!((money.minor, money.to_string().as_str()), (minor, shown));
    }

    #[rstest]
    #[case("-1", "EUR")]
    #[case("1e3", "EUR")]
    #[case("1.234", "EUR")]
    #[case("1.5", "JPY")]
    #[case("1.234", "KWD")]
    #[case("1,234.50", "EUR")]
    #[case(".5", "EUR")]
    #[case("1000000", "EUR")]
    #[case("99999999999999999999", "EUR")]
    #[case("١٢", "EUR")]
    fn what_is_no_price_is_refused_with_a_sentence(#[case] typed: &str, #[case] currency: &str) {
        let message = money(typed, currency).unwrap_err().message;
        assert!(message.ends_with('.'), "{message}");
    }

    #[rstest]
    #[case("EURO")]
    #[case("E1R")]
    #[case("")]
    #[case("éu")]
    fn what_is_no_currency_is_refused(#[case] text: &str) {
        assert!(Currency::parse(text).is_err());
    }

    #[test]
    fn money_that_goes_back_is_shown_with_a_minus() {
        let back = Money {
            minor: -1205,
            currency: Currency::EUR,
        };
        assert_eq!(back.to_string(), "−€12.05");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(minor in 0..=MAX_MINOR / 10, currency in "[A-Z]{3}") {
            let currency = Currency::parse(&currency).unwrap();
            let minor = if currency.digits() == 3 { minor * 10 } else { minor };
            let money = Money { minor, currency };
            prop_assert_eq!(Money::parse(&money.number(), currency).unwrap(), money);
        }
    }
}
