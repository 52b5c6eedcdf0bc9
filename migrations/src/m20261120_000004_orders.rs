//! Orders: carts, what was ordered, what was paid and given back, seats, subscriptions, and what Stripe told.

use async_trait::async_trait;
use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, CARTS).await?;
        dialect::run(manager, ORDERS).await?;
        dialect::run(manager, SEATS).await
    }
}

const CARTS: &[&str] = &[
    "CREATE TABLE carts (
        id {uuid} PRIMARY KEY,
        token_hash TEXT UNIQUE,
        user_id {uuid} UNIQUE REFERENCES users(id) ON DELETE CASCADE,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        CHECK (token_hash IS NOT NULL OR user_id IS NOT NULL)
    ) {strict}",
    "CREATE INDEX carts_by_age ON carts (updated_at)",
    "CREATE TABLE cart_items (
        id {uuid} PRIMARY KEY,
        cart_id {uuid} NOT NULL REFERENCES carts(id) ON DELETE CASCADE,
        service_id {uuid} NOT NULL REFERENCES services(id) ON DELETE CASCADE,
        staff_id {uuid} REFERENCES hosts(user_id) ON DELETE CASCADE,
        occurrence_id {uuid} REFERENCES occurrences(id) ON DELETE CASCADE,
        template_id {uuid} REFERENCES recurring_templates(id) ON DELETE CASCADE,
        starts_at {int},
        quantity {int} NOT NULL CHECK (quantity BETWEEN 1 AND 50),
        participants_sealed TEXT,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL
    ) {strict}",
    "CREATE INDEX cart_items_by_cart ON cart_items (cart_id)",
];

/// Amounts are whole minor units of the order's currency. An order's `idempotency_key` is the checkout form's own, so that
/// one form makes one order; its capability opens it for a guest.
const ORDERS: &[&str] = &[
    "CREATE TABLE orders (
        id {uuid} PRIMARY KEY,
        number TEXT NOT NULL UNIQUE,
        cart_id {uuid} REFERENCES carts(id) ON DELETE SET NULL,
        user_id {uuid} REFERENCES users(id) ON DELETE SET NULL,
        customer_name TEXT NOT NULL,
        customer_email TEXT NOT NULL,
        customer_phone TEXT,
        customer_time_zone TEXT NOT NULL,
        address TEXT,
        notes TEXT,
        status TEXT NOT NULL CHECK (status IN
            ('draft','awaiting_payment','paid','cancelled','expired','partly_refunded','refunded','disputed')),
        currency TEXT NOT NULL,
        total_minor {int} NOT NULL CHECK (total_minor >= 0),
        discount_minor {int} NOT NULL CHECK (discount_minor >= 0),
        paid_minor {int} NOT NULL CHECK (paid_minor >= 0),
        refunded_minor {int} NOT NULL CHECK (refunded_minor >= 0),
        mode TEXT NOT NULL CHECK (mode IN ('free','payment','subscription')),
        attempt {int} NOT NULL,
        idempotency_key TEXT NOT NULL UNIQUE,
        capability_hash TEXT NOT NULL UNIQUE,
        capability_sealed TEXT NOT NULL,
        stripe_session_id TEXT UNIQUE,
        stripe_session_url TEXT,
        stripe_payment_intent_id TEXT,
        stripe_customer_id TEXT,
        dispute_status TEXT CHECK (dispute_status IN ('open','won','lost')),
        hold_expires_at {int},
        paid_at {int},
        closed_as TEXT CHECK (closed_as IN ('expired','cancelled')),
        closed_at {int},
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        CHECK (refunded_minor <= paid_minor)
    ) {strict}",
    "CREATE INDEX orders_by_user ON orders (user_id, created_at)",
    "CREATE INDEX orders_by_time ON orders (created_at)",
    "CREATE INDEX orders_waiting ON orders (hold_expires_at) WHERE status = 'awaiting_payment'",
    "CREATE INDEX orders_by_payment_intent ON orders (stripe_payment_intent_id)",
    "CREATE TABLE order_items (
        id {uuid} PRIMARY KEY,
        order_id {uuid} NOT NULL REFERENCES orders(id) ON DELETE CASCADE,
        position {int} NOT NULL,
        service_id {uuid} NOT NULL REFERENCES services(id),
        kind TEXT NOT NULL CHECK (kind IN ('session','camp','party','subscription')),
        title TEXT NOT NULL,
        staff_id {uuid} NOT NULL REFERENCES hosts(user_id),
        room_id {uuid} REFERENCES rooms(id),
        occurrence_id {uuid} REFERENCES occurrences(id),
        template_id {uuid} REFERENCES recurring_templates(id),
        starts_at {int} NOT NULL,
        ends_at {int} NOT NULL,
        days {int} NOT NULL CHECK (days BETWEEN 1 AND 60),
        time_zone TEXT NOT NULL,
        location_kind TEXT NOT NULL,
        location_detail TEXT NOT NULL,
        unit_minor {int} NOT NULL CHECK (unit_minor >= 0),
        quantity {int} NOT NULL CHECK (quantity BETWEEN 1 AND 50),
        refunded_minor {int} NOT NULL CHECK (refunded_minor >= 0),
        participants_sealed TEXT,
        status TEXT NOT NULL CHECK (status IN ('held','released','booked','lost','cancelled')),
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        UNIQUE (order_id, position),
        CHECK (ends_at > starts_at)
    ) {strict}",
    "CREATE TABLE payments (
        id {uuid} PRIMARY KEY,
        order_id {uuid} NOT NULL REFERENCES orders(id) ON DELETE CASCADE,
        provider_id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('checkout','invoice')),
        status TEXT NOT NULL CHECK (status IN ('processing','succeeded','failed')),
        amount_minor {int} NOT NULL CHECK (amount_minor >= 0),
        refunded_minor {int} NOT NULL CHECK (refunded_minor >= 0),
        currency TEXT NOT NULL,
        payment_intent_id TEXT,
        failure_code TEXT,
        period_start {int},
        period_end {int},
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL
    ) {strict}",
    "CREATE INDEX payments_by_order ON payments (order_id)",
    "CREATE INDEX payments_by_intent ON payments (payment_intent_id)",
    "CREATE TABLE refunds (
        id {uuid} PRIMARY KEY,
        order_id {uuid} NOT NULL REFERENCES orders(id) ON DELETE CASCADE,
        order_item_id {uuid} REFERENCES order_items(id) ON DELETE CASCADE,
        payment_id {uuid} REFERENCES payments(id) ON DELETE CASCADE,
        reason TEXT NOT NULL CHECK (reason IN ('cancelled','lost','paid_twice','outside')),
        amount_minor {int} NOT NULL CHECK (amount_minor > 0),
        currency TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('wanted','pending','succeeded','failed')),
        dedupe_key TEXT NOT NULL UNIQUE,
        provider_id TEXT UNIQUE,
        attempts {int} NOT NULL,
        last_error_code TEXT,
        last_error TEXT,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL
    ) {strict}",
    "CREATE INDEX refunds_by_order ON refunds (order_id)",
    "CREATE TABLE subscriptions (
        id {uuid} PRIMARY KEY,
        order_item_id {uuid} NOT NULL UNIQUE REFERENCES order_items(id) ON DELETE CASCADE,
        provider_id TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('incomplete','active','past_due','paused','cancelled')),
        paid_until {int},
        cancel_at_period_end {bool} NOT NULL,
        ended_at {int},
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL
    ) {strict}",
    "CREATE INDEX subscriptions_by_provider ON subscriptions (provider_id)",
    "CREATE TABLE webhook_deliveries (
        provider TEXT NOT NULL CHECK (provider IN ('stripe')),
        event_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        object_id TEXT,
        happened_at {int} NOT NULL,
        received_at {int} NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('received','done','ignored','failed')),
        handled_at {int},
        last_error TEXT,
        PRIMARY KEY (provider, event_id)
    ) {strict}",
    "CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (happened_at)",
];

