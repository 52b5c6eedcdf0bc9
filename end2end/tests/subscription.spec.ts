// A weekly subscription by Stripe's clock: three weeks are paid and booked, a payment is declined and made up for, and the
// customer ends it.
import { expectAccessible } from "./support/accessible";
import { becomeHost, newPerson } from "./support/accounts";
import { connectGoogle } from "./support/google";
import type { CalendarEvent } from "./support/sandbox";
import { expectSettled, fillChild, payAt } from "./support/shop";
import { expect, test } from "./support/test";

/** A week, and the hour that a bill stays a draft. */
const week = { seconds: 7 * 86_400 + 2 * 3_600 };

test("weeks are paid and booked one by one, until the customer ends it", async ({ page, newVisitor, sandbox }) => {
  test.setTimeout(240_000);
  const [host, customer] = [newPerson("Petra"), newPerson("Dora")];
  const account = await sandbox.addGoogleAccount(host.name, host.mark);
  const staff = await newVisitor();
  const slug = await becomeHost(staff, sandbox, host);
  await connectGoogle(staff, account);
  await staff.goto("/host/services/new");
  await staff.getByLabel("Title").fill("Weekly piano");
  await staff.getByRole("radio", { name: /^Weekly subscription/ }).check();
  await staff.getByLabel(/^Price/).fill("25");
  await staff.getByLabel("Duration in minutes").fill("45");
  await staff.getByRole("button", { name: "Add this service" }).click();
  await staff.getByRole("link", { name: "Weekly piano", exact: true }).click();
  await staff.getByRole("link", { name: "Dates and seats" }).click();
  await staff.getByLabel("Day", { exact: true }).selectOption("Wednesday");
  await staff.getByLabel("Begins at").fill("18:00");
  await staff.getByLabel("Places", { exact: true }).fill("2");
  await staff.getByRole("button", { name: "Add this time" }).click();
  await expect(staff.getByRole("region", { name: "Weekly times" }).getByRole("listitem")).toContainText("18:00–18:45");

  await page.goto(`/${slug}/weekly-piano`);
  await page.getByText("Wednesdays, 18:00–18:45").click();
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.goto("/checkout");
  await fillChild(page, 1, { name: "Mia", age: "8" });
  await page.getByLabel("Your name").fill(customer.name);
  await page.getByLabel("E-mail", { exact: true }).fill(customer.email);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Go on to pay €25.00 a week" }).click();
  await expectAccessible(page);
  await payAt(page, customer.email);
  await expectSettled(page);
  const order = page.url();
  await expect(page.getByText(/^Paid until .* It goes on week by week until you end it\.$/)).toBeVisible();
  await expectAccessible(page);
  const begun = (await sandbox.stripeEffects("subscription.created")).at(-1)!;
  const confirmation = await sandbox.waitForMail(customer.email, "Confirmed: Weekly piano");
  expect(confirmation.text).toContain("goes on from week to week until you end it");

  const standing = async (): Promise<CalendarEvent[]> => {
    const events = await sandbox.events(account, customer.email);
    return events.filter(({ status }) => status === "confirmed");
  };
  /** Waits for so many weeks in the host's calendar; each stands once, at its time, a week after the one before. */
  const expectWeeks = async (count: number): Promise<void> => {
    await expect.poll(async () => (await standing()).length, { timeout: 30_000 }).toBe(count);
    const starts = (await standing()).map(({ start }) => start!.dateTime).sort();
    expect(new Set(starts.map((start) => start.slice(0, 10))).size).toBe(count);
    expect(starts.every((start) => start.includes("T18:00:00"))).toBe(true);
  };
  // The week that is paid, and four ahead.
  await expect.poll(async () => (await standing()).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
  const first = (await standing()).length;

  await test.step("three weeks are paid", async () => {
    for (const paid of [1, 2, 3]) {
      await sandbox.stripe("clock", week);
      await expectWeeks(first + paid);
      await expect
        .poll(async () => (await sandbox.mails(customer.email, "Paid: €25.00 for Weekly piano")).length, { timeout: 20_000 })
        .toBe(paid);
    }
  });

  await test.step("a payment is declined", async () => {
    await sandbox.stripe(`subscriptions/${begun.object}/card`, { declines: "insufficient_funds" });
    await sandbox.stripe("clock", week);
    const mail = await sandbox.waitForMail(customer.email, "The payment did not go through: Weekly piano");
    expect(mail.text).toContain("€25.00 for your subscription could not be paid.");
    await page.goto(order);
    await expect(page.getByText("The last payment did not go through. It is tried again in the next days")).toBeVisible();
    await expectAccessible(page);
    await expectWeeks(first + 3);
  });

  await test.step("and made up for", async () => {
    await sandbox.stripe(`subscriptions/${begun.object}/card`, { declines: null });
    await sandbox.stripe("clock", { seconds: 3 * 86_400 });
    await expectWeeks(first + 4);
    await page.goto(order);
    await expect(page.getByText(/^Paid until /)).toBeVisible();
  });

  await test.step("the customer ends it", async () => {
    await page.getByRole("link", { name: /^End this subscription/ }).click();
    await expect(page.getByRole("heading", { level: 1, name: "End this subscription?" })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "End it" }).click();
    await expect(page.getByText("It ends when what is paid for is over.")).toBeVisible();
    // What is not paid for is called off.
    await expectWeeks(first);
    await page.goto(order);
    await expect(page.getByText(/^It ends on .* What is paid for still takes place\.$/)).toBeVisible();
    await expect(page.getByRole("link", { name: /^End this subscription/ })).toHaveCount(0);
    await expectAccessible(page);
    await sandbox.stripe("clock", week);
    await sandbox.waitForMail(customer.email, "Ended: Weekly piano");
    await page.goto(order);
    await expect(page.getByText(/^It ended on /)).toBeVisible();
    await expectAccessible(page);
    const paid = (await sandbox.stripeEffects("invoice.paid")).filter(({ of }) => of === begun.object);
    const bills = await Promise.all(paid.map(({ object }) => sandbox.stripeObject<{ amount_paid: number }>(object)));
    expect(bills.map(({ amount_paid }) => amount_paid)).toEqual([2_500, 2_500, 2_500, 2_500, 2_500]);
    // The weeks that were paid stand.
    expect(await standing()).toHaveLength(first);
  });
});
