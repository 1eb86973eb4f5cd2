// Propagation: the states of all capabilities under an outage, by the rules of the engine that wrote the data.
// The order of every step is that of the engine, so that even the chains that are shown are the same.

const UP = 0;
const DEGRADED = 1;
const DOWN = 2;
const SOFT = 1;
const PARTIAL = 2;
const START = 4;
const NOTHING = -1;

/**
 * @typedef {object} Graph
 * @property {number} nodes how many there are
 * @property {number} capabilities how many of them are capabilities; the others are groups
 * @property {number[]} threshold
 * @property {number[]} start
 * @property {number[]} to
 * @property {number[]} flags
 * @property {Uint32Array} outStart where the dependents of each node begin
 * @property {Uint32Array} out the inputs that a node is, in the order in which they were compiled
 * @property {Uint32Array} from the node whose input it is
 * @property {number[]} partial nodes with an alternative that carries part of the load, in that order
 *
 * @typedef {object} Spread
 * @property {Int32Array} missing how many more inputs must fail; 0 once the node has failed
 * @property {Int32Array} cause through which input it failed
 *
 * @typedef {object} Impact
 * @property {Uint8Array} states
 * @property {Int32Array} downBy
 * @property {Int32Array} impairedBy
 */

/**
 * The compiled form: the inputs of each node, and what depends on it.
 *
 * @param {{owner: number[], threshold: number[], start: number[], to: number[], flags: number[]}} wires
 * @returns {Graph}
 */
function compile(wires) {
  const nodes = wires.threshold.length;
  const capabilities = wires.owner.length;
  const { threshold, start, to, flags } = wires;
  const from = new Uint32Array(to.length);
  for (let node = 0; node < nodes; node += 1) from.fill(node, start[node], start[node + 1]);
  // The members of a group are wired before the group itself.
  /** @type {number[]} */
  const order = [];
  /** @param {number} node */
  const wire = (node) => {
    for (let input = start[node]; input < start[node + 1]; input += 1) {
      if (to[input] >= capabilities) wire(to[input]);
      order.push(input);
    }
  };
  for (let node = 0; node < capabilities; node += 1) wire(node);
  const outStart = new Uint32Array(nodes + 1);
  for (const input of order) outStart[to[input] + 1] += 1;
  for (let node = 0; node < nodes; node += 1) outStart[node + 1] += outStart[node];
  const next = outStart.slice();
  const out = new Uint32Array(order.length);
  for (const input of order) {
    out[next[to[input]]] = input;
    next[to[input]] += 1;
  }
  const partial = order.filter((input) => (flags[input] & PARTIAL) !== 0 && (flags[input] & START) === 0);
  return { nodes, capabilities, threshold, start, to, flags, outStart, out, from, partial: partial.map((input) => from[input]) };
}

/**
 * Lets failures spread breadth first from where nothing has failed.
 *
 * @param {Graph} graph
 * @param {number[]} seeds
 * @param {number[]} always nodes with an input that has failed whatever happens
 * @param {number} stops needs with this flag carry nothing
 * @returns {Spread}
 */
function spread(graph, seeds, always, stops) {
  const missing = Int32Array.from(graph.threshold);
  const cause = new Int32Array(graph.nodes).fill(NOTHING);
  /** @type {number[]} */
  const failed = [];
  /** @type {number[]} */
  const groups = [];
  /** @param {number} node @param {number} by */
  const hit = (node, by) => {
    if (missing[node] === 0) return;
    missing[node] -= 1;
    if (node < graph.capabilities) {
      // One failed input is enough for a capability.
      missing[node] = 0;
      cause[node] = by;
      failed.push(node);
    } else if (missing[node] === 0) {
      cause[node] = by;
      groups.push(node);
    }
  };
  /** @param {number} node */
  const passOn = (node) => {
    for (let at = graph.outStart[node]; at < graph.outStart[node + 1]; at += 1) {
      const input = graph.out[at];
      if ((graph.flags[input] & (START | stops)) === 0) hit(graph.from[input], node);
    }
  };
  for (const seed of seeds) {
    if (missing[seed] > 0) {
      missing[seed] = 0;
      failed.push(seed);
    }
  }
  // A group that has lost more members to a what-if than it can spare has failed from the outset.
  for (let node = graph.capabilities; node < graph.nodes; node += 1) {
    if (graph.threshold[node] === 0) groups.push(node);
  }
  for (const node of always) hit(node, NOTHING);
  for (let next = 0; ; next += 1) {
    // A group that fails passes on at once, since it is no step of its own.
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) passOn(group);
    if (next === failed.length) return { missing, cause };
    passOn(failed[next]);
  }
}

