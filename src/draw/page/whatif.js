// What-if: the graph with needs left out or taken lightly, and how such a change is named in a link.

const AS_IT_IS = 0;
const TAKEN_SOFT = 1;
const LEFT_OUT = 2;

/**
 * The graph with changed needs. A need of a capability that is left out is a need no more, as if something independent
 * stood in; a member of a group that is left out is gone from the group, which then has less to spare.
 *
 * @param {Wires} wires
 * @param {Map<number, number>} edits what becomes of an input
 * @returns {Graph}
 */
function variant(wires, edits) {
  if (edits.size === 0) return compile(wires);
  const threshold = wires.threshold.slice();
  const [start, to, flags] = /** @type {number[][]} */ ([[0], [], []]);
  for (let node = 0; node < threshold.length; node += 1) {
    for (let input = wires.start[node]; input < wires.start[node + 1]; input += 1) {
      const edit = edits.get(input) ?? AS_IT_IS;
      if (edit === LEFT_OUT) {
        if (node >= wires.owner.length) threshold[node] = Math.max(0, threshold[node] - 1);
        continue;
      }
      to.push(wires.to[input]);
      flags.push(wires.flags[input] | (edit === TAKEN_SOFT ? SOFT : 0));
    }
    start.push(to.length);
  }
  // A group that nothing needs any more is wired to nothing, and harms nobody.
  return compile({ owner: wires.owner, threshold, start, to, flags });
}

/** The node whose input each input is; groups have one. */
const HOLDER = new Uint32Array(PAGE.graph.to.length);
for (let node = 0; node < PAGE.graph.threshold.length; node += 1) {
  HOLDER.fill(node, PAGE.graph.start[node], PAGE.graph.start[node + 1]);
}

/** The input that leads to each group. @type {Map<number, number>} */
const LEADS_TO = new Map();
PAGE.graph.to.forEach((node, input) => {
  if (node >= PAGE.graph.owner.length) LEADS_TO.set(node, input);
});

/**
 * The name of an input: the capability, then the places of the need and of members in it, `shop:data#0.1`.
 *
 * @param {number} input
 */
function inputName(input) {
  /** @type {number[]} */
  const path = [];
  for (let here = input; ; ) {
    const holder = HOLDER[here];
    path.unshift(here - PAGE.graph.start[holder]);
    const above = LEADS_TO.get(holder);
    if (above === undefined) return `${COMPONENTS[PAGE.graph.owner[holder]].id}:${FACES[PAGE.graph.face[holder]]}#${path.join(".")}`;
    here = above;
  }
}

/** The input with a name; `undefined` for a name that fits nothing here. @param {string} name */
function inputNamed(name) {
  const [, capability, path] = /^(.*)#([0-9.]+)$/s.exec(name) ?? [];
  let node = capability === undefined ? undefined : nodeNamed(capability);
  let input;
  for (const place of (path ?? "").split(".")) {
    if (node === undefined) return undefined;
    input = PAGE.graph.start[node] + Number(place);
    if (!(input < PAGE.graph.start[node + 1])) return undefined;
    node = PAGE.graph.to[input];
  }
  return input;
}
