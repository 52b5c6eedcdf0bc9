// A booking is given to another one of the staff, and becomes another service, by the form: its pages and its people follow.
import { expectAccessible } from "./support/accessible";
import { demoAccounts, newPerson, signIn } from "./support/accounts";
import { freeTimes, showDay } from "./support/booking";
import { expectSettled, payAt } from "./support/shop";
import { expect, test } from "./support/test";

const ukulele = "Ukulele lesson at home";
const piano = "Piano lesson at home";

test("somebody else serves a booking, and it becomes another service", async ({
  page,
  newVisitor,
  sandbox,
  expectedErrors,
}) => {
  test.setTimeout(120_000);
  expectedErrors.push(/422/);
  const customer = newPerson("Dora");

  // A late Thursday afternoon, when both of the staff work and no other test wants anything.
  await page.goto("/juno-hale/ukulele-lesson");
  await showDay(page, 0);
  const thursday = page.getByRole("link", { name: /^Thursday .*, \d+ free times?$/ }).last();
  await thursday.click();
  await expect(thursday).toHaveAttribute("aria-current", "date");
  await freeTimes(page).last().click();
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.goto("/checkout");
  await page.getByLabel("Your name").fill(customer.name);
  await page.getByLabel("E-mail", { exact: true }).fill(customer.email);
  await page.getByLabel("Phone").fill("+34 600 100 200");
  await page.getByLabel("Address").fill("Calle Mayor 1\nMadrid");
  await page.getByRole("button", { name: "Go on to pay €45.00" }).click();
  await payAt(page, customer.email);
  await expectSettled(page);
  const order = page.url();
  const { juno, nico } = demoAccounts;
  const isJunos = await page.getByText(`with ${juno.name}`).isVisible();
  const [former, other] = isJunos ? [juno, nico] : [nico, juno];
  await expect(page.getByText(`with ${former.name}`)).toBeVisible();

  const office = await newVisitor();
  const told = office.getByText("Changed. Everybody concerned is told by e-mail.");
  await test.step("the form says what it does, and who has it now", async () => {
    await signIn(office, demoAccounts.olga);
    await office.goto(new URL(order).pathname);
    await office.getByRole("link", { name: /^Who serves it/ }).click();
    await expect(office.getByRole("heading", { level: 1, name: "Who serves this booking?" })).toBeVisible();
    await expect(office.getByText(`Served by ${former.name}`)).toBeVisible();
    await expect(office.getByText("The refund rules stay those under which it was bought.")).toBeVisible();
    await expectAccessible(office);
    await office.getByLabel("Who serves").selectOption(other.name);
    await office.getByLabel(`A word to ${customer.name}`).fill("We change places that week.");
    await office.getByRole("button", { name: "Change it" }).click();
    await expect(told).toBeVisible();
    await expect(office.getByText(`Served by ${other.name}`)).toBeVisible();
    await expectAccessible(office);
  });

  await test.step("everybody reads it", async () => {
    const lost = await sandbox.waitForMail(former.email, `Given to ${other.name}: ${ukulele} with ${customer.name}`);
    expect(lost.text).toContain(`${demoAccounts.olga.name} has given your booking to ${other.name}`);
    expect(lost.parts[0]?.text).toContain("METHOD:CANCEL");
    await sandbox.waitForMail(other.email, `New booking: ${ukulele} with ${customer.name}`);
    const changed = await sandbox.waitForMail(customer.email, `Changed: ${ukulele} with ${other.name}`);
    expect(changed.text).toContain("> We change places that week.");
    await page.reload();
    await expect(page.getByText(`with ${other.name}`)).toBeVisible();
    await expect(page.getByText(`with ${former.name}`)).toHaveCount(0);
  });

  await test.step("another service, of which not everybody is capable", async () => {
    await office.getByLabel("Service").selectOption(piano);
    await office.getByLabel("Who serves").selectOption(nico.name);
    await office.getByRole("button", { name: "Change it" }).click();
    await expect(office.getByRole("alert")).toContainText("They do not serve this. Please choose somebody else.");
    await expect(office.getByLabel("Service").locator("option:checked")).toHaveText(piano);
    await expectAccessible(office);
    await office.getByLabel("Who serves").selectOption(juno.name);
    await office.getByRole("button", { name: "Change it" }).click();
    await expect(told).toBeVisible();
    await expect(office.getByText(`${piano} with ${customer.name}`)).toBeVisible();
    await expect(office.getByText(`Served by ${juno.name}`)).toBeVisible();
    await sandbox.waitForMail(customer.email, `Changed: ${piano} with ${juno.name}`);
    await page.reload();
    await expect(page.getByRole("heading", { name: piano })).toBeVisible();
    await expect(page.getByText(`with ${juno.name}`)).toBeVisible();
    await expectAccessible(page);
  });

  await test.step("it is cancelled as it was bought", async () => {
    await page.getByRole("link", { name: /^Cancel this/ }).click();
    await expect(page.getByText("You get back €45.00.")).toBeVisible();
    await page.getByRole("button", { name: "Cancel it" }).click();
    await expect(page.getByText("Cancelled. What you get back is on its way.")).toBeVisible();
  });
});
