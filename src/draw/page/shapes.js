// What boxes, lines, areas and signs of a drawing look like.

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

/** The edge of a second box behind one that stands for several. @param {Box} box */
function stack({ width, height }) {
  return s("g", { class: "outline stack" }, s("rect", { x: 4, y: 4, width, height, rx: 5 }));
}

/** The shape of what a box stands for. @param {Box} box */
function outline({ what, width, height }) {
  const bend = 6;
  if (what === "store") {
    const path = `M0 ${bend} A${width / 2} ${bend} 0 0 1 ${width} ${bend} V${height - bend} A${width / 2} ${bend} 0 0 1 0 ${height - bend} Z`;
    const lid = s("path", { class: "lid", d: `M0 ${bend} A${width / 2} ${bend} 0 0 0 ${width} ${bend}` });
    return s("g", { class: "outline" }, s("path", { d: path }), lid);
  }
  if (what === "opened") {
    return s("g", { class: "outline" }, s("rect", { width, height, rx: 8 }), s("rect", { class: "title", width, height: INSIDE.title - 6, rx: 8 }));
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

/** The sign of a state on the edge of a box. @param {Box} box @param {Mark} mark @param {string} word */
function pill(box, mark, word) {
  const width = 26 + wide(word, true) * 0.88;
  const group = s("g", { class: `pill ${mark}`, transform: `translate(${Math.max(box.width - width + 8, -6)} -12)` });
  const sign = s("use", { href: `#shape-${mark}`, x: 4, y: 2, width: 12, height: 12 });
  group.append(s("rect", { width, height: 16, rx: 8 }), sign, s("text", { x: 19, y: 12 }, word));
  return group;
}
