// The report as a person uses it: click, search, combine, try changes, follow links, replay, print.

import test from "node:test";
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { click, file, focus, open, text } from "./browser.mjs";

const down = (page) => page.evaluate(() => now.apps.down.map((number) => COMPONENTS[number].id));
const hash = (page) => page.evaluate(() => decodeURIComponent(location.hash));

test("it opens from disk and says where to begin", async () => {
  await open("shower.html", {}, async (page) => {
    assert.match(await text(page, "h1"), /campus/);
    assert.match(await text(page, "#outage"), /Nothing is down/);
    assert.match(await text(page, "#lists"), /What takes most down alone/);
    const drawn = await page.$$eval("#canvas .box:not(.junction)", (boxes) => boxes.map((box) => box.getAttribute("aria-label")));
    assert.ok(drawn.some((label) => label?.startsWith("shower")) && drawn.length > 10, String(drawn));
  });
});

test("a click on a box shows at once what falls with it, and why", async () => {
  await open("shower.html", {}, async (page) => {
    await click(page, "#canvas .box", "tablestore");
    assert.match(await text(page, "#outage"), /If this alone goes down/);
    assert.match(await text(page, "#lists"), /shower/);
    assert.match(await hash(page), /at=aliyun\/tablestore@cn-hangzhou/);
    await click(page, "#outage button", "Keep it down");
    await click(page, "#lists button", "shower");
    const why = await text(page, "#detail .why");
    assert.match(why, /shower needs/);
    assert.match(why, /linchpin\.yaml:\d+:\d+/, "the file and line of each step");
    assert.ok((await page.$$("#canvas .need.lit")).length > 0, "the chain lights up");
    assert.ok((await page.$$("#canvas .box.chosen")).length === 1);
  });
});

test("search finds every component, by keyboard alone", async () => {
  await open("shower.html", {}, async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("aliyun ak");
    assert.match(await text(page, "#results"), /aliyun\/ak/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    assert.match(await hash(page), /at=aliyun\/ak$/);
    assert.match(await text(page, "#outage"), /1 down/);
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press("d");
    assert.match(await hash(page), /down=aliyun\/ak/);
    await page.keyboard.press("Escape");
    assert.doesNotMatch(await hash(page), /at=/);
    await page.keyboard.press("/");
    await page.keyboard.type("no such thing");
    assert.match(await text(page, "#results"), /nothing here is called so/);
  });
});

test("two outages together do what neither does alone", async () => {
  await open("shower.html", { hash: "down=cards" }, async (page) => {
    assert.ok(!(await down(page)).includes("doors"), "the doors have an alternative");
    assert.match(await text(page, "#lists"), /at risk/);
    await page.type("#search", "aliyun/mns");
    await page.keyboard.down("Shift");
    await page.keyboard.press("Enter");
    await page.keyboard.up("Shift");
    assert.ok((await down(page)).includes("doors"), "and now it is gone too");
    assert.equal((await page.$$("#outage .chip")).length, 2);
    await page.goBack();
    assert.ok(!(await down(page)).includes("doors"), "the way back takes the last step back");
    await page.goForward();
    await click(page, "#outage .chip button", "×");
    assert.equal((await page.$$("#outage .chip")).length, 1);
  });
});

test("one capability can be taken down by itself", async () => {
  await open("shower.html", { hash: "down=aliyun/ecs@cn-hangzhou:control" }, async (page) => {
    assert.match(await text(page, "#headline"), /frozen/);
    assert.deepEqual(await down(page), []);
    await page.evaluate(() => change({ down: [], selected: NUMBER_OF.get("aliyun/oss@cn-hangzhou") }));
    await click(page, "#detail .face", "public-read");
    assert.match(await hash(page), /down=aliyun\/oss@cn-hangzhou:public-read/);
  });
});

test("what if an alternative were not there, or a need were soft", async () => {
  await open("shower.html", { hash: "down=cards&at=doors" }, async (page) => {
    assert.ok(!(await down(page)).includes("doors"));
    const inputs = await page.$$eval("#detail select", (all) => all.map((one) => one.getAttribute("data-input")));
    const mns = inputs.find((input) => input === "doors:data#0.0");
    assert.ok(mns, String(inputs));
    await page.select(`#detail select[data-input="${mns}"]`, "2");
    assert.deepEqual(await down(page), ["doors"], "without its alternative it falls");
    assert.match(await text(page, "#outage .what-if"), /1 instead of 0 apps down/);
    assert.match(await hash(page), /without=doors:data#0.0/);
    await page.select('#detail select[data-input="doors:data#0"]', "1");
    assert.deepEqual(await down(page), [], "a soft need takes nothing down");
    await click(page, "#outage .what-if button", "Undo");
    assert.doesNotMatch(await hash(page), /without|soft/);
  });
});

test("a link keeps what is shown, and says what it can't show", async () => {
  const hash = "down=aliyun/ak&at=canteen&tab=ranking&without=doors:data%230.0";
  await open("shower.html", { hash }, async (page) => {
    assert.equal(await page.$eval("#panel-ranking", (panel) => panel.hidden), false);
    assert.match(await text(page, "#detail"), /canteen/);
    assert.equal(await page.evaluate(() => view.edits.size), 1);
    assert.equal(await page.$eval("#notice", (notice) => notice.hidden), true);
  });
  await open("shower.html", { hash: "down=nobody&replay=none&without=doors:data%239" }, async (page) => {
    assert.match(await text(page, "#notice"), /nobody, doors:data#9, none/);
  });
  await open("clouds.html", {}, async (page) => {
    assert.match(await text(page, "#outage"), /aliyun\/alidns/, "what --down names is down when it opens");
  });
});

test("the ranking is sorted and filtered, and leads to the picture", async () => {
  await open("shower.html", { hash: "tab=ranking" }, async (page) => {
    const column = (n) => page.$$eval("#ranking-rows tr", (rows, n) => rows.map((row) => row.children[n].textContent), n);
    const weights = (await column(5)).map(Number);
    assert.deepEqual(weights, [...weights].sort((a, b) => b - a));
    await click(page, "#ranking-head button", "component");
    const names = await column(0);
    assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b, "en")));
    assert.equal(await page.$eval("#ranking-head th", (cell) => cell.getAttribute("aria-sort")), "ascending");
    await page.type("#ranking-filter", "rds");
    assert.ok((await column(0)).every((name) => name.includes("rds")));
    await click(page, "#ranking-rows button", "rds");
    assert.match(await text(page, "#outage"), /3 down/);
  });
});

