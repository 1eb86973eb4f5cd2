// Drawings: boxes and lines with places, coloured by what fails; zoomed, dragged, and walked through by keyboard.

/**
 * @typedef {object} Box a component, several folded into one, or a junction of alternatives
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {string} label
 * @property {string[]} lines
 * @property {string} what a kind, `mixed`, `junction`, or `opened`
 * @property {number[]} members components
 * @property {number} [group] the node of the graph that a junction is
 * @property {number} [within] the opened box that it stands in
 *
 * @typedef {object} Line a need
 * @property {number} from the place of a box in the list
 * @property {number} to
 * @property {[number, number][]} points
 * @property {boolean} hard
 * @property {boolean} start
 * @property {boolean} control
 * @property {boolean} [indirect] it stands for chains that are not drawn
 * @property {boolean} [curve] it is drawn anew whenever its boxes move
 * @property {string} [label]
 * @property {[number, number]} [labelAt] the middle of the label
 *
 * @typedef {object} Drawing
 * @property {number} width
 * @property {number} height
 * @property {{title: string, place: number?, x: number, y: number, width: number, height: number}[]} areas
 * @property {Box[]} boxes
 * @property {Line[]} lines
 */

const HARM = /** @type {Mark[]} */ (["struck", "down", "degraded", "frozen", "part"]);

/** At least so large is what should be read at once. */
const READABLE = 0.72;

/** A drawing on the page. */
class Canvas {
  /** @param {string} title what the drawing is, for those who do not see it */
  constructor(title) {
    this.scene = s("g");
    this.svg = /** @type {SVGSVGElement} */ (
      s("svg", { class: "drawing", role: "group", "aria-label": title, tabindex: -1 }, arrowheads(), this.scene)
    );
    /** @type {Drawing?} */
    this.drawing = null;
    /** @type {[number, number][][]} */
    this.steps = [];
    /** @type {SVGElement[]} */
    this.boxes = [];
    /** @type {SVGElement[]} */
    this.lines = [];
    /** @type {SVGElement[]} */
    this.areas = [];
    this.at = { x: 0, y: 0, width: 1, height: 1 };
    /** What was in the window before a box was opened, by its first component. @type {Map<number, Canvas["at"]>} */
    this.left = new Map();
    this.dragged = false;
    this.listen();
  }

  /**
   * Shows another drawing: whole, or as large as can be read, with the outage in sight; where a box was opened or folded, with
   * that box where it was.
   *
   * @param {Drawing} drawing
   * @param {boolean} [read]
   * @param {number} [changed] the first component of what was opened or folded
   */
  show(drawing, read = false, changed) {
    const before = this.several(changed);
    this.drawing = drawing;
    this.steps = drawing.lines.map((line) => stepsOf(line, drawing.boxes));
    this.areas = drawing.areas.map(drawnArea);
    this.lines = drawing.lines.map((line) => drawnLine(line, drawing.boxes));
    this.boxes = drawing.boxes.map((box, number) => this.drawnBox(box, number));
    const [frames, boxes] = [true, false].map((open) => this.boxes.filter((_, number) => (drawing.boxes[number].what === "opened") === open));
    this.scene.replaceChildren(...this.areas, ...frames, ...this.lines, ...boxes);
    const after = this.several(changed);
    if (before && after) this.reveal(before, after);
    else this.fit(read ? READABLE : 0);
    this.paint();
  }

  /** The box that stands for several of which this is the first. @param {number} [first] */
  several(first) {
    return this.drawing?.boxes.find((box) => box.within === undefined && box.members.length > 1 && box.members[0] === first);
  }

  /**
   * Shows all of a box that was opened, as large as it can be read; one that was folded where it was, as things stood before
   * it was opened. Gives it the focus.
   *
   * @param {Box} before
   * @param {Box} after
   */
  reveal(before, after) {
    const first = after.members[0];
    const left = this.left.get(first);
    if (after.what === "opened") {
      this.left.set(first, this.at);
      this.at = this.around(after, { ...this.at, x: this.at.x + after.x - before.x, y: this.at.y + after.y - before.y });
    } else if (left) this.at = left;
    this.place();
    const number = this.drawing?.boxes.indexOf(after) ?? 0;
    /** @type {any} */ (this.boxes[number]).focus({ preventScroll: true });
  }

