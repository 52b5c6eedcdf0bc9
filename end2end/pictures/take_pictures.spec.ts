// Books with the demo's first host, and keeps pictures of the pages that people meet on the way.
import { expect, test } from "@playwright/test";

import { sandboxUrl } from "../tests/support/addresses";

const folder = "../docs/images";

test("pictures of the real pages", async ({ page }) => {
  await page.goto("/ada-fern/session?tz=Europe/Madrid");
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: `${folder}/booking.png` });

  const times = page.getByText(/^\d\d:\d\d$/);
  await times.first().click();
  await page.getByLabel("Your name").fill("Zoe Quinn");
  await page.getByLabel("E-mail").fill("zoe@customer.test");
  await page.getByRole("button", { name: "Book", exact: true }).click();
  await expect(page.getByRole("link", { name: "Join Google Meet" })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText("Added to Google Calendar")).toBeVisible();
  await page.screenshot({ path: `${folder}/confirmation.png` });

  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill("ada@timetap.test");
  await page.getByLabel("Password").fill("tap-the-clock");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/host");
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: `${folder}/host-home.png` });

  await page.goto("/host/integrations");
  await page.screenshot({ path: `${folder}/integrations.png` });

  await page.goto(`${sandboxUrl}/control`);
  await page.screenshot({ path: `${folder}/sandbox.png` });
});
