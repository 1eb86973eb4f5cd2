// For everybody: axe-core on every part of the report, in light and dark, and on a narrow window; and hostile names.

import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { open, text } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds to be serious or critical. */
async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations, passes } = await axe.run(document, { resultTypes: ["violations"] });
    return { passes: passes.length, violations: violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any.map((one) => one.message).join(" ")}`) })) };
  });
  assert.ok(found.passes > 10, "axe-core looked at the page");
  return found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
}

const VIEWS = ["", "down=aliyun/ak&at=shower", "at=aliyun/cn-hangzhou", "tab=ranking", "tab=findings", "tab=replay", "tab=replay&replay=alibaba-2023-11-12&t=66000&at=shower", "tab=sources"];
for (const scheme of /** @type {const} */ (["light", "dark"])) {
  for (const width of [1440, 390]) {
    test(`no serious barrier, ${scheme}, ${width} pixels wide`, async () => {
      for (const hash of VIEWS) {
        await open("shower.html", { hash, scheme, width }, async (page) => {
          assert.deepEqual(await violations(page), [], hash);
        });
      }
    });
  }
}

test("an opened box is no barrier", async () => {
  for (const scheme of /** @type {const} */ (["light", "dark"])) {
    await open("middle.html", { scheme }, async (page) => {
      await page.evaluate(() => WHOLE.boxes.filter(isFolded).slice(0, 3).forEach((box) => toggleOpen(box.members[0])));
      assert.equal((await page.$$("#canvas .box.opened")).length, 3);
      assert.deepEqual(await violations(page), []);
    });
  }
});

test("states are told by shape and word as well as by colour", async () => {
  await open("shower.html", { hash: "down=aliyun/ak" }, async (page) => {
    await page.click("#look-whole");
    const told = await page.$$eval("#canvas .box.down, #canvas .box.frozen, #canvas .box.degraded", (boxes) =>
      boxes.map((box) => [box.getAttribute("class"), box.querySelector(".pill text")?.textContent, box.querySelector(".pill use")?.getAttribute("href"), box.getAttribute("aria-label")]),
    );
    assert.ok(told.length > 5);
    for (const [kind, word, sign, label] of told) {
      const state = ["down", "frozen", "degraded"].find((one) => kind.includes(one));
      assert.equal(word, state);
      assert.equal(sign, `#shape-${state}`);
      assert.ok(label.includes(state), label);
    }
  });
});

test("the colours can be turned round", async () => {
  await open("shower.html", { scheme: "dark" }, async (page) => {
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await paper();
    await page.click("#theme");
    assert.notEqual(await paper(), dark);
    await page.click("#theme");
    assert.equal(await paper(), dark);
  });
});

test("hostile names are shown as what they are", async () => {
  await open("hostile.html", { hash: `at=${encodeURIComponent("</script><script>window.broken = 1</script>")}` }, async (page) => {
    for (const tab of ["picture", "ranking", "findings", "sources"]) {
      await page.click(`#tab-${tab}`);
      assert.equal(await page.evaluate(() => window.broken), undefined);
      assert.equal(await page.$$eval("img, b, u, i, main script", (all) => all.length), 0);
    }
    assert.match(await text(page, "#detail h2"), /<\/script><script>/);
    await page.type("#search", "gpj");
    assert.match(await text(page, "#results"), /evil\\u202egpj\.exe/, "marks that turn the direction are made visible");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 1440, `${wide} pixels wide`);
    assert.ok(await page.evaluate(() => [...document.querySelectorAll("a")].every((one) => /^https?:/.test(one.href))));
  });
});

test("wide text fits its box", async () => {
  await open("hostile.html", {}, async (page) => {
    const over = await page.$$eval("#canvas .box", (boxes) =>
      boxes.flatMap((box) => {
        const room = box.querySelector(".outline")?.getBBox().width ?? 0;
        return [...box.querySelectorAll(".inside > text")].filter((text) => text.getBBox().x + text.getBBox().width > room + 1).map((text) => text.textContent);
      }),
    );
    assert.deepEqual(over, []);
  });
});
