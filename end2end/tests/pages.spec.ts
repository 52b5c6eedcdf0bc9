// Every page that the other tests do not come by, with the data of the demo: reachable, in one piece, accessible.
import { expectAccessible } from "./support/accessible";
import { demoAccounts, signIn } from "./support/accounts";
import { expect, test } from "./support/test";

test("the pages of a host", async ({ page }) => {
  test.setTimeout(90_000);
  await signIn(page, demoAccounts.ada);
  for (const address of ["/host", "/host/profile", "/host/hours", "/host/services", "/host/bookings?show=past", "/host/why"]) {
    await visit(page, address);
  }
  await page.goto("/host/services");
  await page.getByRole("link", { name: /^Edit/ }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
});

test("the pages of an account", async ({ page }) => {
  await signIn(page, demoAccounts.olga);
  for (const address of ["/account", "/account/bookings", "/sign-out"]) {
    await visit(page, address);
  }
});

test("the pages of the public", async ({ page }) => {
  for (const address of ["/ada-fern", "/ada-fern/book", "/ada-fern/session?tz=Asia/Kolkata", "/ben-ortiz/lesson"]) {
    await visit(page, address);
  }
});

test("the pages of the sandbox", async ({ page, sandbox }) => {
  for (const path of ["/", "/mail", "/control", "/control/stripe", "/calendar/u/ada@sandbox.test"]) {
    await visit(page, sandbox.url(path));
  }
});

async function visit(page: import("@playwright/test").Page, address: string): Promise<void> {
  const answer = await page.goto(address);
  expect(answer?.status(), address).toBe(200);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await expectAccessible(page);
}
