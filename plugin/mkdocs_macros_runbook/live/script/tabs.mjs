import { all, make, remove } from "./dom.mjs";
import { sentenceFor } from "./state.mjs";

/* Groups of tabs, and the route through them. */

/* What readers take together; and what makes a tab one of a route, as in verify/plans/routes.py. */
export const RUN = ".highlight:is(.language-bash, .language-sh, .language-shell, .language-zsh):not(.live-apart)";
const ON_ROUTE = "div[class*=language-]:not(.language-text, .language-txt, .live-exempt)";

export const tabs = () =>
  all(".tabbed-set > input").map((input) => {
    const group = input.parentElement;
    const panel = group.querySelector(".tabbed-content").children[[...group.children].indexOf(input)];
    return { group, panel, input, text: input.labels[0].textContent.trim(), runs: panel.querySelector(ON_ROUTE) };
  });

/* The tab that a route takes in each group: its own, or else the first that runs. */
export function tabsOf(route) {
  const taken = new Map();
  for (const tab of tabs())
    if (tab.text === route || (tab.runs && !taken.has(tab.group))) taken.set(tab.group, tab);
  return [...taken.values()];
}

/* Shows a route in each group; one without the route's tab says so. */
export function choose(route) {
  remove(".live-other");
  for (const { group, input, text } of tabsOf(route)) {
    if (!input.checked) {
      input.checked = true; // not by a click, which would be the reader's choice
      input.dispatchEvent(new Event("change"));
    }
    if (text !== route) group.before(make("p", { class: "live-other" }, sentenceFor("no_tab", route, text)));
  }
}

/* What a fragment leads to: an ID may have signs of its own that a fragment escapes, or that look so. */
export function targetOf(hash) {
  const id = hash.slice(1);
  try {
    return document.getElementById(id) ?? document.getElementById(decodeURIComponent(id));
  } catch {}
}

/* Opens the tabs that the address leads into: those of that name, and those around a place. What a
   tab or a note of the route moved comes back into sight. */
export function reveal(isOnRoute) {
  const target = targetOf(location.hash);
  if (!target) return;
  const name = tabs().find(({ input }) => input === target)?.text;
  for (const { input, panel, text } of tabs())
    if (text === name || panel.contains(target)) input.click();
  if (isOnRoute || target.closest(".tabbed-block")) target.scrollIntoView();
}