  /** A window with all of a box in it: as it is where that can be read, else larger or smaller, around the box. @param {Box} box @param {Canvas["at"]} at */
  around(box, at) {
    const room = 24;
    const { width: wide, height: high } = this.svg.getBoundingClientRect();
    const fits = Math.min(wide / (box.width + 2 * room), high / (box.height + 2 * room));
    const scale = clamped(wide / at.width, Math.max(Math.min(1, fits), READABLE / 2), Math.max(fits, READABLE / 2));
    const [width, height] = [wide / scale, high / scale];
    const moved = (/** @type {number} */ start, /** @type {number} */ size, /** @type {number} */ from, /** @type {number} */ length) =>
      Math.min(Math.max(start, from + length + room - size), from - room);
    const [x, y] = [box.x + (box.width - width) / 2, box.y + (box.height - height) / 2];
    const same = Math.abs(width - at.width) < 1;
    return { x: same ? moved(at.x, width, box.x, box.width) : x, y: same ? moved(at.y, height, box.y, box.height) : y, width, height };
  }

  /** @param {Box} box @param {number} number */
  drawnBox(box, number) {
    const group = s("g", { class: `box ${box.what}`, transform: `translate(${box.x} ${box.y})`, "data-box": number });
    // The name of the button says all that is written in it, in the same order.
    const several = isFolded(box);
    const inside = s("g", { class: "inside", "aria-hidden": "true" }, several && box.what !== "opened" && stack(box), outline(box));
    group.append(inside);
    const centre = box.what === "junction";
    const texts = box.what === "opened" ? [`− ${box.label}`] : [box.label, ...box.lines];
    // The lid of a store takes room above what is written.
    const top = box.what === "opened" ? 22 : (box.height - texts.length * 15) / 2 + (box.what === "store" ? 15.5 : 11.5);
    texts.forEach((text, line) => {
      const y = top + line * 15;
      const attributes = { x: centre ? box.width / 2 : 12, y, class: line === 0 ? "label" : "line" };
      inside.append(" ", s("text", centre ? { ...attributes, "text-anchor": "middle" } : attributes, visible(text)));
    });
    if (!centre) {
      group.setAttribute("role", "button");
      group.setAttribute("tabindex", number === this.firstStop() ? "0" : "-1");
      if (several) group.setAttribute("aria-expanded", String(box.what === "opened"));
      inside.append(s("title", {}, box.members.map((member) => visible(COMPONENTS[member].id)).slice(0, 30).join("\n")));
    }
    return group;
  }

  firstStop() {
    return this.drawing?.boxes.findIndex((box) => box.what !== "junction") ?? -1;
  }

  /** Colours everything by what is the case now. */
  paint() {
    if (!this.drawing) return;
    const chain = chainOf(view.selected);
    const marks = this.drawing.boxes.map((box) => markOfBox(box));
    this.drawing.boxes.forEach((box, number) => {
      const element = this.boxes[number];
      const chosen = box.what !== "opened" && view.selected !== null && box.members.includes(view.selected);
      const faded = now.mode !== "calm" && marks[number] === "up" && !chosen;
      element.setAttribute("class", `box ${box.what} ${marks[number]}${chosen ? " chosen" : ""}${faded ? " faded" : ""}`);
      if (box.what === "junction") return;
      const word = wordOfBox(box, marks[number]);
      element.setAttribute("aria-label", [box.label, ...box.lines, word].map(visible).join(", "));
      element.setAttribute("aria-pressed", String(chosen));
      element.querySelector(".pill")?.remove();
      if (marks[number] !== "up") element.firstElementChild?.append(" ", pill(box, marks[number], word));
    });
    this.drawing.lines.forEach((line, number) => {
      const carries = line.indirect || (!line.start && this.steps[number].some(([from, to]) => now.states[from] > UP && now.states[to] > UP));
      const lit = carries && onChain(line, this.drawing?.boxes ?? [], chain);
      const lost = !carries && marks[line.from] === "risk" && this.steps[number].some(([, to]) => now.states[to] === DOWN);
      this.lines[number].setAttribute("class", `${lineClass(line, carries, lit)}${lost ? " lost" : ""}`);
    });
    this.drawing.areas.forEach((area, number) => {
      const mark = area.place === null ? "up" : now.marks[area.place];
      this.areas[number].setAttribute("class", `area ${mark}`);
    });
  }

