//! Two hosts with a connected Google account each, and the same program with other keys.

use sea_orm::{ConnectionTrait, EntityTrait, Statement, Value};
use timetap_store::entities::calendar_connection;
use timetap_testing::{Engine, HostScene, TestProgram, connect_google};
use timetap_usecases::bookings::{Booked, book_session};
use timetap_usecases::{Keyring, TimeTap};
use uuid::Uuid;

pub const ANNA: Uuid = Uuid::from_u128(0xa);
pub const CARL: Uuid = Uuid::from_u128(0xc);
const SESSION: Uuid = Uuid::from_u128(0x5e);
pub const ADA: &str = "ada@sandbox.test";
pub const BEN: &str = "ben@sandbox.test";

pub struct Stage {
    pub program: TestProgram,
    pub anna: HostScene,
    pub carl: HostScene,
}

impl Stage {
    pub async fn start(engine: Engine) -> Self {
        let stage = Self {
            program: TestProgram::start(engine).await,
            anna: HostScene::new(ANNA, "anna"),
            carl: HostScene::new(CARL, "carl"),
        };
        stage.anna.insert(stage.app()).await;
        stage.carl.insert(stage.app()).await;
        stage
    }

    pub fn app(&self) -> &TimeTap {
        &self.program.app
    }

    pub async fn connect(&self, person: Uuid, account: &str) -> Uuid {
        connect_google(self.app(), person, SESSION, account).await.unwrap()
    }

    pub async fn book(&self, app: &TimeTap, host: &HostScene, start: &str) -> Booked {
        // Each from a visitor of their own: how often one may book is another subject.
        let visitor = app.entropy.uuid(app.clock.now()).as_u128();
        let mut form = host.form(app, start);
        form.email = format!("ben.{visitor:x}@example.com");
        // Of a /64 the last half would not tell one from the other.
        let network = std::net::Ipv6Addr::from_bits(visitor.rotate_left(64)).to_string();
        book_session(app, &form, None, &network).await.unwrap()
    }

    /// The program as another process runs it: on the same database, with the keys `ids`, newest first.
    pub async fn with_keys(&self, ids: &[(&str, u8)]) -> TimeTap {
        let keys = ids.iter().map(|(id, byte)| ((*id).to_owned(), [*byte; 32])).collect();
        TimeTap {
            keys: Keyring::new(keys).unwrap(),
            ..self.program.replica().await
        }
    }

    pub async fn connection(&self, id: Uuid) -> calendar_connection::Model {
        let found = calendar_connection::Entity::find_by_id(id)
            .one(self.app().db.writer())
            .await;
        found.unwrap().unwrap()
    }

    /// Runs a statement as somebody with a shell on the database would.
    pub async fn sql(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> u64 {
        let on = self.app().db.writer();
        on.execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
            .await
            .unwrap()
            .rows_affected()
    }

    /// One text of one row.
    pub async fn text(&self, table: &str, column: &str, id: Uuid) -> String {
        let on = self.app().db.writer();
        let sql = format!("SELECT {column} AS text FROM {table} WHERE id = $1");
        let row = on.query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [id.into()],
        ));
        row.await.unwrap().unwrap().try_get("", "text").unwrap()
    }
}