test("a finding shows its remedy, its proof and its outage", async () => {
  await open("shower.html", { hash: "tab=findings" }, async (page) => {
    assert.match(await text(page, "#panel-findings"), /The gate fails/);
    await page.click("#panel-findings .finding summary");
    assert.match(await text(page, "#panel-findings .finding[open]"), /To do: .*:\d+:\d+/);
    await click(page, "#panel-findings .finding[open] button", "Show it");
    assert.equal(await page.$eval("#panel-picture", (panel) => panel.hidden), false);
    assert.match(await hash(page), /down=/);
  });
});

test("a replay is dragged through, and its chart tells when", async () => {
  await open("shower.html", { hash: "tab=replay" }, async (page) => {
    const replay = await page.evaluate(() => PAGE.replays.findIndex((one) => one.id === "alibaba-2023-11-12"));
    await page.select("#replay-picker", String(replay));
    assert.ok((await page.$$(".gantt .bar.down")).length > 0);
    const before = await text(page, "#clock");
    const box = await (await page.$("#time"))?.boundingBox();
    await page.mouse.move(box.x + 8, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2, { steps: 8 });
    await page.mouse.up();
    assert.notEqual(await text(page, "#clock"), before);
    assert.match(await hash(page), /replay=alibaba-2023-11-12&t=\d+/);
    await click(page, ".gantt .row", "shower");
    assert.match(await text(page, "#detail .why"), /shower needs/);
    await click(page, "#tabs button", "Picture");
    assert.ok((await page.$$("#canvas .box.down")).length > 0, "the picture shows the moment");
    const first = await page.evaluate(() => view.time);
    await page.click('#strip button:nth-of-type(2)');
    assert.ok((await page.evaluate(() => view.time)) > first);
    await click(page, "#strip button", "End the replay");
    assert.equal(await page.$eval("#strip", (strip) => strip.hidden), true);
  });
});

test("the picture is zoomed, dragged and walked through", async () => {
  await open("shower.html", {}, async (page) => {
    const at = () => page.evaluate(() => ({ ...canvas.at }));
    const whole = await at();
    await page.click("#zoom-in");
    assert.ok((await at()).width < whole.width);
    const box = await (await page.$("#canvas"))?.boundingBox();
    await page.mouse.move(box.x + 30, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + 130, box.y + 80, { steps: 5 });
    await page.mouse.up();
    assert.ok((await at()).x < whole.x + whole.width && (await hash(page)) === "", "dragging selects nothing");
    await page.mouse.wheel({ deltaY: 200 });
    await page.click("#zoom-fit");
    assert.deepEqual(await at(), whole);
    await focus(page, '#canvas .box[tabindex="0"]');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    const start = await focused();
    await page.keyboard.press("ArrowRight");
    assert.notEqual(await focused(), start);
    await page.keyboard.press("Enter");
    assert.match(await hash(page), /at=/);
  });
});

test("it prints on A4, with every part", async () => {
  await open("shower.html", { hash: "down=aliyun/ak&at=shower", scheme: "dark" }, async (page) => {
    const path = file("printed.pdf");
    const pdf = Buffer.from(await page.pdf({ path, preferCSSPageSize: true, printBackground: true })).toString("latin1");
    const boxes = [...pdf.matchAll(/\/MediaBox \[\s*0 0 ([\d.]+) ([\d.]+)/g)].map(([, width, height]) => [Math.round(Number(width)), Math.round(Number(height))]);
    assert.ok(boxes.length >= 3 && boxes.every(([width, height]) => width === 595 && height === 842), JSON.stringify(boxes));
    assert.ok(statSync(path).size > 20000);
    const shown = await page.evaluate(() => ["ranking", "findings", "sources"].map((tab) => document.getElementById(`panel-${tab}`)?.textContent?.length ?? 0));
    assert.ok(shown.every((length) => length > 100), String(shown));
  });
});

test("a narrow window shows everything below each other", async () => {
  await open("shower.html", { width: 390, height: 800, hash: "down=aliyun/ak&at=shower" }, async (page) => {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} pixels wide`);
    const [picture, aside] = await page.evaluate(() => ["main", "aside"].map((one) => document.querySelector(one)?.getBoundingClientRect().top ?? 0));
    assert.notEqual(picture, aside);
  });
});
