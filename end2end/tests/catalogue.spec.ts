// A host sets up what can be bought: a camp with a date and seats, a weekly time, prices; a manager adds a room; an
// administrator says who reports to whom.
import { expectAccessible } from "./support/accessible";
import { becomeHost, demoAccounts, newPerson, signIn } from "./support/accounts";
import { expectSettled, fillChild, payAt } from "./support/shop";
import { expect, test } from "./support/test";

/** A day next summer, when nobody has anything yet. */
const summer = `${new Date().getFullYear() + 1}-07-05`;

test("a host offers a camp with dates and seats", async ({ page, newVisitor, sandbox, expectedErrors }) => {
  test.setTimeout(180_000);
  expectedErrors.push(/422/);
  const host = newPerson("Clara");
  const slug = await becomeHost(page, sandbox, host);

  await test.step("the camp", async () => {
    await page.goto("/host/services/new");
    await expectAccessible(page);
    await page.getByLabel("Title").fill("Summer camp");
    await page.getByRole("radio", { name: /^Camp/ }).check();
    await page.getByLabel(/^Price/).fill("0.10");
    await page.getByRole("radio", { name: /^In person/ }).check();
    await page.getByLabel("Address", { exact: true }).fill("Calle Mayor 1, Madrid");
    await page.getByRole("button", { name: "Add this service" }).click();
    await expect(page.getByRole("alert")).toContainText("Cards can be charged €0.50 at least.");
    await expectAccessible(page);
    await expect(page.getByRole("radio", { name: /^Camp/ })).toBeChecked();
    await page.getByLabel(/^Price/).fill("120");
    await page.getByRole("button", { name: "Add this service" }).click();
    await expect(page.getByText("The new service stands at the end of the list.")).toBeVisible();
  });

  await test.step("its dates", async () => {
    await page.getByRole("link", { name: "Summer camp", exact: true }).click();
    await page.getByRole("link", { name: "Dates and seats" }).click();
    await expect(page.getByText("None yet. Add the first one")).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel("First day").fill(summer);
    await page.getByLabel("Days", { exact: true }).fill("2");
    await page.getByRole("radio", { name: "All day, 9:00–17:00" }).check();
    await page.getByLabel("Seats", { exact: true }).fill("8");
    await page.getByRole("button", { name: "Add this date" }).click();
    await expect(page.getByText("Added. Customers can book it from now on.")).toBeVisible();
    const date = page.getByRole("region", { name: "Dates ahead" }).getByRole("listitem");
    await expect(date).toContainText("8 seats, all free");
    await expectAccessible(page);

    await page.getByLabel("First day").fill(summer);
    await page.getByRole("button", { name: "Add this date" }).click();
    await expect(page.getByRole("alert")).toContainText("There is another booking at that time");
    await expectAccessible(page);

    await date.getByLabel(/^Seats/).fill("3");
    await date.getByRole("button", { name: /^Save/ }).click();
    await expect(date).toContainText("3 seats, all free");
  });

  await test.step("a date that somebody has booked is called off", async () => {
    const dates = page.url().replace(/\?.*/, "");
    const guest = await newVisitor();
    await guest.goto(`/${slug}/summer-camp`);
    await guest.locator("input[name='date']:not([disabled])").first().check();
    await guest.getByLabel("How many places?").selectOption("2");
    await guest.getByRole("button", { name: "Add to cart" }).click();
    await guest.getByRole("link", { name: "Go to the checkout" }).click();
    await guest.getByLabel("Your name").fill("Dora Sanz");
    await guest.getByLabel("E-mail", { exact: true }).fill("dora@shop.test");
    await fillChild(guest, 1, { name: "Mia", age: "8" });
    await fillChild(guest, 2, { name: "Leo", age: "6" });
    await guest.getByRole("button", { name: "Go on to pay €240.00" }).click();
    await payAt(guest, "dora@shop.test");
    await expectSettled(guest);
    const order = guest.url();

    await page.goto(dates);
    const date = page.getByRole("region", { name: "Dates ahead" }).getByRole("listitem");
    await date.getByRole("link", { name: /^Call off/ }).click();
    await expect(page.getByRole("heading", { name: "Call this date off?" })).toBeVisible();
    await expect(page.getByText("1 booking is cancelled, and its customer is told by e-mail.")).toBeVisible();
    await expect(page.getByText("€240.00 goes back to them: all that was paid")).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel("A word to the customers").fill("There will be a storm.");
    await page.getByRole("button", { name: "Call it off" }).click();
    await expect(page.getByText("Nothing can be bought on this date any more")).toBeVisible();
    const off = page.getByRole("region", { name: "Called off" });
    await expect(async () => {
      await page.reload();
      await expect(off).toContainText("1 of 1 refunded: €240.00 of €240.00", { timeout: 1_000 });
    }).toPass({ timeout: 40_000 });
    await expect(off).toContainText("There will be a storm.");
    await expect(off.getByText("All done")).toBeVisible();
    await expect(page.getByRole("heading", { level: 1, name: "Summer camp is called off" })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("link", { name: "All dates of Summer camp" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Dates and seats" })).toBeVisible();
    expect(page.url()).toBe(dates);
    await expect(date.getByText("Called off", { exact: true })).toBeVisible();
    await expectAccessible(page);

    await guest.goto(order);
    await expect(guest.getByText("€240.00 went back")).toBeVisible();
    const mail = await sandbox.waitForMail("dora@shop.test", "Cancelled: Summer camp");
    expect(mail.text).toContain("There will be a storm.");
    await guest.goto(`/${slug}/summer-camp`);
    await expect(guest.locator("input[name='date']:not([disabled])")).toHaveCount(0);
  });

  await test.step("a weekly time", async () => {
    await page.goto("/host/services/new");
    await page.getByLabel("Title").fill("Weekly piano");
    await page.getByRole("radio", { name: /^Weekly subscription/ }).check();
    await page.getByLabel(/^Price/).fill("25");
    await page.getByLabel("Duration in minutes").fill("45");
    await page.getByRole("button", { name: "Add this service" }).click();
    await page.getByRole("link", { name: "Weekly piano", exact: true }).click();
    await page.getByRole("link", { name: "Dates and seats" }).click();
    const weekly = page.url();
    await page.getByLabel("Day", { exact: true }).selectOption("Wednesday");
    await page.getByLabel("Begins at").fill("18:00");
    await page.getByLabel("Places", { exact: true }).fill("2");
    await page.getByRole("button", { name: "Add this time" }).click();
    const time = page.getByRole("region", { name: "Weekly times" }).getByRole("listitem");
    await expect(time.first()).toContainText("Wednesdays, 18:00–18:45");
    await expectAccessible(page);
    await time.first().getByText("Next dates").click();
    await expectAccessible(page);
    await time.first().getByRole("link", { name: /^Call off/ }).first().click();
    await expect(page.getByText("Nobody has booked it.")).toBeVisible();
    await page.getByRole("button", { name: "Call it off" }).click();
    await expect(page.getByRole("region", { name: "Called off" })).toContainText("Nobody had booked it.");
    await page.goto(weekly);
    await time.first().getByText("Next dates").click();
    await expect(time.first().getByText("Called off", { exact: true })).toHaveCount(1);
    await time.first().getByRole("button", { name: /^Close to newcomers/ }).click();
    await expect(page.getByText("Closed to newcomers. Who has a place keeps it.")).toBeVisible();
  });

  const answer = await page.goto(`/${slug}`);
  expect(answer?.status()).toBe(200);
});

test("rooms, and who reports to whom", async ({ page, newVisitor, sandbox, expectedErrors }) => {
  test.setTimeout(90_000);
  expectedErrors.push(/422/);
  const host = newPerson("Dario");
  await becomeHost(await newVisitor(), sandbox, host);
  await signIn(page, demoAccounts.olga, "/host/team");
  await expectAccessible(page);
  const room = `Room ${host.mark}`;
  await page.getByLabel("Name", { exact: true }).fill(room);
  await page.getByRole("button", { name: "Save this room" }).click();
  await expect(page.getByRole("region", { name: "Rooms" })).toContainText(room);
  await page.getByLabel("Name", { exact: true }).fill(room);
  await page.getByRole("button", { name: "Save this room" }).click();
  await expect(page.getByRole("alert")).toContainText("Another room has this name.");
  await page.getByRole("link", { name: `Edit ${room}` }).click();
  await page.getByLabel("In use").uncheck();
  await page.getByRole("button", { name: "Save this room" }).click();
  await expect(page.getByRole("region", { name: "Rooms" }).getByRole("listitem").filter({ hasText: room })).toContainText(
    "Out of use",
  );
  await expectAccessible(page);

  await page.goto(`/admin/people?q=${host.mark}`);
  await page.getByRole("combobox", { name: `Reports to (manager of ${host.name})` }).selectOption(demoAccounts.olga.name);
  await page.getByRole("button", { name: `Save the manager of ${host.name}` }).click();
  await expect(page.getByText("Saved. The managers’ calendars follow in a moment.")).toBeVisible();
  await expectAccessible(page);

  // Olga has no page of her own, and looks after the services of those who have one.
  await page.goto("/host/team");
  await page.getByRole("link", { name: `Services of ${host.name}` }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Services of ${host.name}`);
  await expectAccessible(page);
  await page.getByRole("link", { name: "New service" }).click();
  await page.getByLabel("Title").fill("Autumn camp");
  await page.getByRole("radio", { name: /^Camp/ }).check();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Add this service" }).click();
  await expect(page.getByText("The new service stands at the end of the list.")).toBeVisible();
  await page.getByRole("link", { name: "Dates of Autumn camp" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Dates and seats");
  await expectAccessible(page);
  await page.getByRole("link", { name: `Services of ${host.name}` }).click();
  await page.getByRole("link", { name: "Team and rooms" }).click();
  await expect(page).toHaveURL(/\/host\/team$/);
});
