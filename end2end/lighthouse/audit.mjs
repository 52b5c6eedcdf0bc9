// Audits pages with Lighthouse's own phone settings (a slow phone on slow 4G, simulated) and prints, for each page and
// category, the median of some runs as a `figure` for `cargo xtask bench`, and in words what lost points.
// Arguments: how many runs, then pages as NAME=ADDRESS. CHROME_PATH names the browser.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const FLOORS = { performance: 95, accessibility: 100, "best-practices": 95, seo: 95 };
const METRICS = { "first-contentful-paint": "ms", "largest-contentful-paint": "ms", "total-blocking-time": "ms", "cumulative-layout-shift": "" };

const ATTEMPTS = 4;

const [runs, ...pages] = process.argv.slice(2);

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function figure(floor, name, value, unit) {
  console.log(["figure", floor, name, value, unit].join("\t"));
}

// What the browser recorded of a load can lack its beginning on a busy machine, and is then recorded again.
async function audit(address) {
  let why = "no result";
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const result = await lighthouse(address, { port: browser.port, onlyCategories: Object.keys(FLOORS), logLevel: "error" });
    if (result !== undefined && result.lhr.runtimeError === undefined) {
      return result.lhr;
    }
    why = result?.lhr.runtimeError?.message ?? why;
  }
  throw new Error(`${address} could not be audited: ${why}`);
}

const browser = await launch({ chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"], logLevel: "error" });
try {
  for (const page of pages) {
    const at = page.indexOf("=");
    const [name, address] = [page.slice(0, at), page.slice(at + 1)];
    const results = [];
    for (let run = 0; run < Number(runs); run += 1) {
      results.push(await audit(address));
    }
    for (const [category, floor] of Object.entries(FLOORS)) {
      const scores = results.map((result) => Math.round((result.categories[category].score ?? 0) * 100));
      figure(`at least ${floor}`, `${name}: ${category}`, median(scores), "points");
    }
    for (const [metric, unit] of Object.entries(METRICS)) {
      const values = results.map((result) => result.audits[metric].numericValue ?? Number.NaN);
      figure("none", `${name}: ${metric}`, Math.round(median(values) * 1000) / 1000, unit);
    }
    const lost = new Set();
    for (const result of results) {
      for (const category of Object.values(result.categories)) {
        for (const { id, weight } of category.auditRefs) {
          const { score, scoreDisplayMode, title, displayValue } = result.audits[id];
          if (weight > 0 && score !== null && score < 0.9 && scoreDisplayMode !== "notApplicable") {
            lost.add(`${category.title}: ${title}${displayValue === undefined ? "" : ` (${displayValue})`}`);
          }
        }
      }
    }
    for (const words of lost) {
      console.log(`  ${name} lost points: ${words}`);
    }
  }
} finally {
  browser.kill();
}
