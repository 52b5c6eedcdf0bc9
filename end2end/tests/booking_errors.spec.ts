// Booking, where it goes wrong: nothing that was typed is lost, and nothing is booked twice.
import { expectAccessible } from "./support/accessible";
import { newPerson } from "./support/accounts";
import { chooseTime, expectBooked, fillDetails, submitBooking } from "./support/booking";
import { googleAccounts } from "./support/sandbox";
import { expect, test } from "./support/test";

const oneHour = "/ada-fern/session";

test("a time that somebody else took: the nearest ones, and nothing typed is lost", async ({
  page,
  newVisitor,
  expectedErrors,
}) => {
  expectedErrors.push(/409/);
  const first = newPerson("Fred");
  const second = newPerson("Sara");
  const other = await newVisitor();
  const topic = "Whether the plan holds.";

  for (const [visitor, person] of [[other, first], [page, second]] as const) {
    await visitor.goto(oneHour);
    await chooseTime(visitor, { day: 2 });
    await fillDetails(visitor, { ...person, answers: { "What would you like to talk about?": topic } });
  }
  const taken = await submitBooking(other);
  await page.getByRole("button", { name: "Book", exact: true }).click();

  await expect(page.getByText("This time is no longer free. Please choose another.")).toBeVisible();
  await expect(page.getByLabel("Your name")).toHaveValue(second.name);
  await expect(page.getByLabel("E-mail", { exact: true })).toHaveValue(second.email);
  await expect(page.getByLabel("What would you like to talk about?")).toHaveValue(topic);
  await expectAccessible(page);

  const nearest = page.locator(".tt-gone").getByRole("button");
  expect(await nearest.count()).toBeGreaterThan(1);
  await nearest.first().click();
  const booking = await expectBooked(page);
  expect(booking.id).not.toBe(taken.id);
  expect(booking.start).not.toBe(taken.start);
  expect(new Date(booking.start).toDateString()).toBe(new Date(taken.start).toDateString());
  await expect(page.getByRole("main")).toContainText(topic);
});

test("what cannot be read is said at its field, and the rest stays", async ({ page, expectedErrors }) => {
  expectedErrors.push(/422/);
  const person = newPerson("Bea");
  await page.goto("/ben-ortiz/lesson");
  await chooseTime(page);
  const question = "How long have you been playing?";
  const wrong = { "Your name": "???", "E-mail": "bea@nowhere", [question]: " " };
  for (const [label, text] of Object.entries(wrong)) {
    await page.getByLabel(label, { exact: true }).fill(text);
  }
  await page.getByLabel(/^Phone/).fill("+34 600 100 200");
  await page.getByRole("button", { name: "Book", exact: true }).click();

  await expect(page.getByRole("alert")).toContainText("3 things to fix:");
  // In the order of the form.
  const complaints = {
    "Your name": "A name needs at least one letter.",
    "E-mail": "The part after the @ is not a domain",
    [question]: "Please answer this question.",
  };
  const listed = page.getByRole("alert").getByRole("link");
  await expect(listed).toHaveText(Object.values(complaints).map((complaint) => new RegExp(complaint.replace(".", "\\."))));
  for (const [label, complaint] of Object.entries(complaints)) {
    const field = page.getByLabel(label, { exact: true });
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(new RegExp(complaint.replace(".", "\\.")));
  }
  await expect(page.getByLabel("Your name")).toHaveValue("???");
  await expect(page.getByLabel("E-mail", { exact: true })).toHaveValue("bea@nowhere");
  await expect(page.getByLabel(/^Phone/)).toHaveValue("+34 600 100 200");
  await expectAccessible(page);

  // A complaint leads to its field.
  await page.getByRole("alert").getByRole("link", { name: "A name needs at least one letter." }).click();
  await expect(page.getByLabel("Your name")).toBeFocused();

  await fillDetails(page, { ...person, answers: { [question]: "Ten years, badly." } });
  await submitBooking(page);
  await expect(page.getByRole("main")).toContainText("Ten years, badly.");
});

test("clicking twice, sending the form again, and going back: one booking", async ({ page, sandbox }) => {
  const person = newPerson("Ida");
  await page.goto(oneHour);
  await chooseTime(page, { day: 3 });
  await fillDetails(page, person);
  const sent = page.waitForRequest((request) => request.method() === "POST");
  await page.getByRole("button", { name: "Book", exact: true }).dblclick();
  const booking = await expectBooked(page);

  await test.step("the same form once more leads to the same booking", async () => {
    const request = await sent;
    const answer = await page.request.post(request.url(), {
      data: request.postData()!,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      maxRedirects: 0,
    });
    expect(answer.status()).toBe(303);
    expect(answer.headers()["location"]).toContain(`/bookings/${booking.id}?`);
  });

  await test.step("so does the page before, or it says that the time is gone", async () => {
    await page.goBack();
    // The browser shows the form as it remembers it, or asks for the page anew: both are its right.
    const gone = page.getByText("This time is no longer free. Please choose another.");
    const again = page.getByRole("button", { name: "Book", exact: true });
    await expect(gone.or(again).filter({ visible: true })).toHaveCount(1);
    if (await again.isVisible()) {
      await fillDetails(page, person);
      await again.click();
      expect((await expectBooked(page)).id).toBe(booking.id);
    } else {
      await expectAccessible(page);
    }
  });

  await test.step("one confirmation, one event", async () => {
    await sandbox.waitForMail(person.email, "Booked:");
    await expect.poll(() => sandbox.events(googleAccounts.ada, person.email), { timeout: 20_000 }).toHaveLength(1);
    await page.goto(booking.url);
    await page.getByRole("link", { name: "Cancel this booking" }).click();
    await page.getByRole("button", { name: "Cancel the booking" }).click();
    await sandbox.waitForMail(person.email, "Cancelled:");
    expect(await sandbox.mails(person.email, "Booked:")).toHaveLength(1);
    expect(await sandbox.events(googleAccounts.ada, person.email)).toHaveLength(1);
  });
});
