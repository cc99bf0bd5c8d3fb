import { copy, make } from "./dom.mjs";
import { actions, adopt, offer, openForm, say } from "./form.mjs";
import { allNames, button, changedNames, chosen, form, labels, sentenceFor, valueOf } from "./state.mjs";
import { resolve, withValues } from "./values.mjs";

/* Links that carry values, and the section that the address has. */

const SECTION = "#"; // among the names of values, of which it can be none

export const read = (hash) => Object.fromEntries(new URLSearchParams(hash.split("#live?")[1]));

/* Shows the values of a link beside what they would replace, until the reader decides. */
function propose(given) {
  const [next, taken, refused] = withValues(form, chosen, given);
  const after = resolve(form, next);
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
    adopt(next, taken, true);
    end(sentenceFor("used"));
  });
  const refuse = button("keep", () => end(sentenceFor("undone")));
  offer.append(make("p", {}, sentenceFor("brings")), make("dl", {}, ...changed.map(row)), actions(accept, refuse));
}

export async function share() {
  const values = allNames().map((name) => [name, valueOf(name)]);
  const [address, section] = location.href.split("#");
  if (section) values.push([SECTION, section]);
  const link = `${address}#live?${new URLSearchParams(values)}`;
  say((await copy(link)) ? sentenceFor("copied") : sentenceFor("copy_this", link));
}

/* Takes a link's values out of the address, and returns the section that it leads to. */
export function follow() {
  const given = read(location.hash);
  if (!form || !Object.keys(given).length) return;
  const section = given[SECTION] ? `#${given[SECTION]}` : "";
  history.replaceState(history.state, "", location.pathname + location.search + section);
  propose(given);
  return section;
}
