// The accessibility check that every page passes, in both colour schemes, with and without scripts.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

/** WCAG 2.2 AA and what it builds upon, and axe's own advice. */
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const rulesOfColour = ["color-contrast", "link-in-text-block"];

/**
 * Fails unless axe finds nothing to complain about on the page as it is now, in light and in dark, and unless the page
 * fits the width of its window. The page is left in light.
 */
export async function expectAccessible(page: Page): Promise<void> {
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overhang, `pixels by which ${page.url()} is wider than its window`).toBeLessThanOrEqual(0);
  if (test.info().project.use.javaScriptEnabled === false) {
    await withScriptableCopy(page, expectNoComplaints);
  } else {
    await expectNoComplaints(page);
  }
}

async function expectNoComplaints(page: Page): Promise<void> {
  // Colours that are still on their way from one scheme to the other would be measured in between.
  await page.emulateMedia({ reducedMotion: "reduce" });
  // The scheme changes colours and nothing else: the rules about colours are all that can differ in the dark.
  await expectClean(page, "dark", (axe) => axe.withRules(rulesOfColour));
  await expectClean(page, "light", (axe) => axe.withTags(rules));
}

async function expectClean(
  page: Page,
  colorScheme: "dark" | "light",
  choose: (axe: AxeBuilder) => AxeBuilder,
): Promise<void> {
  await page.emulateMedia({ colorScheme });
  const { violations } = await choose(new AxeBuilder({ page })).analyze();
  const complaints = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n  ${node.html}\n  ${node.failureSummary?.replaceAll("\n", "\n  ")}`),
  );
  expect(complaints, `axe on ${page.url()} (${colorScheme})`).toEqual([]);
}

/**
 * axe is a script that waits for things, which a browser with scripts off never lets happen. It gets the same document at
 * the same address in a browser that would run scripts, but for a policy that forbids the document's own.
 */
async function withScriptableCopy(page: Page, check: (copy: Page) => Promise<void>): Promise<void> {
  const document = await page.content();
  const copy = copies.get(page) ?? (await openCopy(page));
  await copy.route(page.url(), (route) =>
    route.fulfill({
      contentType: "text/html; charset=utf-8",
      headers: { "content-security-policy": "script-src 'none'" },
      body: document,
    }),
  );
  await copy.goto(page.url());
  await check(copy);
  await copy.unroute(page.url());
}

/** Beside each page that cannot run scripts one that can; opened at the first look, and closed by `closeCopy`. */
const copies = new Map<Page, Page>();

/** Closes what looking at the page has opened. */
export async function closeCopy(page: Page): Promise<void> {
  await copies.get(page)?.context().close();
  copies.delete(page);
}

async function openCopy(page: Page): Promise<Page> {
  // The project's own settings apply to every new context, scripts that are off among them.
  const context = await page.context().browser()!.newContext({ javaScriptEnabled: true });
  const copy = await context.newPage();
  copies.set(page, copy);
  return copy;
}
