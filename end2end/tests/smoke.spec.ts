// The least that must be true of a TimeTap that has started. Runs with and without scripts.
import { expectAccessible } from "./support/accessible";
import { expect, test } from "./support/test";

test("says that it is well", async ({ request }) => {
  const answer = await request.get("/healthz");
  expect(answer.status()).toBe(200);
});

test("greets with a heading, accessibly", async ({ page }) => {
  const answer = await page.goto("/");
  expect(answer?.status()).toBe(200);
  await expect(page).toHaveTitle(/TimeTap/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
});

test("ships its styles", async ({ page, request }) => {
  await page.goto("/");
  const sheet = await page.locator('link[rel="stylesheet"]').first().getAttribute("href");
  expect(sheet).toBeTruthy();
  const answer = await request.get(sheet!);
  expect(answer.status()).toBe(200);
  expect(answer.headers()["content-type"]).toContain("text/css");
});

test("says when there is no such page", async ({ page, expectedErrors }) => {
  expectedErrors.push(/404/);
  const answer = await page.goto("/there/is/no/such/page");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
});
