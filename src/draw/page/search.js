// Search: a box with a list, as the pattern for comboboxes asks; it finds every component, drawn or not.

/** How many results are listed. */
const RESULTS = 30;

/** How well a component fits what is typed; `null` for not at all. @param {Component} component @param {string} text */
function fits(component, text) {
  const id = component.id.toLowerCase();
  if (id === text) return 0;
  if (id.startsWith(text)) return 1;
  if (id.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(text))) return 2;
  if (id.includes(text)) return 3;
  const rest = [...(component.aliases ?? []), component.owner ?? "", component.software ?? "", component.kind];
  return rest.some((word) => word.toLowerCase().includes(text)) ? 4 : null;
}

/** The components that fit, the best first, apps before others. @param {string} typed */
function found(typed) {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return [];
  return COMPONENTS.flatMap((component, number) => {
    const ranks = words.map((word) => fits(component, word));
    return ranks.some((rank) => rank === null) ? [] : [{ number, rank: Math.max(...ranks.map((rank) => rank ?? 9)) }];
  }).sort((a, b) => a.rank - b.rank || Number(COMPONENTS[b.number].kind === "app") - Number(COMPONENTS[a.number].kind === "app") || a.number - b.number);
}

function listenToSearch() {
  const input = /** @type {HTMLInputElement} */ (the("search"));
  const list = the("results");
  /** @type {number[]} */
  let shown = [];
  let active = -1;
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (/** @type {number} */ at) => {
    active = at;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", `result-${at}`);
      list.children[at]?.scrollIntoView({ block: "nearest" });
    }
  };
  const take = (/** @type {number} */ at, /** @type {boolean} */ also) => {
    const number = shown[at];
    if (number === undefined) return;
    input.value = "";
    close();
    if (also) toggleDown(NODES_OF[number]);
    else change({ selected: number, replay: null });
  };
  input.addEventListener("input", () => {
    const all = found(input.value);
    shown = all.slice(0, RESULTS).map(({ number }) => number);
    const items = shown.map((number, at) =>
      h(
        "li",
        { role: "option", id: `result-${at}`, "aria-selected": "false", onpointerdown: (/** @type {PointerEvent} */ event) => (event.preventDefault(), take(at, event.shiftKey)) },
        shape(now.marks[number]),
        " ",
        named(COMPONENTS[number].id),
        h("span", { class: "faint" }, ` ${COMPONENTS[number].kind}`),
      ),
    );
    if (all.length > RESULTS) items.push(h("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "faint" }, `and ${all.length - RESULTS} more; type on`));
    if (all.length === 0 && input.value.trim() !== "") items.push(h("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "faint" }, "nothing here is called so"));
    list.replaceChildren(...items);
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    mark(shown.length > 0 ? 0 : -1);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") mark(Math.min(active + 1, shown.length - 1));
    else if (event.key === "ArrowUp") mark(Math.max(active - 1, 0));
    else if (event.key === "Enter") take(active, event.shiftKey);
    else if (event.key === "Escape") {
      input.value = "";
      close();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener("blur", close);
}
