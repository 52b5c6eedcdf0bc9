// The whole path: a host signs up and connects Google, a customer books, the Meet link appears; moved, cancelled,
// disconnected. On a desktop, on a phone, and with scripts blocked, where nothing but links and forms is left.
import type { Page } from "@playwright/test";

import { expectAccessible } from "./support/accessible";
import { becomeHost, newPerson } from "./support/accounts";
import {
  bookingCard,
  bookingOf,
  chooseTime,
  expectBooked,
  fillDetails,
  freeTimes,
  meetLink,
  showDay,
} from "./support/booking";
import { connectGoogle, disconnectGoogle, expectConnected, goToConsent } from "./support/google";
import { type Mail, type Sandbox } from "./support/sandbox";
import { expect, test } from "./support/test";

const question = "What shall we look at?";
const answer = "The plan for spring,\nand what to leave out.";

test("a host connects Google, a customer books, the Meet link appears", async ({
  page,
  newVisitor,
  sandbox,
  expectedErrors,
}, info) => {
  test.setTimeout(180_000);
  const scripts = info.project.use.javaScriptEnabled !== false;
  // Where the browser tells its zone, the customer lives in another one than the host.
  const away = info.project.name === "desktop";
  const host = newPerson("Hanna");
  const customer = newPerson("Carl");
  const account = await sandbox.addGoogleAccount(host.name, host.mark);
  const visitor = await newVisitor(away ? { timezoneId: "America/New_York" } : {});

  const slug = await test.step("the host signs up and opens a page", async () => {
    await page.goto("/");
    await expectAccessible(page);
    return becomeHost(page, sandbox, host, expectAccessible);
  });

  await test.step("sets the hours", async () => {
    await expectAccessible(page);
    await page.getByRole("link", { name: "Change hours" }).click();
    await expect(page.getByRole("heading", { level: 2, name: "Every week" })).toBeVisible();
    await expectAccessible(page);
    const week = page.getByRole("region", { name: "Every week" });
    await week.getByLabel("Monday, hours 1, from").fill("10:00");
    await week.getByLabel("Monday, hours 1, to").fill("12:00");
    await week.getByRole("button", { name: "Save weekly hours" }).click();
    await expect(page).toHaveURL(/\/host\/hours\?done=weekly/);
    await expect(page.getByRole("status").first()).toBeVisible();
    await expect(week.getByLabel("Monday, hours 1, from")).toHaveValue("10:00");
    await expect(week.getByLabel("Monday, hours 1, to")).toHaveValue("12:00");
  });

  await test.step("adds a service with a question", async () => {
    await page.goto("/host/services");
    await expectAccessible(page);
    await page.getByRole("link", { name: "New service" }).click();
    await page.getByLabel("Title").fill("Deep dive");
    await page.getByLabel(/^Web address/).fill("deep-dive");
    await page.getByLabel("Duration in minutes").fill("45");
    await page.getByLabel(/^Description/).fill("Three quarters of an hour for one thing.");
    await page.getByRole("radio", { name: /^Google Meet/ }).check();
    await page.getByRole("button", { name: "Add a question" }).click();
    const row = page.getByRole("group", { name: "Question 1" });
    await row.getByLabel(/^What customers read/).fill(question);
    await row.getByLabel("Answered by").selectOption({ label: "Several lines" });
    await row.getByLabel("Needs an answer").check();
    await expectAccessible(page);
    await expect(page.getByLabel("Title")).toHaveValue("Deep dive");
    await page.getByRole("button", { name: "Add this service" }).click();
    await expect(page.getByText("Saved. The new service stands at the end of the list.")).toBeVisible();
    await expect(page.getByRole("listitem").filter({ hasText: "Deep dive" })).toContainText("45 min");
  });

  await test.step("connects Google", async () => {
    await page.goto("/host/integrations");
    await expect(page.getByText("Not connected", { exact: true })).toBeVisible();
    await expectAccessible(page);
    await goToConsent(page, account);
    await expectAccessible(page);
    await connectGoogle(page, account);
    await expectAccessible(page);
    await expectConnected(page, account);
  });

  // Google takes its time with the conference, so that the page is there before its link.
  await sandbox.breakWith({ match: { account }, fault: { kind: "conference_delay_ms", ms: 3000 } });

  await test.step("a customer chooses a time", async () => {
    await visitor.goto(`/${slug}`);
    await expect(visitor.getByRole("heading", { level: 1, name: host.name })).toBeVisible();
    await expectAccessible(visitor);
    await visitor.getByRole("link", { name: "Deep dive" }).click();
    await expect(visitor.getByRole("heading", { level: 1, name: "Deep dive" })).toBeVisible();
    await expect(visitor.getByText(away ? /America\/New.York/ : /Europe\/Madrid/).first()).toBeVisible();
    await expectAccessible(visitor);
    await showDay(visitor);
    // Two hours on Mondays, forty-five minutes each, every half hour.
    await expect(visitor.getByRole("link", { name: /^Monday .*, 3 free times$/ })).not.toHaveCount(0);
    await expectAccessible(visitor);
    await freeTimes(visitor).first().click();
    await fillDetails(visitor, { name: customer.name, email: customer.email, answers: { [question]: answer } });
    await expectAccessible(visitor);
    await visitor.getByRole("button", { name: "Book", exact: true }).click();
  });

  const { booking, meet } = await test.step("the Meet link appears on the confirmation", async () => {
    const booking = await expectBooked(visitor);
    await expect(visitor.getByText("The Meet link will be sent by email")).toBeVisible();
    const stayed = scripts ? await notice(visitor) : undefined;
    await expectAccessible(visitor);
    if (scripts) {
      await expect(meetLink(visitor)).toBeVisible({ timeout: 30_000 });
    } else {
      await expect(async () => {
        await visitor.getByRole("link", { name: "Refresh the status" }).click();
        await expect(meetLink(visitor)).toBeVisible({ timeout: 500 });
      }).toPass({ timeout: 30_000 });
    }
    await expect(bookingCard(visitor)).toContainText("Added to Google Calendar");
    if (stayed) {
      expect(await stayed(), "the page was loaded anew").toBe(true);
    }
    await expect(bookingCard(visitor)).toContainText(answer.split("\n")[0]!);
    if (away) {
      await expect(bookingCard(visitor)).toContainText(new RegExp(`For ${host.name} it is .*Europe/Madrid`));
    }
    await expectAccessible(visitor);
    const meet = (await meetLink(visitor).getAttribute("href"))!;
    return { booking, meet };
  });

  await test.step("calendar, invitation and mail agree", async () => {
    await expect.poll(() => mailsWith(sandbox, customer.email, meet), { timeout: 20_000 }).toHaveLength(1);
    await expect.poll(() => mailsWith(sandbox, host.email, meet), { timeout: 20_000 }).toHaveLength(1);
    const confirmation = await sandbox.waitForMail(customer.email, "Booked: Deep dive");
    expect(confirmation.links).toContain(booking.url);
    expect(confirmation.parts.map((part) => part.content_type).join()).toContain("text/calendar");
    const events = await sandbox.events(account, customer.email);
    expect(events).toHaveLength(1);
    const event = events[0]!;
    expect(event.summary).toBe(`[TimeTap] Session with ${customer.email}`);
    expect(event.hangoutLink).toBe(meet);
    expect(event.start?.timeZone).toBe("Europe/Madrid");
    expect(new Date(event.start!.dateTime)).toEqual(new Date(booking.start));
    expect(event.description).toContain(answer.split("\n")[0]);
    expect(await sandbox.invitations(customer.email)).toHaveLength(1);
  });

  await test.step("the mail leads back to the booking", async () => {
    await visitor.goto(sandbox.url(`/mail?to=${encodeURIComponent(customer.email)}`));
    await expectAccessible(visitor);
    await visitor.getByRole("link", { name: /^Booked: Deep dive/ }).click();
    await expect(visitor.getByRole("heading", { level: 1, name: /^Booked: Deep dive/ })).toBeVisible();
    // The scripts are those of the test itself.
    expectedErrors.push(/^Blocked script execution in '[^']*\/mail\/\d+\/html'/);
    // axe waits for a script of its own in every frame, and the frame that shows the mail runs none.
    await visitor.locator("iframe").evaluate((frame) => frame.remove());
    await expectAccessible(visitor);
    await visitor.getByRole("link", { name: booking.url, exact: true }).click();
    await expect(visitor.getByRole("heading", { level: 1, name: /^See you/ })).toBeVisible();
    await expect(meetLink(visitor)).toHaveAttribute("href", meet);
  });

  await test.step("the host sees it", async () => {
    await page.goto("/host");
    await expect(page.getByRole("main")).toContainText(customer.name);
    await expectAccessible(page);
    await page.goto("/host/bookings");
    await expectAccessible(page);
    await page.getByRole("link", { name: customer.name }).click();
    await expect(page.getByRole("heading", { level: 1, name: `Deep dive with ${customer.name}` })).toBeVisible();
    const calendar = page.getByRole("region", { name: "Calendar" });
    await expect(calendar).toContainText("Added to Google Calendar");
    await expect(calendar.getByRole("link", { name: "Join Google Meet" })).toHaveAttribute("href", meet);
    expect((await page.request.get(meet)).status()).toBe(200);
    await expect(page.getByRole("region", { name: "What happened" })).toContainText(`Booked by ${customer.name}`);
    await expectAccessible(page);
    // As Google shows it.
    await page.goto((await calendar.getByRole("link", { name: "Open it in Google Calendar" }).getAttribute("href"))!);
    await expect(page.getByRole("main")).toContainText(`[TimeTap] Session with ${customer.email}`);
    await expectAccessible(page);
  });

  const moved = await test.step("the customer moves it", async () => {
    await visitor.goto(booking.url);
    await visitor.getByRole("link", { name: "Choose another time" }).click();
    await expect(visitor.getByRole("heading", { level: 1, name: "Choose another time" })).toBeVisible();
    await expectAccessible(visitor);
    await chooseTime(visitor, { day: 1, time: 1 });
    await visitor.getByLabel(/^A word to/).fill("A day later suits me better.");
    await expectAccessible(visitor);
    await visitor.getByRole("button", { name: "Move the booking" }).click();
    await expect(visitor.getByRole("heading", { level: 1, name: /^Moved\. See you/ })).toBeVisible();
    const moved = await bookingOf(visitor);
    expect(moved.id).toBe(booking.id);
    expect(moved.start).not.toBe(booking.start);
    await expectAccessible(visitor);
    await expect
      .poll(async () => (await sandbox.events(account, customer.email)).map((event) => [event.status, startOf(event)]), {
        timeout: 20_000,
      })
      .toEqual([["confirmed", new Date(moved.start).getTime()]]);
    const mail = await sandbox.waitForMail(host.email, "New time: Deep dive");
    expect(mail.text).toContain("A day later suits me better.");
    expect((await sandbox.waitForMail(customer.email, "New time: Deep dive")).text).toContain(meet);
    return moved;
  });

  await test.step("and cancels it", async () => {
    await visitor.goto(moved.url);
    await visitor.getByRole("link", { name: "Cancel this booking" }).click();
    await expect(visitor.getByRole("heading", { level: 1, name: "Cancel this booking?" })).toBeVisible();
    await expectAccessible(visitor);
    await visitor.getByLabel(/^A word to/).fill("Another time, perhaps.");
    await visitor.getByRole("button", { name: "Cancel the booking" }).click();
    await expect(visitor.getByRole("heading", { level: 1, name: "Cancelled. The time is free again." })).toBeVisible();
    await expect(meetLink(visitor)).toHaveCount(0);
    await expectAccessible(visitor);
    await expect
      .poll(async () => (await sandbox.events(account, customer.email)).map((event) => event.status), { timeout: 20_000 })
      .toEqual(["cancelled"]);
    const mail = await sandbox.waitForMail(host.email, "Cancelled: Deep dive");
    expect(mail.text).toContain("Another time, perhaps.");
    await sandbox.waitForMail(customer.email, "Cancelled: Deep dive");
    await page.goto("/host/bookings?show=cancelled");
    await expect(page.getByRole("main")).toContainText(customer.name);
    await expectAccessible(page);
  });

  await test.step("the host disconnects Google", async () => {
    await disconnectGoogle(page, account);
    await expect(page.getByText("Not connected", { exact: true })).toBeVisible();
    await expectAccessible(page);
    expect(await sandbox.ledger({ method: "revoke", account, effect: true })).toHaveLength(1);
    expect(await sandbox.ledger({ method: "insert", account, effect: true })).toHaveLength(1);
  });
});

/** Tells, when asked, whether the page is still the document that it is now. */
async function notice(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => document.documentElement.setAttribute("data-noticed", ""));
  return () => page.evaluate(() => document.documentElement.hasAttribute("data-noticed"));
}

async function mailsWith(sandbox: Sandbox, to: string, words: string): Promise<Mail[]> {
  return (await sandbox.mails(to)).filter((mail) => mail.text?.includes(words));
}

function startOf(event: { start?: { dateTime: string } }): number {
  return new Date(event.start?.dateTime ?? "").getTime();
}
