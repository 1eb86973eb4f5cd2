// Making elements. Text goes in as text and nothing else: no name of a component can become markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {string | number | Node | null | undefined | false} Child
 * @typedef {Record<string, string | number | boolean | undefined | ((event: any) => void)>} Attributes
 */

/**
 * @param {Element} element
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function dressed(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
  return element;
}

/**
 * An HTML element; attributes that begin with `on` are listeners.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
function h(tag, attributes = {}, ...children) {
  return /** @type {any} */ (dressed(document.createElement(tag), attributes, children));
}

/**
 * An SVG element.
 *
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 * @returns {SVGElement}
 */
function s(tag, attributes = {}, ...children) {
  return /** @type {SVGElement} */ (dressed(document.createElementNS(SVG, tag), attributes, children));
}

/** The element with an id, which the page has. @param {string} id */
function the(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/**
 * Text with what can't be seen made visible: control characters and marks that turn the direction of writing could make a
 * name look like another.
 *
 * @param {string} text
 */
function visible(text) {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
}

/** A name, apart from the direction of the text around it. @param {string} text */
function named(text) {
  return h("bdi", { class: "id" }, visible(text));
}

/** The words and shapes of what becomes of a component, the worst first. */
const MARKS = /** @type {const} */ (["struck", "down", "degraded", "frozen", "part", "risk", "up"]);
/** @typedef {typeof MARKS[number]} Mark */

/** @type {Record<Mark, string>} */
const MARK_WORD = {
  struck: "outage",
  down: "down",
  degraded: "degraded",
  frozen: "frozen",
  part: "partly down",
  risk: "at risk",
  up: "up",
};

/** The shape of a mark. @param {string} mark @param {Attributes} [attributes] */
function shape(mark, attributes = {}) {
  const svg = s("svg", { class: `shape ${mark}`, viewBox: "0 0 16 16", "aria-hidden": "true", ...attributes });
  svg.append(s("use", { href: `#shape-${mark}` }));
  return svg;
}

/** A mark with its shape and word. @param {Mark} mark @param {string} [word] */
function badge(mark, word = MARK_WORD[mark]) {
  return h("span", { class: `badge ${mark}` }, shape(mark), word);
}

/** A link that can only lead to a web page; else its text. @param {string | null | undefined} url @param {string} text */
function link(url, text) {
  const safe = url && /^https?:\/\//i.test(url);
  return safe ? h("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, text) : h("span", {}, text);
}

const BASES = ["manifest", "trace", "catalogue", "follows from the model", "code"];

/** A piece of evidence: where it is written, what stands there, and what it rests on. @param {number} number */
function evidence(number) {
  const [file, line, column, basis, note, citation, quote] = PAGE.proofs.items[number];
  const cited = citation >= 0 ? PAGE.proofs.citations[citation] : null;
  const place = `${PAGE.proofs.files[file]}:${line}:${column}`;
  return h(
    "div",
    { class: "evidence" },
    h("code", { class: "place" }, visible(place)),
    basis === 0 ? null : h("span", { class: "faint" }, ` ${BASES[basis]}`),
    note >= 0 && h("span", { class: "faint" }, ` ${visible(PAGE.proofs.notes[note])}`),
    quote >= 0 && h("code", { class: "quote" }, visible(PAGE.proofs.quotes[quote])),
    cited && h("div", { class: "cited" }, link(cited.url, cited.source), ` (${cited.grade}, known ${cited.known})`),
  );
}

/** Several pieces of evidence, the first few of many. @param {number[]} numbers @param {number} [most] */
function evidences(numbers, most = 3) {
  const list = h("div", { class: "evidences" }, ...numbers.slice(0, most).map(evidence));
  if (numbers.length > most) {
    const rest = numbers.slice(most);
    const details = h("details", {}, h("summary", {}, `${counted(rest.length, "more piece")} of evidence`));
    details.addEventListener("toggle", () => details.childElementCount === 1 && details.append(...rest.map(evidence)));
    list.append(details);
  }
  return list;
}

/** A button. @param {Child} text @param {(event: MouseEvent) => void} onclick @param {Attributes} [attributes] */
function button(text, onclick, attributes = {}) {
  return h("button", { type: "button", onclick, ...attributes }, text);
}

/** A component's name that selects it. @param {number} number @param {string} [text] */
function selects(number, text = COMPONENTS[number].id) {
  return button(named(text), () => change({ selected: number }), { class: "plain", "data-component": COMPONENTS[number].id });
}
