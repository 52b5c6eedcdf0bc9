// Signing in and out as a person does it: through the form.
import { expect, type Page } from "@playwright/test";

/** Somebody with an account. */
export interface Account {
  email: string;
  password: string;
}

/** Signs in; with `next`, at the page that asked for it. Ends on the page after the form. */
export async function signIn(page: Page, account: Account, next?: string): Promise<void> {
  await page.goto(next ?? "/sign-in");
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).not.toHaveURL(/\/sign-in/);
}

/** An address and a password that no other test, and no earlier run on the same data, has used. */
export function newAccount(name: string): Account {
  const mark = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
  return { email: `${name}-${mark}@example.test`, password: `a long walk by the sea ${mark}` };
}
