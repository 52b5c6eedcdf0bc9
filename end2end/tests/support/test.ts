// What specs import: Playwright's `test` with the sandbox at hand, and a page on which no error goes unnoticed.
import { test as base, expect } from "@playwright/test";

import { Sandbox } from "./sandbox";

export { expect };

interface Fixtures {
  /** The stand-in Google, inbox and faults. All faults are gone when the test is over. */
  sandbox: Sandbox;
  /** Messages that a test expects in the browser's console; every other error there fails the test. */
  expectedErrors: RegExp[];
}

export const test = base.extend<Fixtures>({
  sandbox: async ({ request }, use) => {
    const sandbox = new Sandbox(request);
    await use(sandbox);
    if (sandbox.touched) {
      await sandbox.healEverything();
    }
  },

  expectedErrors: async ({}, use) => {
    await use([]);
  },

  page: async ({ page, expectedErrors }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(`${error.name}: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") {
        errors.push(`${message.text()} (${message.location().url})`);
      }
    });
    await use(page);
    const unexpected = errors.filter((error) => !expectedErrors.some((expected) => expected.test(error)));
    expect(unexpected, "errors in the browser's console").toEqual([]);
  },
});
