// Somebody types markup instead of a name: it stays text on every page that shows it, and were it ever markup, no script in
// it would run.
import type { Page } from "@playwright/test";

import { demoAccounts, newPerson, signIn } from "./support/accounts";
import { book } from "./support/booking";
import { expect, test } from "./support/test";

const markup = `<img src=x onerror="window.ranByMarkup=1"><script>window.ranByMarkup=1</script>`;

/** What a script would have left behind. */
function ranByMarkup(page: Page): Promise<unknown> {
  return page.evaluate(() => (window as unknown as { ranByMarkup?: unknown }).ranByMarkup);
}

/** The page shows the text and has no element of it. */
async function expectText(page: Page): Promise<void> {
  await expect(page.locator("body")).toContainText("onerror=");
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
  expect(await ranByMarkup(page)).toBeUndefined();
}

test("markup in a name or a note stays text for the customer and for the host", async ({ page, newVisitor }) => {
  const { ada } = demoAccounts;
  const customer = { ...newPerson("Mal"), name: `Mal ${markup}`.slice(0, 120) };
  const visitor = await newVisitor();
  const dialogs: string[] = [];
  for (const each of [page, visitor]) {
    each.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
  }
  const booking = await book(visitor, "/ada-fern/quick-check", customer, { day: 6 });
  await signIn(page, ada, `/host/bookings/${booking.id}`);
  await expectText(page);
  await page.goto("/host/bookings");
  await expectText(page);

  await page.goto("/host/profile");
  const about = page.getByLabel(/^About/);
  const before = await about.inputValue();
  await about.fill(`${before}\n</textarea></title>${markup}`);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(about).toHaveValue(/onerror=/);
  expect(await ranByMarkup(page)).toBeUndefined();
  await visitor.goto("/ada-fern");
  await expectText(visitor);
  await about.fill(before);
  await page.getByRole("button", { name: "Save" }).click();
  expect(dialogs).toEqual([]);
});

test.describe("a script that got into a page all the same", () => {
  test.use({ expectedErrors: [/Content Security Policy|violates the following|404 .*\/x\)$/] });

  test("does not run without the page's nonce, and texts are not made into code", async ({ page }) => {
    for (const path of ["/", "/ada-fern", "/ada-fern/quick-check", "/sign-in"]) {
      await page.goto(path);
      const ran = await page.evaluate((html) => {
        const place = document.createElement("div");
        place.innerHTML = html;
        document.body.append(place);
        // What a parser meets, as in a page that was sent with it; a frame of this kind has the page's own policy.
        const frame = document.createElement("iframe");
        frame.srcdoc = `<script>parent.ranByMarkup = 3</script><script src="data:text/javascript,parent.ranByMarkup=3"></script>
          <script nonce="guessed">parent.ranByMarkup = 3</script><svg onload="parent.ranByMarkup = 3"></svg>`;
        document.body.append(frame);
        const button = document.createElement("button");
        button.setAttribute("onclick", "window.ranByMarkup = 4");
        document.body.append(button);
        button.click();
        // In a task of its own: what a debugger asks for may be evaluated whatever the policy says.
        return new Promise<string>((tell) => {
          setTimeout(() => {
            try {
              tell(String(new Function("return 'ran'")()));
            } catch {
              tell("refused");
            }
          });
        });
      }, markup);
      expect(ran, path).toBe("refused");
      // An image that cannot be loaded says so a moment later.
      await page.waitForTimeout(300);
      expect(await ranByMarkup(page), path).toBeUndefined();
    }
  });
});
