// The page's propagation against the engine: random systems, every single loss of real ones, what-ifs, and replays.

import test from "node:test";
import assert from "node:assert/strict";
import { json, open } from "./browser.mjs";

test("random systems have the states, chains and lists that the engine gives them", async () => {
  const systems = json("systems.json");
  let [cases, changed, risky] = [0, 0, 0];
  await open("places.html", {}, async (page) => {
    const wrong = await page.evaluate((systems) => {
      const wrong = [];
      systems.forEach(({ graph: wires, cases }, system) => {
        const whole = compile(wires);
        cases.forEach((one, at) => {
          const graph = one.edits.length > 0 ? variant(wires, new Map(one.edits)) : whole;
          const result = impact(graph, one.outage);
          const say = (what, found, wanted) => {
            const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
            if (a !== b) wrong.push(`system ${system}, case ${at}, ${what}: ${a}, not ${b}`);
          };
          if (one.some) {
            // What stands in for a member that is gone comes after all others, so that these keep their numbers.
            say("states with a change", one.some.map(([node]) => [node, result.states[node]]), one.some);
            return;
          }
          say("states", [...result.states], one.states);
          say("redundancy", [...lostRedundancy(graph, result.states)], one.risky);
          say("chains", one.chains.map((_, node) => witness(graph, result, node)), one.chains);
        });
      });
      return wrong.slice(0, 5);
    }, systems);
    assert.deepEqual(wrong, []);
  });
  for (const one of systems.flatMap(({ cases }) => cases)) {
    cases += 1;
    changed += one.edits.length;
    risky += one.risky?.includes(1) ? 1 : 0;
  }
  // The systems are worth it: failures that spread, redundancy that is lost, needs that are changed.
  const spread = systems.flatMap(({ cases }) => cases).filter((one) => one.states && one.states.filter((state) => state > 0).length > one.outage.length);
  assert.ok(cases > 1000 && changed > 500 && risky > 50 && spread.length > 300, `${cases} ${changed} ${risky} ${spread.length}`);
  console.log(`${systems.length} systems, ${cases} outages, ${changed} of them with a changed need`);
});

test("the lists of apps are those of the engine", async () => {
  const systems = json("systems.json");
  await open("places.html", {}, async (page) => {
    const wrong = await page.evaluate((systems) => {
      const wrong = [];
      for (const { graph: wires, cases } of systems) {
        const node = (owner, face) => wires.owner.findIndex((one, at) => one === owner && wires.faces[wires.face[at]] === face);
        const graph = compile(wires);
        for (const one of cases.filter((one) => one.apps)) {
          const { states } = impact(graph, one.outage);
          const risky = lostRedundancy(graph, states);
          const state = (app) => (states[node(app, "data")] === 2 ? "down" : states[node(app, "data")] === 1 ? "degraded" : states[node(app, "control")] === 2 ? "frozen" : "up");
          for (const [word, apps] of Object.entries(one.apps)) {
            for (const app of apps) {
              const fits = word === "risk" ? states[node(app, "data")] !== 2 && risky[node(app, "data")] === 1 : state(app) === word;
              if (!fits) wrong.push(`${app} is not ${word}`);
            }
          }
        }
      }
      return wrong;
    }, systems);
    assert.deepEqual(wrong, []);
  });
});

for (const name of ["shower.html", "middle.html", "clouds.html"]) {
  test(`every single loss in ${name} does what the engine's sweep found`, async () => {
    await open(name, {}, async (page) => {
      const wrong = await page.evaluate(() => {
        const wrong = [];
        COMPONENTS.forEach((component, lost) => {
          const { states } = losing(plain, NODES_OF[lost]);
          const count = (word) => APPS.filter((app) => app !== lost && stateOf(app, states) === word).length;
          const found = [count("down"), count("degraded"), count("frozen")];
          if (found.join() !== PAGE.single[lost].slice(0, 3).join()) wrong.push(`${component.id}: ${found}, not ${PAGE.single[lost]}`);
        });
        return { wrong, looked: COMPONENTS.length };
      });
      assert.deepEqual(wrong.wrong, []);
      assert.ok(wrong.looked > 10);
    });
  });
}

test("a replay has at each moment the states that the report tells of the apps", async () => {
  await open("shower.html", {}, async (page) => {
    const looked = await page.evaluate(() => {
      const wrong = [];
      let looked = 0;
      for (const replay of PAGE.replays) {
        for (const app of replay.apps) {
          const number = NUMBER_OF.get(app.app);
          for (const { state, from, until } of app.spans) {
            const last = (until?.second ?? replay.ends + 1) - 1;
            for (const time of [from.second, Math.floor((from.second + last) / 2), last]) {
              looked += 1;
              const found = stateOf(number, moment(replay, time).states);
              if (found !== state) wrong.push(`${replay.id} ${app.app} at ${time}: ${found}, not ${state}`);
            }
            if (clock(replay, from.second) !== from.clock) wrong.push(`${clock(replay, from.second)}, not ${from.clock}`);
          }
        }
      }
      return { looked, wrong };
    });
    assert.deepEqual(looked.wrong, []);
    assert.ok(looked.looked > 20, `${looked.looked} moments`);
  });
});

test("what may be hit without anybody saying so is what the engine says", async () => {
  const wanted = json("places.json");
  await open("places.html", {}, async (page) => {
    const found = await page.evaluate((places) => places.map((id) => [id, mayBeHitBy(NUMBER_OF.get(id)).map((number) => COMPONENTS[number].id)]), Object.keys(wanted));
    assert.deepEqual(Object.fromEntries(found), wanted);
    assert.ok(Object.values(wanted).flat().length > 3);
  });
});

test("the names of needs in links lead back to them", async () => {
  await open("middle.html", {}, async (page) => {
    const lost = await page.evaluate(() => PAGE.graph.to.map((_, input) => input).filter((input) => inputNamed(inputName(input)) !== input));
    assert.deepEqual(lost, []);
  });
});
