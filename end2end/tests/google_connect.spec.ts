// Connecting Google, where it goes wrong: each way its own honest message, and nothing half-connected.
import type { Page } from "@playwright/test";

import { expectAccessible } from "./support/accessible";
import { becomeHost, demoAccounts, newPerson, signIn } from "./support/accounts";
import { book, bookingCard, meetLink } from "./support/booking";
import { connectGoogle, expectConnected, goToConsent } from "./support/google";
import { linkIn } from "./support/sandbox";
import { expect, test } from "./support/test";

test("what goes wrong on the way to Google is said in its own words", async ({ page, newVisitor, sandbox }) => {
  test.setTimeout(120_000);
  const host = newPerson("Greta");
  const account = await sandbox.addGoogleAccount(host.name, host.mark);
  await becomeHost(page, sandbox, host);

  await test.step("denied", async () => {
    await goToConsent(page, account);
    await page.getByRole("button", { name: "Deny" }).click();
    await expect(page.getByText("You did not give Google your permission, so nothing is connected.")).toBeVisible();
    await expect(page.getByText("Not connected", { exact: true })).toBeVisible();
    await expectAccessible(page);
  });

  await test.step("a box left unticked", async () => {
    await goToConsent(page, account);
    await page.getByRole("checkbox", { name: /calendar\.events$/ }).uncheck();
    await page.getByRole("button", { name: "Allow" }).click();
    await expect(page.getByText("a box was left unticked at Google")).toBeVisible();
    await expect(page.getByText("add your bookings to your calendar")).toBeVisible();
    await expect(page.getByText("Not connected", { exact: true })).toBeVisible();
    await expectAccessible(page);
  });

  const callback = await test.step("connected after all", async () => {
    const seen = page.waitForRequest((request) => request.url().includes("/api/google/calendar/callback?"));
    await connectGoogle(page, account);
    await expectConnected(page, account);
    return (await seen).url();
  });

  await test.step("an answer used twice", async () => {
    await page.goto(callback);
    await expect(page.getByText("This answer from Google was used already.")).toBeVisible();
    await expectConnected(page, account);
    await expectAccessible(page);
  });

  await test.step("an answer that nobody asked for", async () => {
    const forged = new URL(callback);
    forged.searchParams.set("state", "made-up-by-somebody-else");
    await page.goto(forged.href);
    await expect(page.getByText("This answer from Google is not one that we asked for")).toBeVisible();
  });

  await test.step("an answer that belongs to somebody else's sign-in", async () => {
    const other = await newVisitor();
    await signIn(other, demoAccounts.ada);
    await goToConsent(page, account);
    await other.goto(await allowElsewhere(page));
    await expect(other.getByText("This answer from Google belongs to another sign-in")).toBeVisible();
    await expectAccessible(other);
    // Who is not signed in at all is asked to, and led to the calendars.
    const nobody = await newVisitor();
    await goToConsent(page, account);
    await nobody.goto(await allowElsewhere(page));
    await expect(nobody).toHaveURL(/\/sign-in\?next=%2Faccount%2Fcalendars$/);
  });
});

