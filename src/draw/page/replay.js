// The replay of an outage: a slider over its time, a chart of when which app was hit, and what operators did.

const GANTT = { left: 190, width: 900, row: 24, top: 26 };
/** How many apps the chart shows. */
const MOST_BARS = 60;

/** A moment as people write it: the time, with the date on other days than the first. @param {Replay} replay @param {number} second */
function clock(replay, second) {
  const days = Math.floor(second / 86400);
  const rest = second - days * 86400;
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const time = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}${rest % 60 === 0 ? "" : `:${two(rest % 60)}`}`;
  if (days === 0) return time;
  const date = new Date(`${replay.date}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return `${date.toISOString().slice(0, 10)} ${time}`;
}

/** The strip with the slider, on every tab while a replay runs. @param {HTMLElement} strip */
function showStrip(strip) {
  strip.hidden = view.replay === null;
  if (view.replay === null) return strip.replaceChildren();
  const replay = PAGE.replays[view.replay];
  if (strip.dataset.replay !== replay.id || strip.childElementCount === 0) {
    strip.dataset.replay = replay.id;
    const slider = h("input", {
      type: "range",
      id: "time",
      min: replay.begins,
      max: Math.max(replay.ends, replay.begins + 60),
      step: 60,
      "aria-label": "time of the replay",
      oninput: () => change({ time: Number(slider.value) }, { quiet: true }),
    });
    strip.replaceChildren(
      button("◀ event", () => change({ time: eventAfter(replay, view.time, -1) }, { quiet: true }), { "aria-label": "◀ event before" }),
      slider,
      button("event ▶", () => change({ time: eventAfter(replay, view.time, 1) }, { quiet: true }), { "aria-label": "next event ▶" }),
      h("output", { id: "clock", for: "time" }),
      button("End the replay", () => change({ replay: null })),
    );
  }
  const slider = /** @type {HTMLInputElement} */ (the("time"));
  slider.value = String(view.time);
  const told = `${clock(replay, view.time)}: ${inSentence(headline())}`;
  slider.setAttribute("aria-valuetext", told);
  the("clock").textContent = told;
}

/** The next moment at which something changes. @param {Replay} replay @param {number} time @param {1 | -1} way */
function eventAfter(replay, time, way) {
  const moments = replay.bars.flatMap(([, , from, until]) => (until == null ? [from] : [from, until]));
  const ahead = moments.filter((moment) => (moment - time) * way > 0);
  if (ahead.length === 0) return way > 0 ? replay.ends : replay.begins;
  return ahead.reduce((best, moment) => ((moment - best) * way < 0 ? moment : best));
}

/** @param {HTMLElement} place */
function showReplay(place) {
  if (PAGE.replays.length === 0) {
    place.replaceChildren(h("h2", {}, "Replay"), h("p", {}, "No outage of the library touches this system. Write the report with --replay and a file of an outage to see one."));
    return;
  }
  const picker = h(
    "select",
    { id: "replay-picker", onchange: () => change(picker.value === "" ? { replay: null } : { replay: Number(picker.value), time: PAGE.replays[Number(picker.value)].begins }) },
    h("option", { value: "" }, "none"),
    ...PAGE.replays.map((replay, number) => h("option", { value: number, selected: view.replay === number }, `${replay.date} ${visible(replay.title)}`)),
  );
  /** @type {(HTMLElement | string)[]} */
  const parts = [h("h2", {}, "Replay"), h("p", {}, h("label", { for: "replay-picker" }, "Outage "), picker)];
  if (view.replay === null) {
    parts.push(h("ul", { class: "replays" }, ...PAGE.replays.map((replay, number) => h("li", {}, button(`${replay.date} ${visible(replay.title)}`, () => change({ replay: number, time: replay.begins }), { class: "plain" }), h("div", { class: "via" }, replayEffect(replay))))));
  } else {
    parts.push(...replayParts(PAGE.replays[view.replay]));
  }
  place.replaceChildren(...parts);
}

/** @param {Replay} replay */
function replayEffect(replay) {
  const of = (/** @type {string} */ worst) => replay.apps.filter((app) => app.worst === worst).length;
  const told = ["down", "degraded", "frozen"].filter((worst) => of(worst) > 0).map((worst) => `${of(worst)} ${worst}`);
  return told.length === 0 ? "touches no app" : `of ${counted(APPS.length, "app")}: ${told.join(", ")} at some time`;
}

/** @param {Replay} replay */
function replayParts(replay) {
  return [
    h("p", { class: "summary" }, visible(replay.summary)),
    h("p", { class: "faint" }, `Times are of the outage’s own clock. Drag the slider above, or choose an app. ${replay.truncated ? "Too much happened: the replay was ended early. " : ""}`),
    gantt(replay),
    appTimes(replay),
    section("Start-up deadlocks", replay.deadlocks, (one) => h("li", {}, `${one.cycle.map(visible).join(" → ")} wait for each other since ${one.since.clock}${one.broken ? `, until ${one.broken.clock}` : " and never start"}`)),
    section("What operators did", replay.actions, (one) => h("li", {}, `${one.time.clock} ${one.action} ${one.to.map(visible).join(", ")}${one.worked ? "" : `, in vain${one.because?.length ? `: ${one.because.map(visible).join(" → ")}` : ""}`}`)),
    section("Taken to be restarted at the first moment at which it helps", replay.assumed_restarts, (one) => h("li", {}, visible(one)), 12),
    section("Struck by the outage, and needed by nothing here", replay.absent, (one) => h("li", {}, visible(one)), 0),
    section("Sources", replay.sources, (one) => h("li", {}, link(one.url, one.title), ` (${one.date})`)),
  ].filter((part) => part !== "");
}

