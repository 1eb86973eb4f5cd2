// The chosen component: what it is, why it fares as it does, what it needs (to change as a what-if), and who needs it.

const CONFIDENCE = ["declared", "observed", "inferred"];

/** @param {HTMLElement} place */
function showDetail(place) {
  const number = view.selected;
  place.hidden = number === null;
  if (number === null) return place.replaceChildren();
  const parts = [identity(number), why(number), needsOf(number), neededBy(number), unresolvedOf(number)];
  place.replaceChildren(...parts.flatMap((part) => part ?? []));
}

/** @param {number} number */
function identity(number) {
  const component = COMPONENTS[number];
  const mark = now.marks[number];
  const facts = [
    component.kind,
    component.tier && `tier ${component.tier}`,
    component.owner && `owner ${component.owner}`,
    component.at?.length ? `at ${component.at.join(", ")}` : component.place_unknown && "nobody says where it runs",
    component.software && `runs ${component.software}`,
    component.sticky && "stays down until somebody restarts it",
    component.aliases?.length && `also ${component.aliases.join(", ")}`,
    component.sketch && "the catalogue only recognises it: what it needs is not known",
  ].filter((fact) => typeof fact === "string");
  const down = NODES_OF[number].every((node) => view.down.includes(node));
  return h(
    "section",
    { class: "identity" },
    h("h2", {}, named(component.id)),
    h("p", {}, badge(mark, mark === "part" ? partWord(number) : undefined), " ", h("span", { class: "faint" }, facts.map((fact) => visible(String(fact))).join(" · "))),
    now.mode === "replay"
      ? null
      : h(
          "p",
          { class: "actions" },
          button(down ? "Put it back" : view.down.length > 0 ? "Take it down as well" : "Take it down", () => toggleDown(NODES_OF[number]), { class: "primary" }),
          faces(number),
        ),
    h("details", {}, h("summary", {}, "Where it is said"), evidences(component.proof)),
  );
}

/** Its capabilities, each to be taken down by itself. @param {number} number */
function faces(number) {
  const buttons = NODES_OF[number].map((node) => {
    const face = FACES[PAGE.graph.face[node]];
    const state = ["up", "degraded", "down"][now.states[node]];
    const pressed = view.down.includes(node);
    return button(h("span", {}, shape(state), ` ${face}`), () => toggleDown([node]), {
      class: "face",
      "aria-pressed": String(pressed),
      "aria-label": `${face}, ${state}; take it down by itself`,
    });
  });
  return h("span", { class: "faces", role: "group", "aria-label": "capabilities, each by itself" }, ...buttons);
}

/** Why it is in its state: the chain, each step with its proof. @param {number} number */
function why(number) {
  const chain = whyChain(number);
  const section = h("section", { class: "why" });
  const data = nodeOf(number, "data");
  if (chain.length === 0) {
    const words = data !== undefined && now.risky[data] ? riskWords(number) : "";
    if (words) section.append(h("h3", {}, "Why it is at risk"), h("p", {}, words));
    return words ? section : null;
  }
  if (chain.length === 1) {
    const itself = now.struck.has(chain[0]);
    section.append(h("h3", {}, "Why"), h("p", {}, itself ? "The outage takes it down itself." : "An alternative that it needs carries only part of the load."));
    return heldBy(number, section);
  }
  const steps = chain.slice(0, -1).map((node, at) => {
    const input = inputBetween(node, chain[at + 1]);
    const proof = input === null ? [] : PAGE.graph.proofs[PAGE.graph.proof[input]];
    return h(
      "li",
      {},
      h("div", {}, selects(PAGE.graph.owner[node], nodeName(node)), " needs ", selects(PAGE.graph.owner[chain[at + 1]], nodeName(chain[at + 1])), input !== null && h("span", { class: "faint" }, ` ${termsOf(input)}`)),
      evidences(proof.slice(1), 2),
    );
  });
  const last = chain[chain.length - 1];
  const end = now.struck.has(last) ? [shape("struck"), " ", selects(PAGE.graph.owner[last], nodeName(last)), " is down"] : [selects(PAGE.graph.owner[last], nodeName(last)), " has failed"];
  section.append(h("h3", {}, "Why"), h("ol", { class: "chain" }, ...steps, h("li", {}, ...end)));
  return heldBy(number, section);
}

/** In a replay: what kept an app from coming back. @param {number} number @param {HTMLElement} section */
function heldBy(number, section) {
  const replay = view.replay === null ? null : PAGE.replays[view.replay];
  const app = replay?.apps.find((one) => one.app === COMPONENTS[number].id);
  const span = app?.spans.find(({ from, until }) => from.second <= view.time && (!until || view.time < until.second));
  if (span?.held) {
    const chain = span.held.chain.map((step) => visible(step.replace(/:data$/, ""))).join(" → ");
    section.append(h("p", {}, `${span.state} until ${span.until?.clock ?? "ever"}: held by ${span.held.because}${chain ? ` (${chain})` : ""}`));
  }
  return section;
}

/** The input of a capability, perhaps within groups, that leads to another. @param {number} from @param {number} to @returns {number?} */
function inputBetween(from, to) {
  const { start, to: targets } = PAGE.graph;
  let late = null;
  for (let input = start[from]; input < start[from + 1]; input += 1) {
    const found = targets[input] === to ? input : targets[input] >= plain.capabilities ? inputBetween(targets[input], to) : null;
    if (found === null) continue;
    if ((PAGE.graph.flags[found] & START) === 0) return found;
    late ??= found;
  }
  return late;
}

