/* What the reader chose, kept in the browser. */

import { all } from "./dom.mjs";
import { show } from "./places.mjs";
import { own, sentence } from "./text.mjs";
import { examples, resolve, take } from "./values.mjs";

/* The form of the page, if it has one; the values that are chosen; the names that are set, also where
   they are as the publisher has them; whether the values came from a link. */
export let form, chosen, set, isLinked;
export let key; // of the storage: each site has its own

export const nameStorage = (script) => (key = `live:${new URL(script.src).pathname}`);

export const enter = (some) => (form = some);

/* The choice as `change` takes it. */
export const choice = () => [chosen, set, isLinked];

export function load() {
  [chosen, set, isLinked] = [{}, [], false];
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    [chosen] = take(form, {}, kept.values);
    set = Object.keys(form.parameters).filter((name) => kept.set.includes(name));
    isLinked = kept.isLinked === true;
  } catch {}
}

/* Keeps the choice, and what early.js shows of it. */
export function keep() {
  const valueOf = resolve(form, chosen);
  const shown = Object.keys({ ...form.parameters, ...form.derived }).map((name) => [name, valueOf(name)]);
  try {
    localStorage.setItem(key, JSON.stringify({ values: chosen, set, isLinked, shown: Object.fromEntries(shown) }));
  } catch {}
}

export function change(values, names, linked = false) {
  [chosen, set, isLinked] = [values, names, linked];
  keep();
  show();
}

export const word = (key, ...parts) => sentence(form, key, ...parts);

/* The values that another choice changed, for a sentence. */
export const changes = (names, before, after) =>
  names.map((name) => {
    const told = `${labels([name])} ${after(name)}`;
    return before(name) === after(name) ? told : word("before", told, before(name));
  }).join(", ");

export const labels = (names) => names.map((name) => form.parameters[name].label).join(", ");

export const fieldsOf = (name) => all(`[data-live-field=${name}]`);

/* Whether all of these have values of the reader's, or the publisher's own. */
export const isSet = (names) => !names.some((name) => examples(form, set, name).length);

/* The parameters whose example values a block has. */
export function exampleNames(block) {
  const found = new Set([...block.querySelectorAll("[data-live]")].flatMap((node) => examples(form, set, node.dataset.live)));
  return Object.keys(form.parameters).filter((name) => found.has(name));
}
