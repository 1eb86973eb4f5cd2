// The outage: what is down, what that does to the apps, and what is not known.

/** What is down. @param {HTMLElement} place */
function showOutage(place) {
  place.replaceChildren(outageHead());
}

/** What that does to the apps; with nothing down, what would do most. @param {HTMLElement} place */
function showLists(place) {
  const parts = now.mode === "calm" ? [worstFirst()] : [...stateLists(), notKnown()];
  place.replaceChildren(...parts.flatMap((part) => part ?? []));
}

/** What is down, with what one can do about it. */
function outageHead() {
  const head = h("div", { class: "outage-head" });
  if (now.mode === "calm") {
    head.append(h("h2", {}, "Nothing is down"), h("p", {}, "Choose a component to see what falls with it."));
    return head;
  }
  if (now.mode === "replay" && view.replay !== null) {
    const replay = PAGE.replays[view.replay];
    head.append(h("h2", {}, `${clock(replay, view.time)}: `, inSentence(headline())), h("p", { class: "faint" }, replay.title));
    return head;
  }
  const nodes = now.mode === "trial" && view.selected !== null ? NODES_OF[view.selected] : view.down;
  const chips = outageNames(nodes).map((one) => chip(one));
  head.append(
    h("p", { class: "eyebrow" }, now.mode === "trial" ? "If this alone goes down" : "Outage"),
    h("ul", { class: "chips" }, ...chips),
    h("h2", { id: "headline" }, headline()),
  );
  if (now.mode === "trial") {
    const keep = button("Keep it down, to add others", () => change({ down: nodes }), { class: "primary" });
    head.append(h("p", {}, keep, " ", button("Clear", () => change({ selected: null }))));
  } else {
    head.append(h("p", {}, button("Clear the outage", () => change({ down: [], selected: null }))));
  }
  if (view.edits.size > 0) head.append(editsNote(nodes));
  return head;
}

/** A component that is down. @param {{name: string, owner: number, nodes: number[]}} one */
function chip(one) {
  const item = h("li", { class: "chip" }, shape("struck"), selects(one.owner, one.name));
  if (now.mode === "outage") {
    item.append(button("×", () => toggleDown(one.nodes), { class: "close", "aria-label": `put back ${visible(one.name)}` }));
  }
  return item;
}

/** What happens to the apps, in one line. */
function headline() {
  const { down, degraded, frozen, risk } = now.apps;
  const parts = /** @type {[number, string][]} */ ([[down.length, "down"], [degraded.length, "degraded"], [frozen.length, "frozen"]]);
  const told = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const all = counted(APPS.length, "app");
  const atRisk = risk.length > 0 ? `${told.length > 0 ? "; " : ""}${risk.length} at risk` : "";
  if (APPS.length === 0) return "This system names no app, so nothing can be counted";
  return told.length + risk.length === 0 ? `None of ${all} is touched` : `Of ${all}: ${told.join(", ")}${atRisk}`;
}

/** What the what-ifs change. @param {number[]} nodes */
function editsNote(nodes) {
  const without = losing(plain, nodes).states;
  const before = APPS.filter((app) => stateOf(app, without) === "down").length;
  const gone = now.apps.down.length;
  const effect = before === gone ? `${counted(gone, "app")} down, as without` : `${gone} instead of ${counted(before, "app")} down`;
  return h(
    "p",
    { class: "what-if" },
    h("strong", {}, `With ${counted(view.edits.size, "change")}: `),
    `${effect}. `,
    button("Undo all", () => change({ edits: new Map() })),
  );
}

/** The explanation of each state. */
const MEANING = {
  down: "does not serve",
  degraded: "serves in part",
  frozen: "serves, but can’t be deployed, scaled or failed over",
  risk: "serves, and has lost alternatives",
  up: "not touched",
};

function stateLists() {
  return /** @type {const} */ (["down", "degraded", "frozen", "risk", "up"]).map((state) => {
    const apps = now.apps[state];
    if (apps.length === 0) return null;
    const few = state === "up" ? 0 : 12;
    const list = h("ul", { class: "apps" }, ...apps.slice(0, few).map((app) => appLine(app, state)));
    const title = h("h3", {}, badge(state), ` ${counted(apps.length, "app")}`, h("span", { class: "faint" }, ` ${MEANING[state]}`));
    const section = h("section", { class: `state ${state}` }, title, list);
    if (apps.length > few) section.append(more(apps.slice(few), (app) => appLine(app, state), state === "up" ? "app" : "more app"));
    return section;
  });
}