  /** Shows the whole, but not smaller than so; what is cut off then is on the left, away from the outage. @param {number} [least] */
  fit(least = 0) {
    if (!this.drawing) return;
    const room = 16;
    const { width: wide, height: high } = this.svg.getBoundingClientRect();
    const [width, height] = [this.drawing.width + 2 * room, this.drawing.height + 2 * room];
    const scale = Math.max(least, Math.min(1.6, wide / width, high / height));
    const [w, h] = wide > 0 && high > 0 ? [wide / scale, high / scale] : [width, height];
    const x = w < width ? width - room - w : (width - w) / 2 - room;
    this.at = { x, y: (height - h) / 2 - room, width: w, height: h };
    this.place();
  }

  place() {
    const { x, y, width, height } = this.at;
    this.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
  }

  /** Makes things larger around a place of the window. @param {number} factor @param {{x: number, y: number}} [around] */
  zoom(factor, around) {
    const least = 60;
    const wanted = this.at.width / factor;
    if (wanted < least || wanted > 20 * (this.drawing?.width ?? 1000)) return;
    const centre = around ?? { x: this.at.x + this.at.width / 2, y: this.at.y + this.at.height / 2 };
    this.at = {
      x: centre.x - (centre.x - this.at.x) / factor,
      y: centre.y - (centre.y - this.at.y) / factor,
      width: wanted,
      height: this.at.height / factor,
    };
    this.place();
  }

  /** A place of the window in the drawing. @param {{clientX: number, clientY: number}} event */
  point(event) {
    const matrix = this.svg.getScreenCTM();
    return matrix ? new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse()) : new DOMPoint(0, 0);
  }

  listen() {
    const svg = this.svg;
    svg.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY / 400), this.point(event));
      },
      { passive: false },
    );
    /** @type {{x: number, y: number, screen: number} | null} */
    let held = null;
    svg.addEventListener("pointerdown", (event) => {
      const at = this.point(event);
      held = { x: at.x, y: at.y, screen: event.clientX + event.clientY };
      this.dragged = false;
    });
    svg.addEventListener("pointermove", (event) => {
      if (!held || event.buttons !== 1) return;
      if (!this.dragged && Math.abs(event.clientX + event.clientY - held.screen) < 4) return;
      if (!this.dragged) svg.setPointerCapture(event.pointerId);
      this.dragged = true;
      const at = this.point(event);
      this.at = { ...this.at, x: this.at.x + held.x - at.x, y: this.at.y + held.y - at.y };
      this.place();
    });
    svg.addEventListener("pointerup", () => (held = null));
    svg.addEventListener("click", (event) => {
      const number = this.boxAt(event.target);
      if (!this.dragged && number !== null) this.choose(number, event.shiftKey || event.ctrlKey || event.metaKey);
    });
    svg.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {EventTarget | null} target */
  boxAt(target) {
    const box = target instanceof Element ? target.closest("[data-box]") : null;
    return box ? Number(box.getAttribute("data-box")) : null;
  }

  /** Selects what a box stands for, opens one that stands for several, or takes all of it down too. @param {number} number @param {boolean} also */
  choose(number, also) {
    const box = this.drawing?.boxes[number];
    if (!box || box.members.length === 0) return;
    const { members } = box;
    if (also) return toggleDown(members.flatMap((member) => NODES_OF[member]));
    if (members.length === 1) return change({ selected: members[0] });
    if (isFolded(box)) toggleOpen(members[0]);
    else showMembers(box.label, members);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const number = this.boxAt(event.target);
    if (event.key === "+" || event.key === "=") this.zoom(1.3);
    else if (event.key === "-") this.zoom(1 / 1.3);
    else if (event.key === "0") this.fit();
    else if (number !== null && (event.key === "Enter" || event.key === " ")) this.choose(number, event.shiftKey);
    else if (number !== null && event.key.startsWith("Arrow")) this.walk(number, event.key);
    else return;
    event.preventDefault();
  }

  /** Moves to the nearest box in a direction. @param {number} number @param {string} key */
  walk(number, key) {
    const boxes = this.drawing?.boxes ?? [];
    // Of an opened box the title is walked to; what stands in it is below that.
    const middle = (/** @type {Box} */ box) => ({ x: box.x + box.width / 2, y: box.y + (box.what === "opened" ? INSIDE.title : box.height) / 2 });
    const here = middle(boxes[number]);
    const across = key === "ArrowLeft" || key === "ArrowRight";
    const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    let [best, least] = [-1, Infinity];
    boxes.forEach((box, other) => {
      const [dx, dy] = [middle(box).x - here.x, middle(box).y - here.y];
      const [ahead, aside] = across ? [dx * sign, Math.abs(dy)] : [dy * sign, Math.abs(dx)];
      if (other !== number && box.what !== "junction" && ahead > 1 && ahead + 2 * aside < least) {
        [best, least] = [other, ahead + 2 * aside];
      }
    });
    if (best < 0) return;
    this.boxes[number].setAttribute("tabindex", "-1");
    this.boxes[best].setAttribute("tabindex", "0");
    /** @type {any} */ (this.boxes[best]).focus();
  }
}

