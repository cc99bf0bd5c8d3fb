import { all, make } from "./dom.mjs";
import { word } from "./state.mjs";

/* Groups of tabs, and the route through them. */

export const RUN = ".highlight:is(.language-bash, .language-sh):not(.live-apart)";

export function tabs() {
  return all(".tabbed-content").flatMap((content) => {
    const group = content.parentElement;
    const labels = group.querySelectorAll("label");
    return [...content.children].map((panel, at) => ({
      group,
      panel,
      input: group.children[at],
      label: labels[at],
      text: labels[at].textContent.trim(),
      runs: panel.querySelector(RUN),
    }));
  });
}

/* The tab that a route takes in each group: its own, or else the first that runs. */
export function tabsOf(route) {
  const taken = new Map();
  for (const tab of tabs())
    if (tab.text === route || (tab.runs && !taken.has(tab.group))) taken.set(tab.group, tab);
  return [...taken.values()];
}

export let isChoosing = false;

/* Shows a route in each group; one without the route's tab says so. */
export function choose(route) {
  isChoosing = true;
  for (const note of all(".live-other")) note.remove();
  for (const { group, input, label, text } of tabsOf(route)) {
    if (!input.checked) {
      label.setAttribute("data-md-switching", ""); // or the theme would take this for the reader's choice
      input.click();
    }
    if (text !== route) group.before(make("p", { class: "live-other" }, word("no_tab", route, text)));
  }
  isChoosing = false;
}

/* Opens the tabs that the address leads into: the one of that name, and those around a place. */
export function reveal() {
  let target;
  try {
    target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {}
  if (!target) return;
  for (const { input, panel } of tabs())
    if ((input === target || panel.contains(target)) && !input.checked) input.click();
  if (target.closest(".tabbed-block")) target.scrollIntoView();
}
