// What specs import: Playwright's `test` with the sandbox at hand, and pages on which no error goes unnoticed.
import { type BrowserContextOptions, test as base, expect, type Page } from "@playwright/test";

import { closeCopy } from "./accessible";
import { Sandbox } from "./sandbox";

export { expect };

interface Fixtures {
  /** The stand-in Google, inbox and faults. All faults are gone when the test is over. */
  sandbox: Sandbox;
  /** Messages that a test expects in the browser's console; every other error there fails the test. */
  expectedErrors: RegExp[];
  /** Another person: a browser of its own, with cookies of its own. */
  newVisitor: (options?: BrowserContextOptions) => Promise<Page>;
}

export const test = base.extend<Fixtures & { errors: string[] }>({
  sandbox: async ({ request }, use) => {
    const sandbox = new Sandbox(request);
    await use(sandbox);
    if (sandbox.touched) {
      await sandbox.healEverything();
    }
  },

  // Every test comes from a network of its own, where the server believes what stands in this header (the demo does), so
  // that the limits on tries of one network do not add up over tests.
  extraHTTPHeaders: async ({}, use) => {
    const part = () => 1 + Math.floor(Math.random() * 254);
    await use({ "x-forwarded-for": `10.${part()}.${part()}.${part()}` });
  },

  expectedErrors: async ({}, use) => {
    await use([]);
  },

  errors: async ({ expectedErrors }, use) => {
    const errors: string[] = [];
    await use(errors);
    const unexpected = errors.filter((error) => !expectedErrors.some((expected) => expected.test(error)));
    expect(unexpected, "errors in the browser's console").toEqual([]);
  },

  page: async ({ page, errors }, use) => {
    listen(page, errors);
    await use(page);
    await closeCopy(page);
  },

  newVisitor: async ({ browser, errors }, use) => {
    const pages: Page[] = [];
    await use(async (options) => {
      // The project's own settings apply to every new context.
      const context = await browser.newContext(options);
      const page = await context.newPage();
      pages.push(page);
      listen(page, errors);
      return page;
    });
    for (const page of pages) {
      await closeCopy(page);
      await page.context().close();
    }
  },
});

function listen(page: Page, errors: string[]): void {
  page.on("pageerror", (error) => errors.push(`${error.name}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") {
      errors.push(`${message.text()} (${message.location().url})`);
    }
  });
}
