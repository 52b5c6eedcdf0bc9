//! A shop on a database, and what stands in it.

use std::ops::Deref;

use timetap_store::entities::{order, order_item};
use timetap_testing::{Engine, OpenShop, ProgramOptions, ShopScene};
use timetap_usecases::TimeTap;
use timetap_usecases::orders::{DraftItem, OrderDraft, PlaceOrderError, Placed, RefusedItem, place_order};

/// Orders, and comes back when turned away: of so many who stand before a few connections none is let wait for ever. The
/// program itself lets fewer in at a time.
pub async fn place_patiently(app: &TimeTap, draft: &OrderDraft) -> Result<Placed, PlaceOrderError> {
    loop {
        match place_order(app, draft).await {
            Err(PlaceOrderError::Unexpected(error)) if format!("{error:?}").contains("ConnectionAcquire(Timeout)") => {}
            answer => return answer,
        }
    }
}

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
        Self::open_as(engine, ShopScene::new()).await
    }

    pub async fn open_as(engine: Engine, scene: ShopScene) -> Self {
        let shop = OpenShop::open_as(engine, scene, ProgramOptions::default()).await;
        Self { shop }
    }

    /// What cannot be had of these.
    pub async fn refused(&self, items: Vec<DraftItem>) -> Vec<(usize, RefusedItem)> {
        match self.place(items).await {
            Err(PlaceOrderError::Refused(refused)) => refused,
            other => panic!("{other:?}"),
        }
    }

    /// The order with what was ordered.
    pub async fn ordered(&self, placed: &Placed) -> (order::Model, Vec<order_item::Model>) {
        (self.order(placed.order_id).await, self.items(placed.order_id).await)
    }

    /// Orders, items, claims, seats and places.
    pub async fn counts(&self) -> [i64; 5] {
        let mut counts = [0; 5];
        let tables = ["orders", "order_items", "claims", "seats", "template_seats"];
        for (count, table) in counts.iter_mut().zip(tables) {
            *count = self.count(&format!("SELECT count(*) FROM {table}")).await;
        }
        counts
    }
}
