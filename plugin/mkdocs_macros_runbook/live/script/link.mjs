import { copy } from "./copy.mjs";
import { make } from "./dom.mjs";
import { actions, clearErrors, details, offer, restore, say, useMessageOf } from "./form.mjs";
import { allNames, button, change, chosen, form, isSet, keep, kept, labels, linkedNames, sentenceFor, setAsked, setNames, stored, valueOf } from "./state.mjs";
import { siteLeft } from "./text.mjs";
import { resolve, withValues } from "./values.mjs";

/* Values from elsewhere: from a link, which may also lead to a section, and from another tab. */

export let fromLink; // what a link brought, until the reader decides

function empty() {
  offer.replaceChildren();
  setAsked(false);
}

/* Shows the values of a link, or else those that another tab or another site of the origin has stored,
   beside what they would replace, until the reader decides. */
export function propose() {
  const [given, set, linked] = fromLink ? [fromLink, [], allNames()] : kept(stored());
  const merge = () => withValues(form, chosen, given);
  const [next, , refused] = merge();
  const after = resolve(form, next);
  const changed = allNames().filter((name) => valueOf(name) !== after(name));
  const decide = (key, told, act) => button(key, () => {
    const shown = offer.textContent;
    propose();
    if (offer.textContent !== shown) return; // what it would replace is not what it showed
    const undo = restore();
    empty();
    act();
    fromLink = undefined;
    propose();
    say(sentenceFor(told), undo);
    details.firstChild.focus();
  });
  empty();
  if (fromLink || changed.length) {
    details.open = true;
    useMessageOf({ target: details });
  }
  if (fromLink) say(!changed.length && sentenceFor("same"), ...refused);
  if (!changed.length) return (fromLink = undefined);
  const row = (name) => {
    const [was, is] = [valueOf(name), after(name)];
    const shown = make("dd", {}, make("del", {}, was), " ", make("ins", {}, is));
    const left = siteLeft(was, is, !isSet([name]));
    if (left) shown.append(make("strong", {}, sentenceFor("other_site", left)));
    return make("div", {}, make("dt", {}, labels([name])), shown);
  };
  const use = decide("use", "used", () => {
    const [values, names] = merge();
    clearErrors(names);
    change(values, [...setNames, ...set, ...names], names, [...linkedNames, ...linked.filter((name) => names.includes(name))]);
  });
  offer.append(make("p", {}, sentenceFor(fromLink ? "brings" : "other_tab")), make("dl", {}, ...changed.map(row)), actions(use, decide("keep", "undone", () => fromLink || keep())));
  setAsked(!fromLink);
  if (details.contains(document.activeElement)) details.firstChild.focus(); // the fields are hidden
}

export async function share() {
  const values = allNames().filter((name) => isSet([name])).map((name) => [name, valueOf(name)]);
  const [address, section] = location.href.split("#");
  if (section) values.push(["#", section]); // which is the name of no value
  say(await copy(`${address}#live?${new URLSearchParams(values)}`));
}

/* Takes a link's values out of the address, and returns the section that it leads to. */
export function follow() {
  const given = Object.fromEntries(new URLSearchParams(location.hash.split("#live?")[1]));
  if (!form || !Object.keys(given).length) return;
  const section = given["#"] ? "#" + given["#"] : "";
  history.replaceState(history.state, "", location.href.split("#")[0] + section);
  fromLink = given;
  propose();
  return section;
}
