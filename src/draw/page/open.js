// Folded boxes opened where they stand: what is right of one and below it makes room, so that all else keeps its order.

/** How many components an opened box shows by themselves; more than these stay in one box. */
const MOST_OPEN = 40;
/** The room in an opened box: at its edges, for its title, and between its boxes, in which each is so high. */
const INSIDE = { edge: 14, title: 38, gap: 20, height: 44 };

/** Whether a box stands for several that can be shown in it. @param {Box} box */
function isFolded(box) {
  return box.members.length > 1 && box.what !== "junction" && box.within === undefined;
}

/** A drawing with some of its folded boxes opened: those whose first component is named. @param {Drawing} drawing @param {number[]} open @returns {Drawing} */
function withOpen(drawing, open) {
  const wanted = drawing.boxes.flatMap((box, number) => (isFolded(box) && open.includes(box.members[0]) ? [number] : []));
  return wanted.reduce(opened, drawing);
}

/** What stands in an opened box; of too many, those that are hit the worst, and the others as one. @param {Box} box */
function inner({ members }) {
  const many = members.length > MOST_OPEN + 1;
  const order = many ? [...members].sort((a, b) => MARKS.indexOf(now.marks[a]) - MARKS.indexOf(now.marks[b]) || a - b) : members;
  const shown = order.slice(0, many ? MOST_OPEN : members.length);
  const rest = order.slice(shown.length);
  const boxes = shown.map((member) => ({ members: [member], label: shortened(COMPONENTS[member].id), lines: [subtitle(member)], what: COMPONENTS[member].kind }));
  return rest.length > 0 ? [...boxes, { members: rest, label: `${rest.length} more`, lines: [], what: "mixed" }] : boxes;
}

/** @param {Drawing} drawing @param {number} number the box to open @returns {Drawing} */
function opened(drawing, number) {
  const box = drawing.boxes[number];
  const all = inner(box);
  const columns = Math.ceil(Math.sqrt(all.length / 3));
  const rows = Math.ceil(all.length / columns);
  const size = all.map(({ label, lines }) => Math.max(96, 28 + wide(label, true), 28 + Math.max(0, ...lines.map((line) => wide(line)))));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...size.slice(column * rows, (column + 1) * rows), 0));
  const left = (/** @type {number} */ column) => INSIDE.edge + widths.slice(0, column).reduce((sum, width) => sum + width + INSIDE.gap, 0);
  const width = Math.max(box.width, left(columns) - INSIDE.gap + INSIDE.edge, 90 + wide(box.label, true));
  const height = INSIDE.title + rows * (INSIDE.height + INSIDE.gap) - INSIDE.gap + INSIDE.edge;
  const room = { right: box.x + box.width, bottom: box.y + box.height, x: width - box.width, y: height - box.height };
  const boxes = drawing.boxes.map((other) => moved(other, room, drawing.boxes));
  boxes[number] = { ...box, width, height, what: "opened" };
  all.forEach((one, at) => {
    const [column, row] = [Math.floor(at / rows), at % rows];
    const [x, y] = [box.x + left(column), box.y + INSIDE.title + row * (INSIDE.height + INSIDE.gap)];
    boxes.push({ ...one, x, y, width: widths[column], height: INSIDE.height, within: number });
  });
  const far = (/** @type {number} */ x) => (x >= room.right ? x + room.x : x);
  const low = (/** @type {number} */ y) => (y >= room.bottom ? y + room.y : y);
  const areas = drawing.areas.map((area) => {
    const [x, y] = [far(area.x), low(area.y)];
    return { ...area, x, y, width: far(area.x + area.width) - x, height: low(area.y + area.height) - y };
  });
  const lines = drawing.lines.map((line) => {
    if (line.curve) return curved(line, boxes);
    const points = line.points.map(([x, y]) => /** @type {[number, number]} */ ([far(x), low(y)]));
    const labelAt = line.labelAt && /** @type {[number, number]} */ ([far(line.labelAt[0]), low(line.labelAt[1])]);
    return { ...line, points: attached(points, line, drawing.boxes, boxes, number), labelAt };
  });
  return { width: drawing.width + room.x, height: drawing.height + room.y, areas, boxes, lines };
}

/** @typedef {{right: number, bottom: number, x: number, y: number}} Room so much more right of and below an edge */

/**
 * A box whose middle lies behind an edge goes on by the room that is made there: two boxes that did not overlap still do
 * not. What stands in an opened box goes with it.
 *
 * @param {Box} box @param {Room} room @param {Box[]} boxes @returns {Box}
 */
function moved(box, room, boxes) {
  const whole = box.within === undefined ? box : boxes[box.within];
  const x = whole.x + whole.width / 2 >= room.right ? room.x : 0;
  const y = whole.y + whole.height / 2 >= room.bottom ? room.y : 0;
  return x === 0 && y === 0 ? box : { ...box, x: box.x + x, y: box.y + y };
}

/**
 * The points of a line with its ends where the boxes went, and the steps next to them as straight as they were.
 *
 * @param {[number, number][]} points
 * @param {Line} line
 * @param {Box[]} before
 * @param {Box[]} after
 * @param {number} open the box that was opened, whose edges went with the points
 */
function attached(points, line, before, after, open) {
  const last = points.length - 1;
  if (last < 1) return points;
  const end = (/** @type {number} */ number, /** @type {number} */ at) => {
    if (number === open) return points[at];
    const [x, y] = line.points[at];
    return /** @type {[number, number]} */ ([x + after[number].x - before[number].x, y + after[number].y - before[number].y]);
  };
  const [first, final] = [end(line.from, 0), end(line.to, last)];
  const level = (/** @type {number} */ at) => line.points[at][1] === line.points[at + 1][1];
  if (last === 1) {
    const middle = (first[0] + final[0]) / 2;
    const bent = level(0) && first[1] !== final[1];
    return bent ? /** @type {[number, number][]} */ ([first, [middle, first[1]], [middle, final[1]], final]) : [first, final];
  }
  const found = points.slice();
  found[0] = first;
  found[last] = final;
  found[1] = level(0) ? [found[1][0], first[1]] : [first[0], found[1][1]];
  found[last - 1] = level(last - 1) ? [found[last - 1][0], final[1]] : [final[0], found[last - 1][1]];
  return found;
}

/** Opens a folded box, or folds it again. @param {number} first the first of its components */
function toggleOpen(first) {
  change({ open: view.open.includes(first) ? view.open.filter((one) => one !== first) : [...view.open, first].sort((a, b) => a - b) });
}
