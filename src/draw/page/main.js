// Putting it together: tabs, the picture's ways of looking, keys, colours of the page, and printing.

const canvas = new Canvas(`picture of ${PAGE.title}`);
/** What the picture shows: the whole system, what falls, what surrounds the selection, or what tells most. */
let look = /** @type {"whole" | "falls" | "around" | "best"} */ ("best");
const WHOLE = whole();
/** What the canvas shows, and which boxes of it are opened, so that it is laid out anew only when that changes. */
let drawn = "";
/** @type {number[]} */
let drawnOpen = [];

/** The panels that are made by their tabs. @type {Record<string, (place: HTMLElement) => void>} */
const PANELS = { picture: showPicture, ranking: showRanking, findings: showFindings, replay: showReplay, sources: showSources };

function showPicture() {
  const can = { whole: true, falls: now.mode !== "calm", around: view.selected !== null };
  const shown = look !== "best" && can[look] ? look : bestLook();
  for (const way of /** @type {const} */ (["whole", "falls", "around"])) {
    const choice = /** @type {HTMLButtonElement} */ (the(`look-${way}`));
    choice.setAttribute("aria-pressed", String(way === shown));
    choice.disabled = !can[way];
  }
  const hidden = now.mode === "calm" || shown !== "whole" ? 0 : hitButNotDrawn();
  // Options that a note names are of another command.
  const notes = shown === "whole" ? PAGE.picture.notes.map((note) => visible(note.replace(/ \(--[^)]*\)/g, ""))) : [];
  const lost = hidden > 0 ? `${counted(hidden, "component")} that the outage hits are not in this picture; “What falls” shows those that matter.` : "";
  const key = [shown, shown === "whole" ? "" : JSON.stringify([[...now.struck], view.selected, [...view.edits], view.replay === null ? 0 : view.time])].join(" ");
  const changed = [...view.open, ...drawnOpen].filter((one) => !view.open.includes(one) || !drawnOpen.includes(one));
  const fresh = () => (shown === "whole" ? WHOLE : shown === "falls" ? fallen() : surroundings(view.selected ?? 0));
  const next = key === drawn && changed.length === 0 ? null : withOpen(fresh(), view.open);
  const folded = (next ?? canvas.drawing)?.boxes.some(isFolded) ? "Choose a box that stands for several to open it." : "";
  // The words around it decide how much room the picture has.
  the("picture-notes").textContent = [lost, folded, notes.length > 0 ? `Left out: ${notes.join(" · ")}` : ""].filter(Boolean).join(" ");
  the("headline-picture").textContent = told();
  if (next !== null) {
    // Who opens a box looks at this picture; a choice in it is not to lead to another one.
    if (drawn === key && changed.length > 0) look = shown;
    canvas.show(next, shown !== "whole", drawn === key ? changed[0] : undefined);
    drawn = key;
    drawnOpen = view.open;
  } else canvas.paint();
}

