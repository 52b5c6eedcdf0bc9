// A paid order in everybody's calendar: of who serves, of the customer, and of the manager, each in their own words, once; and
// gone from all of them when it is cancelled.
import { expectAccessible } from "./support/accessible";
import { becomeHost, demoAccounts, newPerson, signIn, signUp } from "./support/accounts";
import { connectGoogle } from "./support/google";
import type { CalendarEvent } from "./support/sandbox";
import { addTime, expectSettled, payAt } from "./support/shop";
import { expect, test } from "./support/test";

test("customer, staff and manager have an event each", async ({ page, newVisitor, sandbox }) => {
  test.setTimeout(240_000);
  const people = { staff: newPerson("Sara"), manager: newPerson("Max"), customer: newPerson("Dora") };
  const accounts = {
    staff: await sandbox.addGoogleAccount(people.staff.name, people.staff.mark),
    manager: await sandbox.addGoogleAccount(people.manager.name, people.manager.mark),
    customer: await sandbox.addGoogleAccount(people.customer.name, people.customer.mark),
  };

  const [staff, manager, admin] = [await newVisitor(), await newVisitor(), await newVisitor()];
  const slug = await becomeHost(staff, sandbox, people.staff);
  await connectGoogle(staff, accounts.staff);
  await becomeHost(manager, sandbox, people.manager);
  await connectGoogle(manager, accounts.manager);
  await signIn(admin, demoAccounts.olga, `/admin/people?q=${people.manager.mark}`);
  await admin.getByRole("combobox", { name: `Role of ${people.manager.name}` }).selectOption("Manager");
  await admin.getByRole("button", { name: `Save the role of ${people.manager.name}` }).click();
  await expect(admin.getByText("The role is changed. It counts at once.")).toBeVisible();
  await admin.goto(`/admin/people?q=${people.staff.mark}`);
  const reports = admin.getByRole("combobox", { name: `Reports to (manager of ${people.staff.name})` });
  await reports.selectOption(people.manager.name);
  await admin.getByRole("button", { name: `Save the manager of ${people.staff.name}` }).click();
  await expect(admin.getByText("Saved. It counts for bookings from now on.")).toBeVisible();

  await staff.goto("/host/services/new");
  await staff.getByLabel("Title").fill("Garden party");
  await staff.getByRole("radio", { name: /^Party/ }).check();
  await staff.getByLabel(/^Price/).fill("90");
  await staff.getByLabel("Duration in minutes").fill("60");
  await staff.getByRole("radio", { name: /^At the customer/ }).check();
  await staff.getByRole("button", { name: "Add this service" }).click();
  await expect(staff.getByText("The new service stands at the end of the list.")).toBeVisible();

  await signUp(page, sandbox, people.customer, "book");
  await page.goto("/account/calendars");
  await expectAccessible(page);
  await connectGoogle(page, accounts.customer, "/account/calendars");
  await expectAccessible(page);
  // Who only books is never asked when they are busy, nor told anything about it.
  await expect(page.getByText("Gets your bookings")).toBeVisible();
  await expect(page.getByText(/busy/i)).toHaveCount(0);
  await page.getByRole("button", { name: "Save the choice" }).click();
  await expect(page.getByText("Saved. New bookings go there from now on.")).toBeVisible();
  await expectAccessible(page);

  await addTime(page, `/${slug}/garden-party`, { day: 2 });
  await page.goto("/checkout");
  await expect(page.getByLabel("Your name")).toHaveValue(people.customer.name);
  await page.getByLabel("Phone").fill("+34 600 100 200");
  await page.getByLabel("Address").fill("Calle Mayor 1\nMadrid");
  await page.getByText("Whose party is it?").click();
  await page.getByLabel(/^Name/).fill("Mia");
  await page.getByLabel(/^Allergies/).fill("Nuts and bees");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Go on to pay €90.00" }).click();
  await payAt(page, people.customer.email);
  await expectSettled(page);
  await expect(async () => {
    await page.reload();
    await expect(page.locator("[data-own-calendar]")).toContainText("Added", { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await expectAccessible(page);
  const number = /TT-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec((await page.getByRole("heading", { level: 2 }).first().textContent())!)![0];

  const of = async (account: string): Promise<CalendarEvent[]> =>
    (await sandbox.allEvents(account)).filter(({ description }) => description?.includes(`Order: ${number}`));
  /** The one event of this account about the order. */
  const only = async (account: string): Promise<CalendarEvent> => {
    await expect.poll(async () => (await of(account)).length, { timeout: 30_000 }).toBe(1);
    return (await of(account))[0]!;
  };

  await test.step("each in their own words, at the same time", async () => {
    const events = {
      staff: await only(accounts.staff),
      manager: await only(accounts.manager),
      customer: await only(accounts.customer),
    };
    expect(events.staff.summary).toBe(`Garden party at ${people.customer.name}'s`);
    expect(events.manager.summary).toBe(`${people.staff.name} - Garden party`);
    expect(events.customer.summary).toBe("Garden party");
    for (const event of Object.values(events)) {
      expect(event.status).toBe("confirmed");
      expect(event.start?.dateTime).toBe(events.staff.start?.dateTime);
      expect(event.description).toContain("Calle Mayor 1");
      // What was said in confidence stands in no calendar.
      expect(event.description).not.toContain("Nuts");
    }
    expect(events.staff.description).toContain(`Customer: ${people.customer.name} (${people.customer.email})`);
    expect(events.manager.description).toContain("Payment: €90.00");
    expect(events.customer.description).toContain(`With: ${people.staff.name}`);
    for (const account of Object.values(accounts)) {
      expect(await sandbox.ledger({ method: "insert", account, effect: true })).toHaveLength(1);
    }
    // Who has the event in a calendar of their own needs no invitation to another.
    expect(await sandbox.invitations(people.customer.email)).toEqual([]);
  });

  await test.step("the staff see it, and what was said in confidence", async () => {
    await staff.goto("/host/bookings");
    await staff.getByRole("link", { name: people.customer.name }).click();
    await expect(staff.getByRole("heading", { level: 1 })).toContainText("Garden party");
    await expectAccessible(staff);
  });

  await test.step("and nobody has it any more once it is cancelled", async () => {
    await page.getByRole("link", { name: /^Cancel this/ }).click();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Cancel it" }).click();
    await expect(page.getByText("Cancelled. What you get back is on its way.")).toBeVisible();
    for (const account of Object.values(accounts)) {
      await expect
        .poll(async () => (await of(account)).filter(({ status }) => status === "confirmed").length, { timeout: 30_000 })
        .toBe(0);
    }
    await sandbox.waitForMail(people.customer.email, "€90.00 goes back to you");
  });
});
