// A paid order in everybody's calendar: of who serves, of the customer, and of the manager, each in their own words, once; and
// gone from all of them when it is cancelled.
import type { Page } from "@playwright/test";

import { expectAccessible } from "./support/accessible";
import { becomeHost, demoAccounts, newPerson, type Person, signIn, signUp } from "./support/accounts";
import { connectGoogle, goToConsent } from "./support/google";
import type { CalendarEvent, Sandbox } from "./support/sandbox";
import { addTime, expectSettled, fillChild, payAt } from "./support/shop";
import { expect, test } from "./support/test";

/** A day next summer, when nobody has anything yet. */
const summer = `${new Date().getFullYear() + 1}-07-06`;

interface Cast {
  people: Record<"staff" | "manager" | "customer", Person>;
  /** Their Google accounts. */
  accounts: Record<"staff" | "manager" | "customer", string>;
  /** The page of who serves. */
  slug: string;
  staff: Page;
  manager: Page;
  admin: Page;
}

/** A host and their manager, with their calendars connected, and a customer who has an account at Google. */
async function setTheStage(newVisitor: () => Promise<Page>, sandbox: Sandbox): Promise<Cast> {
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
  await expect(admin.getByText("Saved. The managers’ calendars follow in a moment.")).toBeVisible();

  return { people, accounts, slug, staff, manager, admin };
}

/** Offers something on the page of services. */
async function offer(
  staff: Page,
  service: { title: string; kind: RegExp; price: string; minutes?: string; place?: RegExp },
): Promise<void> {
  await staff.goto("/host/services/new");
  await staff.getByLabel("Title").fill(service.title);
  await staff.getByRole("radio", { name: service.kind }).check();
  await staff.getByLabel(/^Price/).fill(service.price);
  if (service.minutes !== undefined) {
    await staff.getByLabel("Duration in minutes").fill(service.minutes);
  }
  if (service.place !== undefined) {
    await staff.getByRole("radio", { name: service.place }).check();
  }
  await staff.getByRole("button", { name: "Add this service" }).click();
  await expect(staff.getByText("The new service stands at the end of the list.")).toBeVisible();
}

