// Booking as a customer does it: links to a time, a form, a page that says how it stands. The same with and without scripts.
import { expect, type Locator, type Page } from "@playwright/test";

/** What a customer types. */
export interface Details {
  name: string;
  email: string;
  phone?: string;
  /** Answers by the words of the question. */
  answers?: Record<string, string>;
}

/** A booking as its customer knows it. */
export interface Booking {
  id: string;
  /** The customer's page, with the token that opens it. */
  url: string;
  /** When it begins, as the page's machine-readable time says. */
  start: string;
}

/** The times of the chosen day. */
export function freeTimes(page: Page): Locator {
  return page.locator("#times").getByRole("link");
}

/**
 * Goes to the next month, a free day in it (the n-th), and there to a time. Next month is always far enough away for the
 * notices of all hosts, and near enough for their horizons.
 */
export async function chooseTime(page: Page, { day = 0, time = 0 } = {}, then: RegExp | string = /^(Book|Move)/): Promise<void> {
  await showDay(page, day);
  await freeTimes(page).nth(time).click();
  await expect(page.getByRole("button", { name: then })).toBeVisible();
}

/** The first half of `chooseTime`: the times of the n-th free day of next month. */
export async function showDay(page: Page, day = 0): Promise<void> {
  const month = page.locator("h2#month");
  const next = nextMonth((await month.textContent()) ?? "");
  await page.getByRole("link", { name: next, exact: true }).click();
  await expect(month).toHaveText(next);
  const chosen = page.getByRole("link", { name: /, \d+ free times?$/ }).nth(day);
  await chosen.click();
  await expect(chosen).toHaveAttribute("aria-current", "date");
}

function nextMonth(shown: string): string {
  const date = new Date(`1 ${shown} UTC`);
  date.setUTCMonth(date.getUTCMonth() + 1);
  return date.toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
}

/** Types the details into the form. */
export async function fillDetails(page: Page, details: Details): Promise<void> {
  await page.getByLabel("Your name").fill(details.name);
  await page.getByLabel("E-mail", { exact: true }).fill(details.email);
  if (details.phone !== undefined) {
    await page.getByLabel(/^Phone/).fill(details.phone);
  }
  for (const [question, answer] of Object.entries(details.answers ?? {})) {
    await page.getByLabel(question).fill(answer);
  }
}

/** Sends the form and gives the booking from the confirmation page. */
export async function submitBooking(page: Page): Promise<Booking> {
  await page.getByRole("button", { name: "Book", exact: true }).click();
  return expectBooked(page);
}

/** The booking whose confirmation page is open. */
export async function expectBooked(page: Page): Promise<Booking> {
  await expect(page.getByRole("heading", { level: 1, name: /^Booked\. See you/ })).toBeVisible();
  return bookingOf(page);
}

/** The booking whose page is open. */
export async function bookingOf(page: Page): Promise<Booking> {
  const url = new URL(page.url());
  const id = /^\/bookings\/([0-9a-f-]{36})$/.exec(url.pathname)?.[1];
  if (id === undefined) {
    throw new Error(`${url.pathname} is not the page of a booking`);
  }
  url.searchParams.delete("done");
  const start = await bookingCard(page).locator("time").first().getAttribute("datetime");
  return { id, url: url.href, start: start ?? "" };
}

/** Goes through the whole of it: a time at `address`, the details, the confirmation. */
export async function book(page: Page, address: string, details: Details, when: { day?: number } = {}): Promise<Booking> {
  await page.goto(address);
  await chooseTime(page, when);
  await fillDetails(page, details);
  return submitBooking(page);
}

/** The card on the customer's page. */
export function bookingCard(page: Page): Locator {
  return page.getByRole("region", { name: "Your booking" });
}

/** The link to the meeting on the customer's page. */
export function meetLink(page: Page): Locator {
  return bookingCard(page).getByRole("link", { name: "Join Google Meet" });
}
