// Takes the README's pictures from the real pages:  cargo xtask test e2e -- --config pictures.config.ts
import { defineConfig } from "@playwright/test";

import base from "./playwright.config";

const desktop = base.projects?.find((project) => project.name === "desktop");

export default defineConfig({
  ...base,
  testDir: "pictures",
  projects: [{ ...desktop, name: "pictures", testIgnore: [], use: { ...desktop?.use, deviceScaleFactor: 1.5 } }],
});
