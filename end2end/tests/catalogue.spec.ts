// A host sets up what can be bought: a camp with a date and seats, a weekly time, prices; a manager adds a room; an
// administrator says who reports to whom.
import { expectAccessible } from "./support/accessible";
import { becomeHost, demoAccounts, newPerson, signIn } from "./support/accounts";
import { expect, test } from "./support/test";

/** A day next summer, when nobody has anything yet. */
const summer = `${new Date().getFullYear() + 1}-07-05`;

test("a host offers a camp with dates and seats", async ({ page, sandbox, expectedErrors }) => {
  test.setTimeout(120_000);
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
    await date.getByRole("link", { name: /^Call off/ }).click();
    await expect(page.getByRole("heading", { name: "Call this date off?" })).toBeVisible();
    await expect(page.getByText("Nobody has booked it.")).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel("A word to the customers").fill("There will be a storm.");
    await page.getByRole("button", { name: "Call it off" }).click();
    await expect(page.getByText("Called off. Nothing can be bought on this date any more")).toBeVisible();
    const off = page.getByRole("region", { name: "Called off" });
    await expect(off).toContainText("Nobody had booked it.");
    await expect(off).toContainText("There will be a storm.");
    await expectAccessible(page);
    await page.goBack();
    await page.goBack();
    await page.reload();
    await expect(date.getByText("Called off", { exact: true })).toBeVisible();
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
    await page.getByLabel("Day", { exact: true }).selectOption("Wednesday");
    await page.getByLabel("Begins at").fill("18:00");
    await page.getByLabel("Places", { exact: true }).fill("2");
    await page.getByRole("button", { name: "Add this time" }).click();
    const time = page.getByRole("region", { name: "Weekly times" }).getByRole("listitem");
    await expect(time).toContainText("Wednesdays, 18:00–18:45");
    await expectAccessible(page);
    await time.getByRole("button", { name: /^Close to newcomers/ }).click();
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
  await expect(page.getByText("Saved. It counts for bookings from now on.")).toBeVisible();
  await expectAccessible(page);
});
