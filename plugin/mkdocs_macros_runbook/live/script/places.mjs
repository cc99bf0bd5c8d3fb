import { all } from "./dom.mjs";
import { count, now } from "./form.mjs";
import { chosen, form, isLinked, set, word } from "./state.mjs";
import { own } from "./text.mjs";
import { examples, expand, resolve } from "./values.mjs";

/* The places of a page that follow values. */

/* The href of a link to `url`. Within the site only the fragment follows: the rest of `href` is the
   site generator's. */
export function lead(url, href) {
  if (/^(https?:\/\/|mailto:)/.test(url)) return url;
  const [path, fragment] = [href.split("#")[0], url.split("#")[1]];
  return fragment === undefined ? href : `${path}#${fragment}`;
}

/* Places as [template, what writes its text, the text that it shows]. */
let places;

/* The elements that show values, by their marks. */
export let marked;

/* Finds the places, once for a page. */
export function index({ liveHeadings = "{}" }) {
  const headings = JSON.parse(liveHeadings);
  const writes = (node) => (text) => {
    if (!text || !node.firstChild) node.classList.toggle("live-empty", !text);
    node.textContent = text;
  };
  marked = new Map();
  const found = all("[data-live]").map((node) => {
    const mark = node.dataset.live;
    if (!marked.has(mark)) marked.set(mark, []);
    marked.get(mark).push(node);
    return [`{${mark}}`, writes(node), node.textContent];
  });
  for (const name of ["href", "title", "alt", "aria-label"])
    for (const node of all(`[data-live-${name}]`))
      found.push([
        node.getAttribute(`data-live-${name}`),
        (text) => node.setAttribute(name, name === "href" ? lead(text, node.getAttribute(name)) : text),
      ]);
  for (const node of all("[data-live-is]")) {
    const [name, value] = node.dataset.liveIs.split("=");
    found.push([`{${name}}`, (text) => node.setAttribute("aria-current", text === value)]);
  }
  for (const [id, template] of Object.entries(headings)) {
    const { hash } = new URL(`#${id}`, location);
    for (const link of all(".md-nav a[href]")) {
      const leaf = link.querySelector(".md-ellipsis") ?? link;
      if (link.hash === hash && !leaf.firstElementChild) found.push([template, writes(leaf)]);
    }
  }
  places = found;
}

export function show() {
  const values = new Map();
  const fill = (mark) => {
    if (!values.has(mark)) {
      const [name, query] = mark.split("?");
      const elsewhere = query ? Object.fromEntries(new URLSearchParams(query)) : {};
      values.set(mark, resolve(form, { ...chosen, ...elsewhere })(name) ?? `{${mark}}`);
    }
    return values.get(mark);
  };
  for (const place of places) {
    const text = expand(place[0], fill);
    if (place[2] !== text) place[1]((place[2] = text));
  }
  const names = Object.keys(form.parameters);
  const told = names.filter((name, place) => place < 4 || own(chosen, name));
  now.textContent = told.map(fill).join(" · ");
  const open = new Set();
  for (const [mark, nodes] of marked) {
    const names = examples(form, set, mark);
    names.forEach((name) => open.add(name));
    if (nodes.isExample === names.length > 0) continue;
    nodes.isExample = names.length > 0;
    nodes.forEach((node) => node.classList.toggle("live-example", nodes.isExample));
  }
  const left = open.size && word(open.size > 1 ? "examples" : "one_example", open.size);
  count.textContent = [isLinked && word("from_link"), left].filter(Boolean).join(" · ");
  for (const field of all("[data-live-field]")) {
    const name = field.dataset.liveField;
    field.placeholder = fill(name);
    if (field !== document.activeElement && field.ariaInvalid !== "true")
      field.value = own(chosen, name) ?? "";
  }
}
