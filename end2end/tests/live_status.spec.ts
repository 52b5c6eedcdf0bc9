// The confirmation page keeps itself up to date: what becomes true appears on it, without loading the page again.
import { expect } from "@playwright/test";

import { newPerson } from "./support/accounts";
import { book, meetLink } from "./support/booking";
import { test } from "./support/test";

test("the Meet link appears on the page that is open, and then nothing more is asked", async ({ page }) => {
  test.slow();
  const person = newPerson("Liv");
  await book(page, "/ada-fern/session", { name: person.name, email: person.email });
  // Lost where the page is loaded again.
  await page.evaluate(() => document.body.setAttribute("data-seen", "yes"));
  await expect(meetLink(page)).toBeVisible({ timeout: 60_000 });
  await expect(page.locator("[data-calendar=added]")).toBeVisible();
  await expect(page.locator("[data-status]")).not.toHaveAttribute("data-url", /./, { timeout: 60_000 });
  await expect(page.locator("body")).toHaveAttribute("data-seen", "yes");
});
