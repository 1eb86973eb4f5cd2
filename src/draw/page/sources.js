// What was read, what was not understood, what was taken to be so, and what the page leaves out.

/** @param {HTMLElement} place */
function showSources(place) {
  if (place.childElementCount > 0) return;
  const whole = PAGE.sources.filter((source) => source.status === "read");
  const partly = PAGE.sources.filter((source) => source.status !== "read");
  const formats = new Map();
  for (const { format } of whole) formats.set(format, (formats.get(format) ?? 0) + 1);
  const told = [...formats].sort(([a], [b]) => a.localeCompare(b, "en")).map(([format, count]) => `${count} ${format}`).join(", ");
  place.append(
    h("h2", {}, "Sources"),
    h("p", {}, `${counted(whole.length, "file")} read whole${told ? `: ${told}` : ""}.`),
    section("Not read, or not whole", partly, (source) => h("li", {}, h("code", {}, visible(source.file)), ` ${source.format}, ${source.status}: ${visible(source.reason ?? "")}`)),
    section("Read whole", whole, (source) => h("li", {}, h("code", {}, visible(source.file)), ` ${source.format}`), 0),
    section("Not understood: what needs these may fail too", PAGE.unresolved, (item) =>
      h("li", {}, h("code", {}, visible(item.what)), ` ${visible(item.reason)} `, item.from !== undefined && selects(item.from), evidence(item.proof)),
    ),
    section("Taken to be so", PAGE.assumptions, (item) => h("li", {}, item.about !== undefined && selects(item.about), ` ${visible(item.what)}`, evidence(item.proof)), 10),
    section("Never come up once everything is off", PAGE.never_start, (node) => h("li", {}, selects(PAGE.graph.owner[node], nodeName(node)))),
    section("The whole picture leaves out", PAGE.picture.notes, (note) => h("li", {}, visible(note))),
    section("Outages of the library that hit this system and are not replayed here", PAGE.replays_left_out, (one) => h("li", {}, h("code", {}, one.id), ` ${visible(one.title)} (${one.reason}; --replay ${one.id} shows it)`)),
  );
}

/** A list with a heading; nothing where there is nothing. @template T @param {string} title @param {T[]} items @param {(item: T) => HTMLElement} line @param {number} [few] */
function section(title, items, line, few = 30) {
  if (items.length === 0) return "";
  const element = h("section", {}, h("h3", {}, `${title} (${items.length})`), h("ul", { class: "told" }, ...items.slice(0, few).map(line)));
  if (items.length > few) element.append(more(items.slice(few), line, few === 0 ? "entry" : "more entry"));
  return element;
}