/**
 * The states under an outage: down over hard needs, not up over all needs.
 *
 * @param {Graph} graph
 * @param {[number, number][]} outage nodes and their states
 * @returns {Impact}
 */
function impact(graph, outage) {
  /** @param {number} least */
  const seeds = (least) => outage.filter(([, state]) => state >= least).map(([node]) => node);
  const down = spread(graph, seeds(DOWN), [], SOFT);
  const impaired = spread(graph, seeds(DEGRADED), graph.partial, PARTIAL);
  const states = new Uint8Array(graph.nodes);
  for (let node = 0; node < graph.nodes; node += 1) {
    states[node] = down.missing[node] === 0 ? DOWN : impaired.missing[node] === 0 ? DEGRADED : UP;
  }
  return { states, downBy: down.cause, impairedBy: impaired.cause };
}

/**
 * The shortest chain of capabilities that carries a failure, from the node to what is taken down.
 *
 * @param {Graph} graph
 * @param {Impact} impact
 * @param {number} node
 * @returns {number[]}
 */
function witness(graph, impact, node) {
  if (impact.states[node] === UP) return [];
  const causes = impact.states[node] === DOWN ? impact.downBy : impact.impairedBy;
  const chain = [node];
  for (let here = causes[node]; here !== NOTHING; here = causes[here]) chain.push(here);
  return chain.filter((one) => one < graph.capabilities);
}

/**
 * Whether a node is a group that survives although members of it are down.
 *
 * @param {Graph} graph
 * @param {Uint8Array} states
 * @param {number} node
 */
function isShort(graph, states, node) {
  if (node < graph.capabilities || graph.threshold[node] <= 1 || states[node] === DOWN) return false;
  for (let input = graph.start[node]; input < graph.start[node + 1]; input += 1) {
    if ((graph.flags[input] & SOFT) === 0 && states[graph.to[input]] === DOWN) return true;
  }
  return false;
}

/**
 * Which nodes rest, over hard run needs, on a group that survives with fewer members than it has.
 *
 * @param {Graph} graph
 * @param {Uint8Array} states
 * @returns {Uint8Array} 1 for those that do
 */
function lostRedundancy(graph, states) {
  const risky = new Uint8Array(graph.nodes);
  const open = [];
  for (let node = graph.capabilities; node < graph.nodes; node += 1) {
    if (isShort(graph, states, node)) open.push(node);
  }
  for (const node of open) risky[node] = 1;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (let at = graph.outStart[node]; at < graph.outStart[node + 1]; at += 1) {
      const input = graph.out[at];
      const next = graph.from[input];
      if ((graph.flags[input] & (START | SOFT)) === 0 && states[next] !== DOWN && risky[next] === 0) {
        risky[next] = 1;
        open.push(next);
      }
    }
  }
  return risky;
}

/**
 * Of the groups that a node rests on and that survive short, the nearest: which members are lost and which hold.
 *
 * @param {Graph} graph
 * @param {Uint8Array} states
 * @param {number} node
 * @returns {{lost: number[], left: number[]} | null}
 */
function nearestLoss(graph, states, node) {
  const seen = new Set([node]);
  /** @param {number} member @returns {number[]} */
  const leaves = (member) =>
    member < graph.capabilities
      ? [member]
      : Array.from(graph.to.slice(graph.start[member], graph.start[member + 1])).flatMap(leaves);
  for (const here of seen) {
    const members = graph.to.slice(graph.start[here], graph.start[here + 1]);
    if (isShort(graph, states, here)) {
      const down = members.filter((member) => states[member] === DOWN);
      const holds = members.filter((member) => states[member] !== DOWN);
      const lost = down.flatMap((member) => leaves(member).filter((leaf) => states[leaf] === DOWN).slice(0, 1));
      return { lost, left: holds.flatMap((member) => leaves(member).slice(0, 1)) };
    }
    for (let input = graph.start[here]; input < graph.start[here + 1]; input += 1) {
      if ((graph.flags[input] & (START | SOFT)) === 0) seen.add(graph.to[input]);
    }
  }
  return null;
}
