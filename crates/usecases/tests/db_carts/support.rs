//! A shop, and somebody who puts things into a cart.

use std::collections::BTreeMap;
use std::ops::Deref;

use jiff::SignedDuration;
use timetap_testing::{Engine, OpenShop, ShopScene};
use timetap_usecases::carts::{
    CartCookie, CartOwner, CartView, CheckoutForm, ParticipantForm, Pick, PutError, put_in_cart, view_cart,
};
use timetap_usecases::orders::Choice;
use uuid::Uuid;

pub const TEN: &str = "2026-11-24T10:00:00+01:00";
pub const NETWORK: &str = "192.0.2.7";

pub struct Shop {
    shop: OpenShop,
}

impl Deref for Shop {
    type Target = OpenShop;

    fn deref(&self) -> &OpenShop {
        &self.shop
    }
}

impl Shop {
    pub async fn open(engine: Engine) -> Self {
        Self {
            shop: OpenShop::open(engine).await,
        }
    }

    /// Puts it into the cart, as a browser that keeps what it is told.
    pub async fn put(&self, owner: &mut CartOwner, pick: &Pick) -> Result<Uuid, PutError> {
        // Nobody picks two things in the same millisecond.
        self.app().clock.advance(SignedDuration::from_secs(1));
        let done = put_in_cart(self.app(), owner, pick, NETWORK).await?;
        keep(owner, done.cookie);
        Ok(done.item_id)
    }

    pub async fn view(&self, owner: &CartOwner) -> CartView {
        view_cart(self.app(), owner, true).await.unwrap()
    }

    /// What is in the cart, by title and seats.
    pub async fn things(&self, owner: &CartOwner) -> Vec<(String, i64)> {
        let view = self.view(owner).await;
        view.lines
            .into_iter()
            .map(|line| (line.ware.service.title, line.item.quantity))
            .collect()
    }

    /// What Dora types, with these children at these things.
    pub fn form(&self, attending: &[(Uuid, &[(&str, &str)])]) -> CheckoutForm {
        let child = |(name, age): &(&str, &str)| ParticipantForm {
            name: (*name).to_owned(),
            age: (*age).to_owned(),
            allergies: "nuts".to_owned(),
            ..ParticipantForm::default()
        };
        let participants: BTreeMap<Uuid, Vec<ParticipantForm>> = attending
            .iter()
            .map(|(item, children)| (*item, children.iter().map(child).collect()))
            .collect();
        CheckoutForm {
            name: "Dora Sanz".to_owned(),
            email: "dora@example.com".to_owned(),
            time_zone: "Europe/Madrid".to_owned(),
            idempotency_key: self.app().entropy.token(),
            participants,
            ..CheckoutForm::default()
        }
    }
}

/// What a browser does with the answer.
pub fn keep(owner: &mut CartOwner, cookie: CartCookie) {
    match cookie {
        CartCookie::Keep => {}
        CartCookie::Set(token) => owner.token = Some(token),
        CartCookie::Forget => owner.token = None,
    }
}

pub fn at(service_id: Uuid, start: &str) -> Pick {
    Pick {
        service_id,
        choice: Choice::At(start.parse().unwrap()),
        quantity: 1,
        instead_of: None,
    }
}

pub fn camp(seats: i64) -> Pick {
    Pick {
        service_id: ShopScene::CAMP,
        choice: Choice::Occurrence(ShopScene::CAMP_RUN),
        quantity: seats,
        instead_of: None,
    }
}

pub fn weekly(seats: i64) -> Pick {
    Pick {
        service_id: ShopScene::WEEKLY,
        choice: Choice::Template(ShopScene::WEDNESDAYS),
        quantity: seats,
        instead_of: None,
    }
}
