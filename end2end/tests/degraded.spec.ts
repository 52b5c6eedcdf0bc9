// Google is gone, the booking stands: what the customer and the host are told, and how it heals by itself, once.
import { expectAccessible } from "./support/accessible";
import { demoAccounts, newPerson, signIn } from "./support/accounts";
import { book, bookingCard, meetLink } from "./support/booking";
import { googleAccounts } from "./support/sandbox";
import { expect, test } from "./support/test";

test("a booking stands while Google is down, and its Meet link follows by mail, once", async ({
  page,
  newVisitor,
  sandbox,
}) => {
  test.setTimeout(150_000);
  const { ada } = demoAccounts;
  const customer = newPerson("Dora");
  const visitor = await newVisitor();
  await sandbox.unplugGoogle();

  const booking = await book(visitor, "/ada-fern/session", customer);
  const card = bookingCard(visitor);
  await expect(card).toContainText("The Meet link will be sent by email");
  await expect(card).toContainText(customer.email);
  await visitor.evaluate(() => document.documentElement.setAttribute("data-noticed", ""));
  await expect(card).toContainText("Delayed, retrying", { timeout: 20_000 });
  await expect(card).toContainText("Your booking stands; we keep trying and will mail you the link.");
  await expectAccessible(visitor);

  await test.step("the mails go out without a link", async () => {
    const toCustomer = await sandbox.waitForMail(customer.email, "Booked: One-hour session");
    expect(toCustomer.text).toContain("The Meet link will be sent by email");
    expect(toCustomer.text).not.toMatch(/https?:\/\/\S*\/meet\//);
    const toHost = await sandbox.waitForMail(ada.email, `with ${customer.name}`);
    expect(toHost.subject).toMatch(/^New booking:/);
    expect(toHost.text).not.toMatch(/https?:\/\/\S*\/meet\//);
  });

  await test.step("the host is told, and may retry", async () => {
    await signIn(page, ada, `/host/bookings/${booking.id}`);
    await expect(page.getByRole("heading", { level: 1, name: `One-hour session with ${customer.name}` })).toBeVisible();
    const calendar = page.getByRole("region", { name: "Calendar" });
    await expect(calendar).toContainText("Delayed, retrying");
    await expect(calendar).toContainText("The booking stands.");
    await expect(calendar.getByRole("button", { name: "Retry now" })).toBeVisible();
    await expectAccessible(page);
    await page.goto("/host/integrations");
    await expect(page.getByRole("region", { name: "Not in your calendar as they should be" })).toContainText(customer.name);
    await expectAccessible(page);
    await page.goto("/host");
    await expectAccessible(page);
  });

  await sandbox.plugGoogleIn();

  await test.step("the link appears on the page that was open all the while", async () => {
    await expect(meetLink(visitor)).toBeVisible({ timeout: 75_000 });
    await expect(card).toContainText("Added to Google Calendar");
    await expect(card).not.toContainText("Google is not answering");
    expect(await visitor.evaluate(() => document.documentElement.hasAttribute("data-noticed"))).toBe(true);
    await expectAccessible(visitor);
  });

  const meet = (await meetLink(visitor).getAttribute("href"))!;
  await test.step("one mail each brings it", async () => {
    const toCustomer = await sandbox.waitForMail(customer.email, "Your Meet link: One-hour session");
    expect(toCustomer.text).toContain(meet);
    expect(toCustomer.links).toContain(booking.url);
    const toHost = await sandbox.waitForMail(ada.email, `Meet link: One-hour session with ${customer.name}`);
    expect(toHost.text).toContain(meet);
  });

  await test.step("and nothing came twice", async () => {
    // Whatever was still on its way is there once the mails about something later are.
    await visitor.getByRole("link", { name: "Cancel this booking" }).click();
    await visitor.getByRole("button", { name: "Cancel the booking" }).click();
    await expect(visitor.getByRole("heading", { level: 1, name: /^Cancelled\./ })).toBeVisible();
    await sandbox.waitForMail(customer.email, "Cancelled: One-hour session");
    await sandbox.waitForMail(ada.email, `Cancelled: One-hour session with ${customer.name}`);
    const subjects = (mails: { subject: string }[]) => mails.map(({ subject }) => subject.split(":")[0]).sort();
    expect(subjects(await sandbox.mails(customer.email))).toEqual(["Booked", "Cancelled", "Your Meet link"]);
    expect(subjects(await sandbox.mails(ada.email, customer.name))).toEqual(["Cancelled", "Meet link", "New booking"]);
    const events = await sandbox.events(googleAccounts.ada, customer.email);
    expect(events).toHaveLength(1);
    expect(await sandbox.ledger({ method: "insert", event: events[0]!.id, effect: true })).toHaveLength(1);
  });
});