/** How a need is meant. @param {number} input */
function termsOf(input) {
  const flags = PAGE.graph.flags[input];
  const { grace, switch: after, capacity } = PAGE.graph.terms[input] ?? {};
  return [
    flags & SOFT && "soft",
    flags & START && "to start",
    grace !== undefined && `bridged for ${lasted(grace)}`,
    after !== undefined && (after < 0 ? "switched to by hand" : `switched to in ${lasted(after)}`),
    capacity !== undefined && `carries ${Math.round(capacity * 100)} % of the load`,
    CONFIDENCE[PAGE.graph.proofs[PAGE.graph.proof[input]][0]],
  ]
    .filter((word) => typeof word === "string")
    .join(", ");
}

/** What a component needs, each to be changed as a what-if. @param {number} number */
function needsOf(number) {
  const lists = NODES_OF[number].flatMap((node) => {
    const { start } = PAGE.graph;
    if (start[node] === start[node + 1]) return [];
    const face = FACES[PAGE.graph.face[node]];
    const inputs = Array.from({ length: start[node + 1] - start[node] }, (_, at) => start[node] + at);
    const list = h("ul", { class: "needs" }, ...inputs.slice(0, 40).map(need));
    if (inputs.length > 40) list.append(h("li", {}, more(inputs.slice(40), need, "more need")));
    return [face === "data" ? null : h("h4", {}, `${face} needs`), list];
  });
  if (lists.length === 0) return h("section", {}, h("h3", {}, "Needs"), h("p", { class: "faint" }, "Nothing that anybody has said."));
  return h("section", {}, h("h3", {}, "Needs"), now.mode !== "replay" && h("p", { class: "hint" }, "Change a need to see what would be different."), ...lists);
}

/** A need, or a group with its members. @param {number} input @returns {HTMLElement} */
function need(input) {
  const to = PAGE.graph.to[input];
  const state = ["up", "degraded", "down"][now.states[to] ?? UP];
  const edit = view.edits.get(input) ?? AS_IT_IS;
  const item = h("li", { class: edit === LEFT_OUT ? "left-out" : "" });
  if (to < plain.capabilities) {
    item.append(shape(state), " ", selects(PAGE.graph.owner[to], nodeName(to)), h("span", { class: "faint" }, ` ${state}, ${termsOf(input)}`), ...choice(input, nodeName(to)));
    const proof = PAGE.graph.proofs[PAGE.graph.proof[input]].slice(1);
    item.append(h("details", {}, h("summary", {}, "Evidence"), evidences(proof, 3)));
    return item;
  }
  const members = Array.from({ length: PAGE.graph.start[to + 1] - PAGE.graph.start[to] }, (_, at) => PAGE.graph.start[to] + at);
  const least = members.length + 1 - PAGE.graph.threshold[to];
  const words = least === 1 ? "any of" : least === members.length ? "all of" : `at least ${least} of`;
  const short = isShort(now.graph, now.states, to) ? ", short" : "";
  item.append(shape(short ? "risk" : state), ` ${words}`, h("span", { class: "faint" }, ` ${state}${short}`), ...choice(input, words), h("ul", { class: "needs" }, ...members.map(need)));
  return item;
}

/** The what-if of a need. @param {number} input @param {string} label */
function choice(input, label) {
  if (now.mode === "replay" || PAGE.graph.flags[input] & START) return [];
  const inGroup = HOLDER[input] >= plain.capabilities;
  const edit = view.edits.get(input) ?? AS_IT_IS;
  const select = h(
    "select",
    {
      "aria-label": `what if: ${visible(label)}`,
      class: edit === AS_IT_IS ? "" : "edited",
      "data-input": inputName(input),
      onchange: () => {
        const edits = new Map(view.edits);
        const value = Number(select.value);
        if (value === AS_IT_IS) edits.delete(input);
        else edits.set(input, value);
        change({ edits });
      },
    },
    ...[
      [AS_IT_IS, "as it is"],
      [TAKEN_SOFT, "if it were soft"],
      [LEFT_OUT, inGroup ? "if it were not there" : "if it could do without"],
    ].map(([value, text]) => h("option", { value: String(value), selected: value === edit }, String(text))),
  );
  return [select];
}

/** Who needs it. @param {number} number */
function neededBy(number) {
  const all = dependents(number);
  if (all.length === 0) return null;
  const line = (/** @type {number} */ one) => h("li", {}, shape(now.marks[one]), " ", selects(one));
  const section = h("section", {}, h("h3", {}, `Needed by ${counted(all.length, "component")}`), h("ul", { class: "apps" }, ...all.slice(0, 15).map(line)));
  if (all.length > 15) section.append(more(all.slice(15), line, "more component"));
  return section;
}

/** What it may need besides. @param {number} number */
function unresolvedOf(number) {
  const all = PAGE.unresolved.filter((item) => item.from === number);
  if (all.length === 0) return null;
  const lines = all.slice(0, 20).map((item) => h("li", {}, h("code", {}, visible(item.what)), ` ${visible(item.reason)}`, evidence(item.proof)));
  return h("section", {}, h("h3", {}, "Not understood"), h("p", {}, "It may need these as well."), h("ul", {}, ...lines));
}
