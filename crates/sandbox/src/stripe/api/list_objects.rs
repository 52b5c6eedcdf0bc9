//! Lists: the newest first, in pages (`docs.stripe.com/api/pagination`).

use serde_json::{Value, json};

use super::{errors::StripeError, params::Params};
use crate::stripe::objects::{Kind, Objects, number, text};

const USUAL: i64 = 10;
const MOST: i64 = 100;

/// Where in a list a page begins and how long it is.
pub(crate) struct Page {
    limit: usize,
    after: Option<String>,
    before: Option<String>,
}

impl Page {
    pub(crate) fn read(params: &Params) -> Result<Self, StripeError> {
        let limit = params.int_from("limit", 1)?.unwrap_or(USUAL);
        if limit > MOST {
            return Err(
                StripeError::invalid(format!("This value must be less than or equal to {MOST}."))
                    .code("parameter_invalid_integer")
                    .param("limit"),
            );
        }
        let (after, before) = (params.text("starting_after")?, params.text("ending_before")?);
        if after.is_some() && before.is_some() {
            return Err(StripeError::invalid(
                "You may only specify one of these parameters: ending_before, starting_after.",
            ));
        }
        Ok(Self {
            limit: usize::try_from(limit).unwrap_or(1),
            after,
            before,
        })
    }

    /// Cuts the page out of all matching items, which come newest first.
    pub(crate) fn cut<'a>(
        &self,
        items: impl Iterator<Item = &'a Value>,
        kind: &str,
        url: &str,
    ) -> Result<Value, StripeError> {
        let items: Vec<_> = items.collect();
        let place = |id: &Option<String>, param: &str| match id {
            None => Ok(None),
            Some(id) => match items.iter().position(|item| text(item, "id") == id) {
                Some(at) => Ok(Some(at)),
                None => Err(StripeError::invalid(format!("No such {kind}: '{id}'"))
                    .code("resource_missing")
                    .param(param)),
            },
        };
        let after = place(&self.after, "starting_after")?;
        let before = place(&self.before, "ending_before")?;
        let (data, more): (Vec<&Value>, bool) = match (after, before) {
            (_, Some(at)) => {
                let from = at.saturating_sub(self.limit);
                (items[from..at].to_vec(), from > 0)
            }
            (after, None) => {
                let from = after.map_or(0, |at| at + 1);
                let rest = &items[from..];
                (rest.iter().take(self.limit).copied().collect(), rest.len() > self.limit)
            }
        };
        Ok(json!({ "object": "list", "data": data, "has_more": more, "url": url }))
    }
}

/// `created`, as a number or as `gt`, `gte`, `lt`, `lte`.
pub(crate) struct Created {
    least: i64,
    most: i64,
}

impl Created {
    pub(crate) fn read(params: &Params) -> Result<Self, StripeError> {
        let mut range = Self {
            least: i64::MIN,
            most: i64::MAX,
        };
        if let Some(at) = params.int("created")? {
            (range.least, range.most) = (at, at);
        }
        if let Some(bounds) = params.child("created") {
            if let Some(at) = bounds.int("gte")? {
                range.least = range.least.max(at);
            }
            if let Some(at) = bounds.int("gt")? {
                range.least = range.least.max(at.saturating_add(1));
            }
            if let Some(at) = bounds.int("lte")? {
                range.most = range.most.min(at);
            }
            if let Some(at) = bounds.int("lt")? {
                range.most = range.most.min(at.saturating_sub(1));
            }
        }
        Ok(range)
    }

    fn holds(&self, value: &Value) -> bool {
        (self.least..=self.most).contains(&number(value, "created"))
    }
}

/// A page of the objects of a kind; `matches` is the kind's own filter, read before.
pub(crate) fn list_objects(
    objects: &Objects,
    kind: Kind,
    params: &Params,
    matches: impl Fn(&Value) -> bool,
) -> Result<Value, StripeError> {
    let (page, created) = (Page::read(params)?, Created::read(params)?);
    params.finish()?;
    let found = objects
        .of(kind)
        .rev()
        .filter(|value| created.holds(value) && matches(value));
    page.cut(found, kind.object(), &format!("/v1/{}", kind.path()))
}