/** The rest of a list, made when it is opened. @template T @param {T[]} rest @param {(one: T) => HTMLElement} line @param {string} word */
function more(rest, line, word) {
  const details = h("details", {}, h("summary", {}, word.endsWith("y") && rest.length !== 1 ? `${rest.length} ${word.slice(0, -1)}ies` : counted(rest.length, word)));
  details.addEventListener("toggle", () => {
    if (details.childElementCount > 1) return;
    details.append(h("ul", { class: "apps" }, ...rest.slice(0, 500).map(line)));
    if (rest.length > 500) details.append(h("p", { class: "faint" }, `and ${rest.length - 500} more; search finds them`));
  });
  return details;
}

/** An app with the chain that brings it down. @param {number} app @param {string} state */
function appLine(app, state) {
  const { tier } = COMPONENTS[app];
  const why = state === "risk" ? riskWords(app) : state === "up" ? "" : chainWords(whyChain(app));
  return h(
    "li",
    { class: view.selected === app ? "chosen" : "" },
    selects(app),
    tier ? h("span", { class: "tier" }, ` tier ${tier}`) : null,
    why ? h("div", { class: "via" }, why) : null,
  );
}

/** A chain in words: what it goes through, to what is down. @param {number[]} chain */
function chainWords(chain) {
  if (chain.length <= 1) return chain.length === 1 ? "taken down by the outage itself" : "";
  const steps = chain.slice(1).map(nodeName);
  return `needs ${(steps.length > 4 ? [...steps.slice(0, 2), "…", ...steps.slice(-1)] : steps).map(visible).join(" → ")}`;
}

/** What an app at risk has lost, and what still holds. @param {number} app */
function riskWords(app) {
  const data = nodeOf(app, "data");
  const loss = data === undefined ? null : nearestLoss(now.graph, now.states, data);
  if (!loss) return "";
  return `lost ${loss.lost.map(nodeName).map(visible).join(", ")}; left ${loss.left.map(nodeName).map(visible).join(", ")}`;
}

/** What may be affected without anybody saying so. */
function notKnown() {
  const lost = new Set([...now.struck].map((node) => PAGE.graph.owner[node]));
  const may = [...new Set([...lost].flatMap(mayBeHitBy))].filter((number) => !lost.has(number) && (now.marks[number] === "up" || now.marks[number] === "risk"));
  const unresolved = PAGE.unresolved.length;
  if (may.length + unresolved === 0) return null;
  const section = h("section", { class: "state unknown" }, h("h3", {}, badge("part", "not known")));
  if (may.length > 0) {
    const words = `${counted(may.length, "component")} may be hit too: nobody says where they run, or where what they need does.`;
    section.append(h("p", {}, words), more(may, (number) => h("li", {}, selects(number)), "component"));
  }
  if (unresolved > 0) {
    const words = `${counted(unresolved, "name")} could not be resolved, so what needs them may fail too. `;
    section.append(h("p", {}, words, button("Show them", () => change({ tab: "sources" }))));
  }
  return section;
}

/** Where to begin: the losses that do most. */
function worstFirst() {
  const ranked = PAGE.single.map((row, number) => ({ row, number })).filter(({ row }) => row[0] + row[1] + row[2] > 0);
  ranked.sort((a, b) => b.row[3] - a.row[3] || b.row[0] - a.row[0] || b.row[2] - a.row[2] || b.row[1] - a.row[1] || a.number - b.number);
  if (ranked.length === 0) return h("p", {}, "No component takes an app down, degrades or freezes it alone.");
  const shown = ranked.filter(({ number }) => !isPlace(number)).slice(0, 5);
  const places = ranked.filter(({ number }) => isPlace(number)).slice(0, 3);
  return h(
    "section",
    {},
    h("h3", {}, "What takes most down alone"),
    h("ol", { class: "apps" }, ...shown.map(({ row, number }) => h("li", {}, selects(number), effectWords(row)))),
    places.length > 0 && h("h3", {}, "Places"),
    places.length > 0 && h("ol", { class: "apps" }, ...places.map(({ row, number }) => h("li", {}, selects(number), effectWords(row)))),
    h("p", {}, button("All of them", () => change({ tab: "ranking" }))),
  );
}

/** @param {Page["single"][number]} row */
function effectWords([down, degraded, frozen]) {
  const parts = /** @type {[number, string][]} */ ([[down, "down"], [degraded, "degraded"], [frozen, "frozen"]]);
  const told = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return h("div", { class: "via" }, `of ${counted(APPS.length, "app")}: ${told.join(", ")}`);
}