/** What is down and what that does, in one line. */
function told() {
  if (now.mode === "calm") return "";
  if (view.replay !== null) return `${PAGE.replays[view.replay].title}, ${clock(PAGE.replays[view.replay], view.time)}: ${inSentence(headline())}`;
  const names = outageNames([...now.struck]).map((one) => shortened(one.name, 44));
  const some = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} others`] : names;
  return `Without ${some.join(" and ")}: ${inSentence(headline())}`;
}

/** A sentence as part of another. @param {string} text */
function inSentence(text) {
  return text[0].toLowerCase() + text.slice(1);
}

/** The components that stand in the whole picture by themselves, and those in it at all. */
const ALONE = new Set(WHOLE.boxes.flatMap((box) => (box.members.length === 1 ? box.members : [])));
const DRAWN = new Set(WHOLE.boxes.flatMap((box) => box.members));
WHOLE.areas.forEach(({ place }) => place !== null && ALONE.add(place));

/** The look that tells most: the whole picture as long as it shows where the outage is, and can be read. */
function bestLook() {
  if (now.mode === "calm") return "whole";
  const struck = [...now.struck].map((node) => PAGE.graph.owner[node]);
  const readable = WHOLE.boxes.length <= 60 && WHOLE.boxes.every((box) => box.members.length <= ALIKE);
  return readable && struck.every((owner) => ALONE.has(owner)) ? "whole" : "falls";
}

/** How many components are hit that the whole picture does not show. */
function hitButNotDrawn() {
  return now.marks.filter((mark, number) => HARM.includes(mark) && !DRAWN.has(number) && !isPlace(number)).length;
}

/** Lists what a folded box stands for. @param {string} title @param {number[]} members */
function showMembers(title, members) {
  const dialog = /** @type {HTMLDialogElement} */ (the("members"));
  const order = [...members].sort((a, b) => MARKS.indexOf(now.marks[a]) - MARKS.indexOf(now.marks[b]) || a - b);
  const line = (/** @type {number} */ number) => h("li", {}, badge(now.marks[number]), " ", selects(number));
  const list = h("ul", { class: "apps", onclick: (/** @type {MouseEvent} */ event) => event.target instanceof Element && event.target.closest("[data-component]") && dialog.close() }, ...order.slice(0, 60).map(line));
  dialog.replaceChildren(
    h("h2", { id: "members-title" }, visible(title)),
    list,
    order.length > 60 ? more(order.slice(60), line, "more component") : "",
    h("p", {}, button("Take all of them down", () => (dialog.close(), toggleDown(members.flatMap((member) => NODES_OF[member])))), " ", button("Close", () => dialog.close())),
  );
  dialog.showModal();
}

/** Shows the tab and what is beside it. */
function show() {
  for (const tab of TABS) {
    const chosen = tab === view.tab;
    the(`tab-${tab}`).setAttribute("aria-selected", String(chosen));
    the(`tab-${tab}`).setAttribute("tabindex", chosen ? "0" : "-1");
    the(`panel-${tab}`).hidden = !chosen;
  }
  // Who asks about a component during an outage asks why; who tries one asks what falls.
  the("beside").dataset.mode = now.mode;
  showStrip(the("strip"));
  PANELS[view.tab](the(`panel-${view.tab}`));
  keepingFocus(the("outage"), showOutage);
  keepingFocus(the("lists"), showLists);
  keepingFocus(the("detail"), showDetail);
}

/** Makes a part anew and gives the focus back to what took the place of what had it. @param {HTMLElement} place @param {(place: HTMLElement) => void} make */
function keepingFocus(place, make) {
  const focused = document.activeElement;
  const input = focused instanceof HTMLElement && place.contains(focused) ? focused.dataset.input : undefined;
  const was = focused instanceof HTMLElement && place.contains(focused) ? [...place.querySelectorAll("button, select, summary")].indexOf(focused) : -1;
  make(place);
  const all = [...place.querySelectorAll("button, select, summary")];
  const next = input === undefined ? all[was] : all.find((one) => one instanceof HTMLElement && one.dataset.input === input);
  if (was >= 0 && next instanceof HTMLElement) next.focus({ preventScroll: true });
}

function listenToTabs() {
  for (const tab of TABS) the(`tab-${tab}`).addEventListener("click", () => change({ tab }));
  the("tabs").addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const tab = TABS[(TABS.indexOf(view.tab) + step + TABS.length) % TABS.length];
    change({ tab });
    the(`tab-${tab}`).focus();
  });
}

function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") the("search").focus();
    else if (event.key === "d" && view.selected !== null && view.replay === null) toggleDown(NODES_OF[view.selected]);
    else if (event.key === "Escape" && view.selected !== null) change({ selected: null });
    else return;
    event.preventDefault();
  });
}

function listenToColours() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  the("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const isDark = (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
    root.dataset.theme = isDark ? "light" : "dark";
  });
}

/** Whatever is printed is there to be printed: all tabs, with the picture whole. */
function listenToPrinting() {
  addEventListener("beforeprint", () => {
    for (const tab of TABS) PANELS[tab](the(`panel-${tab}`));
    canvas.fit();
    document.querySelectorAll("details.finding.error, details.finding.warning").forEach((one) => one.setAttribute("open", ""));
  });
  the("print").addEventListener("click", () => print());
}

/** Follows the address, when a link or the way back changes it. */
function follows() {
  view = read(location.hash);
  now = follow();
  show();
}

function start() {
  the("canvas").append(canvas.svg);
  const needs = PAGE.graph.to.filter((node) => node < plain.capabilities).length;
  the("about").textContent = `${counted(APPS.length, "app")} among ${counted(COMPONENTS.length, "component")}, ${counted(needs, "need")}, from ${counted(PAGE.sources.length, "file")}; ${PAGE.made_by}`;
  the("tab-findings").append(` (${PAGE.findings.filter((one) => one.under === undefined && one.state !== "waived").length})`);
  for (const way of /** @type {const} */ (["whole", "falls", "around"])) {
    the(`look-${way}`).addEventListener("click", () => ((look = way), show()));
  }
  the("zoom-in").addEventListener("click", () => canvas.zoom(1.4));
  the("zoom-out").addEventListener("click", () => canvas.zoom(1 / 1.4));
  the("zoom-fit").addEventListener("click", () => canvas.fit());
  // On a phone the height changes whenever one scrolls, which is no reason to lose what one was looking at.
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) canvas.fit(drawn.startsWith("whole") ? 0 : READABLE);
    width = innerWidth;
  });
  listenToTabs();
  listenToSearch();
  listenToKeys();
  listenToColours();
  listenToPrinting();
  watchers.push(show);
  addEventListener("popstate", follows);
  addEventListener("hashchange", follows);
  if (location.hash.length > 1) follows();
  else if (PAGE.opening.length > 0) {
    change({ down: PAGE.opening }, { quiet: true });
  } else {
    now = follow();
    show();
  }
}

start();
