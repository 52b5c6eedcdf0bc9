// Buying as a customer does it: things into the cart, who takes part, and the payment on the stand-in Stripe's page.
import { expect, type Page } from "@playwright/test";

import type { Person } from "./accounts";
import { chooseTime } from "./booking";
import type { Sandbox } from "./sandbox";

/** Puts places of the demo's camp into the cart, on its first date. */
export async function addCamp(page: Page, places: number): Promise<void> {
  await page.goto("/juno-hale/music-camp");
  await page.locator("input[name='date']:not([disabled])").first().check();
  await page.getByLabel("How many places?").selectOption(String(places));
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Your cart" })).toBeVisible();
}

/** Puts a time at `address` into the cart: the first of the n-th free day of next month. */
export async function addTime(page: Page, address: string, when: { day: number }): Promise<void> {
  await page.goto(address);
  await chooseTime(page, when, "Add to cart");
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Your cart" })).toBeVisible();
}

/** Says who the n-th participant is; a single one has no number. */
export async function fillChild(
  page: Page,
  number: number,
  child: { name: string; age: string; allergies?: string },
): Promise<void> {
  const legend = number === 1 ? /^Participant( 1)?$/ : `Participant ${number}`;
  const fields = page.getByRole("group", { name: legend });
  await fields.getByLabel("Name", { exact: true }).fill(child.name);
  await fields.getByLabel(/^Age/).fill(child.age);
  if (child.allergies !== undefined) {
    await fields.getByLabel(/^Allergies/).fill(child.allergies);
  }
}

/** Orders what is in the cart, as a guest; ends on the payment page, or where there is none on the order's. */
export async function checkOut(page: Page, customer: Pick<Person, "name" | "email">): Promise<void> {
  await page.goto("/checkout");
  await page.getByLabel("Your name").fill(customer.name);
  await page.getByLabel("E-mail", { exact: true }).fill(customer.email);
  await page.getByRole("button", { name: /^Go on to pay|^Order$/ }).click();
}

/** Pays on the payment page by a card that works. */
export async function payAt(page: Page, email: string): Promise<void> {
  const address = page.getByLabel("E-mail");
  if (await address.isEditable()) {
    await address.fill(email);
  }
  await page.getByLabel("A card that pays", { exact: true }).check();
  await page.getByRole("button", { name: /^(Pay|Subscribe for) / }).click();
}

/** The session of the payment page that is open. */
export function sessionOf(page: Page): string {
  const id = /\/c\/pay\/(cs_[^/?]+)/.exec(page.url())?.[1];
  if (id === undefined) {
    throw new Error(`${page.url()} is not a payment page`);
  }
  return id;
}

/** The charge of a session that was paid once, as the stand-in Stripe has it. */
export async function chargeOf(
  sandbox: Sandbox,
  session: string,
): Promise<{ id: string; amount: number; amount_refunded: number }> {
  const { payment_intent } = await sandbox.stripeObject<{ payment_intent: string }>(session);
  const { latest_charge } = await sandbox.stripeObject<{ latest_charge: string }>(payment_intent);
  return sandbox.stripeObject(latest_charge);
}

/** Loads the page again until its heading is this one. */
export async function expectHeading(page: Page, heading: string | RegExp): Promise<void> {
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 40_000 });
}

/** Waits on the page of three steps until the order is booked; without scripts by its link. */
export async function expectSettled(page: Page): Promise<void> {
  await expect(async () => {
    const again = page.getByRole("link", { name: "Look again" });
    if (await again.isVisible()) {
      await again.click();
    }
    await expect(page.getByRole("heading", { level: 1, name: /^Booked\. See you/ })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 40_000 });
}
