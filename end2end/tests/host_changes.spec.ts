// The host moves and cancels a booking, each with a word to the customer; and asks why a time is not offered.
import { expectAccessible } from "./support/accessible";
import { demoAccounts, newPerson, signIn } from "./support/accounts";
import { book, bookingCard, bookingOf, chooseTime } from "./support/booking";
import { expect, test } from "./support/test";

test("a host moves a booking, then cancels it, and the customer learns of both", async ({ page, newVisitor, sandbox }) => {
  const { ada } = demoAccounts;
  const customer = newPerson("Nora");
  const visitor = await newVisitor();
  const booking = await book(visitor, "/ada-fern/quick-check", customer, { day: 4 });
  await signIn(page, ada, `/host/bookings/${booking.id}`);

  await test.step("moved", async () => {
    await page.getByRole("link", { name: "Choose another time" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Choose another time" })).toBeVisible();
    await chooseTime(page, { day: 5 });
    await page.getByLabel(`A word to ${customer.name}`).fill("My train is late that day.");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Move the booking" }).click();
    await expect(page.getByText("Moved. The customer is told by e-mail.")).toBeVisible();
    await expectAccessible(page);
    const mail = await sandbox.waitForMail(customer.email, "New time: Quick check");
    expect(mail.text).toContain(`${ada.name} has moved your booking.`);
    expect(mail.text).toContain("My train is late that day.");
    await visitor.goto(booking.url);
    await expect(bookingCard(visitor).locator("time").first()).not.toHaveAttribute("datetime", booking.start);
  });

  await test.step("the host asks why the new time is not offered, and the old one is", async () => {
    const moved = await bookingOf(visitor);
    for (const [start, verdict] of [
      [moved.start, "is not offered. You have a booking at this time."],
      [booking.start, "is offered."],
    ] as const) {
      // "2026-12-04 09:30:00", as the host's clock says.
      const [date, time] = new Date(start).toLocaleString("sv-SE", { timeZone: "Europe/Madrid" }).split(" ");
      await page.goto("/host/why");
      await page.getByLabel("Service").selectOption("Quick check");
      await page.getByLabel("Day", { exact: true }).fill(date!);
      await page.getByLabel(/^Time/).fill(time!.slice(0, 5));
      await page.getByRole("button", { name: "Explain" }).click();
      await expect(page.getByRole("status")).toHaveText(`${time!.slice(0, 5)} ${verdict}`);
      await expectAccessible(page);
    }
  });

  await test.step("cancelled", async () => {
    await page.goto(`/host/bookings/${booking.id}`);
    await page.getByRole("link", { name: "Cancel", exact: true }).click();
    await expectAccessible(page);
    await page.getByLabel(`A word to ${customer.name}`).fill("I am so sorry.");
    await page.getByRole("button", { name: "Cancel the booking" }).click();
    await expect(page.getByText("Cancelled. The customer is told by e-mail, and the time is free again.")).toBeVisible();
    await expectAccessible(page);
    const mail = await sandbox.waitForMail(customer.email, "Cancelled: Quick check");
    expect(mail.text).toContain(`${ada.name} had to cancel your booking.`);
    expect(mail.text).toContain("I am so sorry.");
    await visitor.reload();
    await expect(visitor.getByRole("heading", { level: 1, name: "This booking is cancelled" })).toBeVisible();
    await expect(bookingCard(visitor)).toContainText("I am so sorry.");
    await expectAccessible(visitor);
  });
});
