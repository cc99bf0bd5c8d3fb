import { all } from "./dom.mjs";
import { count, now } from "./form.mjs";
import { chosen, form, isLinked, isSet, labels, set, word } from "./state.mjs";
import { own } from "./text.mjs";
import { examples, expand, resolve } from "./values.mjs";

/* The places of a page that follow values. */

/* The href of a link to `url`. Within the site only the fragment follows: the rest of `href` is the
   site generator's. */
export const lead = (url, href) =>
  /^(https?|mailto):/.test(url) ? url : href.replace(/#.*/, "") + (url.match(/#.*/) ?? "");

/* Places as [template, what writes its text, the text that it shows]. */
let places;

/* The elements that show values, by their marks. */
export let marked;

/* What writes a text into a node. */
const writes = (node, name) => (text) => {
  if (name === "is") node.ariaCurrent = text === node.dataset.liveIs.split("=")[1];
  else if (name) node.setAttribute(name, name === "href" ? lead(text, node.getAttribute(name)) : text);
  else {
    node.classList.toggle("live-empty", !text);
    node.textContent = text;
  }
};

/* Finds the places, once for a page. */
export function index() {
  const nodes = all("[data-live]");
  marked = Map.groupBy(nodes, (node) => node.dataset.live);
  places = nodes.map((node) => [`{${node.dataset.live}}`, writes(node), node.textContent]);
  for (const node of all("[data-live-text]")) places.push([node.dataset.liveText, writes(node)]);
  for (const node of all("[data-live-is]")) places.push([`{${node.dataset.liveIs.split("=")[0]}}`, writes(node, "is")]);
  for (const name of ["href", "title", "alt", "aria-label"])
    for (const node of all(`[data-live-${name}]`)) places.push([node.getAttribute(`data-live-${name}`), writes(node, name)]);
}

export function show() {
  const values = Object.create(null);
  const fill = (mark) => {
    const [name, query] = mark.split("?");
    return (values[mark] ??= resolve(form, { ...chosen, ...Object.fromEntries(new URLSearchParams(query)) })(name) ?? `{${mark}}`);
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
    nodes.forEach((node) => node.classList.toggle("live-example", names.length));
  }
  count.textContent = [isLinked && word("from_link"), open.size && word("examples", open.size)].filter(Boolean).join(" · ");
  for (const summary of all("[data-live-asked]")) {
    const names = summary.dataset.liveAsked.split(" ");
    const isDone = isSet(names);
    summary.parentElement.classList.toggle("live-set", isDone);
    summary.textContent = isDone ? names.map((name) => `${labels([name])} ${fill(name)}`).join(" · ") : word("ask");
  }
  for (const field of all("[data-live-field]")) {
    const name = field.dataset.liveField;
    field.placeholder = fill(name);
    if (field !== document.activeElement && field.ariaInvalid !== "true")
      field.value = own(chosen, name) ?? "";
  }
}
