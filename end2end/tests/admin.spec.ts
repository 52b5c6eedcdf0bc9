// What an administrator sees and does: the queue with its troubles, and people with their roles.
import { expectAccessible } from "./support/accessible";
import { demoAccounts, fillSignIn, newPerson, signIn, signUp } from "./support/accounts";
import { book } from "./support/booking";
import { expect, test } from "./support/test";

test("the queue shows what failed for good, explains it, and tries again", async ({ page, newVisitor, sandbox }) => {
  const customer = newPerson("Otto");
  // A mailbox that does not exist is nothing that waiting mends.
  await sandbox.breakWith({ fault: { kind: "smtp_550" } });
  const visitor = await newVisitor();
  await book(visitor, "/ben-ortiz/online-lesson", customer);
  await signIn(page, demoAccounts.olga, "/admin/jobs?state=dead");
  const row = page.getByRole("region", { name: "Failed for good" }).or(page.getByRole("main")).getByRole("listitem");
  await expect(async () => {
    await page.reload();
    await expect(row.getByRole("button", { name: /^Retry: / })).not.toHaveCount(0, { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await expectAccessible(page);
  await sandbox.healEverything();
  const retry = page.getByRole("button", { name: "Retry all" }).or(row.getByRole("button", { name: /^Retry: / }));
  await retry.first().click();
  await expect(page.getByRole("status").first()).toBeVisible();
  await sandbox.waitForMail(customer.email, "Booked: Online lesson");
  for (const state of ["queued", "leased", "parked", "done"]) {
    await page.goto(`/admin/jobs?state=${state}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessible(page);
  }
});

test("people are found, get roles, and lose access", async ({ page, newVisitor, sandbox, expectedErrors }) => {
  test.setTimeout(90_000);
  expectedErrors.push(/422/, /403/);
  const person = newPerson("Vera");
  const theirs = await newVisitor();
  await signUp(theirs, sandbox, person, "book");
  await signIn(page, demoAccounts.olga, "/admin/people");
  await expectAccessible(page);
  await page.getByLabel("Search by name or address").fill(person.mark);
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByRole("heading", { level: 2, name: /^1 account with/ })).toBeVisible();
  await expectAccessible(page);

  await test.step("a role counts at once", async () => {
    await page.getByRole("combobox", { name: `Role of ${person.name}` }).selectOption("Staff");
    await page.getByRole("button", { name: `Save the role of ${person.name}` }).click();
    await expect(page.getByText("The role is changed. It counts at once.")).toBeVisible();
    await theirs.goto("/host");
    await expect(theirs.getByRole("heading", { level: 1, name: "Choose your public address" })).toBeVisible();
    await expectAccessible(theirs);
  });

  await test.step("a disabled account is out at once", async () => {
    await page.getByRole("button", { name: `Disable ${person.name}` }).click();
    await expect(page.getByText("The account is disabled and signed out everywhere.")).toBeVisible();
    await expectAccessible(page);
    await theirs.goto("/account");
    await expect(theirs).toHaveURL(/\/sign-in/);
    await fillSignIn(theirs, person);
    await expect(theirs.getByRole("alert")).toContainText("This account is disabled.");
    await page.getByRole("button", { name: `Enable ${person.name}` }).click();
    await expect(page.getByText("The account can be used again.")).toBeVisible();
    await fillSignIn(theirs, person);
    await expect(theirs).not.toHaveURL(/\/sign-in/);
  });
});
