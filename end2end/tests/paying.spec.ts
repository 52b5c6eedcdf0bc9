// What can come between an order and its payment: a declined card, a change of mind, time that runs out, somebody who is
// faster, a Stripe that does not answer, a promotion code, and nothing to pay at all.
import { expectAccessible } from "./support/accessible";
import { becomeHost, newPerson } from "./support/accounts";
import { fillDetails, freeTimes, showDay } from "./support/booking";
import { linkIn } from "./support/sandbox";
import {
  addCamp,
  addTime,
  chargeOf,
  checkOut,
  expectHeading,
  expectSettled,
  fillChild,
  payAt,
  sessionOf,
} from "./support/shop";
import { expect, test } from "./support/test";

const party = "/juno-hale/birthday-party";

test("a card that is declined, and then one that pays", async ({ page, sandbox, expectedErrors }) => {
  // The payment page says so with its status.
  expectedErrors.push(/402/);
  const customer = newPerson("Dora");
  await addTime(page, party, { day: 6 });
  await checkOut(page, customer);
  const session = sessionOf(page);
  await page.getByLabel("A card that is declined").check();
  await page.getByLabel("Why a card is declined").selectOption("insufficient_funds");
  await page.getByRole("button", { name: /^Pay / }).click();
  await expect(page.getByRole("alert")).toHaveText("Your card has insufficient funds.");
  await expectAccessible(page);
  await payAt(page, customer.email);
  await expectSettled(page);
  const mail = await sandbox.waitForMail(customer.email, "Confirmed: Birthday party");
  expect(mail.text).toContain("Paid: €140.00");
  expect((await sandbox.mails(customer.email)).map(({ subject }) => subject)).toEqual([mail.subject]);
  const { payment_intent } = await sandbox.stripeObject<{ payment_intent: string }>(session);
  const ofThis = ({ of }: { of: string | null }) => of === payment_intent;
  expect((await sandbox.stripeEffects("charge.failed")).filter(ofThis)).toHaveLength(1);
  expect((await sandbox.stripeEffects("charge.succeeded")).filter(ofThis)).toHaveLength(1);
});

