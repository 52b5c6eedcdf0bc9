//! Parameters of a request, from the query or the form, with nested brackets. Every parameter read is ticked off, and
//! one that nobody read is refused as Stripe refuses it: `parameter_unknown`.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::errors::StripeError;

struct All {
    /// Full name, brackets and all, and value, in the order sent.
    pairs: Vec<(String, String)>,
    read: RefCell<BTreeSet<String>>,
}

/// The parameters under one name, or all of them.
#[derive(Clone)]
pub(crate) struct Params {
    all: Rc<All>,
    prefix: String,
}

impl Params {
    /// From an URL-encoded text; `a[]` counts up as `a[0]`, `a[1]`.
    pub(crate) fn parse(text: &[u8]) -> Self {
        let sent: Vec<(String, String)> = serde_urlencoded::from_bytes(text).unwrap_or_default();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut pairs = Vec::new();
        for (name, value) in sent {
            let mut full = String::new();
            for (at, part) in name.split("[]").enumerate() {
                if at > 0 {
                    let count = counts.entry(full.clone()).or_default();
                    full = format!("{full}[{count}]");
                    *count += 1;
                }
                full.push_str(part);
            }
            pairs.push((full, value));
        }
        let read = RefCell::new(BTreeSet::new());
        Self {
            all: Rc::new(All { pairs, read }),
            prefix: String::new(),
        }
    }

