// The ranking: every component by what its loss alone takes down, as the engine found; then the worst pairs.

/** @typedef {{number: number, id: string, kind: string, down: number, degraded: number, frozen: number, weight: number, hours: number}} Row */

/** @type {Row[]} */
const RANKED = PAGE.single.map(([down, degraded, frozen, weight, hours], number) => {
  return { number, id: COMPONENTS[number].id, kind: COMPONENTS[number].kind, down, degraded, frozen, weight, hours: hours ?? -1 };
});
const HAS_HOURS = RANKED.some((row) => row.hours >= 0);

/** @type {[keyof Row, string, string][]} */
const COLUMNS = [
  ["id", "component", ""],
  ["kind", "kind", ""],
  ["down", "down", "apps that go down with it"],
  ["degraded", "degraded", "apps that then serve in part"],
  ["frozen", "frozen", "apps that then can't be changed"],
  ["weight", "weight", "the apps down, each counted by its tier and weight"],
  ...(HAS_HOURS ? /** @type {[keyof Row, string, string][]} */ ([["hours", "app h/year", "hours of apps down in a year that its own failures cost"]]) : []),
];

const ranking = { by: /** @type {keyof Row} */ ("weight"), falling: true, text: "", most: 100 };

/** @param {Row} a @param {Row} b */
function worse(a, b) {
  const [x, y] = [a[ranking.by], b[ranking.by]];
  const order = typeof x === "string" ? x.localeCompare(String(y), "en") : Number(x) - Number(y);
  return (ranking.falling ? -order : order) || b.weight - a.weight || b.down - a.down || b.frozen - a.frozen || b.degraded - a.degraded || a.number - b.number;
}

/** @param {HTMLElement} place */
function showRanking(place) {
  if (place.childElementCount === 0) place.append(...rankingFrame());
  const text = ranking.text.toLowerCase();
  const harmful = (/** @type {Row} */ row) => row.down + row.degraded + row.frozen > 0;
  const hits = RANKED.filter((row) => (text === "" ? harmful(row) : `${row.id} ${row.kind}`.toLowerCase().includes(text))).sort(worse);
  const harmless = RANKED.length - RANKED.filter(harmful).length;
  the("ranking-head").replaceChildren(
    ...COLUMNS.map(([key, title, help]) => {
      const sorted = ranking.by === key;
      const sort = sorted ? (ranking.falling ? "descending" : "ascending") : "none";
      const turn = () => {
        const falling = sorted ? !ranking.falling : typeof RANKED[0]?.[key] === "number";
        Object.assign(ranking, { by: key, falling });
        showRanking(place);
        the(`by-${key}`).focus();
      };
      return h("th", { scope: "col", "aria-sort": sort }, button(`${title}${sorted ? (ranking.falling ? " ▾" : " ▴") : ""}`, turn, { id: `by-${key}`, title: help, class: "plain" }));
    }),
  );
  the("ranking-rows").replaceChildren(...hits.slice(0, ranking.most).map(rankingRow));
  const rest = hits.length - ranking.most;
  the("ranking-note").replaceChildren(
    `${counted(hits.length, "component")} listed; ${harmless} of ${RANKED.length} touch no app when lost alone. The figures are of the system as it is, without what-ifs. `,
    rest > 0 ? button(`Show ${Math.min(rest, 400)} more`, () => ((ranking.most += 400), showRanking(place))) : "",
  );
}

/** @param {Row} row */
function rankingRow(row) {
  const cells = COLUMNS.slice(2).map(([key]) => {
    const value = Number(row[key]);
    const shown = key === "hours" ? (value < 0 ? "?" : value.toFixed(1)) : String(Math.round(value * 100) / 100);
    return h("td", { class: value > 0 ? "number" : "number none" }, shown);
  });
  const chosen = view.selected === row.number;
  return h("tr", { class: chosen ? "chosen" : "" }, h("th", { scope: "row" }, selects(row.number)), h("td", {}, row.kind), ...cells);
}

function rankingFrame() {
  const filter = h("input", { type: "search", id: "ranking-filter", placeholder: "name or kind", oninput: () => ((ranking.text = filter.value.trim()), showRanking(the("panel-ranking"))) });
  return [
    h("h2", {}, "What takes most down alone"),
    h("p", { class: "filter" }, h("label", { for: "ranking-filter" }, "Only "), filter),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "components ranked" }, h("table", { class: "ranking" }, h("thead", {}, h("tr", { id: "ranking-head" })), h("tbody", { id: "ranking-rows" }))),
    h("p", { id: "ranking-note", class: "faint" }),
    ...pairsTable(),
  ];
}

/** Two components that are worse together. */
function pairsTable() {
  const { count, components_left_out: left, worst } = PAGE.pairs;
  if (worst.length === 0) return [];
  const rows = worst.map(([both, only, weight]) => {
    const nodes = both.flatMap((number) => NODES_OF[number]);
    const take = button("Take both down", () => change({ down: nodes, selected: null, replay: null, tab: "picture" }));
    return h("tr", {}, h("th", { scope: "row" }, selects(both[0]), " + ", selects(both[1])), h("td", { class: "number" }, only.length), h("td", { class: "number" }, weight), h("td", {}, take));
  });
  const note = left > 0 ? ` ${counted(left, "component")} with the least reach were not looked at.` : "";
  return [
    h("h2", {}, "Pairs that are worse together"),
    h("p", { class: "faint" }, `${counted(count, "pair")} take down an app that neither takes down alone.${note}${count > worst.length ? ` The worst ${worst.length}:` : ""}`),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "pairs" }, h("table", { class: "ranking" }, h("thead", {}, h("tr", {}, ...["pair", "only together", "weight", ""].map((title) => h("th", { scope: "col" }, title || h("span", { class: "unseen" }, "action"))))), h("tbody", {}, ...rows))),
  ];
}
