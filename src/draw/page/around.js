// Drawings made on the spot: what falls with an outage, and what surrounds a component. Apps stand on the left, what they
// rest on to the right of them, so that an outage comes from the right.

/**
 * @typedef {object} Sketch
 * @property {{members: number[], label: string, lines: string[], what: string, layer: number}[]} nodes
 * @property {{from: number, to: number, hard: boolean, start: boolean, control: boolean, indirect?: boolean}[]} needs
 */

/** How many boxes such a drawing has at most before it folds. */
const ROOM = 44;
/** How many boxes of one kind and cause stand side by side before they are one. */
const ALIKE = 6;

const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));

/** How wide a text is, in pixels. @param {string} text @param {boolean} [strong] */
function wide(text, strong = false) {
  ruler.font = `${strong ? "600 " : ""}12.5px system-ui, sans-serif`;
  return ruler.measureText(text).width;
}

/** A text shortened in the middle, where names differ least. @param {string} text @param {number} most */
function shortened(text, most = 34) {
  const characters = [...visible(text)];
  if (characters.length <= most) return characters.join("");
  return `${characters.slice(0, most - 13).join("")}…${characters.slice(-12).join("")}`;
}

/** What is written under a name. @param {number} number */
function subtitle(number) {
  const { kind, tier } = COMPONENTS[number];
  return tier ? `${kind}, tier ${tier}` : kind;
}

/** The first node of a component that tells why it fares as it does: `data`, or `control` where it is frozen. @param {number} number */
function tellingNode(number) {
  const data = nodeOf(number, "data");
  const fails = (/** @type {number | undefined} */ node) => node !== undefined && now.states[node] !== UP;
  if (fails(data)) return data;
  return fails(nodeOf(number, "control")) ? nodeOf(number, "control") : NODES_OF[number].find(fails);
}

/** The chain of capabilities that carries the failure of a component; empty where it does not fail. @param {number} number */
function whyChain(number) {
  const node = tellingNode(number);
  if (node === undefined) return [];
  if (now.impact) return witness(now.graph, now.impact, node);
  const replay = view.replay === null ? null : PAGE.replays[view.replay];
  const app = replay?.apps.find((one) => one.app === COMPONENTS[number].id);
  const span = app?.spans.find(({ from, until }) => from.second <= view.time && (!until || view.time < until.second));
  return (span?.chain ?? []).flatMap((step) => nodeNamed(step) ?? []);
}

/** What falls: each app that is hit, and the chain from it to the outage; of too many the heaviest. @returns {Drawing} */
function fallen() {
  const states = /** @type {const} */ (["down", "degraded", "frozen"]);
  const hit = states.flatMap((state) => [...now.apps[state]].sort((a, b) => WEIGHT_OF[b] - WEIGHT_OF[a] || a - b).map((app) => ({ app, state, chain: whyChain(app) })));
  const told = hit.filter(({ chain }) => chain.length > 0);
  const struck = [...new Set([...now.struck].map((node) => PAGE.graph.owner[node]))];
  const layers = new Map();
  const links = new Map();
  /** @type {typeof told} */
  const rest = [];
  for (const one of told) {
    const fresh = ownersOf(one.chain).filter((owner) => !layers.has(owner)).length;
    // Apps that are alike become one box, so that they may be many.
    if (layers.size + fresh > ROOM && fresh > 1) rest.push(one);
    else addChain(one.chain, layers, links);
  }
  if (told.length === 0) {
    const near = struck.slice(0, ALIKE).flatMap((owner) => dependents(owner).filter((one) => HARM.includes(now.marks[one])));
    near.slice(0, ROOM).forEach((one) => addChain(whyChain(one), layers, links));
  }
  struck.filter((owner) => !layers.has(owner)).slice(0, ALIKE).forEach((owner) => layers.set(owner, 0));
  return arranged(others(sketch(layers, links), rest));
}

/** The weight of each app, by component. */
const WEIGHT_OF = COMPONENTS.map(() => 0);
APPS.forEach((app, at) => (WEIGHT_OF[app] = PAGE.weights[at]));

