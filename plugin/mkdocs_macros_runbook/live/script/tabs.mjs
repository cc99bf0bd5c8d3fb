import { all } from "./dom.mjs";

/* Opens the tabs that the address leads into: the one with that label in each group, or those
   around a place. */
export function reveal() {
  let target;
  try {
    target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {}
  const labelOf = (input) => document.querySelector(`label[for="${CSS.escape(input.id)}"]`);
  const choose = (label) => document.getElementById(label.htmlFor)?.checked || label.click();
  if (target?.matches(".tabbed-set > input")) {
    const text = labelOf(target)?.textContent;
    for (const label of all(".tabbed-labels > label")) if (label.textContent === text) choose(label);
  }
  for (let tab = target?.closest(".tabbed-block"); tab; tab = tab.parentElement.closest(".tabbed-block")) {
    const input = tab.closest(".tabbed-set").children[[...tab.parentElement.children].indexOf(tab)];
    if (labelOf(input)) choose(labelOf(input));
    target.scrollIntoView();
  }
}
