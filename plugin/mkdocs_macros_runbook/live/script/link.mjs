import { button, make } from "./dom.mjs";
import { adopt, offer, openForm, say } from "./form.mjs";
import { chosen, form, labels, word } from "./state.mjs";
import { resolve, take } from "./values.mjs";

/* Links that carry values, and the section that the address has. */

const SECTION = "#"; // among the names of values, of which it can be none

export function read(hash) {
  return hash.startsWith("#live?") ? Object.fromEntries(new URLSearchParams(hash.slice(6))) : {};
}

/* Shows the values of a link beside what they would replace, until the reader decides. */
function propose(given) {
  const [next, taken, refused] = take(form, chosen, given);
  const [before, after] = [resolve(form, chosen), resolve(form, next)];
  const other = Object.keys(form.parameters).filter((name) => before(name) !== after(name));
  openForm();
  say(!other.length && word("same"), ...refused);
  const close = (sentence) => {
    offer.replaceChildren();
    say(sentence);
  };
  if (!other.length) return offer.replaceChildren();
  const row = (name) => make("div", {}, make("dt", {}, labels([name])), make("dd", {}, make("del", {}, before(name)), " ", make("ins", {}, after(name))));
  const accept = button(word("use"), () => {
    adopt(next, taken, true);
    close(word("used"));
  });
  const refuse = button(word("keep"), () => close(word("undone")));
  offer.replaceChildren(make("p", {}, word("brings")), make("dl", {}, ...other.map(row)), make("p", { class: "live__actions" }, accept, refuse));
}

export async function share() {
  const values = Object.keys(form.parameters).map((name) => [name, resolve(form, chosen)(name)]);
  const [address, section] = location.href.split("#");
  if (section) values.push([SECTION, section]);
  const link = `${address}#live?${new URLSearchParams(values)}`;
  try {
    await navigator.clipboard.writeText(link);
    say(word("copied"));
  } catch {
    say(word("copy_this", link));
  }
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
