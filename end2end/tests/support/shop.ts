// Buying as a customer does it: things into the cart, who takes part, and the payment on the stand-in Stripe's page.
import { expect, type Page } from "@playwright/test";

import { chooseTime } from "./booking";

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

/** Says who the n-th participant is. */
export async function fillChild(
  page: Page,
  number: number,
  child: { name: string; age: string; allergies?: string },
): Promise<void> {
  const fields = page.getByRole("group", { name: `Participant ${number}` });
  await fields.getByLabel("Name", { exact: true }).fill(child.name);
  await fields.getByLabel("Age", { exact: true }).fill(child.age);
  if (child.allergies !== undefined) {
    await fields.getByLabel(/^Allergies/).fill(child.allergies);
  }
}

/** Pays on the payment page by a card that works. */
export async function payAt(page: Page, email: string): Promise<void> {
  const address = page.getByLabel("E-mail");
  if (await address.isEditable()) {
    await address.fill(email);
  }
  await page.getByLabel("A card that pays").check();
  await page.getByRole("button", { name: /^Pay / }).click();
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
