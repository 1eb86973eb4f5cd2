// The picture of the whole system, as it was laid out when the report was written.

/** The drawing, with the group of the graph that each junction is. @returns {Drawing} */
function whole() {
  const { boxes, lines } = PAGE.picture;
  boxes.forEach((box, number) => {
    if (box.what === "junction") box.group = groupOf(number, boxes, lines);
  });
  return PAGE.picture;
}

/**
 * The group of alternatives that a junction stands for: the one below its holder that names the components that its lines
 * lead to.
 *
 * @param {number} junction
 * @param {Box[]} boxes
 * @param {Line[]} lines
 */
function groupOf(junction, boxes, lines) {
  const targets = new Set(membersBelow(junction, boxes, lines, new Set()));
  const holders = lines.filter((line) => line.to === junction).map((line) => line.from);
  const above = holders.flatMap((holder) => (boxes[holder].what === "junction" ? (boxes[holder].group ?? []) : boxes[holder].members.flatMap((member) => NODES_OF[member])));
  for (const group of above.flatMap(groupsBelow)) {
    const named = new Set(leaves(group).map((leaf) => PAGE.graph.owner[leaf]).filter((owner) => !isPlace(owner)));
    if ([...named].every((owner) => targets.has(owner)) && named.size > 0) return group;
  }
  return undefined;
}

/** @param {number} box @param {Box[]} boxes @param {Line[]} lines @param {Set<number>} seen @returns {number[]} */
function membersBelow(box, boxes, lines, seen) {
  seen.add(box);
  const next = lines.filter((line) => line.from === box && !seen.has(line.to)).map((line) => line.to);
  return next.flatMap((to) => (boxes[to].what === "junction" ? membersBelow(to, boxes, lines, seen) : boxes[to].members));
}

/** The groups in the needs of a node, outer ones first. @param {number} node @returns {number[]} */
function groupsBelow(node) {
  const inputs = PAGE.graph.to.slice(PAGE.graph.start[node], PAGE.graph.start[node + 1]);
  return inputs.filter((to) => to >= plain.capabilities).flatMap((group) => [group, ...groupsBelow(group)]);
}
