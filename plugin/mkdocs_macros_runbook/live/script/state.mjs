/* What the reader chose, kept in the browser. */

import { make, remove } from "./dom.mjs";
import { own, sentence } from "./text.mjs";
import { examples, resolve, withValues } from "./values.mjs";

/* The form of the page, if it has one; the values that are chosen; the names that are set, also where
   they are as the publisher has them; those whose values came from a link. */
export let form, chosen, setNames, linkedNames;
export let key; // of the storage: each site has its own
let isAsked = false; // whether the reader is asked for the values of another tab
let show; // what shows a change

export const whenChanged = (act) => (show = act);
export const setAsked = (is) => (isAsked = is);

export const nameStorage = (script) => (key = `live:${new URL(script.src).pathname}`);

/* The choice in the text that a storage has. */
export function kept(text) {
  try {
    const { values, set, linked = [] } = JSON.parse(text);
    const [choice, taken] = withValues(form, {}, values);
    return [choice, ...[set, linked].map((names) => allNames().filter((name) => names.includes(name) && (!own(values, name) || taken.includes(name))))];
  } catch {
    return [{}, [], []];
  }
}

/* What the site has stored; and this tab, by its own storage. */
export function stored(type = "local") {
  try {
    return window[`${type}Storage`].getItem(key);
  } catch {}
}

/* Takes the form of a page, and on the first page the choice. */
export function load(some) {
  form = some;
  if (form && !chosen) [chosen, setNames, linkedNames] = kept(stored("session") ?? stored());
}

/* Keeps the choice for this tab and for the site, and what early.js shows of it. A page that is opened
   changes for the site only what this tab has stored itself: another may have stored, or reset, since. */
export function keep(isOpened) {
  const last = stored("session");
  const isOthers = isOpened && last && last !== stored();
  const names = Object.keys({ ...form.parameters, ...form.derived });
  const shown = Object.fromEntries(names.map((name) => [name, valueOf(name)]));
  const text = JSON.stringify({ values: chosen, set: setNames, linked: linkedNames, shown, examples: names.filter((name) => !isSet([name])) });
  try {
    sessionStorage.setItem(key, text);
    if (isOthers || isAsked) return; // the other tab's would be lost
    localStorage.removeItem(key); // if there is no room, what is old would look like another tab's
    localStorage.setItem(key, text);
  } catch {}
}

/* Whether another choice has another value of a name. */
export const differs = (other) => (name) => own(other, name) !== own(chosen, name);

/* Takes other values, of which some are `taken` now. A name is not set any more if its value fell out,
   and not a link's if its value is another one. */
export function change(values, names, taken, linked = linkedNames.filter((name) => !differs(values)(name))) {
  const before = resolve(form, chosen);
  const after = resolve(form, values);
  const stays = (name) => taken.includes(name) || own(values, name) || before(name) === after(name);
  [chosen, setNames, linkedNames] = [values, names.filter(stays), linked.filter(stays)];
  keep();
  remove("output button"); // an Undo of what was before
  show();
}

/* The value that the page shows of a name. */
export const valueOf = (name) => resolve(form, chosen)(name);

export const sentenceFor = (key, ...parts) => sentence(form, key, ...parts);

/* A button with a text of the form. */
export function button(key, act) {
  const node = make("button", { class: "md-button" }, sentenceFor(key));
  node.onclick = act;
  return node;
}

export const allNames = () => Object.keys(form.parameters);

export const labels = (names) => names.map((name) => form.parameters[name].label).join(", ");

/* Whether all of these have values of the reader's, or the publisher's own. */
export const isSet = (names) => !names.some((name) => examples(form, setNames, name).length);

/* The parameters whose example values some marks show. */
export function exampleNames(marks) {
  const found = [...marks].flatMap((node) => examples(form, setNames, node.dataset.live));
  return allNames().filter((name) => found.includes(name));
}
