//! Writes a row that was read, or made, in the same transaction.

use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::entities::{order, order_item, payment, refund, subscription};
use crate::error::StoreError;

macro_rules! save {
    ($($(#[doc = $doc:literal])+ $name:ident($module:ident),)+) => {
        $($(#[doc = $doc])+
        ///
        /// # Errors
        /// The database refuses.
        pub async fn $name(on: &impl ConnectionTrait, row: &$module::Model) -> Result<(), StoreError> {
            row.clone().into_active_model().reset_all().update(on).await?;
            Ok(())
        })+
    };
}

save! {
    /// Writes an order back that this transaction has locked.
    save_order(order),
    /// Writes an item back whose order this transaction has locked.
    save_item(order_item),
    /// Writes a payment back whose order this transaction has locked.
    save_payment(payment),
    /// Writes a refund back whose order this transaction has locked.
    save_refund(refund),
    /// Writes a subscription back whose order this transaction has locked.
    save_subscription(subscription),
}

/// Inserts a payment.
///
/// # Errors
/// [`StoreError::Duplicate`] where it stands there already.
pub async fn insert_payment(on: &impl ConnectionTrait, row: &payment::Model) -> Result<(), StoreError> {
    payment::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}

/// Inserts a subscription.
///
/// # Errors
/// [`StoreError::Duplicate`] where its item has one already.
pub async fn insert_subscription(on: &impl ConnectionTrait, row: &subscription::Model) -> Result<(), StoreError> {
    subscription::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}