/** When which app was hit. @param {Replay} replay */
function gantt(replay) {
  const apps = [...replay.apps].sort((a, b) => b.down_seconds - a.down_seconds || b.degraded_seconds - a.degraded_seconds || b.frozen_seconds - a.frozen_seconds || (a.app < b.app ? -1 : 1));
  const shown = apps.slice(0, MOST_BARS);
  const span = Math.max(60, replay.ends - replay.begins);
  const x = (/** @type {number} */ second) => GANTT.left + (GANTT.width * (Math.min(second, replay.ends) - replay.begins)) / span;
  const height = GANTT.top + shown.length * GANTT.row + 6;
  const svg = s("svg", { class: "gantt", viewBox: `0 0 ${GANTT.left + GANTT.width + 12} ${height}`, role: "group", "aria-label": `when which app was hit, ${replay.title}` });
  for (const tick of ticks(replay.begins, replay.ends)) {
    svg.append(s("line", { class: "tick", x1: x(tick), x2: x(tick), y1: GANTT.top - 6, y2: height }), s("text", { class: "tick", x: x(tick), y: 14, "text-anchor": "middle" }, clock(replay, tick).slice(-5)));
  }
  shown.forEach((app, row) => {
    const y = GANTT.top + row * GANTT.row;
    const number = NUMBER_OF.get(app.app);
    const label = `${app.app}: ${app.spans.map((one) => `${one.state} from ${one.from.clock} ${one.until ? `to ${one.until.clock}` : "and never back"}`).join(", ")}`;
    const group = s("g", { class: `row${number === view.selected ? " chosen" : ""}` });
    const head = s("text", { x: GANTT.left - 10, y: y + 16, "text-anchor": "end", role: "button", tabindex: 0, "aria-label": visible(label) }, shortened(app.app, 26));
    const choose = () => change({ selected: number ?? null, time: app.spans[0]?.from.second ?? view.time });
    group.addEventListener("click", choose);
    group.addEventListener("keydown", (event) => {
      if (event instanceof KeyboardEvent && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        choose();
      }
    });
    const inside = s("g", { "aria-hidden": "true" });
    group.append(s("rect", { class: "back", x: 0, y, width: GANTT.left + GANTT.width, height: GANTT.row }), head, inside);
    for (const one of app.spans) {
      const [from, until] = [x(one.from.second), x(one.until?.second ?? replay.ends)];
      const width = Math.max(2, until - from);
      inside.append(s("rect", { class: `bar ${one.state}`, x: from, y: y + 4, width, height: GANTT.row - 8, rx: 2 }, s("title", {}, visible(`${one.state} ${one.from.clock} to ${one.until?.clock ?? "never"}`))));
      if (width > wide(one.state) + 22) inside.append(s("use", { href: `#shape-${one.state}`, x: from + 4, y: y + 6, width: 12, height: 12 }), s("text", { class: `word ${one.state}`, x: from + 20, y: y + 16 }, one.state));
    }
    svg.append(group);
  });
  svg.append(s("line", { class: "cursor", x1: x(view.time), x2: x(view.time), y1: GANTT.top - 8, y2: height }));
  const rest = apps.length - shown.length;
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "chart" }, svg, rest > 0 && h("p", { class: "faint" }, `and ${counted(rest, "more app")}, hit for a shorter time`));
}

/** Round moments for the axis. @param {number} begins @param {number} ends */
function ticks(begins, ends) {
  const steps = [60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];
  const step = steps.find((one) => (ends - begins) / one <= 10) ?? 2592000;
  const first = Math.ceil(begins / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((ends - first) / step) + 1) }, (_, at) => first + at * step);
}

/** The same in figures. @param {Replay} replay */
function appTimes(replay) {
  const rows = replay.apps.slice(0, 200).map((app) => {
    const number = NUMBER_OF.get(app.app);
    const held = app.spans.find((one) => one.held)?.held?.because ?? "";
    const target = app.target?.rto_met === undefined ? "" : app.target.rto_met ? "met" : `missed (${lasted(app.target.rto_seconds ?? 0)})`;
    const cell = (/** @type {number} */ seconds) => h("td", { class: seconds > 0 ? "number" : "number none" }, seconds > 0 ? lasted(seconds) : "0");
    return h("tr", {}, h("th", { scope: "row" }, number === undefined ? named(app.app) : selects(number)), h("td", {}, app.failed?.clock ?? ""), h("td", {}, app.back?.clock ?? "never"), cell(app.down_seconds), cell(app.degraded_seconds), cell(app.frozen_seconds), h("td", {}, held), h("td", {}, target));
  });
  if (rows.length === 0) return h("p", {}, "It touches no app of this system.");
  const titles = ["app", "hit at", "back at", "down", "degraded", "frozen", "held by", "recovery target"];
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "apps of the replay" }, h("table", {}, h("thead", {}, h("tr", {}, ...titles.map((title) => h("th", { scope: "col" }, title)))), h("tbody", {}, ...rows)));
}
