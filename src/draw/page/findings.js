// Findings: rules that the system breaks, each with what to do about it, its proof, and the outage that shows it.

/** @param {HTMLElement} place */
function showFindings(place) {
  if (place.childElementCount > 0) return;
  const { decision, summary, counts } = PAGE.verdict;
  const words = { pass: "passes", warn: "passes with warnings", fail: "fails" }[decision] ?? decision;
  place.append(
    h("h2", {}, "Findings"),
    h("p", {}, h("strong", { class: `verdict ${decision}` }, `The gate ${words}. `), visible(summary)),
    h("p", { class: "faint" }, `${counts.error} errors, ${counts.warning} warnings, ${counts.note} notes, ${counts.waived} waived; what says the same from further away is listed under the nearest.`),
  );
  /** @type {Map<number, Finding[]>} */
  const likewise = new Map();
  for (const finding of PAGE.findings) {
    if (finding.under !== undefined) likewise.set(finding.under, [...(likewise.get(finding.under) ?? []), finding]);
  }
  const severities = ["error", "warning", "note"];
  for (const [title, wanted] of /** @type {[string, (finding: Finding) => boolean][]} */ ([
    ...severities.map((severity) => [`${severity[0].toUpperCase()}${severity.slice(1)}s`, (/** @type {Finding} */ one) => one.severity === severity && one.state !== "waived"]),
    ["Waived", (/** @type {Finding} */ one) => one.state === "waived"],
  ])) {
    const some = PAGE.findings.flatMap((finding, number) => (finding.under === undefined && wanted(finding) ? [{ finding, number }] : []));
    if (some.length === 0) continue;
    const all = some.map(({ finding, number }) => findingView(finding, likewise.get(number) ?? []));
    const total = counts[title.toLowerCase().replace(/s$/, "")] ?? some.length;
    const number = total === some.length ? `${total}` : `${total}, of which ${some.length} stand by themselves`;
    const section = h("section", {}, h("h3", {}, `${title} (${number})`), h("div", { class: "findings" }, ...all.slice(0, 60)));
    if (all.length > 60) section.append(h("details", {}, h("summary", {}, `${all.length - 60} more`), h("div", { class: "findings" }, ...all.slice(60))));
    place.append(section);
  }
  if (PAGE.findings.length === 0) place.append(h("p", {}, "No rule is broken."));
  if (PAGE.findings_left_out > 0) {
    place.append(h("p", { class: "faint" }, `${counted(PAGE.findings_left_out, "finding")} that say the same from further away, or come last, are left out; linchpin check lists all.`));
  }
}

/** @param {Finding} finding @param {Finding[]} likewise */
function findingView(finding, likewise) {
  const { rule, severity, message, remedy, cut_set: cut, app, waiver, confidence } = finding;
  const show = () => change({ down: cut.flatMap((number) => NODES_OF[number]), selected: app ?? cut[0] ?? null, replay: null, tab: "picture" });
  const chain = finding.witness.map((node, at) => h("span", {}, at > 0 ? " → " : "", selects(PAGE.graph.owner[node], nodeName(node))));
  const head = h("summary", {}, shape(severity), h("span", { class: "unseen" }, `${severity}: `), h("span", { class: "message" }, ...quoted(message)), h("span", { class: "rule" }, rule));
  return h(
    "details",
    { class: `finding ${severity}` },
    head,
    h("p", { class: "remedy" }, h("strong", {}, "To do: "), ...quoted(remedy)),
    waiver && h("p", {}, `Waived until ${waiver.until} by ${visible(waiver.owner ?? "nobody named")}: ${visible(waiver.reason)} (${visible(waiver.at)})`),
    h("p", {}, cut.length > 0 && button("Show it in the picture", show), h("span", { class: "faint" }, ` ${confidence}`)),
    chain.length > 0 && h("p", { class: "witness" }, ...chain),
    likewise.length > 0 && h("p", {}, "Likewise: ", ...likewise.slice(0, 20).flatMap((one) => one.cut_set.map((number) => h("span", {}, selects(number), " "))), likewise.length > 20 && `and ${likewise.length - 20} more`),
    evidences(finding.proof, 4),
  );
}

/** A sentence in which names stand in backticks. @param {string} text */
function quoted(text) {
  return text.split("`").map((part, at) => (at % 2 === 1 ? h("code", {}, visible(part)) : visible(part)));
}
