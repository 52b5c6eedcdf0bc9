// Booking without a mouse: every step is reached by Tab, taken by Return, and the focus is never lost on the way.
import { expect, type Locator, type Page } from "@playwright/test";

import { expectAccessible } from "./support/accessible";
import { newPerson } from "./support/accounts";
import { expectBooked } from "./support/booking";
import { test } from "./support/test";

test("a session is booked with the keyboard alone", async ({ page }) => {
  const person = newPerson("Kim");
  // Before the island has woken, a link is a link: it leads to another page, and the focus begins anew there.
  await page.goto("/ada-fern/session", { waitUntil: "networkidle" });

  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");

  const month = page.locator("h2#month");
  const before = await month.textContent();
  const day = page.getByRole("link", { name: /, \d+ free times?$/ });
  await tabTo(page, page.getByRole("link", { name: /^[A-Z][a-z]+ \d{4}$/ }).last());
  await page.keyboard.press("Enter");
  await expect(month).not.toHaveText(before!);
  await expectFocusKept(page);

  await tabTo(page, day.nth(1));
  await page.keyboard.press("Enter");
  await expect(day.nth(1)).toHaveAttribute("aria-current", "date");
  await expectFocusKept(page);

  await tabTo(page, page.locator("#times").getByRole("link").nth(1));
  await page.keyboard.press("Enter");
  await expect(page.locator("#your-details")).toBeFocused();
  await expectAccessible(page);

  // Changing one's mind leads back to the times, and the focus with it.
  await tabTo(page, page.getByRole("link", { name: "Choose another time" }));
  await page.keyboard.press("Enter");
  await expect(page.locator("#times")).toBeFocused();
  await tabTo(page, page.locator("#times").getByRole("link").first());
  await page.keyboard.press("Enter");
  await expect(page.locator("#your-details")).toBeFocused();

  await tabTo(page, page.getByLabel("Your name"));
  await page.keyboard.type(person.name);
  await tabTo(page, page.getByLabel("E-mail", { exact: true }));
  await page.keyboard.type(person.email);
  await tabTo(page, page.getByRole("button", { name: "Book", exact: true }));
  await page.keyboard.press("Enter");
  await expectBooked(page);
});

/** Presses Tab until the element has the focus, and fails where that takes too long or where the focus is not seen. */
async function tabTo(page: Page, element: Locator): Promise<void> {
  await expect(element).toBeVisible();
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    if (await element.evaluate((node) => node === document.activeElement)) {
      const outline = await element.evaluate((node) => {
        const { outlineStyle, boxShadow } = getComputedStyle(node);
        return outlineStyle !== "none" || boxShadow !== "none";
      });
      expect(outline, "the focus can be seen").toBe(true);
      return;
    }
  }
  throw new Error("the element was not reached by Tab");
}

async function expectFocusKept(page: Page): Promise<void> {
  const focused = await page.evaluate(() => document.activeElement?.tagName);
  expect(focused, "the focus is still on something").not.toBe("BODY");
}
