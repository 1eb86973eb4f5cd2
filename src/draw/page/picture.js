// Drawings: boxes and lines with places, coloured by what fails; zoomed, dragged, and walked through by keyboard.

/**
 * @typedef {object} Box a component, several folded into one, or a junction of alternatives
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {string} label
 * @property {string[]} lines
 * @property {string} what a kind, `mixed` or `junction`
 * @property {number[]} members components
 * @property {number} [group] the node of the graph that a junction is
 *
 * @typedef {object} Line a need
 * @property {number} from the place of a box in the list
 * @property {number} to
 * @property {[number, number][]} points
 * @property {boolean} hard
 * @property {boolean} start
 * @property {boolean} control
 * @property {boolean} [indirect] it stands for chains that are not drawn
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
    this.dragged = false;
    this.listen();
  }

  /** Shows another drawing: whole, or as large as can be read, with the outage in sight. @param {Drawing} drawing @param {boolean} [read] */
  show(drawing, read = false) {
    this.drawing = drawing;
    this.steps = drawing.lines.map((line) => stepsOf(line, drawing.boxes));
    this.areas = drawing.areas.map(drawnArea);
    this.lines = drawing.lines.map((line) => drawnLine(line, drawing.boxes));
    this.boxes = drawing.boxes.map((box, number) => this.drawnBox(box, number));
    this.scene.replaceChildren(...this.areas, ...this.lines, ...this.boxes);
    this.fit(read ? READABLE : 0);
    this.paint();
  }

  /** @param {Box} box @param {number} number */
  drawnBox(box, number) {
    const group = s("g", { class: `box ${box.what}`, transform: `translate(${box.x} ${box.y})`, "data-box": number });
    // The name of the button says all that is written in it, in the same order.
    const inside = s("g", { class: "inside", "aria-hidden": "true" }, outline(box));
    group.append(inside);
    const centre = box.what === "junction";
    const texts = [box.label, ...box.lines];
    texts.forEach((text, line) => {
      const y = (box.height - texts.length * 15) / 2 + 11.5 + line * 15;
      const attributes = { x: centre ? box.width / 2 : 12, y, class: line === 0 ? "label" : "line" };
      inside.append(" ", s("text", centre ? { ...attributes, "text-anchor": "middle" } : attributes, visible(text)));
    });
    if (!centre) {
      group.setAttribute("role", "button");
      group.setAttribute("tabindex", number === this.firstStop() ? "0" : "-1");
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
      const chosen = view.selected !== null && box.members.includes(view.selected);
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

  /** Selects what a box stands for, or takes it down too. @param {number} number @param {boolean} also */
  choose(number, also) {
    const members = this.drawing?.boxes[number].members ?? [];
    if (members.length === 0) return;
    if (also) return toggleDown(members.flatMap((member) => NODES_OF[member]));
    if (members.length === 1) return change({ selected: members[0] });
    showMembers(this.drawing?.boxes[number].label ?? "", members);
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
    const middle = (/** @type {Box} */ box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
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

/** The ends of lines, one for each way that a line can look. */
function arrowheads() {
  const head = (/** @type {string} */ id) =>
    s(
      "marker",
      { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerUnits: "userSpaceOnUse", markerWidth: id === "tip-lit" ? 13 : 10, markerHeight: id === "tip-lit" ? 13 : 10, orient: "auto", class: id },
      s("path", { d: "M0 0.5 L8 4 L0 7.5 z" }),
    );
  return s("defs", {}, head("tip"), head("tip-harm"), head("tip-lit"));
}

/** @param {Drawing["areas"][number]} area */
function drawnArea(area) {
  const { x, y, width, height } = area;
  return s(
    "g",
    { class: "area" },
    s("rect", { x, y, width, height, rx: 8 }),
    s("text", { x: x + 12, y: y + 18 }, visible(area.title)),
  );
}

/** The shape of what a box stands for. @param {Box} box */
function outline({ what, width, height }) {
  const bend = 6;
  if (what === "store") {
    const path = `M0 ${bend} A${width / 2} ${bend} 0 0 1 ${width} ${bend} V${height - bend} A${width / 2} ${bend} 0 0 1 0 ${height - bend} Z`;
    const lid = s("path", { class: "lid", d: `M0 ${bend} A${width / 2} ${bend} 0 0 0 ${width} ${bend}` });
    return s("g", { class: "outline" }, s("path", { d: path }), lid);
  }
  const rx = what === "app" ? 9 : what === "junction" ? height / 2 : what === "shared" ? 0 : 3;
  const cut = `M8 0 H${width - 8} L${width} ${height / 2} L${width - 8} ${height} H8 L0 ${height / 2} Z`;
  return s("g", { class: "outline" }, what === "shared" ? s("path", { d: cut }) : s("rect", { width, height, rx }));
}

/** @param {Line} line @param {Box[]} boxes */
function drawnLine(line, boxes) {
  const [first, ...rest] = line.points;
  const path = `M${first.join(" ")} ${rest.map((point) => `L${point.join(" ")}`).join(" ")}`;
  const words = [line.control && "control", line.start && "start", !line.hard && "soft"].filter(Boolean).join(", ");
  const title = `${boxes[line.from].label} needs ${boxes[line.to].label}${words ? ` (${words})` : ""}`;
  const group = s("g", { class: "need" }, s("path", { d: path }), s("title", {}, visible(title)));
  if (line.label && line.labelAt) {
    const [x, y] = line.labelAt;
    group.append(s("text", { x, y, "text-anchor": "middle", "dominant-baseline": "middle" }, visible(line.label)));
  }
  return group;
}

/** @param {Line} line @param {boolean} carries @param {boolean} lit */
function lineClass(line, carries, lit) {
  const words = [line.hard ? "" : "soft", line.start ? "start" : "", line.control ? "control" : ""];
  return ["need", ...words, carries ? "harm" : "", lit ? "lit" : ""].filter(Boolean).join(" ");
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

/** The sign of a state on the edge of a box. @param {Box} box @param {Mark} mark @param {string} word */
function pill(box, mark, word) {
  const width = 26 + wide(word, true) * 0.88;
  const group = s("g", { class: `pill ${mark}`, transform: `translate(${Math.max(box.width - width + 8, -6)} -12)` });
  const sign = s("use", { href: `#shape-${mark}`, x: 4, y: 2, width: 12, height: 12 });
  group.append(s("rect", { width, height: 16, rx: 8 }), sign, s("text", { x: 19, y: 12 }, word));
  return group;
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