test("customer, staff and manager have an event each", async ({ page, newVisitor, sandbox }) => {
  test.setTimeout(240_000);
  const { people, accounts, slug, staff, manager, admin } = await setTheStage(newVisitor, sandbox);
  await offer(staff, { title: "Garden party", kind: /^Party/, price: "90", minutes: "60", place: /^At the customer/ });

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

  await test.step("their manager looks after it, as long as they are the manager", async () => {
    await manager.goto("/host/team");
    await expectAccessible(manager);
    await manager.getByRole("link", { name: `Bookings of ${people.staff.name}` }).click();
    await expectAccessible(manager);
    await manager.getByRole("link", { name: people.customer.name }).click();
    await expect(manager.getByRole("heading", { level: 1 })).toContainText("Garden party");
    await expect(manager.getByRole("heading", { name: `Calendar of ${people.staff.name}` })).toBeVisible();
    await expectAccessible(manager);
    await manager.getByRole("link", { name: "Cancel", exact: true }).click();
    await expect(manager.getByText(`€90.00 goes back to ${people.customer.name}: all that was paid for it`)).toBeVisible();
    await expectAccessible(manager);
    await manager.getByRole("link", { name: "Keep it" }).click();

    const standing = async (): Promise<number> =>
      (await of(accounts.manager)).filter(({ status }) => status === "confirmed").length;
    for (const [role, count] of [["Staff", 0], ["Manager", 1]] as const) {
      await admin.goto(`/admin/people?q=${people.manager.mark}`);
      await admin.getByRole("combobox", { name: `Role of ${people.manager.name}` }).selectOption(role);
      await admin.getByRole("button", { name: `Save the role of ${people.manager.name}` }).click();
      await expect.poll(standing, { timeout: 30_000 }).toBe(count);
      expect((await manager.request.get(manager.url())).status()).toBe(count === 1 ? 200 : 404);
    }
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

test("a camp for two children, a party and a session, in everybody's calendar", async ({ page, newVisitor, sandbox }) => {
  test.setTimeout(300_000);
  const { people, accounts, slug, staff } = await setTheStage(newVisitor, sandbox);
  await offer(staff, { title: "Summer camp", kind: /^Camp/, price: "120" });
  await staff.getByRole("link", { name: "Summer camp", exact: true }).click();
  await staff.getByRole("link", { name: "Dates and seats" }).click();
  await staff.getByLabel("First day").fill(summer);
  await staff.getByLabel("Days", { exact: true }).fill("2");
  await staff.getByRole("radio", { name: "All day, 9:00–17:00" }).check();
  await staff.getByLabel("Seats", { exact: true }).fill("8");
  await staff.getByRole("button", { name: "Add this date" }).click();
  await expect(staff.getByText("Added. Customers can book it from now on.")).toBeVisible();
  await offer(staff, { title: "Garden party", kind: /^Party/, price: "90", minutes: "120", place: /^At the customer/ });
  await offer(staff, { title: "Lesson", kind: /^Session/, price: "35", minutes: "60" });

  await signUp(page, sandbox, people.customer, "book");
  await page.goto(`/${slug}/summer-camp`);
  await page.locator("input[name='date']:not([disabled])").first().check();
  await page.getByLabel("How many places?").selectOption("2");
  await page.getByRole("button", { name: "Add to cart" }).click();
  await addTime(page, `/${slug}/garden-party`, { day: 1 });
  await addTime(page, `/${slug}/lesson`, { day: 2 });
  await page.goto("/checkout");
  await page.getByLabel("Phone").fill("+34 600 100 200");
  await page.getByLabel("Address").fill("Calle Mayor 1\nMadrid");
  await fillChild(page, 1, { name: "Mia", age: "8", allergies: "Nuts and bees" });
  await fillChild(page, 2, { name: "Leo", age: "6" });
  await page.getByRole("button", { name: "Go on to pay €365.00" }).click();

  // Who serves cannot be written to for a while: the page that waits says how far each step is.
  await sandbox.breakWith({ match: { account: accounts.staff }, fault: { kind: "status", status: 503 } });
  await payAt(page, people.customer.email);
  await expect(page.getByRole("heading", { level: 1, name: "One moment" })).toBeVisible();
  const steps = page.getByRole("listitem");
  await expect(async () => {
    const again = page.getByRole("link", { name: "Look again" });
    if (await again.isVisible()) {
      await again.click();
    }
    await expect(steps.filter({ hasText: "Payment" })).toContainText("It is paid.", { timeout: 500 });
    await expect(steps.filter({ hasText: "Appointments" })).toContainText("Everything is booked.", { timeout: 500 });
    await expect(steps.filter({ hasText: "Calendars" })).toContainText("They are being written.", { timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await expectAccessible(page);
  await sandbox.healEverything();
  await expectSettled(page);
  const order = page.url();
  const number = /TT-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec((await page.getByRole("heading", { level: 2 }).first().textContent())!)![0];
  const own = page.locator("[data-own-calendar]");

  await test.step("the customer is offered to connect a calendar, which is written then, after some trouble", async () => {
    await expect(own.getByRole("link", { name: "Connect Google to add to calendar" })).toBeVisible();
    await expectAccessible(page);
    await own.getByRole("link").click();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await sandbox.breakWith({
      match: { account: accounts.customer, method: "insert" },
      fault: { kind: "status", status: 503 },
    });
    await goToConsent(page, accounts.customer, "/account/calendars");
    await page.getByRole("button", { name: "Allow" }).click();
    await expect(page).toHaveURL((url) => url.search === "?done=connected_some");
    await expect(page.getByRole("status")).toContainText("Google is connected");
    await expectAccessible(page);
    await expect(async () => {
      await page.goto(order);
      await expect(own).toContainText("Google is not answering right now. It is being tried again by itself", {
        timeout: 1_000,
      });
    }).toPass({ timeout: 20_000 });
    await expectAccessible(page);
    await sandbox.healEverything();
    await sandbox.breakWith({
      match: { account: accounts.customer, method: "insert" },
      fault: { kind: "status", status: 403, reason: "forbidden" },
    });
    await expect(async () => {
      await page.goto(order);
      await expect(own).toContainText("It could not be added to Google Calendar", { timeout: 1_000 });
    }).toPass({ timeout: 40_000 });
    await expectAccessible(page);
    await sandbox.healEverything();
    await own.getByRole("link", { name: "Your calendars" }).click();
    await expect(page.getByText("Your bookings stand all the same.")).toBeVisible();
    await expectAccessible(page);
    for (const title of ["Summer camp", "Garden party", "Lesson"]) {
      await page.getByRole("button", { name: `Retry “${title}”` }).click();
      await expect(page.getByText("Trying again now.")).toBeVisible();
    }
    await expect(async () => {
      await page.goto(order);
      await expect(own).toContainText("Added to Google Calendar", { timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
  });

  await test.step("three events for each, and nothing told in confidence", async () => {
    for (const [who, account] of Object.entries(accounts)) {
      const of = async (): Promise<CalendarEvent[]> =>
        (await sandbox.allEvents(account)).filter(({ description }) => description?.includes(`Order: ${number}`));
      await expect.poll(async () => (await of()).length, { timeout: 30_000 }).toBe(3);
      const events = await of();
      const titles = events.map(({ summary }) => summary).sort();
      const expected = {
        // What takes place nowhere but in a call keeps the title that sessions always had.
        staff: [
          `Garden party at ${people.customer.name}'s`,
          `[TimeTap] Session with ${people.customer.email}`,
          `[TimeTap] Session with ${people.customer.email}`,
        ],
        manager: [`${people.staff.name} - Garden party`, `${people.staff.name} - Lesson`, `${people.staff.name} - Summer camp`],
        customer: ["Garden party", "Lesson", "Summer camp"],
      }[who]!;
      expect(titles).toEqual(expected.sort());
      for (const { description, status } of events) {
        expect(status).toBe("confirmed");
        expect(description).not.toContain("Nuts");
      }
      expect(events.filter(({ start }) => start?.dateTime?.includes(summer) ?? false)).toHaveLength(1);
      expect(await sandbox.ledger({ method: "insert", account, effect: true })).toHaveLength(3);
    }
  });
});
