// What is shown: the outage, the selection, the tab, what-ifs and the replay; kept in the address, so that a link shows it.

/**
 * @typedef {object} View
 * @property {number[]} down nodes that are taken down
 * @property {number?} selected a component
 * @property {string} tab
 * @property {Map<number, number>} edits what-ifs by input
 * @property {number?} replay which
 * @property {number} time the moment of the replay, in seconds
 * @property {number[]} open the first components of the folded boxes that are opened
 *
 * @typedef {object} Now what follows from the view
 * @property {"calm" | "trial" | "outage" | "replay"} mode a trial is what the loss of the selection alone would do
 * @property {Graph} graph
 * @property {Impact?} impact
 * @property {Uint8Array} states
 * @property {Set<number>} struck
 * @property {Uint8Array} risky
 * @property {Mark[]} marks by component
 * @property {Record<"down" | "degraded" | "frozen" | "risk" | "up", number[]>} apps
 */

/** @type {View} */
let view = { down: [], selected: null, tab: "picture", edits: new Map(), replay: null, time: 0, open: [] };
/** @type {Now} */
let now;
/** @type {((before: View?) => void)[]} */
const watchers = [];
let plain = compile(PAGE.graph);
/** @type {{edits: Map<number, number>, graph: Graph}} */
let edited = { edits: new Map(), graph: plain };

/** The graph with the what-ifs of a view. @param {Map<number, number>} edits */
function graphOf(edits) {
  if (edits.size === 0) return plain;
  if (edited.edits !== edits) edited = { edits, graph: variant(PAGE.graph, edits) };
  return edited.graph;
}

/** What the loss of nodes does. @param {Graph} graph @param {number[]} nodes */
function losing(graph, nodes) {
  return impact(graph, nodes.map((node) => /** @type {[number, number]} */ ([node, DOWN])));
}

/** Works out what follows from the view. @returns {Now} */
function follow() {
  const replay = view.replay === null ? null : PAGE.replays[view.replay];
  const graph = graphOf(replay ? new Map() : view.edits);
  if (replay) {
    const { states, struck } = moment(replay, view.time);
    return toldBy("replay", graph, null, states, struck);
  }
  const trial = view.down.length === 0 && view.selected !== null;
  const nodes = trial ? NODES_OF[view.selected ?? 0] : view.down;
  const result = losing(graph, nodes);
  return toldBy(nodes.length === 0 ? "calm" : trial ? "trial" : "outage", graph, result, result.states, new Set(nodes));
}

/**
 * @param {Now["mode"]} mode
 * @param {Graph} graph
 * @param {Impact?} impact
 * @param {Uint8Array} states
 * @param {Set<number>} struck
 * @returns {Now}
 */
function toldBy(mode, graph, impact, states, struck) {
  const risky = lostRedundancy(graph, states);
  const marks = COMPONENTS.map((_, number) => markOf(number, states, struck, risky));
  /** @type {Now["apps"]} */
  const apps = { down: [], degraded: [], frozen: [], risk: [], up: [] };
  for (const app of APPS) {
    apps[stateOf(app, states)].push(app);
    const data = nodeOf(app, "data");
    if (data !== undefined && states[data] !== DOWN && risky[data]) apps.risk.push(app);
  }
  return { mode, graph, impact, states, struck, risky, marks, apps };
}

/** The state of a component. @param {number} number @param {Uint8Array} states */
function stateOf(number, states) {
  const [data, control] = ["data", "control"].map((face) => states[nodeOf(number, face) ?? -1] ?? UP);
  if (data === DOWN) return "down";
  if (data === DEGRADED) return "degraded";
  return control === DOWN ? "frozen" : "up";
}

/**
 * The mark of a component: its state, or what else there is to tell.
 *
 * @param {number} number
 * @param {Uint8Array} states
 * @param {Set<number>} struck
 * @param {Uint8Array} risky
 * @returns {Mark}
 */
function markOf(number, states, struck, risky) {
  const nodes = NODES_OF[number];
  const state = stateOf(number, states);
  if (nodes.some((node) => struck.has(node)) && state !== "degraded") {
    return state === "up" ? "part" : "struck";
  }
  if (state !== "up") return state;
  if (nodes.some((node) => states[node] === DOWN)) return "part";
  const data = nodeOf(number, "data");
  return data !== undefined && risky[data] ? "risk" : "up";
}

/** The states at a moment of a replay, and what the outage itself holds down then. @param {Replay} replay @param {number} time */
function moment(replay, time) {
  const states = new Uint8Array(PAGE.graph.threshold.length);
  for (const [node, state, from, until] of replay.bars) {
    if (from <= time && (until === null || until === undefined || time < until)) states[node] = state;
  }
  const lasts = replay.windows.filter(([, , from, until]) => from <= time && (until == null || time < until));
  return { states: settled(states), struck: new Set(lasts.flatMap(([nodes]) => nodes)) };
}

