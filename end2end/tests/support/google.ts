// The stand-in Google's consent page, and the host's page of calendars.
import { expect, type Page } from "@playwright/test";

import { sandboxUrl } from "./addresses";

/** Where hosts find their calendars. Those who only book find theirs at `/account/calendars`. */
const calendars = "/host/integrations";

/** Goes from the page of calendars to the consent page of Google, and chooses an account there. */
export async function goToConsent(page: Page, account: string, at = calendars): Promise<void> {
  await page.goto(at);
  await page.getByRole("link", { name: /^Connect (Google|another Google account)$/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Choose an account" })).toBeVisible();
  expect(new URL(page.url()).origin).toBe(new URL(sandboxUrl).origin);
  await page.getByRole("radio", { name: account }).check();
}

/** Connects the account, from the page of calendars and back to it. */
export async function connectGoogle(page: Page, account: string, at = calendars): Promise<void> {
  await goToConsent(page, account, at);
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(page).toHaveURL((url) => url.pathname === at && url.search === "?done=connected");
  await expect(page.getByText("Google is connected.")).toBeVisible();
}

/** Waits until the page of calendars calls the account connected. The page says how things are when it is loaded. */
export async function expectConnected(page: Page, account: string): Promise<void> {
  const row = connectionRow(page, account);
  await expect(async () => {
    await page.goto("/host/integrations");
    await expect(row.getByText("Connected", { exact: true })).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 20_000 });
  await expect(row).toContainText("Last answer from Google");
}

/** Disconnects the account: opens what it means, then does it. */
export async function disconnectGoogle(page: Page, account: string): Promise<void> {
  await page.goto("/host/integrations");
  const row = connectionRow(page, account);
  await row.getByText("Disconnect…").click();
  await expect(row).toContainText("Bookings and the events that stand in Google stay.");
  await row.getByRole("button", { name: `Disconnect ${account}` }).click();
  await expect(page.getByText("Google is disconnected, and our access there is withdrawn.")).toBeVisible();
}

function connectionRow(page: Page, account: string) {
  return page.getByRole("region", { name: "Google Calendar" }).getByRole("listitem").filter({ hasText: account });
}
