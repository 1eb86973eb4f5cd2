// A browser for the tests, and pages of reports in it.

import { after, before } from "node:test";
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

/** The folder with the reports that the tests look at. */
export const PAGES = process.env.LINCHPIN_PAGES ?? "";
assert.ok(existsSync(join(PAGES, "systems.json")), "LINCHPIN_PAGES names the folder that tests/browser/run fills");

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** @type {import("puppeteer-core").Browser} */
let browser;

before(async () => {
  // The tests run in containers, as root, where the sandbox of Chromium can't be set up.
  browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
});

after(async () => {
  await browser?.close();
});

/** A file of the folder, as data. */
export function json(name) {
  return JSON.parse(readFileSync(join(PAGES, name), "utf8"));
}

/** The path of a file of the folder. */
export function file(name) {
  return join(PAGES, name);
}

/**
 * Opens a report from disk, runs a test on it, and holds it to having had no error and asked the network for nothing.
 *
 * @param {string} name
 * @param {{hash?: string, width?: number, height?: number, scheme?: "light" | "dark"}} how
 * @param {(page: import("puppeteer-core").Page) => Promise<void>} test
 */
export async function open(name, how, test) {
  const page = await browser.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => ["error", "warn"].includes(message.type()) && wrong.push(message.text()));
  page.on("request", (request) => {
    if (!/^(file|data|about|blob):/.test(request.url())) wrong.push(`asks for ${request.url()}`);
  });
  await page.setViewport({ width: how.width ?? 1440, height: how.height ?? 900 });
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: how.scheme ?? "light" },
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);
  await page.goto(pathToFileURL(join(PAGES, name)).href + (how.hash ? `#${how.hash}` : ""), { waitUntil: "load" });
  await test(page);
  await page.close();
  assert.deepEqual(wrong, [], "the page had errors");
}

/** Gives an element the focus, be it one of a picture. */
export async function focus(page, selector) {
  await page.$eval(selector, (element) => /** @type {any} */ (element).focus());
}

/** The text of an element, with single spaces. */
export async function text(page, selector) {
  return page.$eval(selector, (element) => /** @type {HTMLElement} */ (element).innerText.replace(/\s+/g, " ").trim());
}

/** Clicks the first element with such a selector whose text holds the words. */
export async function click(page, selector, words) {
  const clicked = await page.evaluate(
    (selector, words) => {
      const found = [...document.querySelectorAll(selector)].find((one) => one.textContent?.includes(words) && one.getClientRects().length > 0);
      found?.scrollIntoView({ block: "center" });
      if (found) found.setAttribute("data-clicked", "");
      return found !== undefined;
    },
    selector,
    words,
  );
  assert.ok(clicked, `nothing like ${selector} says ${words}`);
  await page.click("[data-clicked]");
  await page.evaluate(() => document.querySelectorAll("[data-clicked]").forEach((one) => one.removeAttribute("data-clicked")));
}
