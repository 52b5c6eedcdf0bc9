// Accounts: signing in and out, a forgotten password, and the list of where one is signed in.
import { expectAccessible } from "./support/accessible";
import { fillSignIn, newPerson, signIn, signUp } from "./support/accounts";
import { linkIn } from "./support/sandbox";
import { expect, test } from "./support/test";

test("an account from sign-up to a forgotten password", async ({ page, newVisitor, sandbox, expectedErrors }) => {
  test.setTimeout(120_000);
  expectedErrors.push(/422/, /410/);
  const person = newPerson("Petra");
  await signUp(page, sandbox, person, "book");
  await expect(page.getByRole("heading", { level: 1, name: "Your account" })).toBeVisible();
  await expectAccessible(page);

  await test.step("a customer has no business on pages of hosts and administrators", async () => {
    for (const address of ["/host", "/admin/jobs", "/admin/people"]) {
      expectedErrors.push(/403/);
      const answer = await page.goto(address);
      expect(answer?.status(), address).toBe(403);
      await expect(page.getByRole("heading", { level: 1, name: "This is not yours to see" })).toBeVisible();
    }
    await expectAccessible(page);
  });

  await test.step("a wrong password is refused, and says so", async () => {
    const other = await newVisitor();
    await other.goto("/sign-in");
    await expectAccessible(other);
    await fillSignIn(other, { ...person, password: "not the right one" });
    await expect(other.getByRole("alert")).toContainText("E-mail address and password do not fit together.");
    await expect(other.getByLabel("E-mail address")).toHaveValue(person.email);
    await expect(other.getByLabel("Password", { exact: true })).toHaveValue("");
    await expectAccessible(other);
    await fillSignIn(other, person);
    await expect(other.getByRole("heading", { level: 1, name: "Your account" })).toBeVisible();

    await test.step("the list shows both browsers, and ends the other one", async () => {
      await page.goto("/account");
      const sessions = page.getByRole("region", { name: "Where you are signed in" });
      await expect(sessions.getByRole("listitem")).toHaveCount(2);
      await expect(sessions.getByText("This one")).toHaveCount(1);
      await expectAccessible(page);
      await sessions.getByRole("button", { name: /^Sign out .*last used/ }).click();
      await expect(page.getByText("That browser is signed out.")).toBeVisible();
      await expect(sessions.getByRole("listitem")).toHaveCount(1);
      await other.goto("/account");
      await expect(other).toHaveURL(/\/sign-in\?next=%2Faccount/);
    });
  });

  const newPassword = `another long walk ${person.mark}`;
  await test.step("a forgotten password", async () => {
    const other = await newVisitor();
    // The answer is the same for addresses that nobody has.
    for (const email of [`nobody-${person.mark}@example.test`, person.email]) {
      await other.goto("/sign-in");
      await other.getByRole("link", { name: "Forgot password?" }).click();
      await other.getByLabel("E-mail address").fill(email);
      await expectAccessible(other);
      await other.getByRole("button", { name: "Send the link" }).click();
      await expect(other.getByText("If there is an account with this address, a mail with a link is on its way.")).toBeVisible();
    }
    await expectAccessible(other);
    const mail = await sandbox.waitForMail(person.email, "Choose a new password");
    expect(await sandbox.mails(`nobody-${person.mark}@example.test`)).toHaveLength(0);
    const link = linkIn(mail, "/reset-password");
    await other.goto(link);
    await expectAccessible(other);
    await other.getByLabel("New password").fill("short");
    await other.getByRole("button", { name: "Set the password" }).click();
    await expect(other.getByRole("alert")).toContainText("A password needs at least 10 characters.");
    await expectAccessible(other);
    await other.getByLabel("New password").fill(newPassword);
    await other.getByRole("button", { name: "Set the password" }).click();
    await expect(other.getByText("Your new password is set. Sign in with it.")).toBeVisible();
    await fillSignIn(other, person);
    await expect(other.getByRole("alert")).toContainText("do not fit together");
    await fillSignIn(other, { ...person, password: newPassword });
    await expect(other.getByRole("heading", { level: 1, name: "Your account" })).toBeVisible();
    // The link worked once.
    await other.goto(link);
    await expect(other.getByRole("heading", { level: 1, name: "This link no longer works" })).toBeVisible();
    await expectAccessible(other);
  });

  await test.step("everybody was signed out by it", async () => {
    await page.goto("/account");
    await expect(page).toHaveURL(/\/sign-in\?next=%2Faccount/);
    await signIn(page, { ...person, password: newPassword }, "/account");
    await expect(page.getByRole("heading", { level: 1, name: "Your account" })).toBeVisible();
  });

  await test.step("and signs out", async () => {
    await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
    await expect(page.getByText("You are signed out. See you soon.")).toBeVisible();
    await page.goto("/account");
    await expect(page).toHaveURL(/\/sign-in/);
  });
});

test("a link to set up an installation that has an administrator is dead", async ({ page }) => {
  await page.goto("/setup?token=whatever-it-was");
  await expect(page.getByRole("heading", { level: 1, name: "This link no longer works" })).toBeVisible();
  await expectAccessible(page);
});