/** The components along a chain. @param {number[]} chain */
function ownersOf(chain) {
  return chain.map((node) => PAGE.graph.owner[node]).filter((owner, at, all) => owner !== all[at - 1]);
}

/** @param {number[]} chain @param {Map<number, number>} layers @param {Map<string, Kind>} links */
function addChain(chain, layers, links) {
  const owners = ownersOf(chain);
  owners.forEach((owner, at) => layers.set(owner, Math.max(layers.get(owner) ?? 0, owners.length - 1 - at)));
  chain.slice(1).forEach((node, at) => {
    const [from, to] = [PAGE.graph.owner[chain[at]], PAGE.graph.owner[node]];
    if (from !== to) links.set(`${from} ${to}`, needBetween(chain[at], node));
  });
}

/**
 * One box more for the apps of each state that fall by ways that are not drawn.
 *
 * @param {Sketch} drawn
 * @param {{app: number, state: string, chain: number[]}[]} rest
 */
function others(drawn, rest) {
  const sets = new Map();
  for (const { app, state, chain } of rest) {
    const end = PAGE.graph.owner[chain[chain.length - 1]];
    const key = `${state} ${end}`;
    sets.set(key, [...(sets.get(key) ?? []), app]);
  }
  for (const [key, members] of sets) {
    const end = drawn.nodes.findIndex((node) => node.members.includes(Number(key.split(" ")[1])));
    drawn.nodes.push({ members, label: counted(members.length, "more app"), lines: ["by ways not drawn here"], what: "app", layer: 1 });
    if (end >= 0) drawn.needs.push({ from: drawn.nodes.length - 1, to: end, hard: true, start: false, control: false, indirect: true });
  }
  return drawn;
}

/** What surrounds a component: who needs it, and what it needs. @param {number} number @returns {Drawing} */
function surroundings(number) {
  const layers = new Map([[number, 1]]);
  const links = new Map();
  dependents(number).forEach((owner) => layers.set(owner, 2));
  for (const node of NODES_OF[number]) {
    for (const target of leaves(node)) {
      const owner = PAGE.graph.owner[target];
      if (owner !== number && !layers.has(owner)) layers.set(owner, 0);
      if (owner !== number) links.set(`${number} ${owner}`, better(links.get(`${number} ${owner}`), needBetween(node, target)));
    }
  }
  for (const owner of dependents(number)) {
    for (const node of NODES_OF[owner]) {
      const target = leaves(node).find((leaf) => PAGE.graph.owner[leaf] === number);
      if (target !== undefined) links.set(`${owner} ${number}`, better(links.get(`${owner} ${number}`), needBetween(node, target)));
    }
  }
  return arranged(sketch(layers, links));
}

/** @typedef {{hard: boolean, start: boolean, control: boolean}} Kind */

/** The need that tells more of two: that of serving. @param {Kind | undefined} one @param {Kind} other */
function better(one, other) {
  return one && !one.start && (!one.control || other.control) ? one : other;
}

/** What kind of need leads from a capability to another. @param {number} from @param {number} to @returns {Kind} */
function needBetween(from, to) {
  const { start, to: targets, flags } = PAGE.graph;
  const control = FACES[PAGE.graph.face[from]] === "control";
  /** @param {number} node @param {number} above @returns {number?} */
  const find = (node, above) => {
    for (let input = start[node]; input < start[node + 1]; input += 1) {
      const met = above | flags[input];
      const found = targets[input] === to ? met : targets[input] >= plain.capabilities ? find(targets[input], met) : null;
      if (found !== null) return found;
    }
    return null;
  };
  const flag = find(from, 0) ?? 0;
  return { hard: (flag & SOFT) === 0, start: (flag & START) !== 0, control };
}

/** The capabilities that a capability names in its needs. @param {number} node @returns {number[]} */
function leaves(node) {
  const targets = PAGE.graph.to.slice(PAGE.graph.start[node], PAGE.graph.start[node + 1]);
  return targets.flatMap((target) => (target < plain.capabilities ? [target] : leaves(target)));
}