test("a host without a calendar is booked all the same, and adds it later", async ({ page, newVisitor, sandbox }) => {
  test.setTimeout(120_000);
  const host = newPerson("Nils");
  const customer = newPerson("Cora");
  const account = await sandbox.addGoogleAccount(host.name, host.mark);
  const slug = await becomeHost(page, sandbox, host);
  const visitor = await newVisitor();

  await test.step("a customer books", async () => {
    await visitor.goto(`/${slug}`);
    await visitor.getByRole("listitem").getByRole("link").first().click();
    const booking = await book(visitor, visitor.url(), customer);
    await expect(bookingCard(visitor)).toContainText("Not connected");
    await expect(bookingCard(visitor)).toContainText(
      `${host.name} has not connected a calendar. Your booking stands all the same.`,
    );
    await expectAccessible(visitor);

    const mail = await sandbox.waitForMail(customer.email, "Booked:");
    const entry = mail.parts.find((part) => part.content_type.startsWith("text/calendar"));
    expect(entry?.content_type).toContain("method=REQUEST");
    expect(entry?.text).toContain("BEGIN:VEVENT");
    expect(entry?.text?.replaceAll(/\r?\n[ \t]/g, "")).toContain(customer.email);

    const file = await visitor.request.get(
      booking.url.replace(/\?/, "/invite.ics?"),
    );
    expect(file.status()).toBe(200);
    expect(file.headers()["content-type"]).toContain("text/calendar");
    expect(await file.text()).toContain("BEGIN:VCALENDAR");
  });

  await test.step("the host sees why nothing stands in a calendar", async () => {
    await page.goto("/host/bookings");
    await page.getByRole("link", { name: customer.name }).click();
    const calendar = page.getByRole("region", { name: "Calendar" });
    await expect(calendar).toContainText("No calendar is connected. Connect Google to add this booking to it.");
    await expect(calendar.getByRole("link", { name: "Connect Google" })).toBeVisible();
    await expectAccessible(page);
  });

  await test.step("connects, and adds what was booked before", async () => {
    await connectGoogle(page, account);
    await expect(page.getByText("One upcoming booking is not in your calendar yet.")).toBeVisible();
    await expectAccessible(page);
    expect(await sandbox.events(account, customer.email)).toHaveLength(0);
    await page.getByRole("button", { name: "Add 1 upcoming booking" }).click();
    await expect(page.getByText("On their way.")).toBeVisible();
    await expectAccessible(page);
    await expect.poll(() => sandbox.events(account, customer.email), { timeout: 20_000 }).toHaveLength(1);
    // Our mail has put it into the customer's calendar already: Google's invitation would be a second entry.
    expect((await sandbox.events(account, customer.email))[0]?.attendees ?? []).toHaveLength(0);
    expect(await sandbox.invitations(customer.email)).toHaveLength(0);
    await expectConnected(page, account);
    await expect(page.getByText("is not in your calendar yet")).toHaveCount(0);
  });

  await test.step("and the customer's page knows it", async () => {
    await expect(async () => {
      await visitor.reload();
      await expect(bookingCard(visitor)).toContainText("Added to Google Calendar", { timeout: 1000 });
    }).toPass({ timeout: 20_000 });
  });
});

test("access that was withdrawn at Google is told, and mended by connecting again", async ({ page, newVisitor, sandbox }) => {
  test.setTimeout(120_000);
  const host = newPerson("Rita");
  const customer = newPerson("Emil");
  const account = await sandbox.addGoogleAccount(host.name, host.mark);
  const slug = await becomeHost(page, sandbox, host);
  await connectGoogle(page, account);
  await expectConnected(page, account);
  await sandbox.revokeGrant(account);

  const visitor = await newVisitor();
  await test.step("the booking stands", async () => {
    await visitor.goto(`/${slug}`);
    await visitor.getByRole("listitem").getByRole("link").first().click();
    await book(visitor, visitor.url(), customer);
    await expect(bookingCard(visitor)).toContainText("The Meet link will be sent by email");
    await expect(bookingCard(visitor)).toContainText("Waiting to be added", { timeout: 20_000 });
    await expect(bookingCard(visitor)).toContainText(`Waiting for ${host.name} to reconnect their calendar.`);
  });

  await test.step("the host is told by mail and on every page that matters", async () => {
    const mail = await sandbox.waitForMail(host.email, "Please reconnect your calendar");
    await page.goto(linkIn(mail, "/host/integrations"));
    await expect(page.getByText("Needs you", { exact: true })).toBeVisible();
    await expect(page.getByText("Waiting for you", { exact: true })).toBeVisible();
    await expectAccessible(page);
    await page.goto("/host");
    await expect(page.getByText(`Google no longer lets TimeTap into ${account}.`)).toBeVisible();
    await expectAccessible(page);
  });

  await test.step("connecting again brings what was waiting", async () => {
    await page.getByRole("link", { name: "Reconnect Google" }).click();
    await page.getByRole("link", { name: "Reconnect", exact: true }).click();
    await expect(page.getByRole("radio", { name: account })).toBeChecked();
    await page.getByRole("button", { name: "Allow" }).click();
    await expect(page.getByText("The booking that waited is being added")).toBeVisible();
    await expectConnected(page, account);
    await expect.poll(() => sandbox.events(account, customer.email), { timeout: 20_000 }).toHaveLength(1);
    await expect(meetLink(visitor)).toBeVisible({ timeout: 40_000 });
    await sandbox.waitForMail(customer.email, "Your Meet link:");
  });
});

/** Allows on the consent page, and gives the address that Google sends the browser back to, without going there. */
async function allowElsewhere(page: Page): Promise<string> {
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: "Allow" }) });
  const fields = await form.evaluate((node) => {
    const data = new FormData(node as HTMLFormElement);
    data.set("decision", "allow");
    return new URLSearchParams([...data].map(([name, value]) => [name, String(value)])).toString();
  });
  const answer = await page.request.post(new URL("/o/oauth2/v2/auth", page.url()).href, {
    data: fields,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    maxRedirects: 0,
  });
  return answer.headers()["location"]!;
}
