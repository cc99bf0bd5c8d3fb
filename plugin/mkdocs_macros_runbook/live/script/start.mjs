import { warn } from "./copy.mjs";
import { all } from "./dom.mjs";
import { build, openForm, restore, say, useMessageOf } from "./form.mjs";
import { follow } from "./link.mjs";
import { index, marked, show } from "./places.mjs";
import { ask, openFieldsAt } from "./sheet.mjs";
import { changedNames, changes, choice, chosen, form, keep, key, load, nameStorage, sentenceFor, setNames, useForm, valueOf } from "./state.mjs";
import { address, copyOrDownload, onTabOrRoute, showSteps } from "./steps.mjs";
import { reveal } from "./tabs.mjs";
import { parametersOf, resolve, unpack } from "./values.mjs";

/* Live values: the reader's in place of the publisher's. What else happens on a page starts here. */

function mount() {
  const place = document.querySelector("[data-live-form]");
  useForm(place && unpack(place.dataset.liveForm));
  if (!form) return;
  if (!chosen) load();
  build(place);
  index();
  for (const [mark, nodes] of marked) {
    const node = nodes.find((one) => one.textContent && !one.closest("a, label, summary, nav")); // once with the keyboard is enough
    if (node && parametersOf(form, mark).length) Object.assign(node, { tabIndex: 0, role: "button", ariaHasPopup: "dialog" });
  }
  for (const buttons of all(".md-code__nav")) buttons.role = "none"; // a landmark without a name, of the theme
  all("[data-live-ask]").forEach(ask);
  show();
  const section = follow();
  reveal(showSteps() || section);
  address();
  if (setNames.length) keep(); // the publisher's values may be others than at the last visit
}

/* Says what another tab changed. */
function compare(event) {
  if (event.key !== key || !form) return;
  const earlier = choice();
  const before = resolve(form, chosen);
  load();
  show();
  const changed = changedNames(before, valueOf);
  if (!changed.length) return;
  openForm();
  say(sentenceFor("other_tab", changes(changed, before, valueOf)), restore(earlier));
}

nameStorage(document.currentScript);
addEventListener("hashchange", follow);
addEventListener("hashchange", reveal);
addEventListener("click", useMessageOf, true);
addEventListener("focusin", useMessageOf);
addEventListener("click", warn, true);
addEventListener("click", openFieldsAt);
addEventListener("keydown", openFieldsAt);
addEventListener("change", onTabOrRoute);
addEventListener("click", copyOrDownload);
addEventListener("storage", compare);
window.document$?.subscribe(mount) ?? mount(); // with instant navigation, at each page
