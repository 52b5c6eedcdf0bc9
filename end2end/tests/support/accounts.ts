// Signing up, in and out as a person does it: through forms and mails.
import { expect, type Page } from "@playwright/test";

import { linkIn, type Sandbox } from "./sandbox";

/** Somebody with an account. */
export interface Account {
  email: string;
  password: string;
}

/** A person of a test. */
export interface Person extends Account {
  name: string;
  /** Unlike every other, now and in earlier runs on the same data; fit for addresses. */
  mark: string;
}

/** The people of the demo. */
export const demoAccounts = {
  /** A host whose Google calendar is connected. */
  ada: { email: "ada@timetap.test", password: "tap-the-clock", name: "Ada Fern", slug: "ada-fern" },
  /** A host with a shop, and who serves some of it too. */
  juno: { email: "juno@timetap.test", password: "tap-the-clock", name: "Juno Hale" },
  nico: { email: "nico@timetap.test", password: "tap-the-clock", name: "Nico Vale" },
  /** An administrator. */
  olga: { email: "olga@timetap.test", password: "tap-the-clock", name: "Olga Marsh" },
} as const;

/** Somebody whom no other test, and no earlier run on the same data, has met. */
export function newPerson(firstName: string): Person {
  const mark = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
  return {
    name: `${firstName} Test ${mark}`,
    email: `${firstName.toLowerCase()}-${mark}@example.test`,
    password: `a long walk by the sea ${mark}`,
    mark,
  };
}

/** Signs in; with `next`, at the page that asked for it. Ends on the page after the form. */
export async function signIn(page: Page, account: Account, next?: string): Promise<void> {
  await page.goto(next ?? "/sign-in");
  await fillSignIn(page, account);
  await expect(page).not.toHaveURL(/\/sign-in/);
}

/** Fills the form of the page that is open, and sends it. */
export async function fillSignIn(page: Page, account: Account): Promise<void> {
  await page.getByLabel("E-mail address").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** What is done with every page that somebody comes by. */
type Look = (page: Page) => Promise<void>;

/** Signs up, follows the mail's link, and signs in. */
export async function signUp(
  page: Page,
  sandbox: Sandbox,
  person: Person,
  wish: "offer" | "book",
  look: Look = async () => {},
): Promise<void> {
  await page.goto("/sign-up");
  await look(page);
  await page.getByLabel(wish === "offer" ? "I offer appointments" : "I book appointments").check();
  await page.getByLabel("Your name").fill(person.name);
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Make an account" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Look into your inbox" })).toBeVisible();
  await look(page);

  const mail = await sandbox.waitForMail(person.email, "Please confirm your e-mail address");
  await page.goto(linkIn(mail, "/verify-email"));
  await expect(page.getByRole("heading", { level: 1, name: "Is this your address?" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText(person.email);
  await look(page);
  await page.getByRole("button", { name: "Yes, confirm it" }).click();
  await expect(page.getByText("Your address is confirmed. Sign in to begin.")).toBeVisible();
  await look(page);
  await fillSignIn(page, person);
  await expect(page).not.toHaveURL(/\/sign-in/);
}

/** Signs up as a host and opens the public page, at the address that comes back. */
export async function becomeHost(page: Page, sandbox: Sandbox, person: Person, look: Look = async () => {}): Promise<string> {
  await signUp(page, sandbox, person, "offer", look);
  await look(page);
  await expect(page.getByRole("heading", { level: 1, name: "Choose your public address" })).toBeVisible();
  const slug = `host-${person.mark}`;
  await page.getByLabel("Public address").fill(slug);
  await page.getByLabel("Time zone").selectOption("Europe/Madrid");
  await page.getByRole("button", { name: "Open my page" }).click();
  await expect(page.getByText("Your page is open.")).toBeVisible();
  return slug;
}
