import { warn } from "./copy.mjs";
import { all } from "./dom.mjs";
import { build, hear, openForm, restore, say } from "./form.mjs";
import { follow } from "./link.mjs";
import { index, marked, show } from "./places.mjs";
import { ask, touch } from "./sheet.mjs";
import { changes, choice, chosen, enter, form, keep, key, load, nameStorage, set, word } from "./state.mjs";
import { address, hand, showSteps, turn } from "./steps.mjs";
import { reveal } from "./tabs.mjs";
import { resolve, sources, unpack } from "./values.mjs";

/* Live values: the reader's in place of the publisher's. What else happens on a page starts here. */

function mount() {
  const place = document.querySelector("[data-live-form]");
  enter(place && unpack(place.dataset.liveForm));
  if (!form) return;
  if (!chosen) load();
  build(place);
  index();
  for (const [mark, nodes] of marked) {
    const node = nodes.find((one) => one.textContent && !one.closest("a, label, summary, nav")); // once with the keyboard is enough
    if (node && sources(form, mark).length) Object.assign(node, { tabIndex: 0, role: "button", ariaHasPopup: "dialog" });
  }
  for (const buttons of all(".md-code__nav")) buttons.role = "none"; // a landmark without a name, of the theme
  all("[data-live-ask]").forEach(ask);
  show();
  const section = follow();
  reveal(showSteps() || section);
  address();
  if (set.length) keep(); // the publisher's values may be others than at the last visit
}

/* Says what another tab changed. */
function compare(event) {
  if (event.key !== key || !form) return;
  const earlier = choice();
  const before = resolve(form, chosen);
  load();
  show();
  const after = resolve(form, chosen);
  const changed = Object.keys(form.parameters).filter((name) => before(name) !== after(name));
  if (!changed.length) return;
  openForm();
  say(word("other_tab", changes(changed, before, after)), restore(earlier));
}

nameStorage(document.currentScript);
addEventListener("hashchange", follow);
addEventListener("hashchange", reveal);
addEventListener("click", hear, true);
addEventListener("focusin", hear);
addEventListener("click", warn, true);
addEventListener("click", touch);
addEventListener("keydown", (event) => touch(event) && event.preventDefault());
addEventListener("change", turn);
addEventListener("click", hand);
addEventListener("storage", compare);
window.document$?.subscribe(mount) ?? mount(); // with instant navigation, at each page