/** The states of groups from those of their members. @param {Uint8Array} states */
function settled(states) {
  const { start, to, flags, threshold } = PAGE.graph;
  for (let node = states.length - 1; node >= plain.capabilities; node -= 1) {
    const inputs = [];
    for (let input = start[node]; input < start[node + 1]; input += 1) {
      const state = flags[input] & SOFT ? Math.min(states[to[input]], DEGRADED) : states[to[input]];
      inputs.push(flags[input] & PARTIAL ? Math.max(state, DEGRADED) : state);
    }
    // As many must fail as the threshold says: that is the state of the worst but so many.
    inputs.sort((a, b) => b - a);
    states[node] = inputs[threshold[node] - 1] ?? UP;
  }
  return states;
}

/** Changes what is shown. @param {Partial<View>} changes @param {{quiet?: boolean}} [how] a quiet change is no step back */
function change(changes, how = {}) {
  const before = view;
  view = { ...view, ...changes };
  now = follow();
  const address = `#${written()}`;
  if (how.quiet) history.replaceState(null, "", address);
  else if (address !== location.hash) history.pushState(null, "", address);
  watchers.forEach((watcher) => watcher(before));
}

/** Takes a component down as well, or puts it back. @param {number[]} nodes */
function toggleDown(nodes) {
  const all = nodes.every((node) => view.down.includes(node));
  const rest = view.down.filter((node) => !nodes.includes(node));
  change({ down: all ? rest : [...rest, ...nodes].sort((a, b) => a - b), replay: null });
}

/**
 * The outage in names: a component whose capabilities are all down is one.
 *
 * @param {number[]} nodes
 * @returns {{name: string, owner: number, nodes: number[]}[]}
 */
function outageNames(nodes) {
  const owners = [...new Set(nodes.map((node) => PAGE.graph.owner[node]))];
  return owners.flatMap((owner) => {
    const own = nodes.filter((node) => PAGE.graph.owner[node] === owner);
    const whole = own.length === NODES_OF[owner].length;
    return whole
      ? [{ name: COMPONENTS[owner].id, owner, nodes: own }]
      : own.map((node) => ({ name: `${COMPONENTS[owner].id}:${FACES[PAGE.graph.face[node]]}`, owner, nodes: [node] }));
  });
}

/** The view as an address. */
function written() {
  const parts = new URLSearchParams();
  for (const { name } of outageNames(view.down)) parts.append("down", name);
  if (view.selected !== null) parts.set("at", COMPONENTS[view.selected].id);
  if (view.tab !== "picture") parts.set("tab", view.tab);
  for (const first of view.open) parts.append("open", COMPONENTS[first].id);
  for (const [input, edit] of view.edits) parts.append(edit === LEFT_OUT ? "without" : "soft", inputName(input));
  if (view.replay !== null) {
    parts.set("replay", PAGE.replays[view.replay].id);
    parts.set("t", String(view.time));
  }
  return parts.toString();
}

/** The view of an address; what it names and nothing here fits is told. @param {string} hash @returns {View} */
function read(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  /** @type {string[]} */
  const strange = [];
  const down = parts.getAll("down").flatMap((text) => {
    const whole = NUMBER_OF.get(text);
    const node = nodeNamed(text);
    if (node === undefined) strange.push(text);
    return whole !== undefined ? NODES_OF[whole] : node === undefined ? [] : [node];
  });
  const edits = new Map();
  for (const [word, edit] of /** @type {const} */ ([["soft", TAKEN_SOFT], ["without", LEFT_OUT]])) {
    for (const text of parts.getAll(word)) {
      const input = inputNamed(text);
      if (input === undefined) strange.push(text);
      else edits.set(input, edit);
    }
  }
  const at = parts.get("at");
  const selected = at === null ? null : (NUMBER_OF.get(at) ?? null);
  if (at !== null && selected === null) strange.push(at);
  const open = parts.getAll("open").flatMap((text) => {
    const first = NUMBER_OF.get(text);
    if (first === undefined) strange.push(text);
    return first ?? [];
  });
  const id = parts.get("replay");
  const replay = id === null ? -1 : PAGE.replays.findIndex((one) => one.id === id);
  if (id !== null && replay < 0) strange.push(id);
  const tab = TABS.find((known) => known === parts.get("tab")) ?? "picture";
  const time = replay < 0 ? 0 : clamped(Number(parts.get("t")), PAGE.replays[replay].begins, PAGE.replays[replay].ends);
  notice(strange.length > 0 ? `The link names what this report does not hold: ${strange.map(visible).join(", ")}` : "");
  return { down: [...new Set(down)].sort((a, b) => a - b), selected, tab, edits, replay: replay < 0 ? null : replay, time, open };
}

/** @param {number} value @param {number} least @param {number} most */
function clamped(value, least, most) {
  return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : least;
}

/** Says something once, at the top. @param {string} text */
function notice(text) {
  const place = the("notice");
  place.textContent = text;
  place.hidden = text === "";
}

/** The tabs in their order. */
const TABS = ["picture", "ranking", "findings", "replay", "sources"];
