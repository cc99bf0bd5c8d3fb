import { copy } from "./copy.mjs";
import { make } from "./dom.mjs";
import { actions, clearErrors, offer, openForm, say } from "./form.mjs";
import { allNames, button, change, changedNames, chosen, form, isSet, keep, labels, sentenceFor, setNames, valueOf } from "./state.mjs";
import { resolve, withValues } from "./values.mjs";

/* Values from elsewhere: from a link, which may also lead to a section, and from another tab. */

const SECTION = "#"; // among the names of values, of which it can be none

export const read = (hash) => Object.fromEntries(new URLSearchParams(hash.split("#live?")[1]));

/* Shows the values of another choice beside what they would replace, until the reader decides. */
export function propose(sentenceKey, other, refused = []) {
  const after = resolve(form, other[0]);
  const changed = changedNames(valueOf, after);
  const end = (...parts) => {
    offer.replaceChildren();
    say(...parts);
  };
  openForm();
  end(!changed.length && sentenceFor("same"), ...refused);
  if (!changed.length) return;
  const row = (name) => make("div", {}, make("dt", {}, labels([name])), make("dd", {}, make("del", {}, valueOf(name)), " ", make("ins", {}, after(name))));
  const accept = button("use", () => {
    clearErrors(changed);
    change(...other);
    end(sentenceFor("used"));
  });
  const refuse = button("keep", () => {
    keep();
    end(sentenceFor("undone"));
  });
  offer.append(make("p", {}, sentenceFor(sentenceKey)), make("dl", {}, ...changed.map(row)), actions(accept, refuse));
}

export async function share() {
  const values = allNames().filter((name) => isSet([name])).map((name) => [name, valueOf(name)]);
  const [address, section] = location.href.split("#");
  if (section) values.push([SECTION, section]);
  const link = `${address}#live?${new URLSearchParams(values)}`;
  say(await copy(link));
}

/* Takes a link's values out of the address, and returns the section that it leads to. */
export function follow() {
  const given = read(location.hash);
  if (!form || !Object.keys(given).length) return;
  const section = given[SECTION] ? `#${given[SECTION]}` : "";
  history.replaceState(history.state, "", location.pathname + location.search + section);
  const [next, taken, refused] = withValues(form, chosen, given);
  propose("brings", [next, [...setNames, ...taken], true], refused);
  return section;
}