/** The components that need a component, in order. @param {number} number */
function dependents(number) {
  const found = new Set();
  /** @param {number} node */
  const follow = (node) => {
    for (let at = plain.outStart[node]; at < plain.outStart[node + 1]; at += 1) {
      const holder = plain.from[plain.out[at]];
      if (holder >= plain.capabilities) follow(holder);
      else if (PAGE.graph.owner[holder] !== number) found.add(PAGE.graph.owner[holder]);
    }
  };
  NODES_OF[number].forEach(follow);
  return [...found].sort((a, b) => a - b);
}

/** Components with layers as boxes; where there are too many, those that are alike are one. @param {Map<number, number>} layers @param {Map<string, Kind>} links @returns {Sketch} */
function sketch(layers, links) {
  const all = [...layers.keys()].sort((a, b) => a - b);
  const around = new Map(all.map((owner) => [owner, /** @type {string[]} */ ([])]));
  for (const key of links.keys()) {
    const [from, to] = key.split(" ").map(Number);
    around.get(from)?.push(`>${to}`);
    around.get(to)?.push(`<${from}`);
  }
  const alike = new Map();
  for (const owner of all) {
    const key = `${layers.get(owner)} ${now.marks[owner]} ${COMPONENTS[owner].kind} ${around.get(owner)?.sort().join(" ")}`;
    alike.set(key, [...(alike.get(key) ?? []), owner]);
  }
  /** @type {Sketch["nodes"]} */
  const nodes = [];
  const place = new Map();
  const fold = all.length > ROOM / 2;
  for (const members of alike.values()) {
    const sets = fold && members.length > ALIKE && !members.includes(view.selected ?? -1) ? [members] : members.map((/** @type {number} */ one) => [one]);
    for (const set of sets) {
      set.forEach((/** @type {number} */ member) => place.set(member, nodes.length));
      const one = set.length === 1;
      const label = one ? shortened(COMPONENTS[set[0]].id) : `${set.length} ${COMPONENTS[set[0]].kind}s`;
      const lines = one ? [subtitle(set[0])] : [shortened(set.map((/** @type {number} */ member) => COMPONENTS[member].id).join(", "))];
      nodes.push({ members: set, label, lines, what: COMPONENTS[set[0]].kind, layer: layers.get(set[0]) ?? 0 });
    }
  }
  const needs = new Map();
  for (const [key, kind] of links) {
    const [from, to] = key.split(" ").map((text) => place.get(Number(text)));
    if (from !== to) needs.set(`${from} ${to}`, { from, to, ...kind });
  }
  return inRows({ nodes, needs: [...needs.values()] });
}

/** How long a row of components may be, each needing the next and nothing else here, before it is one box. */
const ROW = 3;

/** Makes one box of each long row between others, and gives boxes the layers that are left. @param {Sketch} whole @returns {Sketch} */
function inRows({ nodes, needs }) {
  const [into, from] = [nodes.map(() => /** @type {number[]} */ ([])), nodes.map(() => /** @type {number[]} */ ([]))];
  needs.forEach((need) => (into[need.to].push(need.from), from[need.from].push(need.to)));
  const struck = new Set([...now.struck].map((node) => PAGE.graph.owner[node]));
  const passes = nodes.map(({ members, what }, at) => what !== "app" && into[at].length === 1 && from[at].length === 1 && !members.some((one) => one === view.selected || struck.has(one)));
  const head = nodes.map((_, at) => at);
  nodes.forEach((_, first) => {
    if (!passes[first] || passes[into[first][0]]) return;
    const row = [first];
    for (let next = from[first][0]; passes[next] && !row.includes(next); next = from[next][0]) row.push(next);
    if (row.length < ROW) return;
    row.forEach((one) => (head[one] = first));
    const members = row.flatMap((one) => nodes[one].members);
    const ends = [members[0], members[members.length - 1]].map((member) => shortened(COMPONENTS[member].id, 24));
    nodes[first] = { ...nodes[first], members, what: "mixed", label: `${members.length} in a row`, lines: [ends.join(" … ")] };
  });
  const kept = nodes.flatMap((_, at) => (head[at] === at ? [at] : []));
  const place = new Map(kept.map((at, number) => [at, number]));
  const left = needs.flatMap((need) => {
    const ends = [place.get(head[need.from]) ?? 0, place.get(head[need.to]) ?? 0];
    return ends[0] === ends[1] ? [] : [{ ...need, from: ends[0], to: ends[1] }];
  });
  const boxes = kept.map((at) => ({ ...nodes[at] }));
  if (boxes.length < nodes.length) layered(boxes, left);
  return { nodes: boxes, needs: left };
}

