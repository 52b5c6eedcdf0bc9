// The browser tests. `cargo xtask test e2e` builds and starts TimeTap for them and says in the environment where it is;
// run by hand (`npx playwright test`), they use a `cargo xtask run` on its usual ports.
import { defineConfig, devices } from "@playwright/test";

import { timetapUrl } from "./tests/support/addresses";

/** Quiet, and free of what a browser does over the network by itself. No sandbox: it is not to be had as root. */
const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const desktop = { ...devices["Desktop Chrome"], viewport: { width: 1280, height: 800 } };

/** What is seen on a phone too: whatever a customer does, and all pages. */
const onPhones = ["smoke", "whole_path", "degraded", "booking_errors", "pages", "shop", "catalogue", "paying", "subscription", "order_events", "handing_over"].map((name) => `${name}.spec.ts`);
/** What must work without scripts, by links and forms alone. */
const withoutScripts = ["smoke", "whole_path", "shop", "catalogue", "paying", "subscription", "order_events", "handing_over"].map((name) => `${name}.spec.ts`);

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // All tests share one server and one sandbox, and a fault in the sandbox is a fault for everybody.
  workers: 1,
  fullyParallel: false,
  // A test that needs a second try is a test, or a page, to mend.
  retries: 0,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    baseURL: timetapUrl,
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    locale: "en-GB",
    timezoneId: "Europe/Madrid",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: chromiumArguments,
    },
  },
  projects: [
    { name: "desktop", use: desktop },
    {
      name: "phone",
      testMatch: onPhones,
      use: { ...desktop, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
    { name: "noscript", testMatch: withoutScripts, use: { ...desktop, javaScriptEnabled: false } },
  ],
});
