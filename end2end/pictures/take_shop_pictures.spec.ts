// Buys once, and keeps pictures of the shop's pages that people meet on the way.
import { expect, test } from "@playwright/test";

import { signIn } from "../tests/support/accounts";
import { connectGoogle } from "../tests/support/google";
import { Sandbox } from "../tests/support/sandbox";
import { addCamp, addTime, expectSettled, fillChild, payAt } from "../tests/support/shop";

const folder = "../docs/images";

test("pictures of the shop", async ({ page, browser, request }) => {
  test.setTimeout(120_000);
  const host = await (await browser.newContext({ deviceScaleFactor: 1.5 })).newPage();
  await host.setViewportSize({ width: 1280, height: 800 });
  await signIn(host, { email: "juno@timetap.test", password: "tap-the-clock" }, "/host/integrations");
  await connectGoogle(host, await new Sandbox(request).addGoogleAccount("Juno Hale", "juno"));

  await addTime(page, "/juno-hale/birthday-party", { day: 4 });
  await addCamp(page, 2);
  await expect(page.getByText("€500.00")).toBeVisible();
  await page.goto("/cart");
  await page.screenshot({ path: `${folder}/cart.png`, scale: "css" });

  await page.goto("/checkout");
  await page.getByLabel("Your name").fill("Dora Sanz");
  await page.getByLabel("E-mail", { exact: true }).fill("dora@customer.test");
  await page.getByLabel("Phone").fill("+34 600 100 200");
  await fillChild(page, 1, { name: "Mia", age: "8", allergies: "Nuts" });
  await fillChild(page, 2, { name: "Leo", age: "6" });
  await page.getByRole("button", { name: "Go on to pay €500.00" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Payment" })).toBeVisible();
  await payAt(page, "dora@customer.test");
  await expectSettled(page);
  await expect(page.locator("[data-calendar=added]")).toHaveCount(2, { timeout: 30_000 });
  await page.screenshot({ path: `${folder}/order.png`, scale: "css" });

  await host.goto("/host/services");
  await host.getByRole("link", { name: "Dates of Music camp" }).click();
  await host.getByRole("link", { name: /^Who comes/ }).first().click();
  await expect(host.getByRole("heading", { level: 1, name: "Who comes to Music camp" })).toBeVisible();
  await host.screenshot({ path: `${folder}/roster.png`, scale: "css" });
});
