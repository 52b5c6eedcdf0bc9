//! A shop on a database, and what stands in it.

use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use timetap_store::entities::{order, order_item};
use timetap_testing::{Engine, ShopScene, TestProgram};
use timetap_usecases::TimeTap;
use timetap_usecases::orders::{DraftItem, PlaceOrderError, Placed, RefusedItem, place_order};

pub struct Shop {
    pub program: TestProgram,
    pub scene: ShopScene,
}

impl Shop {
    pub async fn open(engine: Engine) -> Self {
        Self::open_as(engine, ShopScene::new()).await
    }

    pub async fn open_as(engine: Engine, scene: ShopScene) -> Self {
        let program = TestProgram::start(engine).await;
        scene.insert(&program.app).await;
        Self { program, scene }
    }

    pub fn app(&self) -> &TimeTap {
        &self.program.app
    }

    pub async fn place(&self, items: Vec<DraftItem>) -> Result<Placed, PlaceOrderError> {
        place_order(self.app(), &self.scene.draft(self.app(), items)).await
    }

    /// What cannot be had of these.
    pub async fn refused(&self, items: Vec<DraftItem>) -> Vec<(usize, RefusedItem)> {
        match self.place(items).await {
            Err(PlaceOrderError::Refused(refused)) => refused,
            other => panic!("{other:?}"),
        }
    }

    pub async fn order(&self, placed: &Placed) -> (order::Model, Vec<order_item::Model>) {
        let on = self.app().db.reader();
        let order = order::Entity::find_by_id(placed.order_id)
            .one(on)
            .await
            .unwrap()
            .unwrap();
        let items = timetap_store::orders::list_items::list_items(on, order.id)
            .await
            .unwrap();
        (order, items)
    }

    /// What `sql` counts.
    pub async fn count(&self, sql: &str) -> i64 {
        let on = self.app().db.reader();
        let statement = Statement::from_string(on.get_database_backend(), sql);
        let row = on.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
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