test("back without paying, until the time to pay runs out", async ({ page, sandbox }, info) => {
  test.setTimeout(120_000);
  const scripts = info.project.use.javaScriptEnabled !== false;
  const customer = newPerson("Dora");
  if (scripts) {
    // The countdown is the browser's, and the end the server's.
    await page.clock.install();
  }
  await addTime(page, party, { day: 7 });
  await checkOut(page, customer);
  const payment = page.url();
  await page.getByRole("link", { name: /back/i }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Held for you, not paid yet" })).toBeVisible();
  const card = page.getByRole("region", { name: "Payment" });
  await expect(card).toContainText(/Everything is held for you until \d\d:\d\d \(Europe\/Madrid/);
  await expect(card).toContainText(scripts ? /\b(30|29):\d\d left/ : /\b(31|30|29) minutes left/);
  await expectAccessible(page);
  const order = page.url();
  await page.goto("/cart");
  await expect(page.getByText("You have ordered this, and not paid yet.")).toBeVisible();
  await expect(page.getByText(/Everything is held for you until \d\d:\d\d/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "To your order" }).click();

  // Whether somebody has paid in the last moment is not known while Stripe does not say.
  await sandbox.stripe("unplug");
  await sandbox.letPass(32);
  if (scripts) {
    await page.clock.fastForward("31:30");
  } else {
    await page.reload();
  }
  await expect(page.getByRole("heading", { level: 1, name: "The time to pay ran out" })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Pay/ })).toHaveCount(0);
  await expect(page.getByText("If you paid in the last moment")).toBeVisible();
  await expectAccessible(page);
  await sandbox.stripe("plug");
  await expect(async () => {
    await page.goto(order);
    await expect(page.getByText("what was held for you is free again")).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 40_000 });
  await expect(page.getByText("You came back without paying")).toHaveCount(0);
  await expect(page.getByText("Held for you", { exact: true })).toHaveCount(0);
  await expectAccessible(page);

  await page.goto("/cart");
  await expect(page.getByText("You have ordered this")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Go to the checkout" })).toBeVisible();
  await page.goto(payment);
  await expect(page.getByRole("heading", { level: 1, name: "This page has expired" })).toBeVisible();
  const mail = await sandbox.waitForMail(customer.email, "Not paid in time: order TT-");
  expect(mail.text).toContain("nothing is booked, and nothing was charged");
  expect(mail.text).toContain("- Birthday party with Juno Hale");
  expect(await sandbox.mails(customer.email)).toHaveLength(1);
});

test("somebody else was faster than the news of the payment", async ({ page, newVisitor, sandbox, expectedErrors }) => {
  test.setTimeout(120_000);
  const [customer, faster] = [newPerson("Dora"), newPerson("Fay")];
  await page.goto(party);
  await showDay(page, 8);
  const time = freeTimes(page).first();
  const chosen = new URL((await time.getAttribute("href"))!, page.url()).search;
  await time.click();
  await page.getByRole("button", { name: "Add to cart" }).click();
  await checkOut(page, customer);
  const session = sessionOf(page);
  const orderAddress = (await page.getByRole("link", { name: /back/i }).first().getAttribute("href"))!;

  // Paid, but the answer does not reach the browser, and Stripe is not heard of until the hold is over.
  await sandbox.stripe("webhooks/hold");
  expectedErrors.push(/ERR_FAILED/);
  await page.route(`**/c/pay/${session}`, async (route) => {
    await route.fetch({ maxRedirects: 0 });
    await route.abort();
  });
  await payAt(page, customer.email);
  await expect
    .poll(async () => (await sandbox.stripeObject<{ status: string }>(session)).status)
    .toBe("complete");
  await sandbox.stripe("unplug");
  await sandbox.letPass(37);
  const visitor = await newVisitor();
  await visitor.goto(`/juno-hale/hello${chosen}`);
  await fillDetails(visitor, faster);
  await visitor.getByRole("button", { name: "Book", exact: true }).click();
  await expect(visitor.getByRole("heading", { level: 1, name: /^Booked\. See you/ })).toBeVisible();

  await page.goto(orderAddress);
  await expect(page.getByRole("heading", { level: 1, name: "The time to pay ran out" })).toBeVisible();
  await sandbox.stripe("plug");
  await sandbox.stripe("webhooks/release");
  await expectHeading(page, "This could not be booked");
  await expect(page.getByText("When your payment arrived, it could not be booked. You get back what you paid for it.")).toBeVisible();
  await expect(page.getByText("Could not be booked", { exact: true })).toBeVisible();
  await expect(async () => {
    await page.reload();
    await expect(page.getByText("Refunded", { exact: true }).last()).toBeVisible({ timeout: 1_000 });
    await expect(page.getByText("€140.00 went back")).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 40_000 });
  await expectAccessible(page);

  const charge = await chargeOf(sandbox, session);
  expect(charge).toMatchObject({ amount: 14_000, amount_refunded: 14_000 });
  const refunds = (await sandbox.stripeEffects("refund.created")).filter(({ of }) => of === charge.id);
  expect(refunds.map(({ amount }) => amount)).toEqual([14_000]);
  const mail = await sandbox.waitForMail(customer.email, "Not booked, your money goes back: order TT-");
  expect(mail.text).toContain("€140.00 goes back to you");
  expect((await sandbox.mails(customer.email)).map(({ subject }) => subject)).toEqual([mail.subject]);
});

test("a bank debit that fails days later", async ({ page, sandbox, expectedErrors }) => {
  // The inbox shows mails without scripts, the browser's own included.
  expectedErrors.push(/Blocked script execution/);
  const customer = newPerson("Dora");
  await addTime(page, party, { day: 11 });
  await checkOut(page, customer);
  const session = sessionOf(page);
  await page.getByLabel("A bank debit that fails days later").check();
  await page.getByRole("button", { name: /^Pay / }).click();
  await expect(page.getByText("Your bank is working on it. That may take a few days.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "To your order" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Your bank is working on it" })).toBeVisible();
  await expectAccessible(page);

  await sandbox.stripe(`sessions/${session}/settle`, { succeeds: false });
  await expectHeading(page, "The payment did not go through");
  await expect(page.getByText("Nothing was charged, and what was held for you is free again.")).toBeVisible();
  await expectAccessible(page);
  const mail = await sandbox.waitForMail(customer.email, "The payment did not go through: order TT-");
  expect(mail.text).toContain("Nothing is booked, and nothing was charged.");
  expect(mail.text).toContain("- Birthday party with Juno Hale");
  expect(await sandbox.mails(customer.email)).toHaveLength(1);
  await page.goto(sandbox.url(`/mail/${mail.id}/html`));
  await expect(page.getByRole("heading", { level: 1, name: "The payment did not go through." })).toBeVisible();
  await page.goto("/cart");
  await expect(page.getByRole("link", { name: "Go to the checkout" })).toBeVisible();
});

test("Stripe does not answer at the checkout, and does later", async ({ page, sandbox }) => {
  const customer = newPerson("Dora");
  await addTime(page, party, { day: 9 });
  await sandbox.stripe("unplug");
  await checkOut(page, customer);
  await expect(page.getByRole("heading", { level: 1, name: "Held for you, not paid yet" })).toBeVisible();
  await expect(page.getByText("The payment page cannot be reached at the moment.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Pay €140.00" }).click();
  await expect(page.getByText("The payment page cannot be reached at the moment.")).toBeVisible();
  await sandbox.stripe("plug");
  await page.getByRole("button", { name: "Pay €140.00" }).click();
  const session = sessionOf(page);
  await payAt(page, customer.email);
  await expectSettled(page);
  expect(await chargeOf(sandbox, session)).toMatchObject({ amount: 14_000, amount_refunded: 0 });
});

