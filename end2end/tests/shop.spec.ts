// From the cart to a paid order: a camp for two children, a party and a lesson, paid on the stand-in Stripe's page.
import { expectAccessible } from "./support/accessible";
import { chooseTime } from "./support/booking";
import { addCamp, addTime, expectSettled, fillChild, payAt } from "./support/shop";
import { expect, test } from "./support/test";

test("a camp for two children, a party and a lesson are ordered and paid together", async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto("/juno-hale");
  await expect(page.getByText("€180.00 a place")).toBeVisible();
  await expectAccessible(page);

  await addCamp(page, 2);
  await expect(page.getByText("It is in your cart.")).toBeVisible();
  await expectAccessible(page);
  await addTime(page, "/juno-hale/birthday-party", { day: 1 });
  await addTime(page, "/juno-hale/piano-lesson", { day: 2 });
  await expect(page.getByRole("link", { name: "Cart: 3 things" })).toBeVisible();
  await expect(page.getByText("€545.00")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("link", { name: "Go to the checkout" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Checkout" })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Your name").fill("Dora Sanz");
  await page.getByLabel("E-mail", { exact: true }).fill("dora@shop.test");
  await page.getByLabel("Phone").fill("+34 600 100 200");
  await page.getByLabel("Address").fill("Calle Mayor 1\nMadrid");
  await fillChild(page, 1, { name: "Mia", age: "8", allergies: "Nuts" });
  await fillChild(page, 2, { name: "Leo", age: "6" });
  await page.getByRole("button", { name: "Go on to pay €545.00" }).click();

  await payAt(page, "dora@shop.test");
  await expectSettled(page);
  await expect(page.getByRole("heading", { name: "Music camp" })).toBeVisible();
  await expect(page.getByText("For Mia (8), Leo (6)")).toBeVisible();
  await expect(page.getByText("Paid", { exact: true }).first()).toBeVisible();
  await expectAccessible(page);

  // The camp's date is the same for everybody: what can be done instead is said.
  const address = page.url();
  await page.getByRole("link", { name: "Details" }).first().click();
  await expect(page.getByText("Music camp with Juno Hale")).toBeVisible();
  await expect(page.getByText("It takes place on fixed dates, so its time cannot be changed.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Choose another time" })).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole("link", { name: "Cancel this booking" }).click();
  await expect(page.getByText("You get back €360.00.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Keep it" }).click();
  await page.getByRole("link", { name: "See the other dates" }).click();
  await expect(page.locator("input[name='date']").first()).toBeVisible();

  // The cart is empty now, and a stranger sees nothing of the order.
  await page.goto("/cart");
  await expect(page.getByText("There is nothing in your cart.")).toBeVisible();
  await expectAccessible(page);
  await page.goto(address);
  await page.getByRole("link", { name: /^Cancel this ?: “Birthday party”$/ }).click();
  await expect(page.getByText("You get back €140.00.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Cancel it" }).click();
  await expect(page.getByText("Cancelled. What you get back is on its way.")).toBeVisible();
});

test("what is missing is said at its field, and nothing typed is lost", async ({ page, expectedErrors }) => {
  expectedErrors.push(/422|409/);
  await addCamp(page, 1);
  await page.goto("/checkout");
  await page.locator("form[action='/checkout']").evaluate((form: HTMLFormElement) => (form.noValidate = true)).catch(() => undefined);
  await page.getByLabel("Your name").fill("Dora Sanz");
  await page.getByLabel("E-mail", { exact: true }).fill("dora@shop.test");
  await page.getByLabel("Name", { exact: true }).fill("Mia");
  await page.getByRole("button", { name: /^Go on to pay/ }).click();
  await expect(page.getByRole("link", { name: "Please give the age, or the date of birth." })).toBeVisible();
  await expect(page.getByLabel("Your name")).toHaveValue("Dora Sanz");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Mia");
  await expectAccessible(page);
});

test("who comes back without paying finds everything held, pays later or calls it off", async ({ page }) => {
  await addTime(page, "/juno-hale/birthday-party", { day: 3 });
  await page.goto("/checkout");
  await page.getByLabel("Your name").fill("Dora Sanz");
  await page.getByLabel("E-mail", { exact: true }).fill("dora@shop.test");
  await page.getByRole("button", { name: /^Go on to pay/ }).click();
  await page.getByRole("link", { name: /back/i }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Held for you, not paid yet" })).toBeVisible();
  await expect(page.getByText("You came back without paying. Nothing was charged.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Call it off" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "You called this order off" })).toBeVisible();
  // What was chosen is still in the cart, and free again.
  await page.goto("/cart");
  await expect(page.getByRole("link", { name: "Go to the checkout" })).toBeVisible();
});

test("a weekly time is chosen, and a date that was picked is changed", async ({ page }) => {
  await page.goto("/juno-hale/choir");
  await expect(page.getByText("Wednesdays, 17:00–18:00")).toBeVisible();
  await expectAccessible(page);
  await page.getByText("Fridays, 16:30–17:30").click();
  await page.getByRole("button", { name: "Add to cart" }).click();
  await expect(page.getByText("Each week")).toBeVisible();
  await addTime(page, "/juno-hale/birthday-party", { day: 4 });
  await expect(page.getByText("has a bill of its own every week")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Remove “Children's choir”" }).click();
  await expect(page.getByText("Taken out of your cart.")).toBeVisible();
  await page.getByRole("link", { name: "Choose another time" }).click();
  await chooseTime(page, { day: 5 }, "Take this time");
  await page.getByRole("button", { name: "Take this time" }).click();
  await expect(page.getByText("It is in your cart.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Cart: 1 thing" })).toBeVisible();
});
