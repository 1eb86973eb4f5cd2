// What the page holds, as `data.rs` writes it, and small questions about it.

/**
 * @typedef {object} Wires
 * @property {string[]} faces names of capabilities
 * @property {number[]} owner the component of each capability
 * @property {number[]} face the name of each capability
 * @property {number[]} threshold for each node how many inputs must fail for it to fail
 * @property {number[]} start where the inputs of each node begin
 * @property {number[]} to the node that each input is
 * @property {number[]} flags what each input passes on: 1 soft, 2 part of the load, 4 at start alone
 * @property {number[]} proof the proof of each input
 * @property {number[][]} proofs confidence, then evidence
 * @property {Record<string, {grace?: number, switch?: number, capacity?: number}>} terms by input
 *
 * @typedef {object} Component
 * @property {string} id
 * @property {string} kind
 * @property {number} [tier]
 * @property {string} [owner]
 * @property {string} [provider]
 * @property {string[]} [at]
 * @property {boolean} [place_unknown]
 * @property {string[]} [aliases]
 * @property {string} [software]
 * @property {boolean} [sticky]
 * @property {boolean} [sketch]
 * @property {number[]} proof
 *
 * @typedef {object} Finding
 * @property {string} rule
 * @property {string} severity
 * @property {string} confidence
 * @property {number} [app]
 * @property {number[]} cut_set
 * @property {string} state
 * @property {string} message
 * @property {string} remedy
 * @property {number[]} witness
 * @property {number[][]} [others]
 * @property {number[]} proof
 * @property {number} [under]
 * @property {{owner: string?, reason: string, until: string, at: string}} [waiver]
 *
 * @typedef {{second: number, clock: string}} Moment
 * @typedef {{state: string, from: Moment, until?: Moment, chain: string[], held?: {because: string, chain: string[]}}} Span
 * @typedef {object} ReplayApp
 * @property {string} app
 * @property {number} [tier]
 * @property {string} worst
 * @property {Moment} [failed]
 * @property {Moment} [back]
 * @property {number} down_seconds
 * @property {number} degraded_seconds
 * @property {number} frozen_seconds
 * @property {Span[]} spans
 * @property {{rto_seconds?: number, rto_met?: boolean, months_used?: number}} [target]
 *
 * @typedef {object} Replay
 * @property {string} id
 * @property {string} title
 * @property {string} date
 * @property {string} summary
 * @property {{title: string, url: string?, date: string}[]} sources
 * @property {number} begins
 * @property {number} ends
 * @property {[number, number, number, number?][]} bars node, state, from, until
 * @property {[number[], number, number, number?][]} windows nodes, state, from, until
 * @property {ReplayApp[]} apps
 * @property {{cycle: string[], since: Moment, broken?: Moment}[]} deadlocks
 * @property {{time: Moment, action: string, to: string[], worked: boolean, because?: string[]}[]} actions
 * @property {string[]} absent
 * @property {string[]} assumed_restarts
 * @property {boolean} truncated
 *
 * @typedef {object} Page
 * @property {string} format
 * @property {string} made_by
 * @property {string} title
 * @property {number[]} opening
 * @property {Component[]} components
 * @property {Drawing & {notes: string[]}} picture
 * @property {Wires} graph
 * @property {number[]} weights
 * @property {[number, number, number, number, number?][]} single
 * @property {{count: number, components_left_out: number, worst: [number[], number[], number][]}} pairs
 * @property {{lists: number[][], of: Record<number, number>}} maybe what each loss may hit without anybody saying so
 * @property {number[]} never_start
 * @property {{decision: string, summary: string, counts: Record<string, number>}} verdict
 * @property {Finding[]} findings
 * @property {number} findings_left_out
 * @property {Replay[]} replays
 * @property {{id: string, title: string, reason: string}[]} replays_left_out
 * @property {{file: string, format: string, status: string, reason?: string}[]} sources
 * @property {{from?: number, what: string, reason: string, proof: number}[]} unresolved
 * @property {{about?: number, what: string, proof: number}[]} assumptions
 * @property {{files: string[], notes: string[], citations: Citation[], quotes: string[], items: number[][]}} proofs
 *
 * @typedef {{source: string, url?: string, known: string, grade: string}} Citation
 */

/** @type {Page} */
const PAGE = JSON.parse(document.getElementById("data")?.textContent ?? "null");
if (PAGE.format !== "linchpin/page/1") throw new Error(`this page can't show data of the format ${PAGE.format}`);

const COMPONENTS = PAGE.components;
const FACES = PAGE.graph.faces;

/** The number of each component by its id. */
const NUMBER_OF = new Map(COMPONENTS.map((component, number) => [component.id, number]));

/** The nodes of each component, in order. @type {number[][]} */
const NODES_OF = COMPONENTS.map(() => []);
PAGE.graph.owner.forEach((owner, node) => NODES_OF[owner].push(node));

/** The numbers of the apps. */
const APPS = COMPONENTS.flatMap((component, number) => (component.kind === "app" ? [number] : []));

/** Whether a component is a provider, a region or a zone. @param {number} number */
function isPlace(number) {
  return ["provider", "region", "zone"].includes(COMPONENTS[number].kind);
}

/** Whether a component is one's own, not a provider's or a third party's. @param {number} number */
function isOwn(number) {
  return !COMPONENTS[number].provider && COMPONENTS[number].kind !== "external" && !isPlace(number);
}

/** The nodes of `data` and of `control` of each component, which are asked for most. */
const [DATA_OF, CONTROL_OF] = ["data", "control"].map((face) => {
  const wanted = FACES.indexOf(face);
  return NODES_OF.map((nodes) => nodes.find((node) => PAGE.graph.face[node] === wanted));
});

/** The node of a component's capability. @param {number} number @param {string} face */
function nodeOf(number, face) {
  if (face === "data") return DATA_OF[number];
  if (face === "control") return CONTROL_OF[number];
  return NODES_OF[number].find((node) => FACES[PAGE.graph.face[node]] === face);
}

/** `component`, or `component:capability` where it is not `data`. @param {number} node */
function nodeName(node) {
  const face = FACES[PAGE.graph.face[node]];
  const id = COMPONENTS[PAGE.graph.owner[node]].id;
  return face === "data" ? id : `${id}:${face}`;
}

/** The node that `component` or `component:capability` names. @param {string} name */
function nodeNamed(name) {
  const whole = NUMBER_OF.get(name);
  if (whole !== undefined) return nodeOf(whole, "data");
  const colon = name.lastIndexOf(":");
  const number = colon < 0 ? undefined : NUMBER_OF.get(name.slice(0, colon));
  return number === undefined ? undefined : nodeOf(number, name.slice(colon + 1));
}

/** `1 app`, `2 apps`. @param {number} number @param {string} one */
function counted(number, one) {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}

/** Seconds as people say them: `40 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. @param {number} seconds */
function lasted(seconds) {
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (seconds < 60) return `${seconds} s`;
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return `${minutes} min`;
}

/**
 * Components that the loss of one may hit without anybody saying so: unknown is not safe.
 *
 * @param {number} lost
 * @returns {number[]}
 */
function mayBeHitBy(lost) {
  const list = PAGE.maybe.of[lost];
  return list === undefined ? [] : PAGE.maybe.lists[list];
}