test("a promotion code takes something off, and goes back less of it", async ({ page, sandbox, expectedErrors }) => {
  test.setTimeout(90_000);
  expectedErrors.push(/402/);
  const customer = newPerson("Dora");
  const code = `SPRING-${customer.mark}`.toUpperCase();
  const coupon = await sandbox.makeAtStripe("coupons", { percent_off: "25", duration: "once" });
  await sandbox.makeAtStripe("promotion_codes", { "promotion[type]": "coupon", "promotion[coupon]": coupon, code });

  await addCamp(page, 1);
  await addTime(page, party, { day: 10 });
  await page.goto("/checkout");
  await fillChild(page, 1, { name: "Mia", age: "8" });
  await page.getByLabel("Your name").fill(customer.name);
  await page.getByLabel("E-mail", { exact: true }).fill(customer.email);
  await page.getByRole("button", { name: "Go on to pay €320.00" }).click();
  const session = sessionOf(page);
  await page.getByLabel("Promotion code").fill("NOT-A-CODE");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("alert")).toHaveText("This code is invalid.");
  await page.getByLabel("Promotion code").fill(code.toLowerCase());
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("Total EUR 240.00")).toBeVisible();
  await expectAccessible(page);
  await payAt(page, customer.email);
  await expectSettled(page);
  const sums = page.locator("dl", { hasText: "Discount" });
  await expect(sums).toContainText("−€80.00");
  await expect(sums).toContainText("€240.00");
  await expectAccessible(page);
  const mail = await sandbox.waitForMail(customer.email, "Confirmed: Music camp and 1 more");
  expect(mail.text).toContain("Paid: €240.00 (after a discount of €80.00)");

  // Three quarters of its price were paid.
  await page.getByRole("link", { name: /^Cancel this ?: “Birthday party”$/ }).click();
  await expect(page.getByText("You get back €105.00.")).toBeVisible();
  await page.getByRole("button", { name: "Cancel it" }).click();
  await expect(page.getByText("Cancelled. What you get back is on its way.")).toBeVisible();
  await expect
    .poll(async () => (await chargeOf(sandbox, session)).amount_refunded, { timeout: 20_000 })
    .toBe(10_500);
  await sandbox.waitForMail(customer.email, "€105.00 goes back to you");
});

test("what costs nothing is booked without a payment", async ({ page, newVisitor, sandbox }) => {
  test.setTimeout(120_000);
  const [host, customer] = [newPerson("Olive"), newPerson("Dora")];
  const staff = await newVisitor();
  const slug = await becomeHost(staff, sandbox, host);
  await staff.goto("/host/services/new");
  await staff.getByLabel("Title").fill("Open morning");
  await staff.getByRole("radio", { name: /^Camp/ }).check();
  await staff.getByRole("radio", { name: /^In person/ }).check();
  await staff.getByLabel("Address", { exact: true }).fill("Calle Mayor 1, Madrid");
  await staff.getByRole("button", { name: "Add this service" }).click();
  await staff.getByRole("link", { name: "Open morning", exact: true }).click();
  await staff.getByRole("link", { name: "Dates and seats" }).click();
  await staff.getByLabel("First day").fill(`${new Date().getFullYear() + 1}-06-07`);
  await staff.getByLabel("Days", { exact: true }).fill("1");
  await staff.getByLabel("Seats", { exact: true }).fill("5");
  await staff.getByRole("button", { name: "Add this date" }).click();
  await expect(staff.getByText("Added. Customers can book it from now on.")).toBeVisible();

  const before = (await sandbox.stripeEffects("session.created")).length;
  await page.goto(`/${slug}/open-morning`);
  await page.locator("input[name='date']:not([disabled])").first().check();
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect(page.getByText("Free").first()).toBeVisible();
  await expectAccessible(page);
  await page.goto("/checkout");
  await fillChild(page, 1, { name: "Mia", age: "8" });
  await page.getByLabel("Your name").fill(customer.name);
  await page.getByLabel("E-mail", { exact: true }).fill(customer.email);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Order", exact: true }).click();
  await expectSettled(page);
  await expect(page.getByText("Confirmed", { exact: true })).toBeVisible();
  await expect(page.getByText("Paid", { exact: true })).toHaveCount(0);
  await expectAccessible(page);
  expect((await sandbox.stripeEffects("session.created")).length).toBe(before);
  const mail = await sandbox.waitForMail(customer.email, "Confirmed: Open morning");
  expect(mail.text).toContain("There is nothing to pay.");
  await page.goto(linkIn(mail, "/orders/"));
  await page.getByRole("link", { name: /^Cancel this/ }).click();
  await expect(page.getByText("There was nothing to pay, so nothing goes back.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Cancel it" }).click();
  await expect(page.getByText("Cancelled.", { exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "This order is cancelled" })).toBeVisible();
});