/** Puts each box one layer further than all that it needs, as far as cycles let it. @param {Sketch["nodes"]} nodes @param {Sketch["needs"]} needs */
function layered(nodes, needs) {
  nodes.forEach((node) => (node.layer = 0));
  for (let round = 0; round < nodes.length; round += 1) {
    const low = needs.filter(({ from, to }) => nodes[from].layer <= nodes[to].layer && nodes[to].layer < nodes.length);
    if (low.length === 0) return;
    low.forEach(({ from, to }) => (nodes[from].layer = nodes[to].layer + 1));
  }
}

/** Gives boxes their places: a column for each layer, in each column the order that crosses least. @param {Sketch} sketch @returns {Drawing} */
function arranged({ nodes, needs }) {
  const most = Math.max(0, ...nodes.map((node) => node.layer));
  /** @type {number[][]} */
  const columns = Array.from({ length: most + 1 }, () => []);
  nodes.forEach((node, number) => columns[most - node.layer].push(number));
  /** @type {number[]} */
  const rank = nodes.map((_, number) => number);
  const near = nodes.map((_, number) => needs.flatMap(({ from, to }) => (from === number ? [to] : to === number ? [from] : [])));
  for (let round = 0; round < 6; round += 1) {
    const order = round % 2 === 0 ? columns.slice().reverse() : columns;
    for (const column of order) {
      const weight = new Map(column.map((one) => [one, near[one].length ? near[one].reduce((sum, other) => sum + rank[other], 0) / near[one].length : rank[one]]));
      column.sort((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0) || a - b);
      column.forEach((one, at) => (rank[one] = (at + 0.5) / column.length));
    }
  }
  const gap = { x: 84, y: 22 };
  const size = nodes.map((node) => Math.max(96, 28 + wide(node.label, true), 28 + Math.max(0, ...node.lines.map((line) => wide(line)))));
  const heights = columns.map((column) => column.length * (44 + gap.y) - gap.y);
  const height = Math.max(44, ...heights);
  /** @type {Box[]} */
  const boxes = [];
  let x = 0;
  columns.forEach((column, at) => {
    const width = Math.max(0, ...column.map((one) => size[one]));
    column.forEach((one, row) => {
      const { members, label, lines, what } = nodes[one];
      const y = (height - heights[at]) / 2 + row * (44 + gap.y);
      boxes[one] = { x, y, width, height: 44, label, lines, what, members };
    });
    x += column.length > 0 ? width + gap.x : 0;
  });
  const lines = needs.map((need) => curved(need, boxes));
  return { width: Math.max(96, x - gap.x), height, areas: [], boxes, lines };
}

/** A line from the edge of one box to the edge of another. @param {Sketch["needs"][number]} need @param {Box[]} boxes @returns {Line} */
function curved(need, boxes) {
  const [from, to] = [boxes[need.from], boxes[need.to]];
  const forward = from.x < to.x;
  const [x1, x2] = forward ? [from.x + from.width, to.x] : [from.x + from.width / 2, to.x + to.width / 2];
  const y1 = forward ? from.y + from.height / 2 : from.y + from.height;
  const y2 = forward ? to.y + to.height / 2 : to.y + (to.y > from.y ? 0 : to.height);
  /** @type {[number, number][]} */
  const points = [];
  for (let step = 0; step <= 12; step += 1) {
    const t = step / 12;
    const bow = forward ? t * t * (3 - 2 * t) : t;
    points.push([Math.round(10 * (x1 + (x2 - x1) * t)) / 10, Math.round(10 * (y1 + (y2 - y1) * bow)) / 10]);
  }
  const words = need.indirect ? "by other ways" : [need.control && "control", need.start && "start", !need.hard && "soft"].filter(Boolean).join(", ");
  const drawn = { ...need, points, curve: true };
  return words ? { ...drawn, label: words, labelAt: [(x1 + x2) / 2, (y1 + y2) / 2 - 7] } : drawn;
}