    /// Full name of a parameter under this one.
    pub(crate) fn name(&self, name: &str) -> String {
        if self.prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{}[{name}]", self.prefix)
        }
    }

    /// All pairs in one order, to compare two requests.
    pub(crate) fn canonical(&self) -> String {
        let mut pairs = self.all.pairs.clone();
        pairs.sort();
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }

    /// The value as sent, which may be empty.
    pub(crate) fn raw(&self, name: &str) -> Option<String> {
        let full = self.name(name);
        let found = self.all.pairs.iter().find(|(known, _)| *known == full)?;
        self.all.read.borrow_mut().insert(full);
        Some(found.1.clone())
    }

    /// A text that, where given, is not empty.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, StripeError> {
        match self.raw(name) {
            Some(value) if value.is_empty() => Err(StripeError::invalid(format!(
                "You passed an empty string for '{0}'. We assume empty values are an attempt to unset a parameter; \
                 however '{0}' cannot be unset. You should remove '{0}' from your request or supply a non-empty value.",
                self.name(name)
            ))
            .code("parameter_invalid_empty")
            .param(self.name(name))),
            value => Ok(value),
        }
    }

    pub(crate) fn required(&self, name: &str) -> Result<String, StripeError> {
        self.text(name)?.ok_or_else(|| StripeError::missing(&self.name(name)))
    }

    pub(crate) fn int(&self, name: &str) -> Result<Option<i64>, StripeError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| {
            StripeError::invalid(format!("Invalid integer: {text}"))
                .code("parameter_invalid_integer")
                .param(self.name(name))
        })
    }

    /// An integer of at least `least`.
    pub(crate) fn int_from(&self, name: &str, least: i64) -> Result<Option<i64>, StripeError> {
        let value = self.int(name)?;
        match value {
            Some(value) if value < least => Err(StripeError::invalid(format!(
                "This value must be greater than or equal to {least}."
            ))
            .code("parameter_invalid_integer")
            .param(self.name(name))),
            value => Ok(value),
        }
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, StripeError> {
        match self.text(name)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(StripeError::invalid(format!("Invalid boolean: {other}")).param(self.name(name))),
        }
    }

    /// One of the words.
    pub(crate) fn choice(&self, name: &str, words: &[&str]) -> Result<Option<String>, StripeError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        if words.contains(&text.as_str()) {
            return Ok(Some(text));
        }
        Err(StripeError::invalid(format!(
            "Invalid {}: must be one of {}",
            self.name(name),
            words.join(", ")
        ))
        .param(self.name(name)))
    }

    /// The parameters under a name.
    pub(crate) fn child(&self, name: &str) -> Option<Self> {
        let full = self.name(name);
        let inside = format!("{full}[");
        self.all
            .pairs
            .iter()
            .any(|(known, _)| known.starts_with(&inside))
            .then(|| Self {
                all: Rc::clone(&self.all),
                prefix: full,
            })
    }

    /// Names directly under this one, in the order sent.
    pub(crate) fn names(&self) -> Vec<String> {
        let inside = format!("{}[", self.prefix);
        let mut names = Vec::new();
        for (known, _) in &self.all.pairs {
            let rest = if self.prefix.is_empty() {
                known.split('[').next()
            } else {
                known.strip_prefix(&inside).and_then(|rest| rest.split(']').next())
            };
            if let Some(name) = rest.map(str::to_owned)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        names
    }

    /// The elements of an array of objects, by their index.
    pub(crate) fn list(&self, name: &str) -> Vec<Self> {
        let Some(child) = self.child(name) else {
            return Vec::new();
        };
        let mut names = child.names();
        names.sort_by_key(|index| index.parse::<u64>().unwrap_or(u64::MAX));
        names.iter().filter_map(|index| child.child(index)).collect()
    }

    /// The elements of an array of texts.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let Some(child) = self.child(name) else {
            return Vec::new();
        };
        let mut names = child.names();
        names.sort_by_key(|index| index.parse::<u64>().unwrap_or(u64::MAX));
        names.iter().filter_map(|index| child.raw(index)).collect()
    }

    /// Ticks off parameters that are taken and change nothing here, with all under them.
    pub(crate) fn accept(&self, names: &[&str]) {
        for name in names {
            let full = self.name(name);
            let inside = format!("{full}[");
            let mut read = self.all.read.borrow_mut();
            for (known, _) in &self.all.pairs {
                if *known == full || known.starts_with(&inside) {
                    read.insert(known.clone());
                }
            }
        }
    }

    /// Refuses the first parameter that nobody read.
    pub(crate) fn finish(&self) -> Result<(), StripeError> {
        let read = self.all.read.borrow();
        match self.all.pairs.iter().find(|(name, _)| !read.contains(name)) {
            Some((name, _)) => Err(StripeError::unknown(name)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_nest_and_arrays_may_be_numbered_or_not() {
        let params = Params::parse(
            b"line_items[1][quantity]=2&line_items[0][price_data][currency]=eur&line_items%5B0%5D%5Bquantity%5D=1\
              &expand[]=a&expand[]=b",
        );
        let items = params.list("line_items");
        assert_eq!(items.len(), 2);
        let first = items[0].child("price_data").map(|data| data.raw("currency"));
        assert_eq!(first, Some(Some("eur".to_owned())));
        assert_eq!(items[1].name("quantity"), "line_items[1][quantity]");
        assert_eq!(params.texts("expand"), ["a", "b"]);
        assert_eq!(
            params.finish().unwrap_err().param.as_deref(),
            Some("line_items[1][quantity]")
        );
        params.accept(&["line_items"]);
        assert!(params.finish().is_ok());
    }

    #[test]
    fn empty_wrong_and_missing_values_are_told_apart() {
        let params = Params::parse(b"amount=1.5&name=&mode=x");
        let code = |error: StripeError| error.code.unwrap_or_default();
        assert_eq!(code(params.int("amount").unwrap_err()), "parameter_invalid_integer");
        assert_eq!(code(params.text("name").unwrap_err()), "parameter_invalid_empty");
        assert_eq!(code(params.required("email").unwrap_err()), "parameter_missing");
        assert!(
            params
                .choice("mode", &["payment", "setup"])
                .unwrap_err()
                .message
                .contains("payment, setup")
        );
    }

    #[test]
    fn two_orders_of_the_same_parameters_compare_equal() {
        let canonical = |text: &[u8]| Params::parse(text).canonical();
        assert_eq!(canonical(b"a=1&b[c]=2"), canonical(b"b%5Bc%5D=2&a=1"));
        assert_ne!(canonical(b"a=1"), canonical(b"a=2"));
    }
}
