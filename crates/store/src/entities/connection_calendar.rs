//! One calendar of a connected account.

use sea_orm::entity::prelude::*;

/// One calendar of a connected account. Table `connection_calendars`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "connection_calendars")]
#[expect(missing_docs, clippy::struct_excessive_bools, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub calendar_id: String,
    pub summary: String,
    pub is_primary: bool,
    pub writable: bool,
    pub makes_meet_links: bool,
    pub check_busy: bool,
    pub last_error_code: Option<String>,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
