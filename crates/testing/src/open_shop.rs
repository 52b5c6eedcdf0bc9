//! The whole program with a shop in its database, and what tests about orders do and look up in it.

use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use timetap_store::Engine;
use timetap_store::entities::{order, order_item};
use timetap_store::orders::list_items::list_items;
use timetap_usecases::TimeTap;
use timetap_usecases::orders::{DraftItem, PlaceOrderError, Placed, place_order};
use uuid::Uuid;

use crate::program::{ProgramOptions, TestProgram};
use crate::shop_scene::ShopScene;

/// A program, and the shop that stands in its database.
pub struct OpenShop {
    /// The program.
    pub program: TestProgram,
    /// The shop.
    pub scene: ShopScene,
}

impl OpenShop {
    /// The shop as [`ShopScene::new`] has it.
    ///
    /// # Panics
    /// When a part cannot be had.
    pub async fn open(engine: Engine) -> Self {
        Self::open_as(engine, ShopScene::new(), ProgramOptions::default()).await
    }

    /// Another shop, in a program that is a little different.
    ///
    /// # Panics
    /// When a part cannot be had.
    pub async fn open_as(engine: Engine, scene: ShopScene, options: ProgramOptions) -> Self {
        let program = TestProgram::start_with(engine, options).await;
        scene.insert(&program.app).await;
        Self { program, scene }
    }

    /// The program.
    pub fn app(&self) -> &TimeTap {
        &self.program.app
    }

    /// Dora orders these, a guest.
    ///
    /// # Errors
    /// As [`place_order`].
    pub async fn place(&self, items: Vec<DraftItem>) -> Result<Placed, PlaceOrderError> {
        place_order(self.app(), &self.scene.draft(self.app(), items)).await
    }

    /// An order, as it stands.
    ///
    /// # Panics
    /// Where there is none of this id.
    pub async fn order(&self, id: Uuid) -> order::Model {
        let found = order::Entity::find_by_id(id).one(self.app().db.reader()).await;
        found.unwrap().unwrap()
    }

    /// What was ordered, in its order.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn items(&self, order_id: Uuid) -> Vec<order_item::Model> {
        list_items(self.app().db.reader(), order_id).await.unwrap()
    }

    /// What `sql` counts.
    ///
    /// # Panics
    /// When the database refuses it, or it counts nothing.
    pub async fn count(&self, sql: &str) -> i64 {
        let on = self.app().db.reader();
        let statement = Statement::from_string(on.get_database_backend(), sql);
        let row = on.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// Changes rows behind the program's back.
    ///
    /// # Panics
    /// When the database refuses it.
    pub async fn sql(&self, sql: &str) {
        self.app().db.writer().execute_unprepared(sql).await.unwrap();
    }

    /// An id as it stands in a statement.
    pub fn literal(&self, id: Uuid) -> String {
        match self.app().db.engine() {
            Engine::Sqlite => format!("x'{}'", id.simple()),
            Engine::Postgres => format!("'{id}'"),
        }
    }
}