/// A seat is one of the numbers up to the capacity, and one person's. The capacity stands in every row, bound to the
/// occurrence's own, so that the database itself refuses one seat too many, and a capacity below a taken seat.
/// What is claimed is claimed before the order is written down, so that who has it is only looked up at the commit.
const SEATS: &[&str] = &[
    "CREATE TABLE seats (
        occurrence_id {uuid} NOT NULL,
        seat {int} NOT NULL,
        capacity {int} NOT NULL,
        order_item_id {uuid} NOT NULL REFERENCES order_items(id) ON DELETE CASCADE
            DEFERRABLE INITIALLY DEFERRED,
        kind TEXT NOT NULL CHECK (kind IN ('held','firm')),
        expires_at {int},
        created_at {int} NOT NULL,
        PRIMARY KEY (occurrence_id, seat),
        FOREIGN KEY (occurrence_id, capacity) REFERENCES occurrences(id, capacity) ON UPDATE CASCADE ON DELETE CASCADE,
        CHECK (seat BETWEEN 1 AND capacity),
        CHECK ((kind = 'held') = (expires_at IS NOT NULL))
    ) {strict}",
    "CREATE INDEX seats_by_item ON seats (order_item_id)",
    "CREATE TABLE template_seats (
        template_id {uuid} NOT NULL,
        seat {int} NOT NULL,
        capacity {int} NOT NULL,
        order_item_id {uuid} NOT NULL REFERENCES order_items(id) ON DELETE CASCADE
            DEFERRABLE INITIALLY DEFERRED,
        kind TEXT NOT NULL CHECK (kind IN ('held','firm')),
        expires_at {int},
        created_at {int} NOT NULL,
        PRIMARY KEY (template_id, seat),
        FOREIGN KEY (template_id, capacity)
            REFERENCES recurring_templates(id, capacity) ON UPDATE CASCADE ON DELETE CASCADE,
        CHECK (seat BETWEEN 1 AND capacity),
        CHECK ((kind = 'held') = (expires_at IS NOT NULL))
    ) {strict}",
    "CREATE INDEX template_seats_by_item ON template_seats (order_item_id)",
];