/** The worst of what a box stands for. @param {Box} box @returns {Mark} */
function markOfBox(box) {
  if (box.what === "junction") {
    const state = box.group === undefined ? UP : now.states[box.group];
    if (state === UP && box.group !== undefined && isShort(now.graph, now.states, box.group)) return "risk";
    return state === DOWN ? "down" : state === DEGRADED ? "degraded" : "up";
  }
  return MARKS.find((mark) => box.members.some((member) => now.marks[member] === mark)) ?? "up";
}

/** The word for the mark of a box; of several members, how many. @param {Box} box @param {Mark} mark */
function wordOfBox(box, mark) {
  if (mark === "part" && box.members.length === 1) return partWord(box.members[0]);
  if (box.members.length < 2) return MARK_WORD[mark];
  const hit = box.members.filter((member) => now.marks[member] === mark).length;
  return `${hit} of ${box.members.length} ${MARK_WORD[mark]}`;
}

/** Which capabilities of a component that serves are down. @param {number} number */
function partWord(number) {
  const down = NODES_OF[number].filter((node) => now.states[node] === DOWN);
  return `${down.map((node) => FACES[PAGE.graph.face[node]]).join(", ")} down`;
}

/**
 * The needs that a line stands for: from a capability or a group to a capability or a group. A failure goes along the line
 * when it goes along one of them.
 *
 * @param {Line} line
 * @param {Box[]} boxes
 * @returns {[number, number][]}
 */
function stepsOf(line, boxes) {
  const [from, to] = [boxes[line.from], boxes[line.to]];
  const holders = from.what === "junction" ? (from.group ?? []) : from.members.flatMap((member) => NODES_OF[member]);
  const wanted = new Set(to.members);
  return [holders].flat().flatMap((holder) => {
    const control = FACES[PAGE.graph.face[holder] ?? -1] === "control";
    if (from.what !== "junction" && control !== line.control) return [];
    if (to.what === "junction") return to.group === undefined ? [] : [/** @type {[number, number]} */ ([holder, to.group])];
    const targets = runLeaves(holder).filter((leaf) => wanted.has(PAGE.graph.owner[leaf]));
    return targets.map((leaf) => /** @type {[number, number]} */ ([holder, leaf]));
  });
}

/** The capabilities that a node names in what it needs to serve. @param {number} node @returns {number[]} */
function runLeaves(node) {
  const { start, to, flags } = PAGE.graph;
  /** @type {number[]} */
  const found = [];
  for (let input = start[node]; input < start[node + 1]; input += 1) {
    if ((flags[input] & START) === 0) found.push(...(to[input] < plain.capabilities ? [to[input]] : runLeaves(to[input])));
  }
  return found;
}

/** The components along the witness of a selection. @param {number?} number @returns {number[]} */
function chainOf(number) {
  if (number === null) return [];
  return whyChain(number).map((node) => PAGE.graph.owner[node]);
}

/** Whether a line is a step of a chain; a junction stands between two. @param {Line} line @param {Box[]} boxes @param {number[]} chain */
function onChain(line, boxes, chain) {
  const place = (/** @type {Box} */ box) => chain.findIndex((one) => box.members.includes(one));
  const [from, to] = [place(boxes[line.from]), place(boxes[line.to])];
  if (boxes[line.from].what === "junction") return to > 0;
  if (boxes[line.to].what === "junction") return from >= 0 && from < chain.length - 1;
  return from >= 0 && chain.some((one, at) => at > 0 && boxes[line.to].members.includes(one) && boxes[line.from].members.includes(chain[at - 1]));
}
