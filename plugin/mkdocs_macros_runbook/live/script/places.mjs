import { all } from "./dom.mjs";
import { count, now } from "./form.mjs";
import { allNames, chosen, form, isSet, labels, linkedNames, sentenceFor, setNames } from "./state.mjs";
import { targetOf } from "./tabs.mjs";
import { own } from "./text.mjs";
import { examples, resolve } from "./values.mjs";

/* The places of a page that follow values. */

/* The href of a link to `url`. Within the site only the fragment follows: the rest of `href` is the
   site generator's. Within the page it does so if there is such a place: IDs are the publisher's. */
export const liveHref = (url, href) => {
  if (url[0] === "#" && !targetOf(url)) return href;
  return /^(https?|mailto):/.test(url) ? url : href.split("#")[0] + (url.match(/#.*/) ?? "");
};

/* Places as [template, node, what of it has the text, the text]. */
let places;

/* The elements that show values, by their marks. */
export let marked;

/* Finds the places, once for a page. */
export function index() {
  const nodes = all("[data-live]");
  marked = Map.groupBy(nodes, (node) => node.dataset.live);
  places = nodes.map((node) => [`{${node.dataset.live}}`, node, "text", node.textContent]);
  for (const name of ["text", "is", "href", "title", "alt", "aria-label"])
    for (const node of all(`[data-live-${name}]`)) {
      const template = node.getAttribute(`data-live-${name}`);
      places.push([name === "is" ? `{${template.split("=")[0]}}` : template, node, name]);
    }
}

function write(place, text) {
  const [, node, name] = place;
  if (name === "is") node.ariaCurrent = text === node.dataset.liveIs.split("=")[1];
  else if (name !== "text") node.setAttribute(name, name === "href" ? liveHref(text, node.getAttribute(name)) : text);
  else {
    // No style is computed again where the text is alone, and no search marks a part of it.
    (text && node.firstChild && node.firstChild.data === place[3] ? node.firstChild : node).textContent = text;
  }
  place[3] = text;
}

export function show() {
  const values = Object.create(null);
  const fill = (mark) => {
    const [name, query] = mark.split("?");
    return (values[mark] ??= resolve(form, { ...chosen, ...Object.fromEntries(new URLSearchParams(query)) })(name) ?? `{${mark}}`);
  };
  for (const place of places) {
    const text = place[0].replace(/\{([^{}]+)\}/g, (_, mark) => fill(mark));
    if (text !== place[3]) write(place, text);
  }
  now.textContent = allNames().filter((name, place) => place < 4 || own(chosen, name)).map(fill).join(" · ");
  const open = new Set();
  for (const [mark, nodes] of marked) {
    const names = examples(form, setNames, mark);
    names.forEach((name) => open.add(name));
    nodes.forEach((node) => node.classList.toggle("live-example", names.length));
  }
  count.textContent = [linkedNames.length && sentenceFor("from_link"), open.size && sentenceFor("examples", open.size)].filter(Boolean).join(" · ");
  for (const summary of all("[data-live-asked]")) {
    const names = summary.dataset.liveAsked.split(" ");
    summary.textContent = summary.parentElement.classList.toggle("live-set", isSet(names)) ? names.map((name) => `${labels([name])} ${fill(name)}`).join(" · ") : sentenceFor("ask");
  }
  for (const field of all("[data-live-field]")) {
    const name = field.dataset.liveField;
    if (field.placeholder !== fill(name)) field.placeholder = fill(name); // else it would be laid out again
    if (field !== document.activeElement && field.ariaInvalid !== "true") {
      field.value = own(chosen, name) ?? "";
      field.earlier = false; // others have changed since it was typed in
    }
  }
}
